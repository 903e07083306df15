/** What is wrong with a user before anything is sent: where the password goes, whose account it is, what AD masters. */
import type { Finding } from "../../../engine/kind.ts";
import type { Live, Value } from "../../../engine/model.ts";
import { isObject } from "../../../engine/value.ts";
import { hasCode } from "../client/errors.ts";
import type { EntraReader } from "../client.ts";
import { isFederated, noSink } from "./user-create.ts";
import { isSet, STILL_OURS, type UserSpec } from "./user-spec.ts";

export function* checkUser(spec: UserSpec): Iterable<Finding> {
  const login = spec.userPrincipalName;
  if (typeof spec.manager === "string" && login?.toLowerCase() === spec.manager.toLowerCase()) {
    yield {
      code: "entra-own-manager",
      message: "manager: nobody is their own manager.",
      hint: "Name somebody else, or say `manager: null`.",
      path: ["manager"],
    };
  }
}

export async function reviewUser(
  reader: EntraReader,
  spec: UserSpec,
  live: Live<UserSpec> | undefined,
): Promise<readonly Finding[]> {
  const login = typeof spec.userPrincipalName === "string" ? spec.userPrincipalName : undefined;
  return [
    ...(login === undefined ? [] : await strangeDomain(reader, login, live)),
    ...(live === undefined && login !== undefined ? await ofNewAccount(reader, spec, login) : []),
    ...(live?.synced === true ? mastered(spec, live) : []),
  ];
}

async function strangeDomain(
  reader: EntraReader,
  login: string,
  live: Live<UserSpec> | undefined,
): Promise<readonly Finding[]> {
  if (live?.spec.userPrincipalName?.toLowerCase() === login.toLowerCase()) return [];
  const { domains } = await reader.organization();
  const domain = (login.split("@")[1] ?? "").toLowerCase();
  if (domains.some(({ name }) => name === domain)) return [];
  return [
    {
      code: "entra-domain",
      message: `userPrincipalName: ${domain === "" ? login : domain} is no verified domain of the directory.`,
      hint: `It has ${domains.map(({ name }) => name).join(", ")}.`,
      path: ["userPrincipalName"],
    },
  ];
}

async function ofNewAccount(reader: EntraReader, spec: UserSpec, login: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  if (await isFederated(reader, login)) {
    if (!isSet(spec.onPremisesImmutableId)) {
      findings.push({
        code: "entra-federated",
        message: `${login} is in a federated domain: its identity provider must recognise the account by an onPremisesImmutableId.`,
        hint: "Declare onPremisesImmutableId, or choose a login in a domain that Entra itself signs in.",
        path: ["userPrincipalName"],
      });
    }
  } else if (spec.passwordSink === undefined) {
    findings.push({ ...noSink(login), path: ["userPrincipalName"] });
  }
  try {
    const deleted = (await reader.deletedUsers()).find((one) => one.login.toLowerCase() === login.toLowerCase());
    if (deleted !== undefined) {
      findings.push({
        code: "entra-deleted-namesake",
        message: `${login} (${deleted.id}) was deleted${deleted.deletedAt === undefined ? "" : ` on ${deleted.deletedAt.slice(0, 10)}`} and can be restored for 30 days; this makes another account, with another id.`,
        hint: "Restore it in the admin center and import it, to keep its id, groups and licences.",
        path: ["userPrincipalName"],
        severity: "warning",
      });
    }
  } catch (error) {
    if (!hasCode(error, "entra-forbidden")) throw error;
  }
  return findings;
}

/** Active Directory masters it: some fields would be refused, and accountEnabled be overwritten (entra.md §7). */
function mastered(spec: UserSpec, live: Live<UserSpec>): readonly Finding[] {
  return Object.entries(spec).flatMap(([field, value]): readonly Finding[] => {
    if (STILL_OURS.includes(field) || same(value, live.spec[field])) return [];
    return [
      {
        code: "entra-synced",
        message: `${field}: ${live.spec.userPrincipalName ?? live.id} is synced from on-premises Active Directory, where this is changed.`,
        hint: "Only usageLocation, groups, roles and apps of a synced user are changed here: leave the field out.",
        path: [field],
      },
    ];
  });
}

function same(wanted: Value | undefined, found: Value | undefined): boolean {
  if (isObject(wanted)) {
    const have = isObject(found) ? found : {};
    return Object.entries(wanted).every(([name, value]) => same(value, have[name]));
  }
  if (!isSet(wanted) && !isSet(found)) return true;
  return typeof wanted === "string" && typeof found === "string"
    ? wanted.toLowerCase() === found.toLowerCase()
    : wanted === found;
}
