/** Groups with as much of their membership as is asked for, and no more (entra.md §18: members nobody declared cost most). */
import type { Want, WantedObject } from "../../../engine/kind.ts";
import type { Live, Spec } from "../../../engine/model.ts";
import { textsOf } from "../../shared/narrow.ts";
import { refIds } from "../../shared/spec.ts";
import type { Group, GroupLinks } from "../client/groups.ts";
import type { Relation } from "../client/removals.ts";
import type { EntraReader } from "../client.ts";
import { activationsIn } from "./activations.ts";
import { type GroupSpec, idsOf, isDynamic, type Named, type People, toSpec } from "./group-spec.ts";
import { loginsOf } from "./logins.ts";

export interface Asked {
  readonly found: Group;
  readonly fields: ReadonlySet<string>;
  /** Declared and last applied. */
  readonly known: readonly Spec[];
}

const EVERY_FIELD: ReadonlySet<string> = new Set(["members", "memberGroups", "owners"]);
/** A document of a dynamic group names no members: its rule does. */
const DECLARABLE_OF_DYNAMIC: ReadonlySet<string> = new Set(["owners"]);
/** Above so many groups one round over all of them is cheaper than rounds of fifty. */
const MANY = 200;

/** By id, else by exact display name; two of a name are both shown, and the engine refuses to choose. */
export function wantedGroups(groups: readonly Group[], want: Want): readonly Asked[] {
  const byId = new Map<string, WantedObject>();
  const byKey = new Map<string, WantedObject>();
  for (const object of want.objects) {
    if (object.id !== undefined) byId.set(object.id, object);
    else if (object.key !== undefined) byKey.set(object.key, object);
  }
  return groups.flatMap((found) => {
    const object = byId.get(found.id) ?? byKey.get(found.name);
    const every = isDynamic(found) ? DECLARABLE_OF_DYNAMIC : EVERY_FIELD;
    if (want.everything === true) return [{ found, fields: every, known: object?.known ?? [] }];
    return object === undefined ? [] : [{ found, fields: new Set(object.fields), known: object.known ?? [] }];
  });
}

/** `now`: rests on nothing read before, for that is where removals are decided. */
export async function withPeople(
  reader: EntraReader,
  asked: readonly Asked[],
  now: boolean,
): Promise<readonly Live<GroupSpec>[]> {
  const links = await linksOf(reader, asked, now);
  const labels = await labelsOf(reader, [...links.values()]);
  const suspects = asked.filter((one) => holdsStrangers(one, links.get(one.found.id), labels));
  const activations = await activationsIn(
    reader,
    suspects.map(({ found }) => found.id),
  );
  return asked.map(({ found, fields, known }) => {
    const own = links.get(found.id);
    const here = (activations ?? []).filter(({ groupId }) => groupId === found.id);
    const isListed = (relation: Relation, label: string): boolean =>
      known.some((spec) => textsOf(spec[relation]).some((one) => one.toLowerCase() === label.toLowerCase()));
    // Who is declared counts as there; when the activation ends, the next plan adds them for good.
    const temporary = here.filter(({ relation, principalId }) => {
      const label = labels.get(principalId);
      return label !== undefined && !isListed(relation, label);
    });
    return toSpec(found, own && peopleIn(own, labels, temporary), fields);
  });
}

async function linksOf(
  reader: EntraReader,
  asked: readonly Asked[],
  now: boolean,
): Promise<ReadonlyMap<string, GroupLinks>> {
  const wantsMembers = ({ found, fields }: Asked): boolean =>
    !isDynamic(found) && (fields.has("members") || fields.has("memberGroups"));
  const wantsOwners = ({ fields }: Asked): boolean => fields.has("owners");
  const both = asked.filter(wantsMembers);
  const ownersOnly = asked.filter((one) => !wantsMembers(one) && wantsOwners(one));
  if (!now && both.length > MANY) {
    const every = await reader.everyLink();
    const named = [...both, ...ownersOnly].map((one) => {
      const links = every.get(one.found.id) ?? {
        members: new Map<string, string>(),
        owners: new Map<string, string>(),
      };
      return [one.found.id, wantsMembers(one) ? links : { ...links, members: new Map<string, string>() }] as const;
    });
    return new Map(named);
  }
  const read = now ? reader.linksNow : reader.links;
  const relations: readonly Relation[] = both.some(wantsOwners) ? ["members", "owners"] : ["members"];
  const idsIn = (some: readonly Asked[]): readonly string[] => some.map(({ found }) => found.id);
  return new Map([...(await read(idsIn(both), relations)), ...(await read(idsIn(ownersOnly), ["owners"]))]);
}

/** User id → login, group id → name. */
async function labelsOf(reader: EntraReader, all: readonly GroupLinks[]): Promise<ReadonlyMap<string, string>> {
  const people = all.flatMap(({ members, owners }) => [...idsOf(members, "user"), ...idsOf(owners, "user")]);
  const nested = await reader.groupsById([...new Set(all.flatMap(({ members }) => idsOf(members, "group")))]);
  const names = [...nested].flatMap(([id, one]) => (one === undefined ? [] : [[id, one.name] as const]));
  return new Map([...(await loginsOf(reader, people)), ...names]);
}

/** Somebody whom no document names: only then an activation matters. */
function holdsStrangers({ known }: Asked, links: GroupLinks | undefined, labels: ReadonlyMap<string, string>): boolean {
  if (links === undefined) return false;
  return (["members", "owners"] as const).some((relation) => {
    const listed = new Set(known.flatMap((spec) => textsOf(spec[relation]).map((login) => login.toLowerCase())));
    const groups = new Set(relation === "members" ? known.flatMap((spec) => refIds(spec.memberGroups)) : []);
    return [...links[relation]].some(
      ([id, type]) => type !== "group" && !groups.has(id) && !listed.has(labels.get(id)?.toLowerCase() ?? ""),
    );
  });
}

function peopleIn(
  { members, owners }: GroupLinks,
  labels: ReadonlyMap<string, string>,
  activated: readonly {
    readonly relation: Relation;
    readonly principalId: string;
    readonly until: string | undefined;
  }[],
): People {
  const isTemporary = (relation: Relation, id: string): boolean =>
    activated.some((one) => one.relation === relation && one.principalId === id);
  const named = (ids: readonly string[], relation: Relation): readonly Named[] =>
    ids.flatMap((id) => {
      const label = labels.get(id);
      return label === undefined || isTemporary(relation, id) ? [] : [{ id, label }];
    });
  const users = (relation: Relation, links: ReadonlyMap<string, string>): readonly Named[] =>
    named(idsOf(links, "user"), relation);
  return {
    members: users("members", members),
    groups: named(idsOf(members, "group"), "members"),
    owners: users("owners", owners),
    others: [...members.values(), ...owners.values()].filter((type) => type !== "user" && type !== "group").length,
    activated: activated.map(
      ({ relation, principalId, until }) =>
        `${labels.get(principalId) ?? principalId}, ${relation === "owners" ? "owner" : "member"}${until === undefined ? "" : ` until ${until}`}`,
    ),
  };
}
