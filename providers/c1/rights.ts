/**
 * What a credential can see. C1 answers a caller without rights with blank fields and HTTP 200 (c1.md §1), which would
 * read as drift everywhere: so the roles are asked for first, and a plan without them does not start.
 */
import type { Problem } from "../../engine/problem.ts";
import { text } from "./client/wire.ts";
import type { C1Reader } from "./client.ts";

const SUPER = "Super Administrator";
const READ_ONLY = "Read-Only Super Administrator";

/** Roles that see everything of a kind, super administrators aside; spelled as C1's console does. */
const READERS: Readonly<Record<string, readonly string[]>> = {
  app: [READ_ONLY],
  entitlement: [READ_ONLY],
  policy: [READ_ONLY],
  "access-conflict": [READ_ONLY],
  // Read-only administrators see groups, but not the rules that keep them.
  group: [],
  automation: [],
  "app-settings": [READ_ONLY],
  vault: [READ_ONLY],
  "access-review-template": [READ_ONLY],
  webhook: [READ_ONLY],
  "risk-level": [READ_ONLY],
  "compliance-framework": [READ_ONLY],
  "access-profile": [READ_ONLY, "Access Request Administrator"],
  connector: [READ_ONLY, "Connector Administrator"],
  // Read-only administrators see profiles and policies, but no automations.
  "membership-automation": ["Access Request Administrator"],
};

/** Modules that a tenant may have switched off, by the kinds that need them. */
const MODULES: Readonly<Record<string, RegExp>> = {
  "access-profile": /catalog|profile|request/i,
  "membership-automation": /catalog|profile|automation/i,
  "access-conflict": /conflict|sod|separation/i,
};

const ID = /^[a-zA-Z0-9]{27}$/;

/** The caller's roles by name; `roles` may hold ids instead. */
export async function ownRoles(reader: C1Reader): Promise<readonly string[]> {
  const { roles } = await reader.introspect();
  if (!roles.some((role) => ID.test(role))) return roles;
  const known = await reader.roles();
  return roles.map((role) => {
    const row = known.find((one) => [text(one.id), text(one.name), text(one.displayName)].includes(role));
    return text(row?.displayName) || role;
  });
}

/** The roles of which one is missing for reading a kind; empty where it can be read. */
export function missingFor(kind: string, roles: readonly string[]): readonly string[] {
  const enough = [SUPER, ...(READERS[kind] ?? [READ_ONLY])];
  const own = roles.map(normal);
  return enough.some((role) => own.includes(normal(role))) ? [] : enough;
}

export async function preflight(reader: C1Reader, kinds: readonly string[]): Promise<readonly Problem[]> {
  const [roles, self] = await Promise.all([ownRoles(reader), reader.introspect()]);
  return kinds.flatMap((kind): Problem[] => {
    const missing = missingFor(kind, roles);
    if (missing.length > 0) {
      return [
        {
          code: "missing-role",
          message: `This credential cannot read c1/${kind}: C1 would answer with blank fields instead of refusing. It has ${roles.join(", ") || "no role"}.`,
          hint: `Give its holder one of: ${missing.join(", ")}; and check the scope of the credential.`,
        },
      ];
    }
    const off = self.disabledModules.filter((module) => MODULES[kind]?.test(module) === true);
    if (off.length === 0) return [];
    return [
      {
        code: "module-off",
        message: `c1/${kind} needs what the tenant has switched off: ${off.join(", ")}.`,
        hint: "Ask the vendor or an administrator to switch it on, or take these documents out of the stack.",
      },
    ];
  });
}

/** `Read-Only Super Administrator`, `READ_ONLY_SUPER_ADMINISTRATOR` and `readOnlySuperAdmin` are one. */
function normal(role: string): string {
  return role
    .toLowerCase()
    .replace(/[^a-z]/g, "")
    .replace(/^role/, "")
    .replace(/administrator/g, "admin");
}
