import { randomUUID } from "node:crypto";
import { parseAddress } from "../../address.ts";
import { ProblemError } from "../../problem.ts";
import type { ActionFacts } from "../../provider.ts";
import { withLease } from "../../state/keep-lease.ts";
import { thisProcess } from "../../state/owner.ts";
import { nearest } from "../../words.ts";
import { type Command, EXIT } from "../command.ts";
import { confirm } from "../confirm.ts";
import { openState } from "../open-state.ts";
import { positional } from "../positional.ts";
import { openRun } from "../running.ts";
import { sendToSink, sinkNamed } from "../sink.ts";
import { variablesOf } from "../variables.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";

export const run: Command = {
  name: "run",
  arguments: "INSTANCE [ACTION] [K=V…]",
  summary: "A provider's one-shot action, shown, asked and recorded",
  description: [
    "For what makes no sense to declare: forcing a sync, rotating a credential. Without ACTION, lists what the instance",
    "can do. A parameter may be the address of a document: its vendor id is taken. Secrets leave only through --sink.",
  ],
  options: {
    yes: { type: "boolean", description: "Do not ask." },
    sink: {
      type: "string",
      value: "NAME",
      description: "Where generated secrets go: a name under `sinks:` in accord.yaml.",
    },
  },
  examples: [
    ["accord run c1", "What can C1 do?"],
    ["accord run c1 force-sync connector=c1/connector/okta", "Sync now instead of within the hour"],
    ["accord run c1 rotate-credential connector=c1/connector/baton --sink ops", "A new credential, encrypted for ops"],
  ],
  exits: { 4: "unconfirmed" },
  async run(invocation) {
    const { voice, arguments: given } = invocation;
    const instance = positional(invocation, 0, "an instance", "run INSTANCE [ACTION] [K=V…]");
    const [, name, ...pairs] = given.positionals;
    const workspace = await openWorkspace(invocation);
    const target = (await workspace.connect()).get(instance);
    if (target === undefined) {
      const known = [...workspace.instanceProviders.keys()];
      throw new ProblemError({
        code: "usage",
        message: `There is no instance ${instance} in this stack.`,
        hint: `${nearest(instance, known)} The stack has ${known.join(", ")}.`.trim(),
      });
    }
    if (name === undefined) {
      const actions = [...target.provider.actions.values()];
      voice.data(voice.json ? JSON.stringify(actions.map(factsOf)) : listed(actions));
      return EXIT.ok;
    }
    const facts = target.provider.actions.get(name);
    const parameters = await parametersOf(pairs, facts, workspace);
    const preview = await target.connection.view().preview(name, parameters);
    voice.say(preview.join("\n"));
    const wanted = given.text("sink");
    const sink = wanted === undefined ? undefined : sinkNamed(workspace.stack.sinks, wanted);
    if (!given.flag("yes") && !(await confirm(invocation, `Run ${name} on ${instance}?`))) return EXIT.error;

    const owner = await thisProcess(`accord run ${instance} ${name}`);
    return withLease(workspace.backend, owner, workspace.world.clock, {}, async (lease) => {
      const opened = await openState(workspace);
      const opening = await openRun(workspace, lease, opened.stored, opened.settled, "");
      try {
        const step = {
          id: randomUUID().slice(0, 8),
          address: `${instance}/action/${name}` as const,
          operation: "action" as const,
        };
        const hands = target.connection.hands(opening.journal.recorder(step));
        const result = await hands.run(name, parameters);
        for (const secret of Object.values(result.secrets ?? {})) invocation.secrets.add(secret);
        const sent = await sendToSink(result.secrets, sink, {
          instance,
          action: name,
          directory: workspace.directory,
          now: workspace.world.clock.now(),
        });
        await opening.journal.done(step, { unchanged: true });
        await opening.ledger.append({
          type: "action-run",
          run: opening.id,
          actor: workspace.actor,
          instance,
          action: name,
          parameters,
          outcome: "confirmed",
          requestIds: [],
          ...(result.facts === undefined ? {} : { facts: result.facts }),
        });
        await opening.save([]);
        if (voice.json) voice.data(JSON.stringify({ run: opening.id, summary: result.summary, sent }));
        else voice.data([...result.summary, ...sent].join("\n"));
        return EXIT.ok;
      } finally {
        await opening.close();
      }
    });
  },
};

/** What a program may know of an action; the rest of it is code. */
function factsOf({ name, description, parameters }: ActionFacts): ActionFacts {
  return { name, description, parameters };
}

function listed(actions: readonly ActionFacts[]): string {
  if (actions.length === 0) return "It has no actions.";
  return actions
    .map((action) => {
      const parameters = Object.entries(action.parameters).map(([key, { required }]) =>
        required === true ? `${key}=…` : `[${key}=…]`,
      );
      return `${action.name} ${parameters.join(" ")}\n    ${action.description}`;
    })
    .join("\n");
}

/** `k=v`, where a value that is an address of this stack becomes the vendor id that state knows. */
async function parametersOf(
  pairs: readonly string[],
  facts: ActionFacts | undefined,
  workspace: Workspace,
): Promise<Readonly<Record<string, string>>> {
  const given = variablesOf(pairs);
  if (facts === undefined) return given;
  const unknown = Object.keys(given).filter((key) => facts.parameters[key] === undefined);
  const missing = Object.entries(facts.parameters).filter(
    ([key, { required }]) => required === true && given[key] === undefined,
  );
  if (unknown.length > 0 || missing.length > 0) {
    const names = Object.keys(facts.parameters);
    throw new ProblemError({
      code: "usage",
      message:
        unknown[0] === undefined
          ? `${facts.name} needs ${missing.map(([key]) => `${key}=…`).join(" ")}.`
          : `${facts.name} has no parameter "${unknown[0]}".`,
      hint: `It takes ${names.map((key) => `${key}=…`).join(" ")}.`,
    });
  }
  const stored = await workspace.backend.state.read();
  const resolved: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    const address = parseAddress(value)?.address;
    const owned = stored?.state.resources.find((one) => one.address === address);
    if (address !== undefined && owned === undefined && workspace.instanceProviders.has(value.split("/")[0] ?? "")) {
      throw new ProblemError({
        code: "not-owned",
        message: `${key}=${value}: ${value} is not in state, so its id is unknown.`,
        hint: "Apply it first, or give the vendor's id.",
      });
    }
    resolved[key] = owned?.id ?? value;
  }
  return resolved;
}
