import { parseAddress } from "../../address.ts";
import { ProblemError } from "../../problem.ts";
import { stateListText, stateShowText } from "../../report/state.ts";
import { jsonText } from "../../report/visible.ts";
import { thisProcess } from "../../state/owner.ts";
import { nearest } from "../../words.ts";
import { type Command, EXIT } from "../command.ts";
import { confirm } from "../confirm.ts";
import { identitiesOfState } from "../identities.ts";
import type { Invocation } from "../invocation.ts";
import { readState } from "../open-state.ts";
import { positional } from "../positional.ts";
import { rebuildState } from "../rebuild.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";

export const state: Command = {
  name: "state",
  arguments: "list | show ADDRESS | rebuild | unlock",
  summary: "What is owned: list, show, rebuild, unlock",
  description: [
    "list and show read state. rebuild makes it anew from the markers that Accord left on live objects and from the",
    "documents' exact keys; everything is protected until it is stated again. unlock ends a lease by force.",
  ],
  options: { yes: { type: "boolean", description: "Do not ask." } },
  examples: [
    ["accord state list", "Every address with its vendor id"],
    ["accord state show okta/group/prod-breakglass", "One resource"],
    ["accord state unlock", "After a machine was lost in the middle of an apply"],
  ],
  async run(invocation) {
    const [verb = "list"] = invocation.arguments.positionals;
    const address = verb === "show" ? positional(invocation, 1, "an address", "state show ADDRESS") : "";
    const workspace = await openWorkspace(invocation, { documents: verb === "rebuild" });
    switch (verb) {
      case "list":
        return list(invocation, workspace);
      case "show":
        return show(invocation, workspace, address);
      case "rebuild":
        return rebuildState(invocation, workspace);
      case "unlock":
        return unlock(invocation, workspace);
      default:
        throw new ProblemError({
          code: "usage",
          message: `accord state has no "${verb}".`,
          hint: `${nearest(verb, ["list", "show", "rebuild", "unlock"])} list, show, rebuild or unlock.`.trim(),
        });
    }
  },
};

async function list({ voice }: Invocation, workspace: Workspace): Promise<number> {
  const stored = await readState(workspace);
  const view = {
    stack: workspace.stack.name,
    environment: workspace.environment,
    serial: stored.serial,
    resources: stored.resources,
  };
  voice.data(voice.json ? jsonText(view) : stateListText(view, { color: voice.color }));
  return EXIT.ok;
}

async function show({ voice }: Invocation, workspace: Workspace, text: string): Promise<number> {
  const stored = await readState(workspace);
  const address = parseAddress(text)?.address;
  const owned = stored.resources.find((one) => one.address === address);
  if (owned === undefined) {
    const known = stored.resources.map((one) => one.address);
    throw new ProblemError({
      code: "not-owned",
      message: `${text} is not in state.`,
      hint: nearest(text, known) || "`accord state list` shows what is.",
    });
  }
  voice.data(voice.json ? jsonText(owned) : stateShowText(owned, identitiesOfState(stored), { color: voice.color }));
  return EXIT.ok;
}

async function unlock(invocation: Invocation, { backend }: Workspace): Promise<number> {
  const { voice, arguments: given } = invocation;
  const holding = await backend.holder();
  if (holding === undefined) {
    voice.say("Nobody holds the lease.");
    if (voice.json) voice.data(jsonText({ held: false }));
    return EXIT.ok;
  }
  const who =
    holding.owner === undefined
      ? "somebody"
      : `${holding.owner.user}@${holding.owner.host} (${holding.owner.command}, pid ${holding.owner.pid})`;
  voice.say(
    `Held by ${who} since ${holding.since ?? "an unknown time"}. If that process still runs, it will refuse to write on.`,
  );
  if (!given.flag("yes") && !(await confirm(invocation, "End this lease?"))) return EXIT.error;
  await backend.unlock(await thisProcess("accord state unlock"));
  voice.say("The lease is free.");
  if (voice.json) voice.data(jsonText({ held: true, ...holding }));
  return EXIT.ok;
}
