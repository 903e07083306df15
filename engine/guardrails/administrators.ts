/**
 * Who administers an instance at a moment of a run: those whom the vendor names, without those from whom the plan has
 * taken it by then, and with those to whom it has given it. A group that administers counts as one, while somebody known
 * is in it. Pure.
 */
import type { Edge } from "../model.ts";
import type { Standing } from "../provider.ts";
import { accountNode, administering, DIRECT, personNode } from "./holding-names.ts";
import { type Holding, type Holdings, isThere } from "./holdings.ts";
import type { Moment } from "./moments.ts";

export interface Ending {
  /** Key of the step. */
  readonly by: string;
  /** `empties`: by what its lists say; where its people are known, they decide. `renews`: something takes its place. */
  readonly how: "ends" | "renews" | "empties";
}

export interface AdministratorsInput {
  readonly instance: string;
  readonly administrators: Standing["administrators"];
  readonly holdings: Holdings;
  /** Steps that end an object of the instance, or leave it with nobody, by vendor id. */
  readonly endings: ReadonlyMap<string, Ending>;
  /** Why somebody cannot use what they hold, as far as it is known. */
  readonly leaver: (login: string) => string | undefined;
}

export interface Administrators {
  /** All that decides about them. */
  readonly holdings: readonly Holding[];
  /** Names of those who administered before, and do not then. */
  missing(moment: Moment): readonly string[];
  /** Names of those who administer then. */
  at(moment: Moment): readonly string[];
  /** Names of those to whom a step gives it. */
  givenBy(key: string): readonly string[];
}

export const BEFORE: Moment = { begun: new Set(), done: new Set() };

interface Principal {
  readonly node: string;
  readonly id?: string;
  readonly label: string;
}

export function administratorsOf(input: AdministratorsInput): Administrators {
  const { instance, holdings, endings, leaver } = input;
  const objects = input.administrators.flatMap(({ id }) => holdings.objectWith(instance, id) ?? []);
  const upstream = holdings.towards([administering(instance), ...objects]);
  const roles = upstream.filter(({ to }) => to === administering(instance));
  const accounts = holdings.all().filter(({ to }) => to === accountNode(instance));
  const into = new Map<string, Holding[]>();
  for (const holding of upstream) into.set(holding.to, [...(into.get(holding.to) ?? []), holding]);

  const known: Principal[] = input.administrators.map(({ id, label }) => {
    const own = roles.find(({ edge }) => isOf(edge, id, label));
    return { id, label, node: own?.from ?? holdings.objectWith(instance, id) ?? personNode(label) };
  });
  const nodes = new Set(known.map(({ node }) => node));
  function isLeaver({ holder, person }: Edge): boolean {
    return holder === undefined && leaver(person) !== undefined;
  }

  const active = (id: string | undefined, login: string, moment: Moment): boolean => {
    const own = accounts.filter(({ edge }) => isOf(edge, id, login));
    if (own.length === 0) return id === undefined || !holdings.isSilent(instance, id);
    return own.some((holding) => isThere(holding, moment));
  };
  const newcomers = new Map<string, Principal>();
  for (const { from, edge, gives, there } of roles) {
    if (nodes.has(from) || isLeaver(edge)) continue;
    // Whoever holds the role already and is not named by the vendor cannot use it, unless their account comes back.
    const barred = there && edge.holder === undefined && !active(edge.personId, edge.person, BEFORE);
    if (!barred && (there || gives.size === 0)) continue;
    const { personId: id } = edge;
    newcomers.set(from, { node: from, label: labelOf(from, edge), ...(id === undefined ? {} : { id }) });
  }
  /** Is somebody in it, over others too? Undefined where not everybody is known, and nobody who is. */
  const inhabited = (node: string, moment: Moment, seen = new Set<string>()): boolean | undefined => {
    if (seen.has(node)) return false;
    seen.add(node);
    let answer = holdings.isWhole(node.replace(DIRECT, "")) ? false : undefined;
    for (const holding of into.get(node) ?? []) {
      if (!isThere(holding, moment)) continue;
      const { edge, from } = holding;
      const one =
        edge.holder === undefined ? active(edge.personId, edge.person, moment) : inhabited(from, moment, seen);
      if (one === true) return true;
      if (one === undefined) answer = undefined;
    }
    return answer;
  };
  // What people are in, or what holds the role for others: of an account neither is so.
  const groups = new Set([
    ...roles.flatMap(({ from, edge }) => (edge.holder === undefined ? [] : [from])),
    ...objects.filter((node) => into.has(node)),
  ]);
  const holdsRole = ({ node }: Principal, moment: Moment): boolean =>
    roles.some((holding) => holding.from === node && isThere(holding, moment));

  const administers = (one: Principal, moment: Moment): boolean => {
    const { id, label, node } = one;
    const ruled = roles.some(({ from, there }) => from === node && there);
    if (ruled && !holdsRole(one, moment)) return false;
    if (!active(id, label, moment)) return false;
    const ending = id === undefined ? undefined : endings.get(id);
    const ended = ending !== undefined && moment.begun.has(ending.by);
    const back = ending?.how === "renews" && ruled && moment.done.has(ending.by);
    if (!groups.has(node)) return !ended || back;
    const was = inhabited(node, BEFORE);
    // Where nobody is known to be in it, what the vendor says counts.
    if (was === undefined) return !ended || back;
    return inhabited(node, moment) === true && (!ended || back || ending.how === "empties");
  };
  const begins = (one: Principal, moment: Moment): boolean =>
    holdsRole(one, moment) &&
    (groups.has(one.node) ? inhabited(one.node, moment) === true : active(one.id, one.label, moment));

  const first = known.filter((one) => administers(one, BEFORE));
  // Whose account it is matters where they administer, or are in what does.
  const concerned = new Set(
    [
      ...known.flatMap(({ id, label }) => [id, label]),
      ...upstream.flatMap(({ edge }) => [edge.personId, edge.person]),
    ].flatMap((name) => name?.toLowerCase() ?? []),
  );
  const theirs = accounts.filter(({ edge: { person, personId } }) =>
    [person, personId].some((name) => name !== undefined && concerned.has(name.toLowerCase())),
  );
  return {
    holdings: [...upstream, ...theirs],
    missing: (moment) => first.filter((one) => !administers(one, moment)).map(({ label }) => label),
    at: (moment) => [
      ...known.filter((one) => administers(one, moment)).map(({ label }) => label),
      ...[...newcomers.values()].filter((one) => begins(one, moment)).map(({ label }) => label),
    ],
    givenBy: (key) =>
      roles.flatMap(({ from, edge, gives, there }) => (gives.has(key) && !there ? [labelOf(from, edge)] : [])),
  };
}

/** An object of the stack by its address: nobody knows what id it will have. */
function labelOf(node: string, edge: Edge): string {
  return edge.holder === undefined ? edge.person : node.replace(/^direct /, "");
}

export function isOf(edge: Pick<Edge, "person" | "personId">, id: string | undefined, label: string): boolean {
  return (id !== undefined && edge.personId === id) || edge.person.toLowerCase() === label.toLowerCase();
}
