import { surveyBeside } from "../../adopt/adoption.ts";
import type { AuditEvent, Drift } from "../../model.ts";
import type { Instances } from "../../plan/tenants.ts";
import { driftData, driftText } from "../../report/drift.ts";
import { type UnmanagedView, unmanagedCount, unmanagedText, unmanagedView } from "../../report/unmanaged.ts";
import type { State } from "../../state/state.ts";
import { placeAgain } from "../again.ts";
import { type Command, EXIT } from "../command.ts";
import { identitiesOfState } from "../identities.ts";
import { type Made, makePlan } from "../planning.ts";
import { openState } from "../running.ts";
import { everyTarget } from "../survey-targets.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";

/** Audit logs are asked this far back. */
const AUDIT_WINDOW = 7 * 86_400_000;

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
  },
  examples: [
    ["accord drift", "Exit 2 when there is drift"],
    ["accord drift --unmanaged", "And when there is something that nobody manages"],
    ["accord drift --json", "For a scheduled job"],
  ],
  exits: { 2: "there is drift, or with --unmanaged something beside the stack" },
  async run(invocation) {
    const { voice } = invocation;
    const workspace = await openWorkspace(invocation);
    const { context } = await openState(workspace);
    const made = await makePlan(context, {
      mode: "refresh-only",
      targets: [],
      excludes: [],
      replace: [],
      overrides: [],
    });
    const attributed = await attribute(made, workspace.outside.clock.now() - AUDIT_WINDOW);
    const view = {
      drift: attributed,
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
    const found = attributed.length + (beside === undefined ? 0 : unmanagedCount(beside));
    return found > 0 ? EXIT.changes : EXIT.ok;
  },
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

/** One question per instance, about all that drifted there. */
async function attribute({ plan, views, reading }: Made, since: number): Promise<readonly Drift[]> {
  const byInstance = new Map<string, Drift[]>();
  for (const item of plan.drift) {
    const instance = item.address.slice(0, item.address.indexOf("/"));
    const items = byInstance.get(instance);
    if (items === undefined) byInstance.set(instance, [item]);
    else items.push(item);
  }
  const attributed = await Promise.all(
    [...byInstance].map(async ([instance, items]) => {
      const ids = items.map((item) => item.id);
      const events = (await views.get(instance)?.audit(ids, since)) ?? [];
      return items.map((item) => {
        const by = culprits(item, events, reading);
        return by.length === 0 ? item : { ...item, by };
      });
    }),
  );
  return attributed.flat();
}

/** Entries about the object; where they name the very people that came or went, only those. */
function culprits(item: Drift, events: readonly AuditEvent[], reading: Made["reading"]): readonly AuditEvent[] {
  const about = events.filter((event) => event.targets.includes(item.id));
  const found = reading.found.get(item.address);
  const known = found?.state === "present" ? (found.live.people ?? {}) : {};
  const people = new Map(Object.entries(known).map(([login, id]) => [login.toLowerCase(), id]));
  const moved = new Set(
    item.fields.flatMap((field) => {
      const id =
        field.op === "set" || typeof field.element !== "string" ? undefined : people.get(field.element.toLowerCase());
      return id === undefined ? [] : [id];
    }),
  );
  const named = about.filter((event) => event.targets.some((target) => moved.has(target)));
  return named.length > 0 ? named : about;
}
