/** Who decided that somebody holds something, as far as the record tells. Pure. */
import type { Decision, WayStep } from "../impact/holdings.ts";
import type { Address, FieldChange, Value } from "../model.ts";
import { isList, isObject } from "../value.ts";
import type { ChangeEvent, LedgerEvent, Link, RunStarted } from "./event.ts";
import type { Recorded } from "./observation.ts";

export interface Decisions {
  /** What put a person into an object, or, for nobody in particular, made the object give what it gives; null: nothing. */
  of(step: WayStep, person: { readonly name: string; readonly id?: string } | undefined): Decision | null;
  /** Changes after an observation that touch any of these, oldest first. */
  since(place: number, touches: (address: Address) => boolean): readonly Decision[];
}

type Change = ChangeEvent & Link;

/** `events`: up to the moment asked about; `sights`: what was observed by then. */
export function decisionsIn(events: readonly LedgerEvent[], sights: readonly Recorded[]): Decisions {
  const runs = new Map<string, RunStarted>();
  const reasons = new Map<string, string[]>();
  const changes = new Map<Address, Change[]>();
  const renamed: { readonly from: Address; readonly to: Address; readonly seq: number }[] = [];
  for (const event of events) {
    if (event.type === "run-started") runs.set(event.run, event);
    else if (event.type === "override" && event.run !== undefined && event.reason !== "")
      reasons.set(event.run, [...new Set([...(reasons.get(event.run) ?? []), event.reason])]);
    else if (event.type === "move") renamed.push(event);
    else if (event.type === "change" && tookEffect(event))
      changes.set(event.address, [...(changes.get(event.address) ?? []), event]);
  }
  const seenBy = new Map(sights.map((sight) => [sight.run, sight]));

  const decision = ({ run, at, address, action, outcome }: Change): Decision => {
    const started = runs.get(run);
    const reason = started?.reason ?? reasons.get(run)?.join(" ");
    return {
      ...{ run, at, actor: started?.actor ?? "unknown", address, action, outcome },
      ...{ plan: started?.plan ?? "", command: started?.command ?? "" },
      ...(started?.approvals === undefined ? {} : { approvals: started.approvals }),
      ...(reason === undefined ? {} : { reason }),
    };
  };
  /** Newest first, under every name that the object had. */
  const changesOf = (address: Address): readonly Change[] => {
    const names = new Set<Address>([address]);
    for (const { from, to } of renamed.toReversed()) if (names.has(to)) names.add(from);
    return [...names].flatMap((name) => changes.get(name) ?? []).sort((a, b) => b.seq - a.seq);
  };
  /** The object as its run left it, where that was observed: a create tells nobody by name. */
  const heldAfter = (change: Change, names: ReadonlySet<string>): boolean =>
    seenBy
      .get(change.run)
      ?.objects.find(({ address }) => address === change.address)
      ?.edges.some(({ person }) => names.has(person.toLowerCase())) === true;

  return {
    of({ address }, person) {
      if (address === undefined) return null;
      const all = changesOf(address);
      if (person === undefined) {
        const made = all.find(({ action }) => action === "create" || action === "replace");
        return made === undefined ? null : decision(made);
      }
      const names = new Set(
        [person.name, ...(person.id === undefined ? [] : [person.id])].map((name) => name.toLowerCase()),
      );
      for (const change of all) {
        const moved = movedBy(change.fields, names);
        if (moved === "in") return decision(change);
        if (moved === "out") return null;
        if (change.action === "delete" || change.action === "forget") return null;
        if (change.action === "create" || change.action === "replace")
          return heldAfter(change, names) ? decision(change) : null;
      }
      return null;
    },
    since: (place, touches) =>
      [...changes.values()]
        .flat()
        .filter(({ seq, address }) => seq > place && touches(address))
        .sort((a, b) => a.seq - b.seq)
        .map(decision),
  };
}

/** Of a failed one, `fields` are what arrived. */
function tookEffect({ outcome, action, fields }: ChangeEvent): boolean {
  if (outcome === "skipped" || action === "none") return false;
  return outcome !== "failed" || fields.length > 0;
}

function movedBy(fields: readonly FieldChange[], names: ReadonlySet<string>): "in" | "out" | undefined {
  for (const field of fields) {
    if (field.op !== "set") {
      if (mentions(field.element, names)) return field.op === "add" ? "in" : "out";
      continue;
    }
    const [before, after] = [mentions(field.before ?? null, names), mentions(field.after, names)];
    if (before !== after) return after ? "in" : "out";
  }
  return undefined;
}

function mentions(value: Value, names: ReadonlySet<string>): boolean {
  if (typeof value === "string") return names.has(value.toLowerCase());
  if (isList(value)) return value.some((item) => mentions(item, names));
  return isObject(value) && Object.values(value).some((item) => mentions(item, names));
}
