/** The health checks of okta.md §1.7, in its order: all read-only, one line each. */
import type { Check } from "../../engine/provider.ts";
import type { Probe } from "./client/org.ts";
import type { OktaReader } from "./client.ts";
import { credentialChecks, failed } from "./doctor/credential.ts";
import { featureChecks } from "./doctor/features.ts";
import { areaScopes, missingManageScopes, missingReadScopes, missingRoles } from "./rights.ts";

export async function* doctor(reader: OktaReader, kinds: readonly string[]): AsyncIterable<Check> {
  yield* hostChecks(reader);
  const credential = await credentialChecks(reader);
  yield* credential.checks;
  if (!credential.usable) {
    yield { name: "api", status: "unknown", detail: "Not asked: there is no usable credential." };
    return;
  }
  yield* scopeChecks(reader, kinds);
  yield* probeChecks(reader, kinds);
  yield* featureChecks(reader, kinds);
  yield* roleChecks(reader, kinds);
}

async function* hostChecks(reader: OktaReader): AsyncIterable<Check> {
  const { base, warning } = reader.settings;
  if (warning !== undefined) yield { name: "domain", status: "warn", detail: warning, hint: "Correct `domain`." };
  try {
    const { id, address } = await reader.organization();
    const canonical = address === undefined ? undefined : new URL(address).host;
    const differs = canonical !== undefined && canonical !== base.host;
    yield {
      name: "host",
      status: "ok",
      detail: `${base.host} is the organization ${id}${differs ? `, also known as ${canonical}` : ""}.`,
    };
  } catch (error) {
    yield failed("host", error);
  }
}

async function* scopeChecks(reader: OktaReader, kinds: readonly string[]): AsyncIterable<Check> {
  const token = await reader.token();
  if (token === undefined) return;
  const needed = new Set(missingReadScopes(kinds, token.scopes));
  const missing = new Set([...reader.settings.scopes.filter((scope) => !token.scopes.includes(scope)), ...needed]);
  for (const scope of missing) {
    const asked = reader.settings.scopes.includes(scope);
    yield {
      name: `scope ${scope}`,
      status: needed.has(scope) ? "fail" : "warn",
      detail: asked ? "Requested, not granted." : "Needed by a declared kind, not requested.",
      hint: asked
        ? "Grant it on the app's Okta API Scopes tab, and look again afterwards: the console sometimes forgets."
        : "Add it to `scopes` in accord.yaml, and grant it.",
    };
  }
  for (const scope of missingManageScopes(kinds, token.scopes)) {
    if (missing.has(scope)) continue;
    yield {
      name: `scope ${scope}`,
      status: "warn",
      detail: "Not granted: plans work, applying their changes will not.",
    };
  }
  if (missing.size === 0) {
    yield {
      name: "scopes",
      status: "ok",
      detail: `Granted: ${token.scopes.join(", ")}. Whether roles back them, writes tell.`,
    };
  }
  const wide = token.scopes.filter((scope) => scope.endsWith(".manage") && !areaScopes(kinds).includes(scope));
  if (kinds.length === 0 || wide.length === 0) return;
  yield {
    name: "wide scopes",
    status: "warn",
    detail: `No declared kind writes with ${wide.join(", ")}.`,
    hint: "Name the others alone under `scopes` in accord.yaml, and revoke the grant of these.",
  };
}

interface ProbeOf {
  readonly name: string;
  readonly address: string;
  /** An empty answer means that the credential sees nothing. */
  readonly neverEmpty?: boolean;
  /** Kinds that cannot do without it; for the others a refusal is only worth knowing. */
  readonly kinds: readonly string[];
  /** Which role shows it, where that is not any. */
  readonly role?: string;
}

const MINUTES = 60_000;

const WHOLE = "Rules are shown to Group, Organization and Super Administrators of the whole organization only.";
const APPS = "Applications are shown to Application, Organization and Super Administrators.";
const LOG = "The log is shown to Super, Organization, Application, Read-only and Report Administrators.";

const PROBES: readonly ProbeOf[] = [
  { name: "users", address: "/api/v1/users?limit=1", neverEmpty: true, kinds: ["group", "user", "group-rule"] },
  { name: "groups", address: "/api/v1/groups?limit=1", neverEmpty: true, kinds: ["group", "app-assignment"] },
  { name: "group rules", address: "/api/v1/groups/rules?limit=1", kinds: ["group-rule"], role: WHOLE },
  { name: "apps", address: "/api/v1/apps?limit=1", kinds: ["app", "app-assignment"], role: APPS },
  { name: "log", address: "/api/v1/logs?limit=1", kinds: [], role: LOG },
];

async function* probeChecks(reader: OktaReader, kinds: readonly string[]): AsyncIterable<Check> {
  let server: number | undefined;
  for (const one of PROBES) {
    try {
      const since = new Date(reader.clock.now() - 5 * MINUTES).toISOString();
      const probe = await reader.probe(one.name === "log" ? `${one.address}&since=${since}` : one.address);
      server ??= Date.parse(probe.headers.get("date") ?? "");
      yield probed(
        one,
        probe,
        one.kinds.some((kind) => kinds.includes(kind)),
      );
    } catch (error) {
      yield failed(one.name, error);
    }
  }
  yield skewCheck(server, reader.clock.now());
}

function probed({ name, neverEmpty, role }: ProbeOf, probe: Probe, needed: boolean): Check {
  const limit = probe.headers.get("x-rate-limit-limit");
  const budget = limit === null ? "" : ` Its bucket allows ${limit} calls a minute.`;
  if (probe.status !== 200) {
    return {
      name,
      status: needed ? "fail" : "warn",
      detail: `Refused with ${probe.status}${needed ? "" : ", and no declared kind needs it"}.${budget}`,
      hint: `Its scope is not granted, or the admin role does not reach it.${role === undefined ? "" : ` ${role}`}`,
    };
  }
  if (neverEmpty === true && Array.isArray(probe.body) && probe.body.length === 0) {
    return {
      name,
      status: "fail",
      detail: `Answered, but shows nothing.${budget}`,
      hint: "No admin role, or a custom role on an empty resource set.",
    };
  }
  return { name, status: "ok", detail: `Readable.${budget}` };
}

function skewCheck(server: number | undefined, now: number): Check {
  if (server === undefined || Number.isNaN(server)) {
    return { name: "clock", status: "unknown", detail: "Okta's answers carry no date." };
  }
  const seconds = Math.round((now - server) / 1_000);
  const detail = `This machine is ${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead of"} Okta.`;
  if (Math.abs(seconds) <= 60) return { name: "clock", status: "ok", detail };
  return {
    name: "clock",
    status: "warn",
    detail,
    hint: "Set the clock by NTP: signatures are refused beyond five minutes.",
  };
}

async function* roleChecks(reader: OktaReader, kinds: readonly string[]): AsyncIterable<Check> {
  const { credential } = reader.settings;
  let held: readonly string[];
  try {
    const principal =
      credential.kind === "token"
        ? ({ type: "user", id: (await reader.me()).id } as const)
        : ({ type: "client", id: credential.clientId } as const);
    held = (await reader.roles(principal)).map((role) => role.type);
  } catch {
    yield {
      name: "roles",
      status: "unknown",
      detail: "Not readable: that takes okta.roles.read and the right to see roles.",
    };
    return;
  }
  for (const { kind, roles } of missingRoles(kinds, held)) {
    yield {
      name: `role for okta/${kind}`,
      status: "fail",
      detail: `Held: ${held.join(", ") || "none"}.`,
      hint: `Give ${credential.kind === "token" ? "the token's owner" : "the app"} ${roles.slice(1).join(" or ") || roles.join("")}${credential.kind === "token" ? "" : " on its Admin Roles tab"}.`,
    };
  }
  yield { name: "roles", status: held.length === 0 ? "fail" : "ok", detail: held.join(", ") || "None." };
  if (held.includes("SUPER_ADMIN") && credential.kind !== "token") {
    yield {
      name: "super administrator",
      status: "warn",
      detail:
        'The app is super administrator. The setting "Public client app admins" gives that to every new service app.',
      hint: "Switch the setting off and give the app Group, Organization and Application Administrator, unless it manages roles.",
    };
  }
}
