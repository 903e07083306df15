import type { Candidates, Kind, WriteContext } from "../../../engine/kind.ts";
import type { Edge, Gone, Live } from "../../../engine/model.ts";
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import { throwAny } from "../../shared/attempts.ts";
import { elementsAt } from "../../shared/changes.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textsOf } from "../../shared/narrow.ts";
import { personIds } from "../../shared/people.ts";
import { refId, refIds, textAt } from "../../shared/spec.ts";
import { saysAlreadyThere, saysMissing } from "../client/errors.ts";
import { type Group, MOST_BOUND } from "../client/groups.ts";
import { waitForReplica } from "../client/recent.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { addLinks, removeLinks } from "./group-links.ts";
import { groupCounted, groupPopulation } from "./group-population.ts";
import { type Asked, wantedGroups, withPeople } from "./group-read.ts";
import { checkGroup, reviewGroup } from "./group-review.ts";
import { afterUpdate, changesToApi, type GroupSpec, isSet, type Named, toApi, toSpec } from "./group-spec.ts";
import { uniqueNameOf } from "./marker.ts";

/** Differences on what was written less than this ago may be lag (entra.md §3.4). */
export const CONSISTENCY = 15 * 60_000;

export const group: Kind<EntraReader, EntraWriter, GroupSpec> = {
  name: "group",
  // Reads lag behind writes, and an immediate one may say 404: the answer is the truth (entra.md §0.2).
  proof: { by: "response" },
  consistency: CONSISTENCY,
  key: (spec) => textAt(spec, "displayName"),
  check: checkGroup,
  review: reviewGroup,
  population: groupPopulation,
  counted: groupCounted,
  ruleFields: ["membershipRule", "membershipRuleProcessingState"],

  async *list(reader, want) {
    yield* await withPeople(reader, wantedGroups(await reader.groups(), want), false);
  },

  async *get(reader, wanted) {
    const found = await reader.groupsById(wanted.map(({ id }) => id));
    const asked: Asked[] = [];
    const gone: Gone[] = [];
    for (const { id, fields, known = [] } of wanted) {
      const one = found.get(id);
      if (one === undefined) gone.push({ gone: true, id });
      else asked.push({ found: one, fields: new Set(fields), known });
    }
    yield* gone;
    yield* await withPeople(reader, asked, true);
  },

  async find(reader, lookup): Promise<Candidates> {
    return candidatesFor(await reader.groups(), textAt(lookup, "displayName"), ({ name }) => name);
  },

  lookups: ({ spec }) => [{ displayName: spec.displayName ?? "" }],

  async create(writer, spec, context) {
    const uniqueName = uniqueNameOf(context.marker);
    await refuseNamesake(writer, spec.displayName ?? "", uniqueName, context);
    const { owners, members } = wantedLinks(spec, personIds(context.people));
    const bindOwners = [...owners, ...(await ourselves(writer))];
    const { made, left } = await upsert(writer, uniqueName, toApi(spec, uniqueName), bindOwners, members);
    await context.made(made.id);
    throwAny([
      ...(await addLinks(writer, made.id, "owners", left.owners)),
      ...(await addLinks(writer, made.id, "members", left.members)),
    ]);
    return {
      ...toSpec(made, undefined, new Set()),
      spec: {
        ...toSpec(made, undefined, new Set()).spec,
        ...(spec.members === undefined ? {} : { members: spec.members }),
        ...(spec.memberGroups === undefined ? {} : { memberGroups: spec.memberGroups }),
        ...(spec.owners === undefined ? {} : { owners: spec.owners }),
      },
      people: context.people,
    };
  },

  async update(writer, live, spec, fields, context) {
    const changed = changesToApi(live, spec, fields);
    if (Object.keys(changed).length > 0) await writer.updateGroup(live.id, changed);
    const id = personIds(context.people, live.people);
    const named = (values: readonly unknown[]): readonly Named[] =>
      textsOf(values).map((label) => ({ id: id(label), label }));
    const people = elementsAt(fields, "members");
    const groups = elementsAt(fields, "memberGroups");
    const owners = elementsAt(fields, "owners");
    const self = { id: live.id, label: live.spec.displayName ?? live.id };
    // Whoever comes is let in before anybody leaves; a group keeps its last owner (§5.3).
    throwAny([
      ...(await addLinks(writer, live.id, "owners", named(owners.added))),
      ...(await addLinks(writer, live.id, "members", [...named(people.added), ...groupsNamed(live, groups.added)])),
      ...(await removeLinks(writer, self, "members", [...named(people.removed), ...groupsNamed(live, groups.removed)])),
      ...(await removeLinks(writer, self, "owners", named(owners.removed))),
    ]);
    return afterUpdate(live, fields, context.people);
  },

  async delete(writer, live) {
    await writer.deleteGroup(live.id);
  },

  held: (spec) => ({
    entitlement: `member of ${spec.displayName ?? "the group"}`,
    as: "member",
    ...(spec.roleAssignable === true ? { privileged: true } : {}),
  }),

  *edges({ spec, people }): Iterable<Edge> {
    const privileged = spec.roleAssignable === true ? { privileged: true } : {};
    const member = {
      entitlement: `member of ${spec.displayName ?? "the group"}`,
      object: "self",
      ...privileged,
    } as const;
    for (const { id } of spec.memberGroups ?? [])
      yield { person: `group ${id}`, personId: id, holder: { kind: "entra/group", id }, ...member };
    for (const [role, logins] of [
      ["member", spec.members ?? []],
      ["owner", spec.owners ?? []],
    ] as const) {
      for (const person of logins) {
        const known = people?.[person];
        yield {
          person,
          ...(role === "member"
            ? member
            : { entitlement: `owner of ${spec.displayName ?? "the group"}`, ...privileged }),
          ...(known === undefined ? {} : { personId: known }),
        };
      }
    }
  },

  describe({ action, before, after }) {
    const activated = textsOf(before?.computed?.activated);
    const notes = activated.map((one) => `By PIM activation and left alone: ${one}.`);
    if (action === "delete") {
      return {
        notes: [
          ...notes,
          "It can be restored for 30 days, with its members; until then roles, licences and apps that it gives are lost.",
        ],
        undo: "approximate",
      };
    }
    if (
      after !== undefined &&
      isSet(after.membershipRule) &&
      before !== undefined &&
      !isSet(before.spec.membershipRule)
    ) {
      return {
        notes: [
          ...notes,
          "The rule replaces the whole membership, and the service evaluates it within minutes to a day.",
        ],
      };
    }
    if (after !== undefined && isSet(after.membershipRule)) {
      return {
        notes: [...notes, "Who the rule lets in is known when the service has evaluated it, within minutes to a day."],
      };
    }
    return notes.length === 0 ? {} : { notes };
  },
};

/** Names are not unique, and the engine may have looked before reads showed it (`providers/README.md`, traps). */
async function refuseNamesake(
  writer: EntraWriter,
  name: string,
  uniqueName: string,
  { address }: WriteContext,
): Promise<void> {
  const other = (await writer.groupsNamed(name)).find((one) => one.uniqueName !== uniqueName);
  if (other === undefined) return;
  throw new ProblemError({
    code: "exists",
    message: `There is a group "${name}" already (${other.id}); another one of that name would be told apart by nobody.`,
    hint: `Bind it with \`accord import ${address} ${other.id}\`, or choose another displayName.`,
  });
}

interface Wanted {
  readonly owners: readonly Named[];
  readonly members: readonly Named[];
}

function wantedLinks(spec: GroupSpec, id: (login: string) => string): Wanted {
  const named = (logins: readonly string[]): readonly Named[] => logins.map((label) => ({ id: id(label), label }));
  const groups = refIds(spec.memberGroups).map((one) => ({ id: one, label: one }));
  return { owners: named(spec.owners ?? []), members: [...named(spec.members ?? []), ...groups] };
}

/** With Group.Create alone, a group that we do not own is one that we can never change again (entra.md §2). */
async function ourselves(writer: EntraWriter): Promise<readonly Named[]> {
  const { roles, principalId } = await writer.token();
  const owns = roles.some((role) => role === "Group.ReadWrite.All" || role === "Directory.ReadWrite.All");
  return owns || principalId === undefined ? [] : [{ id: principalId, label: "the application itself" }];
}

/** The first twenty come with the group, owners before members; the rest is left to be added. */
async function upsert(
  writer: EntraWriter,
  uniqueName: string,
  body: ReturnType<typeof toApi>,
  owners: readonly Named[],
  members: readonly Named[],
): Promise<{ readonly made: Group; readonly left: Wanted }> {
  const first = owners.slice(0, MOST_BOUND);
  const then = members.slice(0, MOST_BOUND - first.length);
  const ids = (some: readonly Named[]): readonly string[] => some.map(({ id }) => id);
  const everything = { owners, members };
  try {
    const made = await writer.upsertGroup(uniqueName, body, { owners: ids(first), members: ids(then) });
    if (made !== undefined) {
      return { made, left: { owners: owners.slice(first.length), members: members.slice(then.length) } };
    }
    return { made: await existing(writer, uniqueName), left: everything };
  } catch (error) {
    // Made by an earlier attempt, with these; or one of them is unknown, which is said of that one alone.
    if (!saysAlreadyThere(error) && !(saysMissing(error) && first.length + then.length > 0)) throw error;
    const made = await writer.upsertGroup(uniqueName, body, { owners: [], members: [] });
    return { made: made ?? (await existing(writer, uniqueName)), left: everything };
  }
}

/** A 204 names no id, and reads may not know the key yet. */
async function existing(writer: EntraWriter, uniqueName: string): Promise<Group> {
  const until = writer.clock.monotonic() + CONSISTENCY;
  for (let tries = 1; ; tries += 1) {
    const found = await writer.groupByUniqueName(uniqueName);
    if (found !== undefined) return found;
    const wait = waitForReplica(tries);
    if (writer.clock.monotonic() + wait > until) throw new ProblemError(notShown(uniqueName));
    await writer.clock.sleep(wait, writer.signal);
  }
}

function notShown(uniqueName: string): Problem {
  return {
    code: "entra-not-shown",
    message: `Graph changed the group with the uniqueName ${uniqueName}, and does not show it.`,
    hint: "Apply again later: what is there by then is found by that name.",
  };
}

function groupsNamed(live: Live<GroupSpec>, values: readonly unknown[]): readonly Named[] {
  return values.flatMap((value) => {
    const id =
      typeof value === "object" && value !== null && "id" in value ? refId({ id: String(value.id) }) : undefined;
    return id === undefined ? [] : [{ id, label: live.names?.[id] ?? id }];
  });
}
