/**
 * ⇄ Executes a plan: stage by stage, layer by layer, as much at once as each system allows. A failure stops its
 * dependants and nothing else; what a provider calls fatal stops its instance. State is saved after every layer.
 */

import { OURS } from "../diff/bind.ts";
import type { OutputOf } from "../graph/refs.ts";
import { type Step, type Steps, stepsOf } from "../graph/stages.ts";
import type { Recorder, WriteContext } from "../kind.ts";
import type { Address, Change, Live, Owned, Plan, Spec, Wait } from "../model.ts";
import type { Clock } from "../outside.ts";
import { type Catalog, shortKind } from "../plan/tenants.ts";
import { ProblemError, UNCLEAR_OUTCOME } from "../problem.ts";
import type { Connection, Provider } from "../provider.ts";
import type { OwnedChange } from "../state/state.ts";
import { asSpec, valueAt } from "../value.ts";
import { withoutGaps } from "./gaps.ts";
import { gates } from "./gates.ts";
import type { Journal } from "./journal.ts";
import type { JournalStep, Operation } from "./journal-record.ts";
import { arrivalsIn, newcomersIn } from "./newcomers.ts";
import { type StepResult, worse } from "./result.ts";
import { runStep, type StepContext, type StepOutput } from "./step.ts";

export interface Target {
  readonly provider: Provider;
  readonly connection: Connection;
}

export interface ExecuteOptions {
  readonly plan: Plan;
  readonly owned: readonly Owned[];
  /** What is about to change, as just read. */
  readonly fresh: ReadonlyMap<Address, Live | undefined>;
  readonly targets: ReadonlyMap<string, Target>;
  readonly catalog: Catalog;
  readonly journal: Pick<Journal, "recorder" | "made" | "done">;
  readonly clock: Clock;
  /** Aborted by the second Ctrl-C: calls in flight are cut. */
  readonly signal: AbortSignal;
  /** True after the first: what runs is finished, nothing more is begun. */
  readonly stopping: () => boolean;
  readonly secretValue: (reference: string) => Promise<string>;
  readonly secretDigests: (address: Address, spec: Spec) => Promise<Owned["secrets"]>;
  /** Where generated secrets go: to a sink of the stack. */
  readonly deliver: WriteContext["deliver"];
  /** Takes secrets out of a text: a vendor may quote in its refusal what it was sent. */
  readonly mask: (text: string) => string;
  /** Called after each layer, before the next one begins: state and ledger are written here. */
  readonly save: (changes: readonly OwnedChange[], ended: readonly Ended[]) => Promise<void>;
  readonly onStep?: (result: StepResult) => void;
}

export interface Ended {
  readonly change: Change;
  readonly result: StepResult;
}

export async function execute(options: ExecuteOptions): Promise<readonly StepResult[]> {
  const steps = stepsOf(options.plan.changes, (kind) => options.catalog.factsOf(kind));
  const [stuck] = steps.circle;
  // Planning leaves no circle: without this a step would be left out, and nobody told.
  if (stuck !== undefined) throw new Error(`${stuck.change.address} waits for itself`);
  const run = createRun(options, steps);
  introduce(options);
  for (const stage of steps.stages) {
    for (const layer of stage.layers) {
      const settled = await Promise.allSettled(layer.map((step) => run.step(step)));
      // Stopped at once: the journal holds what was under way, and saying more would be guessing.
      options.signal.throwIfAborted();
      const outputs = settled.map(fulfilled);
      await options.save(
        outputs.flatMap((output) => output.remembered),
        outputs.flatMap((output) => output.ended),
      );
    }
  }
  return run.results();
}

/** Tells each tenant's client what the runs before have made, where reads need not show it yet. */
function introduce({ owned, targets, clock }: ExecuteOptions): void {
  const young = owned.filter(({ shownBy }) => shownBy !== undefined && Date.parse(shownBy) > clock.now());
  for (const [name, { connection }] of targets) {
    connection.born(young.filter(({ address }) => instanceOf(address) === name).map(({ id }) => id));
  }
}

function fulfilled<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}

interface StepEffect {
  readonly remembered: readonly OwnedChange[];
  readonly ended: readonly Ended[];
}

function createRun(options: ExecuteOptions, steps: Steps) {
  const { plan, catalog, targets, journal } = options;
  const owned = new Map(options.owned.map((one) => [one.address, one]));
  const arrivals = new Map(
    [...targets.keys()].map((name) => {
      const changes = plan.changes.filter(({ address }) => instanceOf(address) === name);
      return [name, arrivalsIn(changes, (kind) => catalog.rulesOf(kind).spec)] as const;
    }),
  );
  const lives = new Map<Address, Live>();
  for (const change of plan.changes)
    if ("before" in change && change.before !== undefined) lives.set(change.address, change.before);
  const results = new Map<Address, StepResult>();
  /** What did not succeed → the failure that it goes back to. */
  const broken = new Map<Address, Address>();
  const told = new Set<Address>();
  const confirmed = new Set<Step>();
  const dead = new Set<string>();
  const enter = gates((instance) => targets.get(instance)?.provider.concurrency ?? 10);
  const outputOf: OutputOf = (address, field) => {
    const live = lives.get(address);
    const one = owned.get(address);
    if (field === "id") return live?.id ?? one?.id;
    const path = field.split(".");
    return (
      valueAt(live?.computed, path) ??
      valueAt(live?.spec, path) ??
      valueAt(one?.computed, path) ??
      valueAt(one?.applied, path)
    );
  };

  /** A change is told once: when its last part has ended, or when a part of it did not succeed. */
  function finish(step: Step, result: StepResult): Ended[] {
    const { address } = step.change;
    const before = results.get(address);
    const whole = before === undefined ? result : worse(before, result);
    results.set(address, whole);
    if (isBreaking(result)) broken.set(address, result.because ?? address);
    if (result.problems?.some((problem) => problem.fatal === true)) dead.add(instanceOf(address));
    if (told.has(address) || (!step.final && !broken.has(address))) return [];
    told.add(address);
    options.onStep?.(whole);
    return [{ change: step.change, result: whole }];
  }

  function skip(step: Step, why: Pick<StepResult, "note" | "because">): StepEffect {
    const { address, action } = step.change;
    broken.set(address, why.because ?? address);
    // Where its first part was made, the change as a whole was not skipped.
    const outcome = results.get(address)?.outcome === "confirmed" ? "unconfirmed" : "skipped";
    return { remembered: [], ended: finish(step, { address, action, outcome, ...why }) };
  }

  function reasonToSkip(step: Step): Pick<StepResult, "note" | "because"> | undefined {
    const { change } = step;
    const failed = change.dependsOn.find((address) => broken.has(address));
    if (failed !== undefined) return { because: broken.get(failed) ?? failed };
    if (broken.has(change.address)) return { note: "its first part did not succeed" };
    const unmet = steps.awaited(step).find(([, other]) => other === undefined || !confirmed.has(other));
    if (unmet !== undefined) return notYet(unmet[0], broken);
    if (options.stopping() || options.signal.aborted) return { note: "interrupted before it began" };
    const instance = instanceOf(change.address);
    return dead.has(instance) ? { note: `${instance} cannot be used any more` } : undefined;
  }

  async function runStepAt(step: Step): Promise<StepEffect> {
    const { change } = step;
    const skipped = reasonToSkip(step);
    if (skipped !== undefined) return skip(step, skipped);
    const { step: possible, ...held } = withoutGaps(step, plan.impact, broken);
    if (possible === undefined) return skip(step, held);
    const journalStep: JournalStep = { id: stepId(step), address: change.address, operation: operationOf(change) };
    const output = await attempt(possible, journalStep);
    if (output.live !== undefined) lives.set(change.address, output.live);
    const remembered = remember(change.address, output);
    // A call that was cut short may have arrived: its step stays open.
    const cut = options.signal.aborted && "unchanged" in output.end;
    if (!cut && !("open" in output.end)) await journal.done(journalStep, output.end);
    const result = withoutSecrets(output.result, options.mask);
    const whole = held.note === undefined ? result : worse(result, { ...result, ...held, outcome: "unconfirmed" });
    if (whole.outcome === "confirmed") confirmed.add(step);
    return { remembered, ended: finish(step, whole) };
  }

  function remember(address: Address, { end }: StepOutput): OwnedChange[] {
    if ("owned" in end) {
      owned.set(address, end.owned);
      return [{ address, owned: end.owned }];
    }
    if (!("removed" in end)) return [];
    owned.delete(address);
    return [{ address, removed: true }];
  }

  async function attempt(step: Step, journalStep: JournalStep): Promise<StepOutput> {
    const { change } = step;
    const target = targets.get(instanceOf(change.address));
    if (target === undefined) {
      // Forgetting needs no tenant; anything else was refused while planning.
      return {
        result: { address: change.address, action: change.action, outcome: "confirmed" },
        end: { removed: true },
      };
    }
    const requestIds: string[] = [];
    const rules = catalog.rulesOf(change.kind);
    const arrived = arrivals.get(instanceOf(change.address)) ?? new Map<string, Address>();
    const idNow = (account: Address): string | undefined => {
      const id = outputOf(account, "id");
      return typeof id === "string" ? id : undefined;
    };
    const newcomers = "after" in change ? newcomersIn(change.after.spec, rules.spec, arrived, idNow) : {};
    const context: StepContext = {
      facts: catalog.factsOf(change.kind),
      rules,
      hands: (key) => {
        const recorder = journal.recorder(key === undefined ? journalStep : { ...journalStep, key });
        return target.connection.hands(noting(recorder, requestIds));
      },
      look: () => target.connection.view(),
      clock: options.clock,
      signal: options.signal,
      stack: plan.stack,
      fresh: options.fresh.get(change.address),
      owned: owned.get(change.address),
      people: { ...newcomers, ...change.people },
      outputOf,
      fillings: {
        address: change.address,
        outputOf,
        secret: options.secretValue,
        find: (instance, kind, lookup) => findNow(targets, instance, kind, lookup, change.address),
      },
      secrets: () =>
        "after" in change ? options.secretDigests(change.address, change.after.spec) : Promise.resolve({}),
      made: (id) => journal.made(journalStep, id),
      deliver: options.deliver,
      adopts: change.action === "adopt" && change.reason !== OURS,
    };
    const output = await runStep(step, context);
    return requestIds.length === 0 ? output : { ...output, result: { ...output.result, requestIds } };
  }

  return {
    results: () => [...results.values()],
    step(step: Step): Promise<StepEffect> {
      const lane = catalog.factsOf(step.change.kind).lane;
      return enter(instanceOf(step.change.address), lane, () => runStepAt(step));
    },
  };
}

/** The vendor's ids of the requests that wrote, for the ledger. */
function noting(recorder: Recorder, into: string[]): Recorder {
  return {
    async intent(request) {
      const recorded = await recorder.intent(request);
      return {
        outcome(answer) {
          if (answer.requestId !== undefined) into.push(answer.requestId);
          recorded.outcome(answer);
        },
      };
    },
  };
}

const BREAKING: ReadonlySet<StepResult["outcome"]> = new Set(["failed", "skipped", "unsettled"]);

/** What was answered and does not show yet is on its way; what got no answer is nothing to build on. */
function isBreaking({ outcome, problems = [] }: StepResult): boolean {
  return BREAKING.has(outcome) || problems.some((problem) => problem.code === UNCLEAR_OUTCOME);
}

/** What is waited for may have been sent and not be seen yet: that is no failure, and not enough. */
function notYet(
  { for: { address }, why }: Wait,
  broken: ReadonlyMap<Address, Address>,
): Pick<StepResult, "note" | "because"> {
  const note = `it waits until ${address} is confirmed: ${why}`;
  return broken.has(address) ? { note, because: broken.get(address) ?? address } : { note };
}

/** As report, ledger and everybody else may have it. */
function withoutSecrets(result: StepResult, mask: (text: string) => string): StepResult {
  const { problems, note } = result;
  return {
    ...result,
    ...(note === undefined ? {} : { note: mask(note) }),
    ...(problems === undefined
      ? {}
      : { problems: problems.map((problem) => ({ ...problem, message: mask(problem.message) })) }),
  };
}

function operationOf(change: Change): Operation {
  if (change.action === "create" || change.action === "replace") return "create";
  if (change.action === "delete") return change.how;
  return "update";
}

function stepId(step: Step): string {
  const part = step.part === "take" ? " (removals)" : " (additions)";
  return `${step.change.action}${step.final ? "" : part}`;
}

function instanceOf(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}

async function findNow(
  targets: ReadonlyMap<string, Target>,
  instance: string,
  kind: string,
  lookup: Spec,
  address: Address,
): Promise<string> {
  const target = targets.get(instance);
  const found = await target?.connection.view().find(shortKind(kind), asSpec(lookup));
  const [only, ...more] = found?.exact ?? [];
  if (only !== undefined && more.length === 0) return only.id;
  throw new ProblemError({
    code: only === undefined ? "lookup-nothing" : "lookup-ambiguous",
    message: `${address} looks up ${kind} ${JSON.stringify(lookup)}, which matches ${only === undefined ? "nothing" : `${more.length + 1} objects`} now.`,
    hint: "It may appear with the vendor's next sync; apply again then.",
    address,
  });
}
