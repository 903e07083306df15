/** The health checks of entra.md §1.6, in its order: all read-only, one line each. */
import { problemsOf } from "../../engine/problem.ts";
import type { Check } from "../../engine/provider.ts";
import { signingCertificate } from "./auth/certificate.ts";
import { graphErrorOf } from "./client/errors.ts";
import type { EntraReader } from "./client.ts";
import { hasLicence, type Licence, licenceName } from "./licences.ts";
import { missingNeeds } from "./permissions.ts";

const DAY = 24 * 3_600_000;
const SOON = 30 * DAY;

export async function* doctor(reader: EntraReader, kinds: readonly string[]): AsyncIterable<Check> {
  let roles: readonly string[];
  try {
    const token = await reader.token();
    roles = token.roles;
    const minutes = Math.round((token.expiresAt - reader.clock.now()) / 60_000);
    yield { name: "token", status: "ok", detail: `Issued by ${reader.settings.login.host} for ${minutes} minutes.` };
  } catch (error) {
    yield failed("token", error);
    yield { name: "api", status: "unknown", detail: "Not asked: there is no usable credential." };
    return;
  }
  yield* permissionChecks(roles, kinds);
  yield* organizationChecks(reader, kinds);
  for (const probe of PROBES) {
    if (probe.kinds.some((kind) => kind === "*" || kinds.includes(kind))) yield await probed(reader, probe, kinds);
  }
  if (kinds.includes("distribution-list")) yield await exchangeCheck(reader);
  yield* credentialChecks(reader);
}

/** Distribution lists need a second token, and a directory role besides the permission (entra.md §14). */
async function exchangeCheck(reader: EntraReader): Promise<Check> {
  if (!reader.usesExchange) {
    return {
      name: "Exchange",
      status: "warn",
      detail: "Not used: distribution lists are refused.",
      hint: "Set `exchange: true` for the instance where they are to be managed.",
    };
  }
  try {
    const domains = await reader.acceptedDomains();
    return {
      name: "Exchange",
      status: "ok",
      detail: `Answers, with ${domains} accepted domain${domains === 1 ? "" : "s"}.`,
    };
  } catch (error) {
    return failed("Exchange", error);
  }
}

function* permissionChecks(roles: readonly string[], kinds: readonly string[]): Iterable<Check> {
  let missing = 0;
  for (const use of ["read", "write"] as const) {
    for (const { what, anyOf, sometimes } of missingNeeds(kinds, roles, use)) {
      missing += 1;
      const consequence = use === "read" ? "Plans need it." : "Plans work, applying such changes will not.";
      yield {
        name: `permission ${anyOf[0]}`,
        status: use === "read" && sometimes !== true ? "fail" : "warn",
        detail: `Not granted: it takes ${anyOf.slice(0, 2).join(" or ")} to ${what}. ${sometimes === true ? "Only some objects need it." : consequence}`,
        hint: "Add the application permission and grant admin consent; it counts from the next token on.",
      };
    }
  }
  if (missing === 0) yield { name: "permissions", status: "ok", detail: `Granted: ${roles.toSorted().join(", ")}.` };
  for (const wide of [
    "Directory.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "RoleManagement.ReadWrite.Directory",
  ]) {
    if (!roles.includes(wide)) continue;
    yield {
      name: `over-wide ${wide}`,
      status: "warn",
      detail: `${wide} reaches far beyond what most stacks declare${wide.startsWith("Directory") ? "" : ": with it the application can give itself any right"}.`,
      hint: "Keep it only where a declared kind needs it.",
    };
  }
}

/** Licence that some objects of a kind need. */
const LICENSED: readonly { readonly kind: string; readonly licence: Licence; readonly what: string }[] = [
  { kind: "group", licence: "P1", what: "dynamic and role-assignable groups" },
  { kind: "group", licence: "P2", what: "PIM for groups" },
  { kind: "access-package", licence: "Governance", what: "automatic assignment of access packages" },
  { kind: "directory-role", licence: "P2", what: "eligible and temporary directory roles" },
];

async function* organizationChecks(reader: EntraReader, kinds: readonly string[]): AsyncIterable<Check> {
  try {
    const { id, name, domains, plans } = await reader.organization();
    const { cloud } = reader.settings;
    yield {
      name: "organization",
      status: "ok",
      detail: `${name} (${id}), cloud ${cloud.name}, ${domains.length} verified domain${domains.length === 1 ? "" : "s"}.`,
    };
    for (const { licence, what } of LICENSED.filter(({ kind }) => kinds.includes(kind))) {
      const held = hasLicence(plans, licence);
      yield {
        name: `licence ${licence}`,
        status: held ? "ok" : "warn",
        detail: held
          ? `${licenceName(licence)} is there, for ${what}.`
          : `${licenceName(licence)} is missing: no ${what}.`,
      };
    }
    if (kinds.includes("group") && !cloud.pimForGroups) {
      yield { name: "PIM for groups", status: "warn", detail: `The cloud ${cloud.name} has no PIM for groups.` };
    }
  } catch (error) {
    yield failed("organization", error);
  }
}

interface ProbeOf {
  readonly name: string;
  readonly path: string;
  readonly kinds: readonly string[];
  /** Kinds that cannot do without it; for the others a refusal is only worth knowing. */
  readonly needed?: readonly string[];
}

const PROBES: readonly ProbeOf[] = [
  { name: "users", path: "/users?$top=1&$select=id", kinds: ["*"], needed: ["*"] },
  { name: "groups", path: "/groups?$top=1&$select=id", kinds: ["group"], needed: ["group"] },
  {
    name: "roles",
    path: "/roleManagement/directory/roleDefinitions?$top=1&$select=id",
    kinds: ["*"],
    needed: ["user", "directory-role"],
  },
  {
    name: "access packages",
    path: "/identityGovernance/entitlementManagement/catalogs?$top=1",
    kinds: ["access-package"],
    needed: ["access-package"],
  },
  { name: "audit log", path: "/auditLogs/directoryAudits?$top=1", kinds: ["*"] },
];

async function probed(
  reader: EntraReader,
  { name, path, needed = [] }: ProbeOf,
  kinds: readonly string[],
): Promise<Check> {
  if (name === "audit log" && !reader.settings.cloud.audits) {
    return { name, status: "warn", detail: `The cloud ${reader.settings.cloud.name} has no audit log to read.` };
  }
  try {
    const { status, body } = await reader.probe(path);
    if (status === 200) return { name, status: "ok", detail: "Readable." };
    const { code, message } = graphErrorOf(body);
    const must = needed.some((kind) => kind === "*" || kinds.includes(kind));
    const licence = code === "NoGovernanceSku" || /licen[sc]e|premium/i.test(message);
    return {
      name,
      status: must ? "fail" : "warn",
      detail: `Refused with ${status}: ${licence ? "licence missing" : "permission missing"}${must ? "" : "; no declared kind needs it"}.`,
      hint: licence
        ? "The directory's licences do not include it."
        : "Its permission is not granted, or not consented to.",
    };
  } catch (error) {
    return failed(name, error);
  }
}

/** A secret ends silently (§1.1): the dates stand on our own application, and in our own certificate. */
async function* credentialChecks(reader: EntraReader): AsyncIterable<Check> {
  const { credential } = reader.settings;
  const now = reader.clock.now();
  if (credential.kind === "token" || credential.kind === "github") {
    yield { name: "credential", status: "ok", detail: "Federated: nothing is stored and nothing expires." };
    return;
  }
  if (credential.kind === "certificate") {
    const { expiresAt } = signingCertificate(credential.certificate, credential.privateKey);
    yield expiry("certificate", "The certificate", expiresAt, now);
    return;
  }
  try {
    const secrets = (await reader.ownCredentials())?.filter(({ kind }) => kind === "secret");
    if (secrets === undefined) {
      yield {
        name: "secret",
        status: "unknown",
        detail: "When it ends cannot be read: that takes Application.Read.All, and an application of this directory.",
      };
      return;
    }
    for (const { name, endsAt } of secrets) yield expiry("secret", `"${name}"`, Date.parse(endsAt ?? ""), now);
  } catch (error) {
    yield failed("secret", error);
  }
}

function expiry(name: string, what: string, at: number, now: number): Check {
  if (Number.isNaN(at)) return { name, status: "unknown", detail: `${what} shows no end.` };
  const days = Math.floor((at - now) / DAY);
  const date = new Date(at).toISOString().slice(0, 10);
  if (at < now)
    return { name, status: "warn", detail: `${what} ended on ${date}.`, hint: "Remove it, or make a new one." };
  return {
    name,
    status: at - now < SOON ? "warn" : "ok",
    detail: `${what} ends on ${date}, in ${days} days.`,
    ...(at - now < SOON ? { hint: "Make a new one before; federation has nothing that ends." } : {}),
  };
}

function failed(name: string, error: unknown): Check {
  const [problem] = problemsOf(error);
  return {
    name,
    status: "fail",
    detail: problem?.message ?? "It failed.",
    ...(problem?.hint === undefined ? {} : { hint: problem.hint }),
  };
}
