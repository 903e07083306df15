/**
 * A tenant of 100,000 people and a million edges, and a plan for it: who is in which group, groups in groups, what groups
 * are given. Everybody is in some ten groups, one of which is everybody's.
 */
import type { AccessObject } from "../../../engine/impact/access.ts";
import type { Address, Edge } from "../../../engine/model.ts";

const PEOPLE = 100_000;
const GROUPS = 4_000;
const NESTED = 2_000;
const ASSIGNED = 8_000;
const ROLES = 200;
const EDGES = 1_000_000;

/** The change of one membership. */
export const ONE_EDGE: Address = "okta/group/g7";

const group = (index: number): string => `00g${String(index).padStart(17, "0")}`;
const login = (index: number): string => `person-${index}@acme.example`;

/** Without a plan's changes before is after, and the very same list. */
export function tenant(): readonly AccessObject[] {
  const random = seeded(7);
  const members: number[][] = Array.from({ length: GROUPS }, () => []);
  members[0] = Array.from({ length: PEOPLE }, (_, person) => person);
  for (let left = EDGES - PEOPLE - NESTED - ASSIGNED - ROLES; left > 0; left -= 1) {
    // A few groups are large, and most are small.
    const index = 1 + Math.floor((GROUPS - 1) * random() ** 2);
    members[index]?.push(Math.floor(PEOPLE * random()));
  }
  const parents: number[][] = Array.from({ length: GROUPS }, () => []);
  for (let left = NESTED; left > 0; left -= 1) {
    const child = 1 + Math.floor((GROUPS - 2) * random());
    const parent = child + 1 + Math.floor((GROUPS - child - 1) * random());
    parents[parent]?.push(child);
  }
  const groups = members.map((people, index) => groupObject(index, people, parents[index] ?? []));
  const assigned = Array.from({ length: ASSIGNED }, (_, index) => {
    const [holder, app] = [1 + Math.floor((GROUPS - 1) * random()), Math.floor(1_000 * random())];
    return given("app-assignment", index, group(holder), `application ${app}`, { kind: "okta/app", id: `0oa${app}` });
  });
  const roles = Array.from({ length: ROLES }, (_, index) =>
    given("admin-role", index, group(1 + Math.floor((GROUPS - 1) * random())), `admin role ${index % 12}`),
  );
  return [...groups, ...assigned, ...roles].map(planned);
}

function groupObject(index: number, people: readonly number[], children: readonly number[]): AccessObject {
  const held = { entitlement: `member of group ${index}`, object: "self" } as const;
  // As read: each list has texts of its own.
  const read: readonly [string, string][] = JSON.parse(
    JSON.stringify(people.map((person) => [login(person), `00u${person}`])),
  );
  const edges: Edge[] = read.map(([person, personId]) => ({ person, personId, ...held }));
  for (const child of children) {
    const id = group(child);
    edges.push({ person: `group ${id}`, personId: id, holder: { kind: "okta/group", id }, ...held });
  }
  return still("group", `g${index}`, group(index), edges);
}

function given(
  kind: string,
  index: number,
  holder: string,
  entitlement: string,
  object?: Edge["object"],
): AccessObject {
  const edge: Edge = {
    person: `group ${holder}`,
    personId: holder,
    holder: { kind: "okta/group", id: holder },
    entitlement,
    ...(object === undefined ? { privileged: true } : { object }),
  };
  return still(kind, `${kind}-${index}`, `${kind}-${index}`, [edge]);
}

function still(kind: string, name: string, id: string, edges: readonly Edge[]): AccessObject {
  const address: Address = `okta/${kind}/${name}`;
  return { address, instance: "okta", kind: `okta/${kind}`, id, before: edges, after: edges, whole: true };
}

/** Everybody is given an application, ten groups lose theirs, a hundred lists of members change, and a role ends. */
function planned(object: AccessObject): AccessObject {
  const { address = "", before } = object;
  const [, kind, name = ""] = address.split("/");
  const index = Number(/\d+$/.exec(name)?.[0]);
  if (address === ONE_EDGE) return { ...object, after: before.slice(1) };
  if (kind === "group" && index > 100 && index <= 200)
    return { ...object, after: [...before.slice(5), newcomer(before)] };
  if (kind === "app-assignment" && index < 10) return { ...object, after: [] };
  if (kind === "app-assignment" && index === 10) {
    return { ...object, after: before.map((edge) => ({ ...edge, holder: { kind: "okta/group", id: group(0) } })) };
  }
  return kind === "admin-role" && index === 0 ? { ...object, after: [] } : object;
}

function newcomer([first]: readonly Edge[]): Edge {
  return { entitlement: "", ...first, person: "newcomer@acme.example", personId: "00unew" };
}

/** The same tenant in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
