import { surveyBeside } from "../../adopt/adoption.ts";
import type { Instances } from "../../plan/tenants.ts";
import { ProblemError } from "../../problem.ts";
import { adoptedDriftData, adoptedDriftText, diffOf } from "../../report/adopted-drift.ts";
import { type DriftView, driftData, driftText } from "../../report/drift.ts";
import { type UnmanagedView, unmanagedCount, unmanagedText, unmanagedView } from "../../report/unmanaged.ts";
import type { State } from "../../state/state.ts";
import { adoptedDrift, writeAdoption } from "../adopting-drift.ts";
import { placeAgain } from "../again.ts";
import { attributed } from "../attribution.ts";
import { type Command, EXIT } from "../command.ts";
import { identitiesOfState } from "../identities.ts";
import type { Invocation } from "../invocation.ts";
import { openState } from "../open-state.ts";
import { type Made, makePlan, type PlanRequest } from "../planning.ts";
import { type Opened, recording } from "../recording.ts";
import { everyTarget } from "../survey-targets.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";

export const drift: Command = {
  name: "drift",
  summary: "Live against what was last applied, and who did it",
  description: [
    "Shows what somebody changed outside Accord since the last apply, with the vendor's own audit entry where there is",
    "one. Changes of the documents are not drift: `accord plan` shows those.",
    "With --adopt the documents come to say what is live: edited in place, with comments, order and quotes as they are.",
    "What is written is planned first, and must come to nothing; what cannot be edited in place is said, with its place.",
  ],
  options: {
    unmanaged: {
      type: "boolean",
      description: "Also list what exists beside the stack, privileged first; reads every kind of every instance.",
    },
    record: {
      type: "boolean",
      description: "Also read who holds what and write it to the ledger, where who --at and access --at find it.",
    },
    adopt: { type: "boolean", description: "Edit the documents so that they declare what is live." },
    "dry-run": { type: "boolean", description: "With --adopt: print the edits as a unified diff; write nothing." },
  },
  examples: [
    ["accord drift", "Exit 2 when there is drift"],
    ["accord drift --unmanaged", "And when there is something that nobody manages"],
    ["accord drift --record --json", "For a scheduled job: each day can be asked about later"],
    ["accord drift --adopt --dry-run", "What would the documents say, if all of it were to stay?"],
  ],
  exits: { 2: "there is drift; with --adopt, some is left; with --unmanaged, or something is beside the stack" },
  async run(invocation) {
    const { voice, arguments: given } = invocation;
    refuseMixed(invocation);
    const workspace = await openWorkspace(invocation);
    const record = given.flag("record");
    const looked = (opened: Opened): Promise<Made> => makePlan(opened.context, REFRESH);
    const { opened, made } = record
      ? await recording(workspace, looked)
      : await openState(workspace).then(async (opened) => ({ opened, made: await looked(opened) }));
    const { context } = opened;
    const drifted = await attributed(made, context.state, workspace);
    const view = {
      drift: drifted,
      identities: identitiesOfState(context.state),
      checked: context.state.resources.length,
      again: placeAgain(invocation),
    };
    if (given.flag("adopt")) return adoptIt(invocation, workspace, opened, made, view);
    const beside = given.flag("unmanaged") ? await besideStack(workspace, context.state, made) : undefined;
    if (voice.json) {
      voice.data(JSON.stringify({ ...driftData(view), ...(beside === undefined ? {} : { unmanaged: beside }) }));
    } else {
      const options = { color: voice.color };
      voice.data(
        `${driftText(view, options)}${beside === undefined ? "" : `\n${unmanagedText(beside, { ...options, again: placeAgain(invocation) })}`}`,
      );
    }
    const found = drifted.length + (beside === undefined ? 0 : unmanagedCount(beside));
    return found > 0 ? EXIT.changes : EXIT.ok;
  },
};

/** What there is beside the stack is `accord adopt`'s to write. */
function refuseMixed({ arguments: given }: Invocation): void {
  const alone = given.flag("dry-run") && !given.flag("adopt");
  if (!alone && !(given.flag("adopt") && given.flag("unmanaged"))) return;
  throw new ProblemError({
    code: "usage",
    message: alone ? "--dry-run is about --adopt." : "--adopt is about drift, and --unmanaged about what is beside it.",
    hint: alone
      ? "accord drift alone writes nothing."
      : "Give one of them; accord adopt writes what is beside the stack.",
  });
}

async function adoptIt(
  { voice, arguments: given }: Invocation,
  workspace: Workspace,
  opened: Opened,
  made: Made,
  drifted: DriftView,
): Promise<number> {
  const dryRun = given.flag("dry-run");
  const adoption = await adoptedDrift(opened.context, made, drifted.drift);
  if (!dryRun) await writeAdoption(workspace, opened.context.state, adoption);
  const view = { ...adoption, ...drifted, dryRun };
  if (voice.json) voice.data(JSON.stringify({ ...driftData(drifted), adoption: adoptedDriftData(view) }));
  else if (dryRun) {
    // The diff alone, so that it can be applied.
    voice.say(adoptedDriftText(view, { color: voice.errorColor }));
    if (adoption.files.length > 0) voice.data(diffOf(adoption.files));
  } else voice.data(adoptedDriftText(view, { color: voice.color }));
  return (dryRun ? drifted.drift : adoption.problems).length > 0 ? EXIT.changes : EXIT.ok;
}

const REFRESH: PlanRequest = {
  mode: "refresh-only",
  targets: [],
  excludes: [],
  replace: [],
  overrides: [],
};

/** Through the views of the plan: what it has read is not read again. */
async function besideStack(workspace: Workspace, state: State, { views }: Made): Promise<UnmanagedView> {
  const { catalog, stack, schemas, providers, resources, instanceProviders } = workspace;
  const connected = await workspace.connect();
  const instances: Instances = new Map(
    [...connected].flatMap(([name, { provider }]) => {
      const view = views.get(name);
      return view === undefined ? [] : [[name, { name, provider, view }] as const];
    }),
  );
  const beside = await surveyBeside({
    ...{ targets: everyTarget(workspace), instances, catalog, instanceProviders },
    config: { stack, schemas, providers },
    ...{ declared: resources, owned: state.resources, pinned: state.tenants },
  });
  return unmanagedView(beside, catalog);
}
