import { surveyBeside } from "../../adopt/adoption.ts";
import type { Instances } from "../../plan/tenants.ts";
import { driftData, driftText } from "../../report/drift.ts";
import { type UnmanagedView, unmanagedCount, unmanagedText, unmanagedView } from "../../report/unmanaged.ts";
import type { State } from "../../state/state.ts";
import { placeAgain } from "../again.ts";
import { attributed } from "../attribution.ts";
import { type Command, EXIT } from "../command.ts";
import { identitiesOfState } from "../identities.ts";
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
  },
  examples: [
    ["accord drift", "Exit 2 when there is drift"],
    ["accord drift --unmanaged", "And when there is something that nobody manages"],
    ["accord drift --record --json", "For a scheduled job: each day can be asked about later"],
  ],
  exits: { 2: "there is drift, or with --unmanaged something beside the stack" },
  async run(invocation) {
    const { voice } = invocation;
    const workspace = await openWorkspace(invocation);
    const record = invocation.arguments.flag("record");
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
    const beside = invocation.arguments.flag("unmanaged")
      ? await besideStack(workspace, context.state, made)
      : undefined;
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
