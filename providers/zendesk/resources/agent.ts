import type { Finding, Kind } from "../../../engine/kind.ts";
import type { Edge, Gone, Live, Spec } from "../../../engine/model.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { touches } from "../../shared/changes.ts";
import { refId, textAt } from "../../shared/spec.ts";
import { sentId } from "../client/narrow.ts";
import type { User } from "../client/users.ts";
import type { ZendeskReader, ZendeskWriter } from "../client.ts";
import { readUsers, wantedUsers } from "./agent-reads.ts";
import { moveAddress, setDefaultGroup } from "./agent-writes.ts";

export type Role = "agent" | "admin" | "end-user";

export type AgentSpec = Spec & {
  readonly email?: string;
  readonly name?: string;
  readonly role?: Role;
  readonly customRole?: { readonly id: string };
  readonly defaultGroup?: { readonly id: string };
  readonly suspended?: boolean;
  readonly externalId?: string;
  readonly alias?: string;
  readonly ticketRestriction?: string;
  readonly onlyPrivateComments?: boolean;
  readonly moderator?: boolean;
};

export const agent: Kind<ZendeskReader, ZendeskWriter, AgentSpec> = {
  name: "agent",
  proof: { by: "read" },
  consistency: 10_000,
  key: (spec) => textAt(spec, "email")?.toLowerCase(),

  *check(spec): Iterable<Finding> {
    if (spec.customRole !== undefined && spec.role !== undefined && spec.role !== "agent") {
      yield {
        code: "zendesk-role-and-custom-role",
        message: `customRole: it goes with role agent; together with ${spec.role}, Zendesk would make the person an agent.`,
        hint: "Say `role: agent`, or leave one of the two out.",
        path: ["customRole"],
      };
    }
    if (spec.defaultGroup !== undefined && spec.role === "end-user") {
      yield {
        code: "zendesk-end-user-in-group",
        message: "defaultGroup: only agents and administrators are in groups.",
        hint: "Leave defaultGroup out, or declare another role.",
        path: ["defaultGroup"],
      };
    }
  },

  async *list(reader, want) {
    for (const user of await wantedUsers(reader, want)) yield toLive(user);
  },

  async *get(reader, wanted) {
    const found = await readUsers(
      reader,
      wanted.map(({ id }) => id),
    );
    for (const { id } of wanted) {
      const user = found.get(id);
      const answer: Live<AgentSpec> | Gone = user === undefined ? { gone: true, id } : toLive(user);
      yield answer;
    }
  },

  async create(writer, spec, context) {
    const { suspended: _, ...rest } = toApi({ ...spec, role: spec.role ?? "agent" });
    const email = spec.email ?? "";
    const made = await writer.createUser({ ...rest, email, skip_verify_email: true }, email);
    await context.made(made.id);
    const group = refId(spec.defaultGroup);
    await attemptAll([
      ...(spec.suspended === true ? [() => writer.updateUser(made.id, { suspended: true })] : []),
      ...(group === undefined ? [] : [() => setDefaultGroup(writer, made.id, group)]),
    ]);
    const live = toLive(made);
    return { ...live, spec: { ...live.spec, ...spec, email: live.spec.email ?? email } };
  },

  async update(writer, live, spec, fields) {
    const changed = Object.keys(spec).filter((name) => !APART.has(name) && touches(fields, name));
    const changes = toApi(Object.fromEntries(changed.map((name) => [name, spec[name] ?? null])));
    const group = touches(fields, "defaultGroup") ? refId(spec.defaultGroup) : undefined;
    await attemptAll([
      // All of it in one call: Zendesk takes one update a second, and five a minute of one user.
      ...(changed.length === 0 ? [] : [() => writer.updateUser(live.id, changes)]),
      ...(touches(fields, "email") ? [() => moveAddress(writer, live.id, spec.email ?? "")] : []),
      ...(group === undefined ? [] : [() => setDefaultGroup(writer, live.id, group)]),
    ]);
    const named = Object.entries(spec).filter(([name]) => touches(fields, name));
    return { ...live, spec: { ...live.spec, ...Object.fromEntries(named) } };
  },

  async disable(writer, live) {
    await writer.updateUser(live.id, { suspended: true });
  },

  async delete(writer, live) {
    const found = await writer.user(live.id);
    if (found?.active === true) await writer.deleteUser(live.id);
  },

  *edges({ spec, id }): Iterable<Edge> {
    if (spec.email === undefined || spec.suspended === true) return;
    const holder = { person: spec.email, ...(id === undefined ? {} : { personId: id }) };
    yield { ...holder, entitlement: "an active account", account: true };
    const role = spec.role ?? (spec.customRole === undefined ? undefined : "agent");
    if (role === undefined || role === "end-user") return;
    yield {
      ...holder,
      entitlement: role === "admin" ? "Zendesk administrator" : "Zendesk agent",
      ...(role === "admin" ? { privileged: true, administers: true } : {}),
    };
    const custom = refId(spec.customRole);
    if (custom !== undefined) yield { ...holder, entitlement: `Zendesk custom role ${custom}` };
  },

  describe({ action, before, after, fields }) {
    if (action === "delete") {
      return {
        notes: ["The account ends for good: Zendesk cannot restore it, and the same address later gets another id."],
        undo: "none",
      };
    }
    const leavesTeam = touches(fields, "role") && after?.role === "end-user" && before !== undefined;
    return {
      notes: touches(fields, "email") && before !== undefined ? [MOVED] : [],
      // The person is counted with the role that goes.
      ...(leavesTeam ? { uncertain: { effect: DEMOTED, people: 0 }, undo: "approximate" as const } : {}),
    };
  },
};

const MOVED =
  "The new address is added and made primary, then the old one is taken away: the person signs in with the new one.";
const DEMOTED =
  "Demotion: Zendesk does not document it, but the person leaves every group and their tickets lose their assignee; an undo gives back the role alone";

/** Written by calls of their own. */
const APART = new Set(["email", "defaultGroup"]);

function toLive(user: User): Live<AgentSpec> {
  return {
    id: user.id,
    spec: {
      ...(user.email === undefined ? {} : { email: user.email }),
      name: user.name,
      ...(isRole(user.role) ? { role: user.role } : {}),
      ...(user.customRoleId === undefined ? {} : { customRole: { id: user.customRoleId } }),
      ...(user.defaultGroupId === undefined ? {} : { defaultGroup: { id: user.defaultGroupId } }),
      suspended: user.suspended,
      ...(user.externalId === undefined ? {} : { externalId: user.externalId }),
      alias: user.alias,
      ...(user.ticketRestriction === undefined ? {} : { ticketRestriction: user.ticketRestriction }),
      onlyPrivateComments: user.onlyPrivateComments,
      moderator: user.moderator,
    },
    ...(user.email === undefined ? {} : { people: { [user.email]: user.id } }),
    ...(user.created === undefined ? {} : { createdAt: user.created }),
  };
}

/** Never `organization_id`: it would end every other membership; never `email` of somebody who is there (zendesk.md §2.1). */
function toApi(spec: AgentSpec): Readonly<Record<string, unknown>> {
  const custom = refId(spec.customRole);
  return {
    ...(spec.name === undefined ? {} : { name: spec.name }),
    ...(spec.role === undefined ? {} : { role: spec.role }),
    // A custom role is an agent's, and Zendesk wants to hear both.
    ...(custom === undefined ? {} : { custom_role_id: sentId(custom), role: spec.role ?? "agent" }),
    ...(spec.suspended === undefined ? {} : { suspended: spec.suspended }),
    ...(spec.externalId === undefined ? {} : { external_id: spec.externalId }),
    ...(spec.alias === undefined ? {} : { alias: spec.alias }),
    ...(spec.ticketRestriction === undefined ? {} : { ticket_restriction: spec.ticketRestriction }),
    ...(spec.onlyPrivateComments === undefined ? {} : { only_private_comments: spec.onlyPrivateComments }),
    ...(spec.moderator === undefined ? {} : { moderator: spec.moderator }),
  };
}

function isRole(role: string): role is Role {
  return role === "agent" || role === "admin" || role === "end-user";
}
