/**
 * ⇄ Executes a plan: stage by stage, layer by layer, as much at once as each system allows. A failure stops its
 * dependants and nothing else; what a provider calls fatal stops its instance. State is saved after every layer.
 */

import { OURS } from "../diff/change.ts";
import { elementKey } from "../diff/fields.ts";
import type { OutputOf } from "../graph/refs.ts";
import type { Recorder } from "../kind.ts";
import type { Address, Change, Live, Owned, Plan, Spec, Value } from "../model.ts";
import type { Clock } from "../outside.ts";
import { type Catalog, shortKind } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import type { Connection, Provider } from "../provider.ts";
import type { OwnedChange } from "../state/state.ts";
import { asSpec, valueAt } from "../value.ts";
import { gates } from "./gates.ts";
import type { Journal } from "./journal.ts";
import type { JournalStep, Operation } from "./journal-record.ts";
import { type StepResult, worse } from "./result.ts";
import { type Step, stagesOf } from "./stages.ts";
import { runStep, type StepContext, type StepOutput } from "./step.ts";

export interface Target {
  readonly provider: Provider;
  readonly connection: Connection;
}

export interface ExecuteOptions {
  readonly plan: Plan;
  readonly owned: readonly Owned[];
  readonly targets: ReadonlyMap<string, Target>;
  readonly catalog: Catalog;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Aborted by the second Ctrl-C: calls in flight are cut. */
  readonly signal: AbortSignal;
  /** True after the first: what runs is finished, nothing more is begun. */
  readonly stopping: () => boolean;
  readonly secretValue: (reference: string) => Promise<string>;
  readonly secretDigests: (address: Address, spec: Spec) => Promise<Owned["secrets"]>;
  /** Called after each layer, before the next one begins: state and ledger are written here. */
  readonly save: (changes: readonly OwnedChange[], ended: readonly Ended[]) => Promise<void>;
  readonly onStep?: (result: StepResult) => void;
}

export interface Ended {
  readonly change: Change;
  readonly result: StepResult;
}

export async function execute(options: ExecuteOptions): Promise<readonly StepResult[]> {
  const run = createRun(options);
  for (const stage of stagesOf(options.plan.changes, (kind) => options.catalog.factsOf(kind))) {
    for (const layer of stage.layers) {
      const outputs = await Promise.all(layer.map((step) => run.step(step)));
      await options.save(
        outputs.flatMap((output) => output.remembered),
        outputs.flatMap((output) => output.ended),
      );
    }
  }
  return run.results();
}

interface StepEffect {
  readonly remembered: readonly OwnedChange[];
  readonly ended: readonly Ended[];
}

function createRun(options: ExecuteOptions) {
  const { plan, catalog, targets, journal } = options;
  const owned = new Map(options.owned.map((one) => [one.address, one]));
  const lives = new Map<Address, Live>();
  for (const change of plan.changes)
    if ("before" in change && change.before !== undefined) lives.set(change.address, change.before);
  const results = new Map<Address, StepResult>();
  const broken = new Map<Address, Address>();
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

  function finish(step: Step, result: StepResult): Ended[] {
    const { address } = step.change;
    const before = results.get(address);
    const whole = before === undefined ? result : worse(before, result);
    results.set(address, whole);
    if (["failed", "skipped", "unsettled"].includes(result.outcome)) broken.set(address, result.because ?? address);
    if (result.problems?.some((problem) => problem.fatal === true)) dead.add(instanceOf(address));
    if (!step.final && result.outcome === "confirmed") return [];
    options.onStep?.(whole);
    return [{ change: step.change, result: whole }];
  }

  function skip(step: Step, note: string, because?: Address): StepEffect {
    const { address, action } = step.change;
    const result: StepResult = {
      address,
      action,
      outcome: "skipped",
      note,
      ...(because === undefined ? {} : { because }),
    };
    return { remembered: [], ended: finish(step, result) };
  }

  async function runStepAt(step: Step): Promise<StepEffect> {
    const { change } = step;
    const failed = change.dependsOn.find((address) => broken.has(address));
    if (failed !== undefined) return skip(step, `${broken.get(failed)} did not succeed`, broken.get(failed) ?? failed);
    if (broken.has(change.address)) return skip(step, "its first part did not succeed", change.address);
    if (options.stopping() || options.signal.aborted) return skip(step, "interrupted before it began");
    if (dead.has(instanceOf(change.address)))
      return skip(step, `${instanceOf(change.address)} cannot be used any more`);
    const held = withoutGaps(step, plan, broken);
    if (held.fields.length === 0 && step.fields.length > 0) {
      return skip(step, "taking it would leave a gap: what replaces it did not succeed", held.because);
    }
    const journalStep: JournalStep = { id: stepId(step), address: change.address, operation: operationOf(change) };
    const output = await attempt({ ...step, fields: held.fields }, journalStep);
    if (output.live !== undefined) lives.set(change.address, output.live);
    const remembered = remember(change.address, output);
    if (!("open" in output.end)) await journal.done(journalStep, output.end);
    return { remembered, ended: finish(step, output.result) };
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
    const context: StepContext = {
      facts: catalog.factsOf(change.kind),
      rules: catalog.rulesOf(change.kind),
      hands: (key) => {
        const recorder = journal.recorder(key === undefined ? journalStep : { ...journalStep, key });
        return target.connection.hands(noting(recorder, requestIds));
      },
      look: () => target.connection.view(),
      clock: options.clock,
      signal: options.signal,
      stack: plan.stack,
      owned: owned.get(change.address),
      people: change.people,
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

function operationOf(change: Change): Operation {
  if (change.action === "create" || change.action === "replace") return "create";
  if (change.action === "delete") return change.how;
  return "update";
}

function stepId(step: Step): string {
  return `${step.change.action}${step.final ? "" : " (additions)"}`;
}

function instanceOf(address: Address): string {
  return address.slice(0, address.indexOf("/"));
}

/** Nobody loses access whose replacement in this very plan did not come about. */
function withoutGaps(
  step: Step,
  plan: Plan,
  broken: ReadonlyMap<Address, Address>,
): { fields: Step["fields"]; because?: Address } {
  if (broken.size === 0 || !step.fields.some((field) => field.op === "remove")) return { fields: step.fields };
  const missed = new Map(
    plan.impact.gained
      .filter((edge) => broken.has(edge.address))
      .map((edge) => [edge.person.toLowerCase(), edge.address]),
  );
  const missedBy = (element: Value): Address | undefined => missed.get(elementKey(element, { foldCase: true }));
  const fields = step.fields.filter((field) => field.op !== "remove" || missedBy(field.element) === undefined);
  const [because] = step.fields.flatMap((field) => (field.op === "remove" ? [missedBy(field.element)] : []));
  return { fields, ...(because === undefined ? {} : { because }) };
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
