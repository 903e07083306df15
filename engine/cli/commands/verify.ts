import { tampered, verifyLedger } from "../../ledger/ledger.ts";
import { ProblemError } from "../../problem.ts";
import { problemsData } from "../../report/problems.ts";
import { count } from "../../words.ts";
import { placeAgain } from "../again.ts";
import { type Command, EXIT } from "../command.ts";
import { readState } from "../open-state.ts";
import { openWorkspace } from "../workspace.ts";

export const verify: Command = {
  name: "verify",
  summary: "Is the record intact?",
  description: [
    "Checks every line of the ledger against its hash and the line before, and the whole against what state remembers.",
    "Needs no network and no credentials.",
  ],
  examples: [["accord verify", "Exit 0: intact; 1: the first bad line is named"]],
  async run(invocation) {
    const { voice } = invocation;
    const workspace = await openWorkspace(invocation, { documents: false });
    const stored = await readState(workspace);
    const { ledger } = workspace.backend;
    const checked = await verifyLedger(ledger, stored.ledger);
    if (!checked.intact) {
      const problem = tampered(checked, ledger);
      if (!voice.json) throw new ProblemError(problem);
      voice.data(
        JSON.stringify({ ...checked, ...problemsData({ problems: [problem], again: placeAgain(invocation) }) }),
      );
      return EXIT.error;
    }
    if (voice.json) voice.data(JSON.stringify(checked));
    else if (checked.position.length === 0) voice.data("Nothing recorded yet.");
    else voice.data(`Intact: ${count(checked.position.length, "event")}, head ${checked.position.head.slice(0, 12)}.`);
    return EXIT.ok;
  },
};
