/** ⇄ A stack that was applied, in a world that went on: documents and tenants have both moved since. */

import { readFile, writeFile } from "node:fs/promises";
import { oktaOf } from "../../support/emulated.ts";
import { onCall } from "./on-call.ts";
import { accordOn, type Beginning, beginningOf } from "./ordeal.ts";
import { type ServedTenants, serveTenants } from "./tenants.ts";

const HOUR = 3_600_000;

/** What the reviewed pull request changes: a description, and what the profile holds. */
const EDITS: readonly (readonly [from: string, to: string])[] = [
  ["Members come from the on-call profile only.", "Whoever is on call, nobody else."],
  [
    "{ app: { name: AWS }, resource: { type: Role, name: prod-admin }, slug: assigned }",
    "{ app: { name: Okta }, resource: { type: Group, name: support }, slug: member }",
  ],
];

export async function updateToMake(): Promise<Beginning> {
  const beginning = await beginningOf(onCall);
  const { directory, memory } = beginning;
  const served = await serveTenants({ providers: onCall.providers, memory });
  try {
    const first = await accordOn(directory, served)("apply", "--yes");
    if (first.code !== 0) throw new Error(first.stdout + first.stderr);
    await served.tenants.tick(3 * HOUR);
    await addMallory(served);
    await edit(`${directory}/on-call.yaml`);
    return { ...beginning, memory: served.tenants.save() };
  } finally {
    await served.close();
  }
}

async function edit(path: string): Promise<void> {
  let text = await readFile(path, "utf8");
  for (const [from, to] of EDITS) {
    if (!text.includes(from)) throw new Error(`the example no longer says ${from}`);
    text = text.replace(from, to);
  }
  await writeFile(path, text);
}

/** By hand, in Okta's console. */
async function addMallory({ tenants }: ServedTenants): Promise<void> {
  const okta = oktaOf(tenants);
  const group = [...okta.tenant.groups.values()].find((one) => one.profile.name === "prod-breakglass");
  const mallory = [...okta.tenant.users.values()].find((one) => one.profile.login === "mallory@acme.example");
  const address = `https://${okta.host}/api/v1/groups/${group?.id}/users/${mallory?.id}`;
  const authorization = okta.asActor("trent");
  const answer = await okta.fetch(new Request(address, { method: "PUT", headers: { authorization } }));
  if (answer.status !== 204) throw new Error(`Mallory was not added: ${answer.status}`);
}
