import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { restated } from "../../apply/restate.ts";
import type { StepResult } from "../../apply/result.ts";
import type { Address, Live, Plan } from "../../model.ts";
import { planDigest } from "../../plan/digest.ts";
import { trustedFrom } from "../../plan/doubts.ts";
import { decodePlan } from "../../plan/file.ts";
import { isSealed } from "../../plan/sealed.ts";
import { ProblemError } from "../../problem.ts";
import { applyData, applyText } from "../../report/apply.ts";
import { rulingOf } from "../../report/verdicts.ts";
import { errnoOf } from "../../state/files.ts";
import { withLease } from "../../state/keep-lease.ts";
import { thisProcess } from "../../state/owner.ts";
import { placeAgain } from "../again.ts";
import {
  carryOut,
  countNotes,
  freshOrStale,
  type Opened,
  type Shown,
  unsettledResults,
  waitUntil,
} from "../carrying-out.ts";
import { type Command, EXIT } from "../command.ts";
import { confirm } from "../confirm.ts";
import { durationOf } from "../duration.ts";
import type { Invocation } from "../invocation.ts";
import { openState } from "../open-state.ts";
import { PLAN_OPTIONS, planRequest, refuseChoices } from "../plan-options.ts";
import { judgeAgain, makePlan } from "../planning.ts";
import { printPlan } from "../print-plan.ts";
import { planUndo } from "../undo.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";

const NOBODY = "Review the plan, then run again with --yes; in CI, apply a saved plan: accord apply FILE --yes.";

export const apply: Command = {
  name: "apply",
  arguments: "[FILE]",
  summary: "Carry out a plan, and prove it",
  description: [
    "With FILE, does exactly what that saved plan says, or refuses if the world has moved since.",
    "Without, plans, shows and asks. Each change is proven by the vendor's own word; a run that is cut short is",
    "settled by the next one.",
  ],
  options: {
    yes: { type: "boolean", description: "Do not ask. Needed where there is no terminal." },
    undo: { type: "string", value: "RUN", description: "Plan the inverse of a run against live, and apply that." },
    "lock-timeout": {
      type: "string",
      value: "D",
      description: "How long to wait for another apply: 30s, 5m. Default: 0.",
    },
    ...PLAN_OPTIONS,
  },
  examples: [
    ["accord apply", "Plan, look, answer yes"],
    ["accord apply plan.json --yes", "In CI: exactly the reviewed plan"],
    ["accord apply --undo 20261122-0412-7f3a", "Take a run back"],
  ],
  exits: {
    3: "denied by a guardrail",
    4: "something is unconfirmed, failed, skipped or awaits a person",
    5: "the plan is stale",
  },
  async run(invocation) {
    const file = invocation.arguments.positionals[0];
    const undo = invocation.arguments.text("undo");
    if (file !== undefined && undo !== undefined) {
      throw new ProblemError({
        code: "usage",
        message: "Give a plan file or --undo, not both.",
        hint: "Leave one out.",
      });
    }
    if (file !== undefined) refuseChoices(invocation, "a saved plan");
    if (undo !== undefined) refuseChoices(invocation, "--undo");
    const saved = file === undefined ? undefined : await readPlan(invocation, file);
    const workspace = await openWorkspace(invocation, { documents: saved === undefined });
    const wait = durationOf(invocation.arguments.text("lock-timeout") ?? "0s", "--lock-timeout");
    const owner = await thisProcess(`accord ${["apply", file].filter((part) => part !== undefined).join(" ")}`);
    return withLease(workspace.backend, owner, workspace.world.clock, { wait }, async (lease) => {
      const opened = await openState(workspace);
      const made = await planFor(invocation, workspace, opened, saved, undo);
      const agreed = await agree(invocation, workspace, opened, made);
      if ("exit" in agreed) return agreed.exit;
      const total = made.plan.changes.filter((change) => change.action !== "none").length;
      if (total > 0) invocation.voice.progress({ type: "stage", title: "Applying", total });
      const reason = invocation.arguments.text("reason");
      const began = workspace.outside.clock.now();
      const { run, results } = await carryOut(workspace, lease, opened, made, {
        fresh: agreed.fresh,
        command: owner.command,
        onStep: (result) => tell(invocation, result),
        ...(reason === undefined ? {} : { reason }),
        ...(undo === undefined ? {} : { undoes: undo }),
      });
      // The run is over: whatever happens from here on, nothing is left to settle.
      const notes = workspace.world.stopping() ? [] : await countNotes(workspace, made.plan, results, began);
      return finish(invocation, run, [...results, ...unsettledResults(made)], notes);
    });
  },
};

async function readPlan(invocation: Invocation, file: string): Promise<Plan> {
  try {
    const bytes = await readFile(resolve(invocation.world.cwd, file));
    // As an artifact of a pull request holds it, where its stack says `ci: { encrypt: true }`.
    const text = isSealed(bytes) ? await opened(invocation, bytes) : bytes.toString("utf8");
    return decodePlan(text, file);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const code = errnoOf(error);
    throw new ProblemError(
      {
        code: "no-plan-file",
        message: code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read (${code ?? String(error)}).`,
        hint: "Make it with: accord plan --out FILE.",
      },
      { cause: error },
    );
  }
}

async function opened({ world, secrets }: Invocation, bytes: Uint8Array): Promise<string> {
  const key = world.env.ACCORD_STATE_KEY ?? "";
  if (key !== "") secrets.add(key);
  return (await import("../../gitops/keeping.ts")).openText(bytes, key);
}

async function planFor(
  invocation: Invocation,
  workspace: Workspace,
  opened: Opened,
  saved: Plan | undefined,
  undo: string | undefined,
): Promise<Shown> {
  const request = planRequest(invocation);
  if (saved !== undefined) {
    refuseForeign(saved, workspace, opened);
    const { state, doubts } = opened.context;
    const trusted = trustedFrom(state.resources, doubts, workspace.catalog, workspace.kindOf);
    if (trusted !== undefined) await waitUntil(workspace, trusted);
    const made = { plan: saved, digest: planDigest(saved), unsettled: [] };
    return judgeAgain(opened.context, made, request);
  }
  const until = (moment: number): Promise<void> => waitUntil(workspace, moment);
  const context = { ...opened.context, until, notes: [] };
  return undo === undefined ? makePlan(context, request) : planUndo(context, request, undo);
}

/** A plan belongs to one state at one serial: what was decided since is not in it. */
function refuseForeign(plan: Plan, workspace: Workspace, { stored, settled }: Opened): void {
  const problem = (message: string) => ({
    code: "stale-plan",
    message,
    hint: "Nothing was applied. Plan again, and have the new plan reviewed.",
  });
  if (plan.stack !== workspace.stack.name || plan.environment !== workspace.environment) {
    throw new ProblemError(
      problem(
        `The plan is of ${plan.stack} (${plan.environment}), and this is ${workspace.stack.name} (${workspace.environment}).`,
      ),
    );
  }
  if (plan.lineage !== stored.lineage && !(plan.serial === 0 && stored.serial === 0)) {
    const how = plan.serial === 0 ? "before there was any state" : "on another state: it was rebuilt or replaced since";
    throw new ProblemError(problem(`The plan was made ${how}.`));
  }
  if (plan.serial >= (stored.moved ?? stored.serial) && settled.changes.length > 0) {
    throw new ProblemError(problem("A run that was interrupted has changed things, and state does not hold them yet."));
  }
  if (plan.serial < (stored.moved ?? stored.serial) || plan.serial > stored.serial) {
    throw new ProblemError(problem(`State has moved since the plan was made (${plan.serial} → ${stored.serial}).`));
  }
}

type Agreed = { readonly fresh: ReadonlyMap<Address, Live | undefined> } | { readonly exit: number };

/** Shows, asks, and looks once more at what is about to change. An exit code: nothing is to be done. */
async function agree(invocation: Invocation, workspace: Workspace, opened: Opened, made: Shown): Promise<Agreed> {
  const { voice, arguments: given } = invocation;
  const { plan } = made;
  if (!voice.json) printPlan(invocation, workspace, opened.context.state, made, "text");
  if (rulingOf(plan) !== "allowed") {
    if (voice.json) printPlan(invocation, workspace, opened.context.state, made, "json");
    return { exit: EXIT.denied };
  }
  const acting =
    plan.changes.some((change) => change.action !== "none") || (plan.mode === "refresh-only" && plan.drift.length > 0);
  const quiet = restated(plan, opened.context.state.resources, workspace.catalog).length > 0;
  if (!acting && !quiet && opened.settled.changes.length === 0 && opened.settled.open.length === 0) {
    if (voice.json)
      voice.data(JSON.stringify(applyData({ results: unsettledResults(made), again: placeAgain(invocation) })));
    return { exit: made.unsettled.length > 0 ? EXIT.unfinished : EXIT.ok };
  }
  const asked = acting && !given.flag("yes");
  if (asked && !(await confirm(invocation, "Apply this plan?", NOBODY))) {
    voice.say("Nothing was applied.");
    return { exit: EXIT.error };
  }
  return { fresh: await freshOrStale(workspace, opened, plan) };
}

function tell({ voice }: Invocation, { action, address, outcome }: StepResult): void {
  voice.progress({ type: "ended", what: address, action, outcome });
}

function finish(invocation: Invocation, run: string, results: readonly StepResult[], notes: readonly string[]): number {
  const { voice } = invocation;
  const view = { run, results, notes, again: placeAgain(invocation) };
  if (voice.json) voice.data(JSON.stringify(applyData(view)));
  else voice.data(applyText(view, { color: voice.color }));
  return results.every((result) => result.outcome === "confirmed") ? EXIT.ok : EXIT.unfinished;
}
