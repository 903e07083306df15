import { parseAddress } from "../../address.ts";
import { ProblemError } from "../../problem.ts";
import { nearest } from "../../words.ts";
import { rebind } from "../binding.ts";
import { type Command, EXIT } from "../command.ts";
import { confirm } from "../confirm.ts";
import { positional } from "../positional.ts";
import { openWorkspace } from "../workspace.ts";

export const forget: Command = {
  name: "forget",
  arguments: "ADDRESS",
  summary: "Stop managing one object; it stays live",
  description: [
    "Takes the address out of state. The live object is not touched. Also settles an interrupted create whose object is",
    "not there. While its document remains, the next plan offers to create or adopt it again.",
  ],
  options: { yes: { type: "boolean", description: "Do not ask." } },
  examples: [["accord forget okta/group/old-team", "Hand a group over to somebody else"]],
  async run(invocation) {
    const { voice, arguments: given } = invocation;
    const text = positional(invocation, 0, "an address", "forget ADDRESS");
    const address = parseAddress(text)?.address;
    const workspace = await openWorkspace(invocation, { documents: false });
    let id: string | null = null;
    const forgotten = await rebind(workspace, `accord forget ${text}`, async ({ context, settled }) => {
      const owned = context.state.resources.find((one) => one.address === address);
      const doubt = settled.open.find((step) => step.address === address);
      if (address === undefined || (owned === undefined && doubt === undefined)) {
        throw new ProblemError({
          code: "not-owned",
          message: `${text} is not in state.`,
          hint:
            nearest(
              text,
              context.state.resources.map((one) => one.address),
            ) || "`accord state list` shows what is.",
        });
      }
      if (owned?.protect === true) {
        throw new ProblemError({
          code: "protected",
          message: `${address} is protected: it cannot be forgotten.`,
          hint: "Set `protect: false` in its document, apply that, then forget it.",
          address,
        });
      }
      if (
        !given.flag("yes") &&
        !(await confirm(invocation, `Forget ${address}${owned === undefined ? "" : ` (${owned.id})`}?`))
      ) {
        return undefined;
      }
      id = owned?.id ?? null;
      return {
        changes: owned === undefined ? [] : [{ address, removed: true as const }],
        events: [{ type: "forget", actor: workspace.actor, address, id: owned?.id ?? "" }],
        settles: [address],
      };
    });
    if (!forgotten) {
      voice.say("Nothing was forgotten.");
      return EXIT.error;
    }
    voice.say(`${text} is no longer managed.`);
    if (voice.json) voice.data(JSON.stringify({ address: text, id }));
    return EXIT.ok;
  },
};
