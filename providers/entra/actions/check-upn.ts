import { ProblemError } from "../../../engine/problem.ts";
import type { OneShot } from "../../../engine/provider.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { done, requirePermission } from "./target.ts";

const MOST_TRIES = 50;

export const checkUpn: OneShot<EntraReader, EntraWriter> = {
  name: "check-upn",
  description: "Finds a free login: the proposed one, else with 1, 2, … before the @. Changes nothing.",
  parameters: { upn: { description: "The proposed login, such as jane.doe@acme.example.", required: true } },
  async preview(reader, { upn = "" }) {
    const free = await freeLogin(reader, upn);
    return [free === upn ? `${upn} is free.` : `${upn} is taken; ${free} is free.`];
  },
  async run(writer, { upn = "" }) {
    const free = await freeLogin(writer, upn);
    return done(free, { proposed: upn, free });
  },
};

/** Neither a login nor anybody's mail address; deleted accounts give their login back (entra.md §4.5). */
async function freeLogin(reader: EntraReader, proposed: string): Promise<string> {
  await requirePermission(reader, "check-upn");
  const [, name = "", domain = ""] = /^([^@]+)@([^@]+)$/.exec(proposed) ?? [];
  const { domains } = await reader.organization();
  if (!domains.some((one) => one.name === domain.toLowerCase())) {
    throw new ProblemError({
      code: "entra-domain",
      message: `upn: "${domain === "" ? proposed : domain}" is no verified domain of the directory.`,
      hint: `It has ${domains.map((one) => one.name).join(", ")}.`,
    });
  }
  if (!/^[A-Za-z0-9'._\-!#^~]+$/.test(name)) {
    throw new ProblemError({
      code: "entra-upn",
      message: `upn: "${name}" has characters that no login takes.`,
      hint: "Letters, digits and ' . _ - ! # ^ ~ without accents.",
    });
  }
  const taken = new Set((await reader.loginsBeginning(name)).map((login) => login.toLowerCase()));
  for (let number = 0; number < MOST_TRIES; number += 1) {
    const candidate = `${name}${number === 0 ? "" : number}@${domain}`;
    if (taken.has(candidate.toLowerCase())) continue;
    if ((await reader.user(candidate, ["id", "userPrincipalName"])) !== undefined) continue;
    if ((await reader.proxiedAt(candidate)).length === 0) return candidate;
  }
  throw new ProblemError({
    code: "entra-upn",
    message: `${proposed} is taken, and so are the ${MOST_TRIES - 1} after it.`,
    hint: "Propose another name.",
  });
}
