/**
 * ⇄ One step of a change → the vendor → a result and what state should remember. Decides nothing: the change says
 * what to do, the kind how, the proof whether it happened.
 */
import type { KindRules } from "../config/rules.ts";
import { applyFields, diffFields } from "../diff/fields.ts";
import { appliedOf, goalOf } from "../diff/goal.ts";
import { converging } from "../diff/lag.ts";
import type { OutputOf } from "../graph/refs.ts";
import type { Step } from "../graph/stages.ts";
import type { WriteContext } from "../kind.ts";
import type { Change, FieldChange, Live, Owned, Resource, Spec } from "../model.ts";
import type { Clock } from "../outside.ts";
import { type Problem, ProblemError, problemsOf } from "../problem.ts";
import type { Hands, KindFacts, View } from "../provider.ts";
import { type Fillings, fieldsWithoutSecrets, fillFields, fillSpec, withoutSecrets } from "./fill.ts";
import type { StepEnd } from "./journal.ts";
import { isUnclear, make } from "./make.ts";
import { type ProofContext, type Proven, proveGone, proveWritten } from "./prove.ts";
import type { StepResult } from "./result.ts";

export interface StepContext {
  readonly facts: KindFacts;
  readonly rules: KindRules;
  /** New ones, which know nothing of earlier reads. `key`: natural key of what they write, for the journal. */
  readonly hands: (key?: string) => Hands;
  readonly look: () => View;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly stack: string;
  /** The object as read when the run began; absent where no read can show it. */
  readonly fresh: Live | undefined;
  /** What state holds for the address before this step. */
  readonly owned: Owned | undefined;
  /** Vendor ids of the people that the document names, as the plan resolved them. */
  readonly people: Readonly<Record<string, string>>;
  readonly outputOf: OutputOf;
  readonly fillings: Fillings;
  /** Digests of the secrets that are sent, by JSON pointer. */
  readonly secrets: () => Promise<Owned["secrets"]>;
  readonly made: (id: string) => Promise<void>;
  readonly deliver: WriteContext["deliver"];
  /** The object was somebody else's until now. */
  readonly adopts: boolean;
}

export interface StepOutput {
  readonly result: StepResult;
  /** `open`: whether anything happened is unknown, and stays so. */
  readonly end: StepEnd | { readonly open: true };
  /** For the outputs of later steps. */
  readonly live?: Live;
}

export async function runStep(step: Step, context: StepContext): Promise<StepOutput> {
  const { change } = step;
  switch (change.action) {
    case "create":
      return create(change.after, step, context);
    case "update":
      return update(change, step, context);
    case "adopt":
      return step.fields.length === 0
        ? adopted(change.before, change.after, step, context)
        : update(change, step, context);
    case "replace": {
      const ended = await end(change, change.before, "delete", context);
      if (ended.result.outcome !== "confirmed") return ended;
      const anew = await create(change.after, step, context);
      return anew.result.outcome === "failed" ? { ...anew, result: { ...anew.result, ended: true } } : anew;
    }
    case "delete":
      return end(change, change.before, change.how, context);
    case "forget":
      return { result: { ...named(change), outcome: "confirmed" }, end: { removed: true } };
    case "none":
      return { result: { ...named(change), outcome: "confirmed" }, end: { unchanged: true } };
  }
}

type Updating = Extract<Change, { readonly action: "update" | "adopt" }>;

function named(change: Change): Pick<StepResult, "address" | "action"> & { id?: string } {
  const id = "before" in change ? change.before?.id : undefined;
  return { address: change.address, action: change.action, ...(id === undefined ? {} : { id }) };
}

async function create(after: Resource, step: Step, context: StepContext): Promise<StepOutput> {
  const made: string[] = [];
  try {
    const spec = await fillSpec(after.spec, context.fillings);
    const live = await make({ resource: after, spec, write: writeContext(after, context, made), made, context });
    const proven = await proveWritten(live, spec, undefined, proofContext(context));
    return await finished(step, after, proven, [], context);
  } catch (error) {
    const problems = atAddress(problemsOf(error), step.change);
    const unsettled = problems.some((problem) => problem.code === "unsettled");
    const id = made.at(-1);
    const result = {
      ...named(step.change),
      ...(id === undefined ? {} : { id }),
      outcome: unsettled ? ("unsettled" as const) : ("failed" as const),
      problems,
    };
    // Made, but not finished: it is ours, and the next plan completes it.
    if (id !== undefined)
      return { result, end: { owned: await ownedOf(after, id, {}, undefined, false, [], context) } };
    // Nobody knows: the step stays open, and the next apply looks before it makes anything.
    return { result, end: unsettled || isUnclear(error) ? { open: true } : { unchanged: true } };
  }
}

async function update(change: Updating, step: Step, context: StepContext): Promise<StepOutput> {
  const { facts, rules } = context;
  const { after } = change;
  // A saved plan may be days old: what it does not rely on may have moved, and must not be written back.
  const before = context.fresh ?? change.before;
  let sent: readonly FieldChange[] = [];
  const successors: string[] = [];
  try {
    const declared = await fillSpec(after.spec, context.fillings);
    sent = await fillFields(fieldsWithoutSecrets(step.fields), context.fillings);
    const fields = await fillFields(step.fields, context.fillings);
    // What an earlier step of this change has done holds as well.
    const done = await fillFields(step.earlier, context.fillings);
    const goal = goalOf(
      { declared, live: before.spec, fields: [...done, ...fields], ignore: after.ignore },
      rules.spec,
    );
    const live = await context
      .hands(facts.key(before.spec))
      .update(facts.name, before, goal, fields, writeContext(after, context, successors));
    const shown = fields.filter((field) => !holdsSecret(field, rules));
    const proven = await proveWritten(live, goal, shown, proofContext(context));
    return await finished(step, after, proven, sent, context);
  } catch (error) {
    const problems = atAddress(problemsOf(error), step.change);
    const outcome = isUnclear(error) ? "unconfirmed" : "failed";
    const successor = successors.at(-1);
    // It took the place of the old one, half made: it is ours, and the next plan completes it.
    if (successor !== undefined) {
      const result = { ...named(step.change), id: successor, outcome, problems, arrived: sent } as const;
      return { result, end: { owned: await ownedOf(after, successor, {}, undefined, false, [], context) } };
    }
    const arrived = await whatArrived(before, sent, context);
    const { owned } = context;
    // Without an answer all of it may still arrive.
    const done = outcome === "failed" ? (arrived ?? []) : sent;
    const result = { ...named(step.change), outcome, problems, arrived: done } as const;
    // Gone, and no answer: something may have taken its place. The next plan finds it by its name.
    if (arrived === undefined && outcome === "unconfirmed") return { result, end: { open: true } };
    if (arrived === undefined || owned === undefined) return { result, end: { unchanged: true } };
    const applied = applyFields(owned.applied, arrived, rules.spec);
    return { result, end: { owned: await ownedOf(after, before.id, applied, undefined, false, [], context) } };
  }
}

async function adopted(before: Live, after: Resource, step: Step, context: StepContext): Promise<StepOutput> {
  return finished(step, after, { state: "confirmed", live: before }, [], context);
}

async function end(change: Change, before: Live, how: "delete" | "disable", context: StepContext): Promise<StepOutput> {
  const { facts } = context;
  const hands = context.hands(facts.key(before.spec));
  try {
    const write = writeContext(undefined, context, []);
    if (how === "disable") await hands.disable(facts.name, before, write);
    else if (facts.can.delete) await hands.delete(facts.name, before, write);
    const gone = how === "disable" || !facts.can.delete || (await proveGone(before, proofContext(context)));
    if (gone) return { result: { ...named(change), outcome: "confirmed" }, end: { removed: true } };
    const note = "deleted, and a read by id still shows it";
    return { result: { ...named(change), outcome: "unconfirmed", note }, end: { unchanged: true } };
  } catch (error) {
    const outcome = isUnclear(error) ? "unconfirmed" : "failed";
    return {
      result: { ...named(change), outcome, problems: atAddress(problemsOf(error), change) },
      end: { unchanged: true },
    };
  }
}

/** What the proof says becomes a result, and what was written becomes ours, confirmed or not; `sent`: without secrets. */
async function finished(
  step: Step,
  after: Resource,
  proven: Proven,
  sent: readonly FieldChange[],
  context: StepContext,
): Promise<StepOutput> {
  const { change } = step;
  const live = proven.live;
  const id = live?.id ?? ("before" in change ? change.before?.id : undefined) ?? "";
  const previous = context.owned?.applied ?? {};
  const kept = await fillSpec(withoutSecrets(after.spec), context.fillings);
  const all =
    change.action === "create" || change.action === "replace" ? kept : appliedOf(kept, previous, after.ignore);
  const applied = step.final ? all : { ...previous, ...applyFields(previous, sent, context.rules.spec) };
  // Of a new object, what its reads do not show yet; of a changed one, what was written.
  const fresh = change.action === "create" || change.action === "replace";
  const shown = wasRead(context.facts) ? live?.spec : {};
  const written = fresh ? (shown === undefined ? [] : diffFields(kept, shown, context.rules.spec)) : sent;
  const owned = await ownedOf(after, id, applied, live, true, written, context);
  const base = { ...named(change), id, ...(step.fields.length === 0 ? {} : { arrived: sent }) };
  const common = { end: { owned } as const, ...(live === undefined ? {} : { live }) };
  switch (proven.state) {
    case "confirmed":
      return { result: { ...base, outcome: "confirmed" }, ...common };
    case "unconfirmed":
      return { result: { ...base, outcome: "unconfirmed", note: proven.note }, ...common };
    case "awaiting":
      return { result: { ...base, outcome: "awaiting", note: proven.note, url: proven.url }, ...common };
    case "failed":
      return { result: { ...base, outcome: "failed", problems: [proven.problem] }, ...common };
  }
}

/** Did the proof read anything? Where the vendor's answer is the truth, no read has shown a thing yet. */
function wasRead({ proof, can }: StepContext["facts"]): boolean {
  return proof.by !== "response" || can.progress;
}

async function ownedOf(
  after: Resource,
  id: string,
  applied: Spec,
  live: Live | undefined,
  whole: boolean,
  written: readonly FieldChange[],
  context: StepContext,
): Promise<Owned> {
  const { owned, facts, clock } = context;
  const adoptedNow = live?.synced === true || !facts.can.create || context.adopts;
  const isNew = owned?.id !== id;
  const window = facts.consistency ?? 0;
  const open = converging(isNew ? undefined : owned, window === 0 ? [] : written, window, clock.now());
  const shownBy = isNew ? (window === 0 ? undefined : new Date(clock.now() + window).toISOString()) : owned?.shownBy;
  const computed = live?.computed ?? owned?.computed;
  const onRemoval = after.onRemoval;
  return {
    address: after.address,
    kind: after.kind,
    id,
    applied,
    ...(computed === undefined ? {} : { computed }),
    people: { ...(whole ? {} : owned?.people), ...context.people },
    secrets: whole ? await context.secrets() : (owned?.secrets ?? {}),
    protect: after.protect,
    // What took the place of an adopted object is ours.
    origin: isNew || owned === undefined ? (adoptedNow ? "adopted" : "created") : owned.origin,
    ...(onRemoval === undefined ? {} : { onRemoval }),
    dependsOn: after.dependsOn,
    ...(whole || facts.consistency === undefined ? {} : { uncertainSince: new Date(clock.now()).toISOString() }),
    ...(shownBy === undefined ? {} : { shownBy }),
    ...(open.length === 0 ? {} : { converging: open }),
  };
}

/** After a failure: the fields that did arrive, by a fresh read; undefined where nobody can tell. */
async function whatArrived(
  before: Live,
  fields: readonly FieldChange[],
  context: StepContext,
): Promise<readonly FieldChange[] | undefined> {
  const { facts, look, owned, rules } = context;
  if (!facts.can.get) return undefined;
  try {
    for await (const now of look().get(facts.name, [
      { id: before.id, fields: Object.keys(before.spec), known: [before.spec, owned?.applied ?? {}] },
    ])) {
      if (now.id !== before.id || "gone" in now) continue;
      return fields.filter((field) => {
        const goal = applyFields(now.spec, [field], rules.spec);
        return diffFields(goal, now.spec, rules.spec).length === 0;
      });
    }
  } catch (error) {
    // The failure that is being reported is the one that matters; the next plan reads again.
    if (!(error instanceof ProblemError)) throw error;
  }
  return undefined;
}

function writeContext(after: Resource | undefined, context: StepContext, made: string[]): WriteContext {
  const address = after?.address ?? context.fillings.address;
  return {
    address,
    marker: { tool: "accord", stack: context.stack, address },
    people: { ...context.owned?.people, ...context.people },
    async made(id) {
      made.push(id);
      await context.made(id);
    },
    deliver: (sink, name, secrets) => context.deliver(sink, name, secrets),
  };
}

function proofContext({ facts, rules, look, clock, signal }: StepContext): ProofContext {
  return { facts, rules, look, clock, signal };
}

function holdsSecret(field: FieldChange, rules: KindRules): boolean {
  let rule = rules.spec;
  for (const part of field.path) {
    rule = (typeof part === "number" ? rule.items : (rule.properties?.get(part) ?? rule.additional)) ?? {};
    if (rule.secret === true) return true;
  }
  return false;
}

function atAddress(problems: readonly Problem[], change: Change): readonly Problem[] {
  const source = change.source === undefined ? {} : { source: change.source };
  return problems.map((problem) => ({ address: change.address, ...source, ...problem }));
}
