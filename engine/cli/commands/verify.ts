import { verifyLedger } from "../../ledger/ledger.ts";
import { ProblemError } from "../../problem.ts";
import { count } from "../../words.ts";
import { type Command, EXIT } from "../command.ts";
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
    const stored = await workspace.backend.state.read();
    const lines = await workspace.backend.ledger.readAll();
    if (stored === undefined) {
      if (lines.length > 0) {
        throw new ProblemError({
          code: "ledger-without-state",
          message: `There is a ledger of ${count(lines.length, "event")} and no state to hold it against.`,
          hint: "Restore state.json from Git or a backup, or run accord state rebuild.",
        });
      }
      voice.data(voice.json ? JSON.stringify({ intact: true, events: 0 }) : "Nothing recorded yet.");
      return EXIT.ok;
    }
    const checked = await verifyLedger(workspace.backend.ledger, stored.state.ledger);
    if (voice.json) voice.data(JSON.stringify(checked));
    if (!checked.intact) {
      if (voice.json) return EXIT.error;
      throw new ProblemError({
        code: "ledger-broken",
        message: `The ledger is not what was written. ${checked.message}`,
        hint: "Restore it from Git or a backup: `git log` of ledger.jsonl shows who changed it.",
        source: { file: `${workspace.backend.name}/ledger.jsonl`, line: checked.line, column: 1 },
      });
    }
    if (!voice.json)
      voice.data(`Intact: ${count(checked.position.length, "event")}, head ${checked.position.head.slice(0, 12)}.`);
    return EXIT.ok;
  },
};
