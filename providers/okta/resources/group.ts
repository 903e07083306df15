import type { Candidates, Kind, Want, WantedObject, WriteContext } from "../../../engine/kind.ts";
import type { Edge, FieldChange, Gone, Live, Spec, Value } from "../../../engine/model.ts";
import { onEach, throwAny } from "../../shared/attempts.ts";
import { attributesAt, elementsAt, merged, touches } from "../../shared/changes.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textsOf } from "../../shared/narrow.ts";
import { personIds } from "../../shared/people.ts";
import { textAt } from "../../shared/spec.ts";
import type { Group, Member, Owner } from "../client/groups.ts";
import type { OktaReader, OktaWriter } from "../client.ts";
import { namesakes, readOnlyReason, unlicensedOwners } from "./group-review.ts";
import { feeders, membersOf, present } from "./member-lists.ts";
import { loginsOf } from "./names.ts";
import { removalsFrom, type Suspects, suspects, whyMember } from "./rule-fed.ts";

export type GroupSpec = Spec & {
  readonly name?: string;
  readonly description?: string;
  readonly profile?: Readonly<Record<string, Value>>;
  readonly members?: readonly string[];
  readonly owners?: readonly string[];
};

export const group: Kind<OktaReader, OktaWriter, GroupSpec> = {
  name: "group",
  proof: { by: "read" },
  consistency: 10_000,
  key: (spec) => textAt(spec, "name"),

  async *list(reader, want) {
    const wanted = wantedGroups(await reader.groups(), want);
    const fed = feeders(reader);
    yield* inParallel(wanted, ({ found, fields }) => read(reader, found, fields, () => membersOf(reader, found, fed)));
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async ({ id, fields }): Promise<Live<GroupSpec> | Gone> => {
      const found = await reader.group(id);
      if (found === undefined) return { gone: true, id };
      // Removals are decided on this read, so it is never a kept one.
      return read(reader, found, new Set(fields), async () => present(await reader.members(id)));
    });
  },

  async find(reader, lookup): Promise<Candidates> {
    const groups = (await reader.groups()).filter((one) => one.type === "OKTA_GROUP");
    return candidatesFor(groups, textAt(lookup, "name"), (one) => one.name);
  },

  lookups: ({ spec, computed }) => (computed?.type === "OKTA_GROUP" ? [{ name: spec.name ?? "" }] : []),

  async review(reader, spec, live) {
    const ownersDeclared = spec.owners !== undefined;
    return [
      ...(ownersDeclared ? await unlicensedOwners(reader, live?.id) : []),
      ...(live === undefined ? await namesakes(reader, spec.name) : []),
    ];
  },

  async create(writer, spec, context) {
    const made = await writer.createGroup(toApi(spec));
    await context.made(made.id);
    const members = spec.members ?? [];
    const owners = spec.owners ?? [];
    const id = personIds(context.people);
    throwAny([
      ...(await onEach(members, memberLabel, (login) => writer.addMember(made.id, id(login)))),
      ...(await onEach(owners, ownerLabel, (login) => addOwner(writer, made.id, id(login)))),
    ]);
    return {
      ...toSpec(made, undefined, undefined),
      spec: {
        ...toSpec(made, undefined, undefined).spec,
        ...(spec.members === undefined ? {} : { members }),
        ...(spec.owners === undefined ? {} : { owners }),
      },
      people: context.people,
    };
  },

  async update(writer, live, spec, fields, context) {
    const changedProfile = { ...attributesAt(fields, "profile"), ...ownAttributes(spec, fields) };
    if (Object.keys(changedProfile).length > 0) await replaceProfile(writer, live.id, changedProfile);
    const members = elementsAt(fields, "members");
    const owners = elementsAt(fields, "owners");
    const id = personIds(context.people, live.people);
    const name = textAt(live.spec, "name") ?? live.id;
    const removals = removalsFrom(
      writer,
      { id: live.id, name, size: live.spec.members?.length ?? 0 },
      members.removed.length,
    );
    // Whoever comes is let in before anybody leaves.
    throwAny([
      ...(await onEach(textsOf(members.added), memberLabel, (login) => writer.addMember(live.id, id(login)))),
      ...(await onEach(textsOf(owners.added), ownerLabel, (login) => addOwner(writer, live.id, id(login)))),
      ...(await onEach(textsOf(members.removed), memberLabel, async (login) => {
        await removals.permit(id(login));
        await writer.removeMember(live.id, id(login));
      })),
      ...(await onEach(textsOf(owners.removed), ownerLabel, (login) => writer.removeOwner(live.id, id(login)))),
    ]);
    return afterUpdate(live, changedProfile, members, owners, context);
  },

  async delete(writer, live) {
    await writer.deleteGroup(live.id);
  },

  held: (spec) => ({ entitlement: `member of ${spec.name ?? "the group"}`, as: "member" }),

  *edges({ spec, people }): Iterable<Edge> {
    for (const [role, logins] of [
      ["member", spec.members ?? []],
      ["owner", spec.owners ?? []],
    ] as const) {
      for (const person of logins) {
        const known = people?.[person];
        yield {
          person,
          entitlement: `${role} of ${spec.name ?? "the group"}`,
          ...(known === undefined ? {} : { personId: known }),
          ...(role === "member" ? { object: "self" } : {}),
        };
      }
    }
  },

  describe({ action }) {
    if (action !== "delete") return {};
    return {
      notes: ["Its members lose what it gives, and rules that target it become INVALID."],
      undo: "approximate",
    };
  },
};

interface Wanted {
  readonly found: Group;
  readonly fields: ReadonlySet<string>;
}

const EVERY_FIELD: ReadonlySet<string> = new Set(["members", "owners"]);

/** By id whatever its type; by exact name only among the groups made in Okta, since names repeat across sources. */
function wantedGroups(groups: readonly Group[], want: Want): readonly Wanted[] {
  const byId = new Map<string, WantedObject>();
  const byKey = new Map<string, WantedObject>();
  for (const object of want.objects) {
    if (object.id !== undefined) byId.set(object.id, object);
    else if (object.key !== undefined) byKey.set(object.key, object);
  }
  return groups.flatMap((found) => {
    const named = found.type === "OKTA_GROUP" ? byKey.get(found.name) : undefined;
    const object = byId.get(found.id) ?? named;
    if (want.everything === true && (found.type === "OKTA_GROUP" || object !== undefined)) {
      return [{ found, fields: EVERY_FIELD }];
    }
    return object === undefined ? [] : [{ found, fields: new Set(object.fields) }];
  });
}

async function read(
  reader: OktaReader,
  found: Group,
  fields: ReadonlySet<string>,
  readMembers: () => Promise<readonly Member[]>,
): Promise<Live<GroupSpec>> {
  const members = fields.has("members") ? await readMembers() : undefined;
  const owners = fields.has("owners") ? await ownersOf(reader, found.id) : undefined;
  const untold = members?.some((member) => member.rules === undefined) === true;
  return toSpec(found, members, owners, untold ? await suspects(reader, found.id) : undefined);
}

interface NamedOwner {
  readonly id: string;
  readonly login: string;
}

/** Only users that somebody made owner in Okta: others come from a source and are not ours to change. */
async function ownersOf(reader: OktaReader, groupId: string): Promise<readonly NamedOwner[] | undefined> {
  const owners = await reader.owners(groupId);
  if (owners === undefined) return undefined;
  const ours = owners.filter((owner: Owner) => owner.type === "USER" && owner.originType === "OKTA_DIRECTORY");
  const logins = await loginsOf(
    reader,
    ours.map(({ id }) => id),
  );
  return [...logins].map(([id, login]) => ({ id, login }));
}

export function toSpec(
  found: Group,
  members: readonly Member[] | undefined,
  owners: readonly NamedOwner[] | undefined,
  suspected?: Suspects,
): Live<GroupSpec> {
  const { name, description, ...custom } = found.profile;
  const people = [...(members ?? []), ...(owners ?? [])].map(({ login, id }) => [login, id] as const);
  const fed = (members ?? []).flatMap((member) => {
    const why = whyMember(member, suspected);
    return why === undefined ? [] : [[member.login, why] as const];
  });
  const readOnly = readOnlyReason(found.type);
  return {
    id: found.id,
    spec: {
      name: found.name,
      description: typeof description === "string" ? description : "",
      profile: custom,
      ...(members === undefined ? {} : { members: members.map((member) => member.login) }),
      ...(owners === undefined ? {} : { owners: owners.map((owner) => owner.login) }),
    },
    computed: { type: found.type },
    people: Object.fromEntries(people),
    ...(members === undefined ? {} : { explained: { members: Object.fromEntries(fed) } }),
    ...(found.created === undefined ? {} : { createdAt: found.created }),
    ...(readOnly === undefined ? {} : { readOnly }),
  };
}

export function toApi(spec: GroupSpec): Readonly<Record<string, Value>> {
  return merged(spec.profile ?? {}, { name: spec.name ?? "", description: spec.description ?? "" });
}

function ownAttributes(spec: GroupSpec, fields: readonly FieldChange[]): Readonly<Record<string, Value>> {
  return {
    ...(touches(fields, "name") && spec.name !== undefined ? { name: spec.name } : {}),
    ...(touches(fields, "description") ? { description: spec.description ?? "" } : {}),
  };
}

/** Okta replaces the whole profile, so what the document does not name is read and sent back (okta.md §0). */
async function replaceProfile(
  writer: OktaWriter,
  id: string,
  changed: Readonly<Record<string, Value>>,
): Promise<Group | undefined> {
  const found = await writer.group(id);
  return writer.replaceGroup(id, merged(found?.profile ?? {}, changed));
}

/** An owner that is there already answers 400, with no code of its own (okta.md §4.7). */
async function addOwner(writer: OktaWriter, groupId: string, userId: string): Promise<void> {
  try {
    await writer.addOwner(groupId, userId);
  } catch (error) {
    const owners = await writer.owners(groupId);
    if (owners?.some((owner) => owner.id === userId) !== true) throw error;
  }
}

/** The live object with the changes made; the proof reads it back. */
function afterUpdate(
  live: Live<GroupSpec>,
  profile: Readonly<Record<string, Value>>,
  members: { readonly added: readonly Value[]; readonly removed: readonly Value[] },
  owners: { readonly added: readonly Value[]; readonly removed: readonly Value[] },
  context: WriteContext,
): Live<GroupSpec> {
  const { name, description, ...custom } = profile;
  const list = (before: readonly string[] | undefined, change: typeof members): readonly string[] => {
    const gone = new Set(textsOf(change.removed).map((login) => login.toLowerCase()));
    return [...(before ?? []).filter((login) => !gone.has(login.toLowerCase())), ...textsOf(change.added)];
  };
  const touchesList = (change: typeof members): boolean => change.added.length + change.removed.length > 0;
  return {
    ...live,
    spec: {
      ...live.spec,
      ...(typeof name === "string" ? { name } : {}),
      ...(typeof description === "string" ? { description } : {}),
      profile: merged(live.spec.profile ?? {}, custom),
      ...(touchesList(members) ? { members: list(live.spec.members, members) } : {}),
      ...(touchesList(owners) ? { owners: list(live.spec.owners, owners) } : {}),
    },
    people: { ...live.people, ...context.people },
  };
}

function memberLabel(login: string): string {
  return `member ${login}`;
}

function ownerLabel(login: string): string {
  return `owner ${login}`;
}
