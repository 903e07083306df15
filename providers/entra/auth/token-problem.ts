/** Refusals of the token endpoint, by the AADSTS number in `error_codes` (entra.md §1.5). */
import type { Problem } from "../../../engine/problem.ts";
import type { Answer } from "../../shared/http.ts";
import { isFields } from "../../shared/narrow.ts";
import { CLOUDS } from "./clouds.ts";
import { claimsForComparison } from "./federation.ts";
import type { EntraSettings } from "./settings.ts";

/** `assertion`: the foreign token that was shown, for the three claims that a trust record is compared with. */
export function tokenProblem(answer: Answer, settings: EntraSettings, assertion?: string): Problem {
  const { codes, said } = refusalOf(answer.body);
  const code = codes[0];
  const base = {
    message: `${settings.login.host} gave no token: ${said}.`,
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
    fatal: true,
  };
  const known = codes.map((number) => KNOWN[number]?.(settings, assertion)).find((one) => one !== undefined);
  if (known !== undefined) return { ...base, ...known };
  if (answer.status >= 500)
    return { ...base, code: "entra-unavailable", hint: "Microsoft failed; run the command again." };
  return {
    ...base,
    code: "entra-token",
    hint: `Microsoft's words above say what it did not take${code === undefined ? "" : ` (AADSTS${code})`}; compare tenantId, clientId and the credential with the app registration.`,
  };
}

type Known = (settings: EntraSettings, assertion: string | undefined) => Pick<Problem, "code" | "hint">;

const KNOWN: Readonly<Record<number, Known>> = {
  7000215: () => ({
    code: "entra-bad-secret",
    hint: "clientSecret is wrong: give the secret's value, not its id, and look whether it was replaced.",
  }),
  7000222: () => ({
    code: "entra-expired-secret",
    hint: "clientSecret has expired: make a new one under Certificates & secrets, or use federation, which has none.",
  }),
  700016: ({ clientId, tenant }) => ({
    code: "entra-unknown-client",
    hint: `No application ${clientId} in ${tenant}: check both ids, and that an administrator has consented there.`,
  }),
  90002: ({ tenant, cloud }) => ({
    code: "entra-unknown-tenant",
    hint: `There is no directory ${tenant} in the cloud ${cloud.name}: check tenantId; a directory of another cloud needs \`cloud\` (${Object.keys(CLOUDS).join(", ")}).`,
  }),
  700027: () => ({
    code: "entra-certificate-refused",
    hint: "The certificate is not registered with the application, or the key is not its key: upload it under Certificates & secrets.",
  }),
  700024: () => ({
    code: "entra-clock",
    hint: "The assertion is outside of its time: set this machine's clock by NTP; a token of a CI job lives only minutes.",
  }),
  70021: noTrust,
  700213: noTrust,
  500011: ({ cloud }) => wrongCloud(`The directory does not know ${cloud.graph}`),
  // "Confidential Client is not supported in Cross Cloud request" (learn.microsoft.com, error codes, read 2026-11-26).
  900382: ({ tenant, login }) => wrongCloud(`${login.host} knows the directory ${tenant} as one of another cloud`),
};

function wrongCloud(why: string): Pick<Problem, "code" | "hint"> {
  const others = Object.keys(CLOUDS).join(", ");
  return {
    code: "entra-wrong-cloud",
    hint: `${why}: it lives in another cloud. Set \`cloud\` in accord.yaml to the one of ${others} that it lives in.`,
  };
}

function noTrust(settings: EntraSettings, assertion: string | undefined): Pick<Problem, "code" | "hint"> {
  const shown = assertion === undefined ? "" : ` It was shown ${claimsForComparison(assertion)}.`;
  return {
    code: "entra-no-trust",
    hint: `No federated credential of ${settings.clientId} matches.${shown} Subject and issuer are compared exactly, letter case included; the audience must be ${settings.cloud.federationAudience}.`,
  };
}

function refusalOf(body: unknown): { readonly codes: readonly number[]; readonly said: string } {
  if (!isFields(body)) return { codes: [], said: "no readable answer" };
  const listed = Array.isArray(body.error_codes) ? body.error_codes : [];
  const description = typeof body.error_description === "string" ? body.error_description : "";
  const first =
    description
      .split(/\r?\n/)[0]
      ?.replace(/\s*Trace ID:.*$/s, "")
      .replace(/\.$/, "") ?? "";
  const inText = [...description.matchAll(/AADSTS(\d+)/g)].map((match) => Number(match[1]));
  return {
    codes: [...listed.filter((code): code is number => typeof code === "number"), ...inText],
    said: first === "" ? String(body.error ?? "no readable answer") : first,
  };
}
