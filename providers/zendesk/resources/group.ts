import type { Finding, Kind, WriteContext } from "../../../engine/kind.ts";
import type { Edge, FieldChange, Live, Spec } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textsOf } from "../../shared/narrow.ts";
import { textAt } from "../../shared/spec.ts";
import type { Group } from "../client/groups.ts";
import type { ZendeskReader, ZendeskWriter } from "../client.ts";
import { groupPlace, type Members } from "./members.ts";
import { runningJobs } from "./running-jobs.ts";
import { firstMembers, movedMembers, readsOf, withFirstMembers } from "./with-members.ts";

export type GroupSpec = Spec & {
  readonly name?: string;
  readonly description?: string;
  readonly isPublic?: boolean;
  readonly members?: readonly string[];
};

export const group: Kind<ZendeskReader, ZendeskWriter, GroupSpec> = {
  name: "group",
  // Members are made by jobs; those that take too long are followed here.
  proof: { by: "poll", every: 5_000, within: 60_000 },
  consistency: 10_000,
  key: (spec) => textAt(spec, "name"),

  ...readsOf<Group, GroupSpec>({
    all: (reader) => reader.groups(),
    one: (reader, id) => reader.group(id),
    keyOf: ({ name }) => name,
    memberships: (reader) => reader.groupMemberships,
    toLive,
  }),

  async find(reader, lookup) {
    return candidatesFor(await reader.groups(), textAt(lookup, "name"), (one) => one.name);
  },

  lookups: ({ spec }) => [{ name: spec.name ?? "" }],

  async review(reader, spec, live) {
    const opened = spec.isPublic === true && live?.spec.isPublic === false;
    return [
      ...(await runningJobs(reader, spec.members !== undefined)),
      ...endUsers(reader, spec),
      ...(opened
        ? [
            {
              code: "zendesk-private-group",
              message: "isPublic: Zendesk cannot make a private group public again.",
              hint: "Declare a second group that is public, move members and tickets there, then end this one; or leave it private.",
              path: ["isPublic"],
            },
          ]
        : []),
    ];
  },

  async create(writer, spec, context) {
    const name = spec.name ?? "";
    const [twin] = await writer.groupsNamed(name);
    if (twin !== undefined) throw new ProblemError(existing(name, twin.id, context));
    const made = await writer.createGroup(toApi(spec));
    await context.made(made.id);
    await attemptAll(firstMembers(groupPlace(writer, made.id), spec, context));
    return withFirstMembers(toLive(made, undefined), spec, context);
  },

  async update(writer, live, spec, fields, context) {
    const own = ownFields(spec, fields);
    await attemptAll([
      ...(Object.keys(own).length === 0 ? [] : [() => writer.updateGroup(live.id, own)]),
      ...movedMembers(groupPlace(writer, live.id), live, fields, context),
    ]);
    return afterUpdate(live, spec, fields, context);
  },

  async delete(writer, live) {
    await writer.deleteGroup(live.id);
  },

  held: (spec) => ({ entitlement: `member of ${spec.name ?? "the group"}`, as: "member" }),

  *edges({ spec, people }): Iterable<Edge> {
    for (const person of spec.members ?? []) {
      const known = people?.[person];
      yield {
        person,
        entitlement: `member of ${spec.name ?? "the group"}`,
        object: "self",
        ...(known === undefined ? {} : { personId: known }),
      };
    }
  },

  describe({ action, fields }) {
    if (action === "delete") {
      return {
        notes: [
          "Zendesk unassigns its members' working tickets in this group, leaves its tickets without a group, and does not mend triggers, views and macros that name it. It cannot be restored.",
        ],
        undo: "approximate",
      };
    }
    const leaving = textsOf(elementsAt(fields, "members").removed);
    if (leaving.length === 0) return {};
    return {
      notes: [
        `Zendesk unassigns the working tickets that ${leaving.join(", ")} ${leaving.length === 1 ? "has" : "have"} in this group, and an undo does not assign them again.`,
      ],
      uncertain: {
        effect:
          "Where it was somebody's default or only group, Zendesk does not say what becomes of the default: declare `defaultGroup` (zendesk/agent) beforehand",
        people: 0,
      },
      undo: "approximate",
    };
  },
};

/** No more than a warning: a zendesk/agent of the same plan may be what raises the role. */
function endUsers({ seen }: ZendeskReader, { members = [] }: GroupSpec): readonly Finding[] {
  return members.flatMap((login, index): readonly Finding[] => {
    if (typeof login !== "string" || seen.byEmail(login)?.role !== "end-user") return [];
    return [
      {
        code: "zendesk-end-user",
        message: `members[${index}]: ${login} is an end user, and only agents and administrators can be in a group.`,
        hint: "Raise the role first (zendesk/agent), or leave them out.",
        path: ["members", index],
        severity: "warning",
      },
    ];
  });
}

function toLive(found: Group, members: Members | undefined): Live<GroupSpec> {
  return {
    id: found.id,
    spec: {
      name: found.name,
      description: found.description,
      isPublic: found.isPublic,
      ...(members === undefined ? {} : { members: members.logins }),
    },
    ...(members === undefined ? {} : { people: members.people }),
    ...(found.created === undefined ? {} : { createdAt: found.created }),
  };
}

function toApi(spec: GroupSpec): Readonly<Record<string, unknown>> {
  return {
    ...(spec.name === undefined ? {} : { name: spec.name }),
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.isPublic === undefined ? {} : { is_public: spec.isPublic }),
  };
}

function ownFields(spec: GroupSpec, fields: readonly FieldChange[]): Readonly<Record<string, unknown>> {
  const changed = (["name", "description", "isPublic"] as const).filter((name) => touches(fields, name));
  return toApi(Object.fromEntries(changed.map((name) => [name, spec[name] ?? ""])));
}

function afterUpdate(
  live: Live<GroupSpec>,
  spec: GroupSpec,
  fields: readonly FieldChange[],
  context: WriteContext,
): Live<GroupSpec> {
  const named = Object.entries(spec).filter(([name]) => touches(fields, name));
  return {
    ...live,
    spec: { ...live.spec, ...Object.fromEntries(named) },
    people: { ...live.people, ...context.people },
  };
}

function existing(name: string, id: string, { address }: WriteContext) {
  return {
    code: "exists",
    message: `There is a group "${name}" already (${id}), and Zendesk would make another of the same name.`,
    hint: `Bind it with \`accord import ${address} ${id}\`, or say \`adopt: true\` in the document.`,
  };
}
