/**
 * Who holds a directory role, or may activate it. With PIM (P2) what is so are schedules, and changes are requests that
 * the service works off; without it, plain assignments. Live activations are nobody's but the holder's.
 */
import type { Finding, Kind } from "../../../engine/kind.ts";
import type { Edge, Gone, Live } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { nearestName } from "../../../engine/words.ts";
import { graphSaid, hasCode } from "../client/errors.ts";
import type { Holding, RoleSchedule } from "../client/role-schedules.ts";
import type { RoleDefinition } from "../client/roles.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { hasLicence } from "../licences.ts";
import { ADMINISTERING, HARMLESS } from "../roles.ts";
import { CONSISTENCY } from "./group.ts";
import { loginsOf } from "./logins.ts";
import { edgesOf, namesOnePrincipal, type PrincipalSpec, principalIdOf, principalKey } from "./principal.ts";
import { notLicensed, policyProblems } from "./role-policy.ts";
import { grant, type RoleWish, settled } from "./role-request.ts";

export type DirectoryRoleSpec = PrincipalSpec & {
  /** Display name. */
  readonly role?: string;
  readonly assignment?: Holding;
  readonly scope?: string;
  /** ISO time; null: for good. */
  readonly expires?: string | null;
  readonly justification?: string;
};

export const directoryRole: Kind<EntraReader, EntraWriter, DirectoryRoleSpec> = {
  name: "directory-role",
  proof: { by: "response" },
  consistency: CONSISTENCY,
  key: keyOf,
  check: namesOnePrincipal,
  review,

  async *list(reader, want) {
    const wanted = new Set(want.objects.map(({ id, key }) => id ?? key));
    for (const live of await everyRole(reader)) {
      if (want.everything === true || wanted.has(live.id) || wanted.has(keyOf(live.spec))) yield live;
    }
  },

  async *get(reader, wanted) {
    const roles = await reader.roleDefinitions();
    for (const { id } of wanted) {
      const found = await scheduleNamed(reader, id);
      const answer: Live<DirectoryRoleSpec> | Gone =
        found === undefined || found.activated ? { gone: true, id } : toSpec(found, id, roles);
      yield answer;
    }
  },

  async create(writer, spec, context) {
    const wish = await wishOf(writer, spec, context.people, context.address);
    const made = await grant(writer, wish, await hasPim(writer));
    await context.made(made.id);
    const { justification: _, ...shown } = spec;
    return {
      id: made.id,
      spec: { ...shown, scope: wish.scope, expires: wish.endsAt ?? null },
      people: context.people,
      ...(made.created === undefined ? {} : { createdAt: made.created }),
    };
  },

  async update(writer, live, spec, _fields, context) {
    const { holding, id } = idParts(live.id);
    if (holding === undefined) throw new ProblemError(notLicensed("an end", "P2", "expires"));
    const goal = { ...live.spec, ...spec };
    const wish = await wishOf(writer, goal, { ...live.people, ...context.people }, context.address);
    await settled(writer, wish, {
      action: "adminUpdate",
      scheduleId: id,
      schedule: { startsAt: new Date(writer.clock.now()).toISOString(), endsAt: wish.endsAt },
    });
    const { justification: _, ...shown } = goal;
    return { ...live, spec: shown, people: { ...live.people, ...context.people } };
  },

  /** What is there now decides: in its place may stand an activation by the holder, which a removal would end. */
  async delete(writer, live, context) {
    const { holding, id } = idParts(live.id);
    if (holding === undefined) {
      await writer.removeDirectoryRole(id);
      return;
    }
    const found = await writer.roleSchedule(holding, id);
    if (found === undefined || found.activated) return;
    const wish = await wishOf(writer, live.spec, live.people, context.address);
    try {
      await settled(writer, wish, { action: "adminRemove" });
    } catch (error) {
      if (graphSaid(error)?.code !== "RoleAssignmentDoesNotExist") throw error;
    }
  },

  *edges({ spec, people }): Iterable<Edge> {
    const { role = "a directory role", scope = "/", assignment } = spec;
    const where = scope === "/" ? "" : ` in ${scope}`;
    const active = assignment === "active";
    yield* edgesOf(spec, people, {
      entitlement: active ? `${role}${where}` : `eligible for ${role}${where}`,
      ...(HARMLESS.includes(role) ? {} : { privileged: true }),
      ...(active && scope === "/" && ADMINISTERING.includes(role) ? { administers: true } : {}),
    });
  },

  describe({ action, before, after }) {
    const spec = after ?? before?.spec;
    if (action === "delete" && spec?.assignment === "eligible") {
      return { notes: ["Who has activated the role keeps it until the activation ends."] };
    }
    if (action === "delete") return { notes: ["Tokens that are out carry the role for up to an hour."] };
    if (action === "create" && spec?.group !== undefined) {
      return { notes: ["Everybody in the group holds it, and whoever owns the group decides who that is."] };
    }
    return {};
  },
};

/** Without the service's word: names, licence. With it: the dry run of the very request, where our credential may send it. */
async function review(
  reader: EntraReader,
  spec: DirectoryRoleSpec,
  live: Live<DirectoryRoleSpec> | undefined,
): Promise<readonly Finding[]> {
  const roles = await reader.roleDefinitions();
  const named = roles.filter(({ name }) => name === spec.role);
  const [role] = named;
  if (role === undefined || named.length > 1) return [strangeRole(spec.role ?? "", named, roles)];
  if (!(await hasPim(reader))) {
    const findings = [
      ...(spec.assignment === "eligible" ? [notLicensed("eligibility", "P2", "assignment")] : []),
      ...(typeof spec.expires === "string" ? [notLicensed("an end", "P2", "expires")] : []),
    ];
    return findings.map(({ field, ...finding }) => ({ ...finding, path: [field ?? "role"] }));
  }
  const { expires } = spec;
  if (typeof expires === "string" && Date.parse(expires) <= reader.clock.now()) {
    return [
      {
        code: "entra-role-ended",
        message: `expires: ${expires} is over.`,
        hint: "Write a later moment, or take the document out: what has ended is not given again.",
        path: ["expires"],
      },
    ];
  }
  if (live !== undefined && (live.spec.expires ?? null) === (expires ?? live.spec.expires ?? null)) return [];
  return tried(reader, spec, role, live);
}

async function tried(
  reader: EntraReader,
  spec: DirectoryRoleSpec,
  role: RoleDefinition,
  live: Live<DirectoryRoleSpec> | undefined,
): Promise<readonly Finding[]> {
  const principalId = await knownPrincipal(reader, spec);
  const holding = spec.assignment ?? "active";
  if (principalId === undefined || !(await mayRequest(reader, holding))) return [];
  try {
    await reader.tryRoleRequest(holding, {
      action: live === undefined ? "adminAssign" : "adminUpdate",
      principalId,
      roleId: role.id,
      scope: spec.scope ?? "/",
      justification: spec.justification ?? "Declared in a stack",
      schedule: { startsAt: new Date(reader.clock.now()).toISOString(), endsAt: spec.expires ?? undefined },
      ...(live === undefined ? {} : { scheduleId: idParts(live.id).id }),
    });
    return [];
  } catch (error) {
    // That it exists, or is on its way, the engine finds out itself.
    if (/^(?:RoleAssignmentExists|PendingRoleAssignmentRequest)$/.test(graphSaid(error)?.code ?? "")) return [];
    if (!(error instanceof ProblemError) || hasCode(error, "rate-limited")) throw error;
    return policyProblems(error, role.name).map(({ code, message, hint, field }) => ({
      code,
      message,
      hint: hint ?? "Microsoft's words above say what it did not take.",
      path: [field !== undefined && spec[field] !== undefined ? field : "role"],
    }));
  }
}

async function mayRequest(reader: EntraReader, holding: Holding): Promise<boolean> {
  const narrow = `Role${holding === "active" ? "Assignment" : "Eligibility"}Schedule.ReadWrite.Directory`;
  const { roles } = await reader.token();
  return roles.includes(narrow) || roles.includes("RoleManagement.ReadWrite.Directory");
}

/** A person whom the directory knows; what this plan makes is nobody yet. */
async function knownPrincipal(reader: EntraReader, spec: DirectoryRoleSpec): Promise<string | undefined> {
  if (typeof spec.user !== "string") return principalKey(spec);
  const seen = reader.seen.userByLogin(spec.user);
  return seen?.id ?? (await reader.usersWith("userPrincipalName", [spec.user]))[0]?.id;
}

function strangeRole(name: string, named: readonly RoleDefinition[], roles: readonly RoleDefinition[]): Finding {
  const near = nearestName(
    name,
    roles.map((role) => role.name),
  );
  return {
    code: "entra-unknown-role",
    message: `role: the directory has ${named.length > 1 ? `${named.length} roles` : "no role"} "${name}".`,
    hint:
      named.length > 1
        ? "Rename the custom one of them."
        : near === undefined
          ? "Write the role's display name as the admin center shows it."
          : `Did you mean "${near}"?`,
    path: ["role"],
  };
}

async function wishOf(
  reader: EntraReader,
  spec: DirectoryRoleSpec,
  people: Live["people"],
  address: string,
): Promise<RoleWish> {
  const role = (await reader.roleDefinitions()).find(({ name }) => name === spec.role);
  if (role === undefined) throw new ProblemError(strangeRole(spec.role ?? "", [], await reader.roleDefinitions()));
  return {
    holding: spec.assignment ?? "active",
    role,
    principalId: principalIdOf(spec, people),
    scope: spec.scope ?? "/",
    endsAt: spec.expires ?? undefined,
    justification: spec.justification ?? `Declared as ${address}`,
    address,
  };
}

async function hasPim(reader: EntraReader): Promise<boolean> {
  const { plans } = await reader.organization();
  return hasLicence(plans, "P2") || hasLicence(plans, "Governance");
}

async function everyRole(reader: EntraReader): Promise<readonly Live<DirectoryRoleSpec>[]> {
  const roles = await reader.roleDefinitions();
  if (!(await hasPim(reader))) {
    const rows = (await reader.roleAssignments()).map(plain);
    return named(reader, rows, (row) => `direct/${row.id}`, roles);
  }
  const rows = [...(await reader.roleSchedules("active")), ...(await reader.roleSchedules("eligible"))];
  const standing = rows.filter(({ activated, direct }) => direct && !activated);
  return named(reader, standing, ({ holding, id }) => `${holding}/${id}`, roles);
}

/** Without a right on its type Graph shows a principal as type and id; people have names all the same. */
async function named(
  reader: EntraReader,
  rows: readonly RoleSchedule[],
  idOf: (row: RoleSchedule) => string,
  roles: readonly RoleDefinition[],
): Promise<readonly Live<DirectoryRoleSpec>[]> {
  const bare = rows.filter(({ principal }) => principal === undefined || isNameless(principal));
  const logins = await loginsOf(
    reader,
    bare.map(({ principalId }) => principalId),
  );
  return rows.map((row) => {
    const login = logins.get(row.principalId);
    const principal = login === undefined ? row.principal : { id: row.principalId, type: "user", label: login };
    return toSpec({ ...row, principal }, idOf(row), roles);
  });
}

function isNameless({ type, label }: NonNullable<RoleSchedule["principal"]>): boolean {
  return type === "user" && label === undefined;
}

async function scheduleNamed(reader: EntraReader, live: string): Promise<RoleSchedule | undefined> {
  const { holding, id } = idParts(live);
  if (holding !== undefined) return reader.roleSchedule(holding, id);
  const found = await reader.roleAssignment(id);
  return found === undefined ? undefined : plain(found);
}

function plain(row: Awaited<ReturnType<EntraReader["roleAssignments"]>>[number]): RoleSchedule {
  return { ...row, holding: "active", activated: false, direct: true, endsAt: undefined, created: undefined };
}

function toSpec(row: RoleSchedule, id: string, roles: readonly RoleDefinition[]): Live<DirectoryRoleSpec> {
  const role = roles.find((one) => one.id === row.roleId)?.name ?? row.roleId;
  const { type, label } = row.principal ?? {};
  const isUser = type === "user" && label !== undefined;
  const principal: PrincipalSpec = isUser
    ? { user: label }
    : { [type === "group" ? "group" : "application"]: { id: row.principalId } };
  return {
    id,
    spec: { role, assignment: row.holding, ...principal, scope: row.scope, expires: row.endsAt ?? null },
    ...(isUser ? { people: { [label]: row.principalId } } : {}),
    ...(isUser || label === undefined ? {} : { names: { [row.principalId]: label } }),
    ...(row.created === undefined ? {} : { createdAt: row.created }),
  };
}

/** `active/…` and `eligible/…` are schedules; `direct/…` is an assignment of a directory without PIM. */
function idParts(live: string): { readonly holding: Holding | undefined; readonly id: string } {
  const [first, ...rest] = live.split("/");
  const holding = first === "active" || first === "eligible" ? first : undefined;
  return { holding, id: rest.join("/") };
}

function keyOf(spec: Partial<DirectoryRoleSpec>): string | undefined {
  const principal = principalKey(spec);
  const { role, assignment = "active", scope = "/" } = spec;
  return principal === undefined || role === undefined ? undefined : `${assignment} ${role} ${principal} ${scope}`;
}
