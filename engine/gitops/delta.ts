/**
 * A plan as an approval sees it: a set of elements, each the canonical JSON of a short list. Whatever is not in an
 * element may change after an approval without ending it, so each kind of effect has one: who moves, what is written,
 * which objects come, go or change hands, what nobody can tell, and what a document stops keeping safe. Pure.
 *
 * Left out on purpose: what was there before (an approval is about what becomes of it), by which way somebody holds a
 * thing, and the order of steps, which every plan derives anew from the same rules.
 */
import { canonicalJson, digestOf } from "../canonical.ts";
import type { KindRules } from "../config/rules.ts";
import { OURS } from "../diff/bind.ts";
import type { Change, FieldChange, Move, Owned, Plan, PopulationChange, Resource, Value } from "../model.ts";
import { pointer } from "../value.ts";
import { declaredFields, type Lasting, lastingIn, leafFields } from "./lasting.ts";
import type { Delta } from "./model.ts";

export interface DeltaContext {
  /** What state holds, by which protection that is given up shows. */
  readonly owned: readonly Owned[];
  rulesOf(kind: string): KindRules;
}

type Element = readonly [kind: string, ...parts: readonly (Value | undefined)[]];

export function deltaOf(plan: Plan, context: DeltaContext): Delta {
  const lasting = lastingIn(plan, context.owned);
  const protectedNow = new Set(context.owned.filter((one) => one.protect).map((one) => one.address));
  const elements: readonly Element[] = [
    ["stack", plan.stack, plan.environment, plan.mode],
    ...Object.entries(plan.tenants).map(([name, { id, host }]): Element => ["tenant", name, id, host]),
    ...plan.impact.gained.map((move) => moveElement("gain", move)),
    ...plan.impact.lost.map((move) => moveElement("lose", move)),
    ...(plan.populations ?? []).flatMap(populationElements),
    ...plan.changes.flatMap((change) => [
      ...changeElements(change, context, lasting),
      ...("after" in change ? standingElements(change.after, protectedNow.has(change.address)) : []),
    ]),
  ];
  return deltaFrom(elements.map(textOf));
}

/** A delta from its elements, as they were kept; its digest tells whether they are the ones that were shown. */
export function deltaFrom(elements: readonly string[]): Delta {
  const sorted = [...new Set(elements)].sort();
  return { digest: digestOf(sorted), elements: sorted };
}

/** What `now` does beyond what was approved; empty where it is the same or less. */
export function beyond(now: Delta, approved: Delta): readonly string[] {
  if (now.digest === approved.digest) return [];
  const known = new Set(approved.elements);
  return now.elements.filter((element) => !known.has(element));
}

/** Does it do anything at all that somebody could approve? */
export function isActing({ elements }: Delta): boolean {
  return elements.some((element) => !STANDING.some((kind) => element.startsWith(`["${kind}"`)));
}

/** Kinds of elements that only say where and how a plan holds. */
const STANDING = ["stack", "tenant", "manage", "ignore", "on-removal"];

function moveElement(kind: "gain" | "lose", move: Move): Element {
  const rank = move.administers === true ? "administrator" : move.privileged === true ? "privileged" : "";
  // A loss is as bad whatever the thing is called; a gain of the same thing that is privileged by now is another gain.
  return [kind, instanceOf(move.address), move.entitlement, move.person, move.personId, kind === "gain" ? rank : ""];
}

function populationElements({ address, entitlement, enters, leaves, uncertain }: PopulationChange): readonly Element[] {
  return [
    ...enters.map(({ person, personId }): Element => ["enter", address, entitlement, person, personId]),
    ...leaves.map(({ person, personId }): Element => ["leave", address, entitlement, person, personId]),
    ...uncertain.map(
      ({ person, personId, held }): Element => [
        held ? "may-leave" : "may-enter",
        ...[address, entitlement, person, personId],
      ],
    ),
  ];
}

function changeElements(change: Change, { rulesOf }: DeltaContext, lasting: Lasting): readonly Element[] {
  const { address } = change;
  const rule = rulesOf(change.kind).spec;
  const written = (fields: readonly FieldChange[]): readonly Element[] =>
    fields.flatMap((field) => leafFields(field, rule)).map((field) => fieldElement(address, field, lasting));
  const uncertain: readonly Element[] =
    change.uncertain === undefined ? [] : [["uncertain", address, change.uncertain.effect, change.uncertain.people]];
  switch (change.action) {
    case "create":
      return [["create", address], ...written(declaredFields(change.after.spec, rule)), ...uncertain];
    case "update":
      return [...written(change.fields), ...uncertain];
    case "adopt":
    case "replace":
      // What an interrupted run of ours has made is what was approved to be made.
      if (change.action === "adopt" && change.reason === OURS)
        return [["create", address], ...written(change.fields), ...uncertain];
      return [[change.action, address, change.before.id], ...written(change.fields), ...uncertain];
    case "delete":
      return [["delete", address, change.before.id, change.how], ...uncertain];
    case "forget":
      return [["forget", address, change.before?.id], ...uncertain];
    case "none":
      return uncertain;
  }
}

function fieldElement(address: string, field: FieldChange, lasting: Lasting): Element {
  return [field.op, address, pointer(field.path), lasting(field.op === "set" ? field.after : field.element)];
}

/** What a document says of how its object is kept: less of it may be dangerous long before it shows in a plan. */
function standingElements(after: Resource, wasProtected: boolean): readonly Element[] {
  const { address, manage, ignore, onRemoval } = after;
  return [
    ...(wasProtected && !after.protect ? [["unprotect", address] as const] : []),
    ...Object.entries(manage).map(([field, mode]): Element => ["manage", address, field, mode]),
    ...ignore.map((field): Element => ["ignore", address, field]),
    ...(onRemoval === undefined ? [] : [["on-removal", address, onRemoval] as const]),
  ];
}

function textOf(element: Element): string {
  return canonicalJson(element.map((part) => part ?? null));
}

function instanceOf(address: string): string {
  return address.slice(0, address.indexOf("/"));
}
