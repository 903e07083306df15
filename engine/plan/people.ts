/**
 * Who the people in specs are. A name is a login, else an exact, unique primary e-mail; one that now belongs to
 * another vendor id than last time is a problem, never a grant to a stranger.
 */
import { type FieldRule, loginFieldOf } from "../config/rules.ts";
import type { Live, Owned, Path, Resource, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import type { PersonMatch } from "../provider.ts";
import { asSpec, dotted, isList, isObject, pointer } from "../value.ts";
import { listed } from "../words.ts";
import { type Newcomers, newcomerIn, newcomersAmong } from "./newcomers.ts";
import type { InstanceView } from "./tenants.ts";

export interface Person {
  readonly id: string;
  readonly login: string;
}

/** One resource whose people are to be named. */
export interface Party {
  readonly resource: Resource;
  readonly spec: Spec;
  readonly rule: FieldRule;
  readonly live: Live | undefined;
  readonly owned: Owned | undefined;
  /** We made it so lately that whoever searches for it may not find it yet. */
  readonly isNew?: boolean;
}

/** Every person that a spec names, with the place. */
export function* peopleIn(value: Value, rule: FieldRule, path: Path = []): Iterable<{ name: string; path: Path }> {
  if (typeof value === "string") {
    if (rule.person === true) yield { name: value, path };
  } else if (isList(value)) {
    const item = rule.person === true ? { ...rule.items, person: true } : (rule.items ?? {});
    for (const [index, element] of value.entries()) yield* peopleIn(element, item, [...path, index]);
  } else if (isObject(value)) {
    for (const [key, field] of Object.entries(value)) {
      yield* peopleIn(field, rule.properties?.get(key) ?? rule.additional ?? {}, [...path, key]);
    }
  }
}

/** Asks each instance once for all names that its live objects do not already answer. */
export async function identify(
  instance: InstanceView,
  parties: readonly Party[],
  problems: Problem[],
): Promise<ReadonlyMap<string, Person>> {
  const people = new Map<string, Person>();
  for (const { live, rule, isNew } of parties) {
    const field = live !== undefined && isNew === true ? loginFieldOf(rule) : undefined;
    const login = field === undefined ? undefined : live?.spec[field];
    if (live !== undefined && typeof login === "string") people.set(login.toLowerCase(), { id: live.id, login });
    for (const [login, id] of Object.entries(live?.people ?? {})) people.set(login.toLowerCase(), { id, login });
  }
  const open = new Map<string, Naming[]>();
  for (const party of parties) {
    for (const { name, path } of peopleIn(party.spec, party.rule)) {
      const key = name.toLowerCase();
      if (people.has(key)) continue;
      const places = open.get(key);
      if (places === undefined) open.set(key, [{ name, party, path }]);
      else places.push({ name, party, path });
    }
  }
  if (open.size > 0) await ask(instance, open, people, newcomersAmong(parties), problems);
  for (const party of parties) problems.push(...moved(party, people));
  return people;
}

/** One place where a document names somebody. */
interface Naming {
  readonly name: string;
  readonly party: Party;
  readonly path: Path;
}

async function ask(
  instance: InstanceView,
  open: ReadonlyMap<string, readonly Naming[]>,
  people: Map<string, Person>,
  newcomers: Newcomers,
  problems: Problem[],
): Promise<void> {
  const matches = await instance.view.people([...open.values()].flatMap(([first]) => first?.name ?? []));
  for (const match of matches) {
    const [only, ...more] = match.candidates;
    if (only !== undefined && more.length === 0) people.set(match.name.toLowerCase(), only);
    else {
      const places = open.get(match.name.toLowerCase()) ?? [];
      const made = [...newcomers].find(([, login]) => login.toLowerCase() === match.name.toLowerCase())?.[0];
      problems.push(...places.map((place) => nobody(place, match, instance.name, made)));
    }
  }
}

/** A name that is nobody's, or several people's. `made`: the reference to it, where the stack makes the account. */
function nobody(
  { name, party, path }: Naming,
  { candidates }: PersonMatch,
  instance: string,
  made: string | undefined,
): Problem {
  const { resource, owned } = party;
  const where = dotted(["spec", ...path]);
  const place = { address: resource.address, source: resource.sources.get(`/spec${pointer(path)}`) ?? resource.source };
  if (candidates.length > 0) {
    return {
      code: "ambiguous-person",
      message: `${where}: "${name}" is ${candidates.length} people in ${instance}: ${listed(candidates.map((one) => `${one.login} (${one.id})`))}.`,
      hint: "Name the person by login.",
      ...place,
    };
  }
  if (made !== undefined) {
    return {
      code: "unknown-person",
      message: `${where}: there is no active person "${name}" in ${instance} yet.`,
      hint: `A document of this stack makes the account. Refer to it, so that it comes first: "\${${made}}".`,
      ...place,
    };
  }
  const before = Object.entries(owned?.people ?? {}).find(([login]) => login.toLowerCase() === name.toLowerCase());
  return {
    code: "unknown-person",
    message: `${where}: there is no active person "${name}" in ${instance}.`,
    hint:
      before === undefined
        ? "Check the spelling; if the person left, take the name out, and if they are new, create the account first. People are named by login or exact primary e-mail."
        : `Last time this was ${before[1]}: if the person left, take the name out; if the login changed, write the new one.`,
    ...place,
  };
}

function* moved(party: Party, people: ReadonlyMap<string, Person>): Iterable<Problem> {
  const remembered = new Map(Object.entries(party.owned?.people ?? {}).map(([login, id]) => [login.toLowerCase(), id]));
  for (const { name, path } of peopleIn(party.spec, party.rule)) {
    const before = remembered.get(name.toLowerCase());
    const now = people.get(name.toLowerCase());
    if (before === undefined || now === undefined || before === now.id) continue;
    yield {
      code: "person-moved",
      message: `${dotted(["spec", ...path])}: "${name}" was ${before} and is now ${now.id}: the login belongs to somebody else.`,
      hint: `If the new person is meant, take the name out, apply, and add it again; then it is a grant that somebody reviews.`,
      address: party.resource.address,
      source: party.resource.sources.get(`/spec${pointer(path)}`) ?? party.resource.source,
    };
  }
}

/** Who is named and cannot use it: access is easily given to somebody who left, and hardly noticed. A sentence each. */
export function leaversIn({ spec, rule }: Pick<Party, "spec" | "rule">, { name, view }: InstanceView): string[] {
  return [...peopleIn(spec, rule)].flatMap(({ name: login, path }) => {
    const state = view.leaver(login);
    if (state === undefined) return [];
    return [`${dotted(path)}: ${login} is ${state} in ${name}; if they left, take the name out.`];
  });
}

/**
 * The spec with people by login, and the id of each: by the name that the document uses too, so that it is missed when
 * it comes to mean somebody else. Who is live under another login (a search that lags behind a rename) keeps that one:
 * added under one name and removed under the other, the person would be out.
 */
export function withLogins(
  { spec, rule, live }: Pick<Party, "spec" | "rule" | "live">,
  people: ReadonlyMap<string, Person>,
  newcomers: Newcomers = new Map(),
): { spec: Spec; ids: Readonly<Record<string, string>> } {
  const ids: Record<string, string> = {};
  const liveLogins = new Map(Object.entries(live?.people ?? {}).map(([login, id]) => [id, login]));
  const walk = (value: Value, at: FieldRule): Value => {
    if (typeof value === "string") {
      const person = at.person === true ? people.get(value.toLowerCase()) : undefined;
      if (person === undefined) return value;
      const login = liveLogins.get(person.id) ?? person.login;
      ids[login] = person.id;
      if (value.toLowerCase() !== login.toLowerCase()) ids[value] = person.id;
      return login;
    }
    if (isList(value)) {
      const item = at.person === true ? { ...at.items, person: true } : (at.items ?? {});
      return value.map((element) => walk(element, item));
    }
    const newcomer = at.person === true ? newcomerIn(value, newcomers) : undefined;
    if (newcomer !== undefined) return newcomer;
    if (!isObject(value)) return value;
    const named: Record<string, Value> = {};
    for (const [key, field] of Object.entries(value)) {
      named[key] = walk(field, at.properties?.get(key) ?? at.additional ?? {});
    }
    return named;
  };
  return { spec: asSpec(walk(spec, rule)), ids };
}
