/**
 * Who has an application, and as what. Graph has no update, and no read of a single one: a key of application, principal
 * and role is what it is (entra.md §10).
 */
import type { Finding, Kind, Want, WriteContext } from "../../../engine/kind.ts";
import type { Edge, Gone, Live, Ref } from "../../../engine/model.ts";
import { type Problem, ProblemError, UNCLEAR_OUTCOME } from "../../../engine/problem.ts";
import { refId } from "../../shared/spec.ts";
import { hasCode } from "../client/errors.ts";
import { type AppRole, type AppRoleAssignment, DEFAULT_ACCESS, type ServicePrincipal } from "../client/principals.ts";
import { waitForReplica } from "../client/recent.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { CONSISTENCY } from "./group.ts";
import { loginsOf } from "./logins.ts";
import { edgesOf, namesOnePrincipal, type PrincipalSpec, principalIdOf, principalKey } from "./principal.ts";

export type AppRoleAssignmentSpec = PrincipalSpec & {
  readonly app?: Ref;
  /** `value` of the role; none: default access. */
  readonly role?: string;
};

/** Milliseconds for which a lost assignment may not show, and by which clocks differ. */
const REPLICATION = 5 * 60_000;
const SKEW = 120_000;

/** Application permissions of Microsoft Graph by which an application can give itself any other. */
const SELF_SERVICE = [
  "AppRoleAssignment.ReadWrite.All",
  "RoleManagement.ReadWrite.Directory",
  "Directory.ReadWrite.All",
];

export const appRoleAssignment: Kind<EntraReader, EntraWriter, AppRoleAssignmentSpec> = {
  name: "app-role-assignment",
  proof: { by: "response" },
  consistency: CONSISTENCY,
  key: keyOf,

  check: namesOnePrincipal,
  review,

  async *list(reader, want) {
    const wanted = new Set(want.objects.map(({ id, key }) => id ?? key));
    for (const live of await assignmentsOf(reader, await appsOf(reader, want))) {
      if (want.everything === true || wanted.has(live.id) || wanted.has(keyOf(live.spec))) yield live;
    }
  },

  /** The list of one application is whole or refused, so that who is not in it is not assigned. */
  async *get(reader, wanted) {
    const lives = await assignmentsOf(reader, new Set(wanted.map(({ id }) => appOf(id))));
    const byId = new Map(lives.map((live) => [live.id, live]));
    for (const { id } of wanted) {
      const answer: Live<AppRoleAssignmentSpec> | Gone = byId.get(id) ?? { gone: true, id };
      yield answer;
    }
  },

  async create(writer, spec, context) {
    const principalId = principalIdOf(spec, context.people);
    const app = await appNamed(writer, refId(spec.app) ?? "");
    const role = roleNamed(app, spec);
    if (typeof role !== "string") throw new ProblemError(role);
    const made = await assigned(writer, { resourceId: app.id, principalId, roleId: role }, context);
    const id = idOf(made);
    await context.made(id);
    return {
      id,
      spec,
      people: context.people,
      ...(made.created === undefined ? {} : { createdAt: made.created }),
    };
  },

  async delete(writer, live) {
    await writer.unassignRole(appOf(live.id), live.id.slice(appOf(live.id).length + 1));
  },

  *edges({ spec, people }): Iterable<Edge> {
    const app = refId(spec.app);
    if (app === undefined) return;
    const entitlement = `${spec.role ?? "default access"} of application ${app}`;
    const privileged = SELF_SERVICE.includes(spec.role ?? "") ? { privileged: true } : {};
    yield* edgesOf(spec, people, { entitlement, ...privileged }, { direct: true });
  },

  describe({ action, before, after }) {
    const spec = after ?? before?.spec;
    if (action === "delete") {
      return { notes: ["Sessions that are open in the application may last until their tokens end."] };
    }
    if (action !== "create" || spec?.group === undefined) return {};
    return { notes: ["Direct members of the group only: those of groups in it do not get the application."] };
  },
};

async function review(
  reader: EntraReader,
  spec: AppRoleAssignmentSpec,
  live: Live<AppRoleAssignmentSpec> | undefined,
): Promise<readonly Finding[]> {
  const appId = refId(spec.app);
  if (appId === undefined || live !== undefined) return [];
  const app = (await reader.principalsById([appId])).get(appId);
  if (app === undefined) {
    return [
      {
        code: "not-found",
        message: `app: the directory has no enterprise application ${appId}.`,
        hint: "Name it by displayName or appId; an id is that of the enterprise application, not of its registration.",
        path: ["app"],
      },
    ];
  }
  const role = roleNamed(app, spec);
  if (typeof role !== "string") return [{ ...role, path: [spec.role === undefined ? "app" : "role"] }];
  if (!SELF_SERVICE.includes(spec.role ?? "")) return [];
  return [
    {
      code: "entra-self-service",
      message: `With ${spec.role} an application can give itself any right in the directory.`,
      path: ["role"],
      severity: "warning",
    },
  ];
}

/** The role's id, or what is wrong with its name. */
function roleNamed(app: ServicePrincipal, spec: AppRoleAssignmentSpec): string | (Problem & { hint: string }) {
  const suits = (role: AppRole): boolean =>
    role.enabled && (spec.application === undefined ? role.forUsers : role.forApplications);
  const names = app.roles.filter(suits).map(({ name }) => name);
  const hint =
    names.length === 0
      ? "It has no role for such a principal: leave `role` out for default access."
      : `It has ${names.join(", ")}.`;
  if (spec.role === undefined) {
    if (names.length === 0) return DEFAULT_ACCESS;
    return { code: "entra-app-role", message: `${app.name} has roles of its own, and the document names none.`, hint };
  }
  const [role, ...more] = app.roles.filter(({ name }) => name === spec.role);
  if (role === undefined || more.length > 0) {
    const what = role === undefined ? "no role" : "several roles";
    return { code: "entra-app-role", message: `${app.name} has ${what} "${spec.role}".`, hint };
  }
  if (suits(role)) return role.id;
  const why = role.enabled
    ? `is not for ${spec.application === undefined ? "people and groups" : "applications"}`
    : "is switched off";
  return { code: "entra-app-role", message: `The role "${spec.role}" of ${app.name} ${why}.`, hint };
}

/** A repeated assignment is refused as one that exists, and says nothing about whose it is: the time does. */
async function assigned(
  writer: EntraWriter,
  wanted: { readonly resourceId: string; readonly principalId: string; readonly roleId: string },
  { address }: WriteContext,
): Promise<AppRoleAssignment> {
  const since = writer.clock.now() - SKEW;
  try {
    return await writer.assignRole(wanted.resourceId, wanted.principalId, wanted.roleId);
  } catch (error) {
    if (!hasCode(error, UNCLEAR_OUTCOME) && !hasCode(error, "exists")) throw error;
    const found = await shown(writer, wanted);
    if (found === undefined) throw error;
    if (Date.parse(found.created ?? "") >= since) return found;
    throw new ProblemError({
      code: "exists",
      message: `${found.principalName ?? found.principalId} has that role of the application already.`,
      hint: `Bind it: \`accord import ${address} ${idOf(found)}\`, or say \`adopt: true\` in the document.`,
    });
  }
}

async function shown(
  writer: EntraWriter,
  wanted: { readonly resourceId: string; readonly principalId: string; readonly roleId: string },
): Promise<AppRoleAssignment | undefined> {
  const until = writer.clock.monotonic() + REPLICATION;
  for (let tries = 1; ; tries += 1) {
    const rows = (await writer.assignedTo([wanted.resourceId])).get(wanted.resourceId) ?? [];
    const found = rows.find((row) => row.principalId === wanted.principalId && row.roleId === wanted.roleId);
    const wait = waitForReplica(tries);
    if (found !== undefined || writer.clock.monotonic() + wait > until) return found;
    await writer.clock.sleep(wait, writer.signal);
  }
}

async function appNamed(writer: EntraWriter, id: string): Promise<ServicePrincipal> {
  const app = (await writer.principalsById([id])).get(id);
  if (app !== undefined) return app;
  throw new ProblemError({
    code: "not-found",
    message: `The directory has no enterprise application ${id}.`,
    hint: "Plan again: it may have been deleted.",
  });
}

/** Applications asked about; of everything, those that people know as enterprise applications. */
async function appsOf(reader: EntraReader, want: Want): Promise<ReadonlySet<string>> {
  const named = want.objects.flatMap(({ id, key }) => appOf(id ?? key ?? "") || []);
  const all = want.everything === true ? (await reader.principals()).filter((one) => one.integrated) : [];
  return new Set([...named, ...all.map(({ id }) => id)]);
}

async function assignmentsOf(
  reader: EntraReader,
  appIds: ReadonlySet<string>,
): Promise<readonly Live<AppRoleAssignmentSpec>[]> {
  if (appIds.size === 0) return [];
  const ids = [...appIds];
  const rows = [...(await reader.assignedTo(ids)).values()].flatMap((list) => list ?? []);
  const apps = await reader.principalsById(ids);
  const people = rows.filter(({ type }) => type === "User").map(({ principalId }) => principalId);
  const logins = await loginsOf(reader, people);
  return rows.flatMap((row) => toSpec(row, apps.get(row.resourceId), logins.get(row.principalId)));
}

/** Who is assigned and deleted is nobody; the assignment goes with them. */
function toSpec(
  row: AppRoleAssignment,
  app: ServicePrincipal | undefined,
  login: string | undefined,
): readonly Live<AppRoleAssignmentSpec>[] {
  if (row.type === "User" && login === undefined) return [];
  const principal: AppRoleAssignmentSpec =
    row.type === "User"
      ? { user: login ?? "" }
      : { [row.type === "Group" ? "group" : "application"]: { id: row.principalId } };
  const role = app?.roles.find(({ id }) => id === row.roleId)?.name ?? row.roleId;
  return [
    {
      id: idOf(row),
      spec: { app: { id: row.resourceId }, ...principal, ...(row.roleId === DEFAULT_ACCESS ? {} : { role }) },
      ...(login === undefined ? {} : { people: { [login]: row.principalId } }),
      names: {
        ...(app === undefined ? {} : { [row.resourceId]: app.name }),
        ...(row.principalName === undefined ? {} : { [row.principalId]: row.principalName }),
      },
      ...(row.created === undefined ? {} : { createdAt: row.created }),
    },
  ];
}

function keyOf(spec: Partial<AppRoleAssignmentSpec>): string | undefined {
  const app = refId(spec.app);
  const principal = principalKey(spec);
  return app === undefined || principal === undefined ? undefined : `${app}/${principal}/${spec.role ?? ""}`;
}

function idOf({ resourceId, id }: AppRoleAssignment): string {
  return `${resourceId}/${id}`;
}

/** Both ids and keys begin with the application. */
function appOf(id: string): string {
  return id.split("/")[0] ?? "";
}
