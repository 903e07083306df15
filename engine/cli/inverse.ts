/** What a run did, turned round: one opposite change for each, or the reason why there is none. Pure. */
import type { KindRules } from "../config/rules.ts";
import { OURS } from "../diff/bind.ts";
import { applyFields, diffFields, invertField } from "../diff/fields.ts";
import { isForeign, markedBy } from "../diff/ours.ts";
import { decideRemoval } from "../diff/removal.ts";
import type { ChangeEvent } from "../ledger/event.ts";
import type { Address, Change, Live, Owned, Resource, Spec, Value } from "../model.ts";
import type { Catalog } from "../plan/tenants.ts";
import type { KindFacts } from "../provider.ts";
import { asSpec, isList, isObject, isRef } from "../value.ts";

export interface Inversion {
  /** What the run did, oldest first. */
  readonly done: readonly ChangeEvent[];
  readonly owned: ReadonlyMap<Address, Owned>;
  /** As it is now; what is gone is not in it. */
  readonly lives: ReadonlyMap<Address, Live>;
  readonly catalog: Catalog;
  /** Name of the stack, as markers say it. */
  readonly stack: string;
}

export interface Inverse {
  readonly changes: readonly Change[];
  /** Why something is not taken back. */
  readonly notes: readonly string[];
}

export function inverseOf(inversion: Inversion): Inverse {
  const changes: Change[] = [];
  const notes: string[] = [];
  const renewed = idsThatComeAnew(inversion);
  for (const event of [...inversion.done].reverse()) {
    const inverse = invert(event, inversion, renewed);
    if (typeof inverse === "string") notes.push(`${event.address}: ${inverse}`);
    else changes.push(inverse);
  }
  const acting = new Set(changes.map((change) => change.address));
  return {
    changes: changes.map((change) => ({ ...change, dependsOn: change.dependsOn.filter((one) => acting.has(one)) })),
    notes,
  };
}

function invert(
  event: ChangeEvent,
  { owned, lives, catalog, stack }: Inversion,
  renewed: ReadonlyMap<string, Address>,
): Change | string {
  const facts = catalog.factsOf(event.kind);
  const rules = catalog.rulesOf(event.kind);
  const one = owned.get(event.address);
  const live = lives.get(event.address);
  if (live !== undefined && isForeign(live, stack)) return `it carries the mark of ${markedBy(live)} now.`;
  switch (event.action) {
    case "create":
      if (one === undefined) return "it is no longer managed.";
      if (live === undefined) return "it is gone already.";
      return decideRemoval({
        owned: one,
        found: { state: "present", live },
        rules,
        facts,
        stack,
        dependsOn: [...owned.values()].flatMap((other) =>
          other.dependsOn.includes(event.address) ? [other.address] : [],
        ),
      }).change;
    case "update":
    case "adopt": {
      if (one === undefined) return "it is no longer managed.";
      if (live === undefined) return "it is gone, so nothing can be put back.";
      const back = putBack(event, one, live, rules, renewed);
      return event.action === "adopt" && one.origin === "adopted"
        ? letGo(event, one, live, back)
        : (back ?? "live is as it was before the run.");
    }
    case "replace":
      if (event.before === undefined) return "the ledger does not hold what it was.";
      if (one === undefined || live === undefined) return "it is gone, so nothing can be put back.";
      return replacedBack(event, event.before, one, live, { facts, rules, renewed });
    case "delete":
      return event.before === undefined
        ? "the ledger does not hold what it was."
        : revived(event, event.before, live, { facts, rules, renewed });
    case "forget":
      return event.id === null
        ? "it was gone before the run."
        : `bind it again with accord import ${event.address} ${event.id}.`;
    case "none":
      return "nothing was done.";
  }
}

interface Context {
  readonly facts: KindFacts;
  readonly rules: KindRules;
  /** Vendor id → address, of what comes back under another id. */
  readonly renewed: ReadonlyMap<string, Address>;
}

function replacedBack(
  event: ChangeEvent,
  before: Spec,
  owned: Owned,
  live: Live,
  { facts, rules, renewed }: Context,
): Change {
  const { spec, needs } = withNewIds(before, renewed);
  const dependsOn = [...new Set([...owned.dependsOn, ...needs])];
  const uncertain = facts.describe?.({ action: "replace", before: live, after: spec, fields: [] })?.uncertain;
  return {
    ...baseOf(event, dependsOn),
    action: "replace",
    before: live,
    after: resourceOf(event, spec, owned, dependsOn),
    fields: diffFields(spec, live.spec, rules.spec),
    reason: "replace_because_cannot_update",
    ...(uncertain === undefined ? {} : { uncertain }),
  };
}

/** What was somebody else's before the run is theirs again; where the run changed it, that is put back first. */
function letGo(event: ChangeEvent, owned: Owned, live: Live, back: Change | undefined): Change {
  if (back !== undefined) return { ...back, notes: ["it stays managed; `accord forget` lets it go afterwards"] };
  return { ...baseOf(event, owned.dependsOn), undo: "exact", action: "forget", before: live };
}

/** The fields that the run changed, as they were; whatever else moved since stays as it is. */
function putBack(
  event: ChangeEvent,
  owned: Owned,
  live: Live,
  rules: KindRules,
  renewed: ReadonlyMap<string, Address>,
): Change | undefined {
  const inverted = [...event.fields].reverse().map(invertField);
  const { spec: goal, needs } = withNewIds(applyFields(live.spec, inverted, rules.spec), renewed);
  const touched = Object.entries(goal).filter(([name]) => event.fields.some((field) => field.path[0] === name));
  const fields = diffFields(Object.fromEntries(touched), live.spec, rules.spec);
  if (fields.length === 0) return undefined;
  const dependsOn = [...new Set([...owned.dependsOn, ...needs])];
  const after = resourceOf(event, applyFields(owned.applied, fields, rules.spec), owned, dependsOn);
  return { ...baseOf(event, dependsOn), undo: "exact", action: "update", before: live, after, fields };
}

/** What was deleted is made anew, what was only disabled is still there. */
function revived(
  event: ChangeEvent,
  before: Spec,
  live: Live | undefined,
  { facts, rules, renewed }: Context,
): Change | string {
  if (live !== undefined) {
    const fields = diffFields(before, live.spec, rules.spec);
    const after = resourceOf(event, before);
    const ours = event.origin === "created" ? { reason: OURS } : {};
    return { ...baseOf(event, []), ...ours, action: "adopt", before: live, after, fields };
  }
  if (!facts.can.create) return `objects of ${event.kind} cannot be made by Accord.`;
  const { spec, needs } = withNewIds(before, renewed);
  return { ...baseOf(event, needs), action: "create", after: resourceOf(event, spec, undefined, needs) };
}

/** Vendor id → address, of what was deleted or replaced and comes back under another id. */
function idsThatComeAnew({ done, lives }: Inversion): ReadonlyMap<string, Address> {
  return new Map(
    done.flatMap(({ action, id, address, replaces }): [string, Address][] => {
      if (replaces !== undefined) return [[replaces, address]];
      return action === "delete" && id !== null && !lives.has(address) ? [[id, address]] : [];
    }),
  );
}

function withNewIds(spec: Spec, renewed: ReadonlyMap<string, Address>): { spec: Spec; needs: readonly Address[] } {
  const needs = new Set<Address>();
  const walk = (value: Value): Value => {
    if (isRef(value)) {
      const address = renewed.get(value.id);
      if (address === undefined) return value;
      needs.add(address);
      return { id: { $unknown: { text: `\${${address}.id}` } } };
    }
    if (isList(value)) return value.map(walk);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
  };
  return { spec: asSpec(walk(spec)), needs: [...needs] };
}

function baseOf(event: ChangeEvent, dependsOn: readonly Address[]) {
  const { address, kind } = event;
  return { address, kind, dependsOn, people: {}, notes: [], undo: "approximate" as const };
}

function resourceOf(event: ChangeEvent, spec: Spec, owned?: Owned, dependsOn: readonly Address[] = []): Resource {
  const { address, kind } = event;
  return {
    address,
    instance: address.slice(0, address.indexOf("/")),
    kind,
    spec,
    protect: owned?.protect ?? false,
    manage: {},
    ignore: [],
    labels: {},
    dependsOn,
    source: { file: `run ${event.run}`, line: 1, column: 1 },
    sources: new Map(),
    ...(owned?.onRemoval === undefined ? {} : { onRemoval: owned.onRemoval }),
  };
}
