/** Whose each object is, and whether a document can be written for it. Pure. */
import type { FieldRule } from "../config/rules.ts";
import { isForeign, markedBy } from "../diff/ours.ts";
import type { Address, Live, Owned } from "../model.ts";
import { type Catalog, groupKeyOf } from "../plan/tenants.ts";
import type { Labelled } from "./names.ts";
import type { Surveyed, Target } from "./survey.ts";
import { saysNothing, type Writing, writeSpec } from "./write-spec.ts";

export type Standing =
  /** Owned by this stack. */
  | { readonly state: "managed"; readonly address: Address }
  /** Nobody's so far; a document can be written for it. */
  | { readonly state: "unmanaged"; readonly reason?: string }
  /** Not ours to write about: the reason ends a sentence. */
  | { readonly state: "unmanageable"; readonly reason: string };

export interface Standings {
  readonly stack: string;
  readonly catalog: Catalog;
  readonly owned: readonly Owned[];
  /** `<instance> <kind> <key>` → a document of the stack that is not bound yet. */
  readonly declared: ReadonlyMap<string, Address>;
}

export function standingsOf(
  surveyed: readonly Surveyed[],
  labelled: ReadonlyMap<Surveyed, readonly Labelled[]>,
  { stack, catalog, owned, declared }: Standings,
): ReadonlyMap<Labelled, Standing> {
  const holders = new Map(owned.map((one) => [`${groupKeyOf(inGroup(one))} ${one.id}`, one.address]));
  const standings = new Map<Labelled, Standing>();
  for (const group of surveyed) {
    const key = groupKeyOf(group);
    const { key: keyOf } = catalog.factsOf(group.kind);
    const rule = catalog.rulesOf(group.kind).spec;
    const namesakes = new Map<string, number>();
    for (const live of group.lives) {
      const name = keyOf(live.spec);
      if (name !== undefined) namesakes.set(name, (namesakes.get(name) ?? 0) + 1);
    }
    for (const object of labelled.get(group) ?? []) {
      const { live } = object;
      const address = holders.get(`${key} ${live.id}`);
      const name = keyOf(live.spec);
      const document = name === undefined ? undefined : declared.get(`${key} ${name}`);
      const reason = whyNot(live, { stack, rule, name, namesakes: namesakes.get(name ?? "") ?? 0 });
      if (address !== undefined) standings.set(object, { state: "managed", address });
      else if (document !== undefined && !isForeign(live, stack)) {
        const hint = `declared as ${document} and not bound: accord import ${document} ${live.id}`;
        standings.set(object, { state: "unmanaged", reason: hint });
      } else if (reason !== undefined) standings.set(object, { state: "unmanageable", reason });
      else standings.set(object, { state: "unmanaged" });
    }
  }
  return standings;
}

interface Question {
  readonly stack: string;
  readonly rule: FieldRule;
  /** Natural key, and how many objects of the kind have it. */
  readonly name: string | undefined;
  readonly namesakes: number;
}

/** Why no document is written for it; undefined where one can be. */
function whyNot(live: Live, { stack, rule, name, namesakes }: Question): string | undefined {
  if (isForeign(live, stack)) return `managed by ${markedBy(live)}`;
  if (live.readOnly !== undefined) return live.readOnly;
  if (name === undefined || name === "") return "it shows no name";
  if (namesakes > 1) return `${namesakes} objects share its name`;
  return isLeftToSync(live, rule) ? "a sync found it, and nothing of it is set" : undefined;
}

/** A document of it would say no more than which object it is. One that carries our mark was somebody's document. */
function isLeftToSync(live: Live, rule: FieldRule): boolean {
  return live.synced === true && live.marker === undefined && saysNothing(writeSpec(live, rule, PLAINLY).spec, rule);
}

const PLAINLY: Writing = {
  reference: (id) => ({ id }),
  text: (value) => value,
  secret: () => "",
  explained: {},
  named: {},
};

function inGroup({ address, kind }: Owned): { readonly instance: string; readonly kind: string } {
  return { instance: address.slice(0, address.indexOf("/")), kind };
}

/** Objects of one kind of one instance, counted by whose they are. */
export interface Coverage {
  readonly instance: string;
  readonly kind: string;
  readonly managed: number;
  readonly adopted: number;
  readonly unmanaged: number;
  readonly unmanageable: number;
  /** False: kept by id, cannot be surveyed. */
  readonly listed: boolean;
}

type Counted = Target & { readonly standing: Standing };

/** `adopted`: those of the objects that are adopted now. */
export function coverageOf(
  surveyed: readonly Surveyed[],
  objects: readonly Counted[],
  adopted: ReadonlySet<unknown> = new Set(),
): readonly Coverage[] {
  const counts = new Map(
    surveyed.map((group) => [groupKeyOf(group), { managed: 0, adopted: 0, unmanaged: 0, unmanageable: 0 }]),
  );
  for (const object of objects) {
    const count = counts.get(groupKeyOf(object));
    if (count !== undefined) count[adopted.has(object) ? "adopted" : object.standing.state] += 1;
  }
  return surveyed.map((group) => {
    const none = { managed: 0, adopted: 0, unmanaged: 0, unmanageable: 0 };
    return {
      instance: group.instance,
      kind: group.kind,
      listed: group.listed,
      ...(counts.get(groupKeyOf(group)) ?? none),
    };
  });
}
