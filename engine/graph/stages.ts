/**
 * The order of a run. Access is given before it is taken, so that nobody is without it in between; automations come
 * last, so that they never act on half a profile, and go first, for the same reason.
 *
 *   1 retire     delete and forget what runs last (automations)
 *   2 build      create, adopt, replace, update — additions and settings only
 *   3 build-last the same for what runs last
 *   4 take       the removals of updates
 *   5 delete     delete and forget the rest, dependants first
 *
 * A step that waits for one of a later stage moves there, and what depends on it with it.
 */
import type { Address, Change, FieldChange, Part, Wait } from "../model.ts";
import type { KindFacts } from "../provider.ts";
import { layersOf } from "./order.ts";

export type StageName = "retire" | "build" | "build-last" | "take" | "delete";

/** One piece of work: a change, or the additions or the removals of an update. */
export interface Step {
  readonly change: Change;
  /** Undefined where the change is made in one go. */
  readonly part: Part | undefined;
  readonly fields: readonly FieldChange[];
  /** What an earlier step of the same change has done. */
  readonly earlier: readonly FieldChange[];
  /** The last step of its change: state may say that the document is applied. */
  readonly final: boolean;
}

export interface Stage {
  readonly name: StageName;
  /** Steps of a layer are independent of each other. */
  readonly layers: readonly (readonly Step[])[];
}

/** Every step of a plan, and which others each of them follows. */
export interface Steps {
  readonly stages: readonly Stage[];
  /** Steps that follow themselves, over others: no order is any good, and `stages` is without them. */
  readonly circle: readonly Step[];
  /** The steps that run before this one, whatever becomes of them. */
  follows(step: Step): readonly Step[];
  /** The steps that must be confirmed before this one may begin; undefined stands for one that is not in the plan. */
  awaited(step: Step): readonly (readonly [Wait, Step | undefined])[];
}

const ORDER: readonly StageName[] = ["retire", "build", "build-last", "take", "delete"];

export function stepsOf(changes: readonly Change[], factsOf: (kind: string) => KindFacts): Steps {
  const places = new Map<Step, number>();
  const byAddress = new Map<Address, readonly Step[]>();
  for (const change of changes) {
    const placed = change.action === "none" ? [] : stepsOfOne(change, factsOf(change.kind));
    for (const [step, stage] of placed) places.set(step, ORDER.indexOf(stage));
    if (placed.length > 0)
      byAddress.set(
        change.address,
        placed.map(([step]) => step),
      );
  }
  const awaited = (step: Step): readonly (readonly [Wait, Step | undefined])[] =>
    (step.change.waits ?? [])
      .filter((wait) => step.part === undefined || wait.part === step.part)
      .map((wait) => [wait, partOf(byAddress.get(wait.for.address), wait.for.part)] as const)
      // What is done in one go waits for no part of itself.
      .filter(([, other]) => other !== step);
  const follows = (step: Step): readonly Step[] => {
    const own = byAddress.get(step.change.address) ?? [];
    const at = places.get(step) ?? 0;
    const needed = step.change.dependsOn.flatMap((address) =>
      // What an object that stays needs of another one is built with it: its removals come in a stage of their own.
      (byAddress.get(address) ?? []).filter((other) => (places.get(other) ?? 0) <= at),
    );
    return [
      ...own.slice(0, own.indexOf(step)),
      ...needed,
      ...awaited(step).flatMap(([, other]) => (other === undefined ? [] : [other])),
    ];
  };
  const layers = layersOf(places.keys(), follows);
  const ordered = new Set(layers.flat());
  const stages = new Map<Step, number>();
  for (const step of ordered) {
    stages.set(step, Math.max(places.get(step) ?? 0, ...follows(step).map((other) => stages.get(other) ?? 0)));
  }
  return {
    stages: ORDER.map((name, at) => {
      const steps = [...places.keys()].filter((step) => stages.get(step) === at);
      return { name, layers: layersOf(steps, follows) };
    }).filter((stage) => stage.layers.length > 0),
    circle: [...places.keys()].filter((step) => !ordered.has(step)),
    follows,
    awaited,
  };
}

export function stagesOf(changes: readonly Change[], factsOf: (kind: string) => KindFacts): readonly Stage[] {
  return stepsOf(changes, factsOf).stages;
}

function partOf(steps: readonly Step[] = [], part: Part): Step | undefined {
  return steps.find((step) => step.part === part) ?? steps[0];
}

/** In the order in which they run. */
function stepsOfOne(change: Change, facts: KindFacts): readonly (readonly [Step, StageName])[] {
  const last = facts.phase === "last";
  const whole = { change, part: undefined, earlier: [], final: true };
  if (change.action === "delete" || change.action === "forget") {
    return [[{ ...whole, fields: [] }, last ? "retire" : "delete"]];
  }
  const fields = "fields" in change ? change.fields : [];
  const removals = fields.filter((field) => field.op === "remove");
  const build = last ? "build-last" : "build";
  const splits =
    (change.action === "update" || change.action === "adopt") && facts.whole !== true && removals.length > 0;
  if (!splits) return [[{ ...whole, fields }, build]];
  const others = fields.filter((field) => field.op !== "remove");
  const taking = { change, part: "take" as const, fields: removals };
  if (others.length === 0 && change.action !== "adopt") return [[{ ...taking, earlier: [], final: true }, "take"]];
  const giving = { change, part: "give" as const, fields: others };
  const { address, waits = [] } = change;
  const takesFirst = waits.some((wait) => wait.part === "give" && wait.for.address === address);
  return takesFirst
    ? [
        [{ ...taking, earlier: [], final: false }, "take"],
        [{ ...giving, earlier: removals, final: true }, "take"],
      ]
    : [
        [{ ...giving, earlier: [], final: false }, build],
        [{ ...taking, earlier: others, final: true }, "take"],
      ];
}
