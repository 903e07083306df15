import { readLedger } from "../../ledger/ledger.ts";
import { ProblemError } from "../../problem.ts";
import { historyText } from "../../report/history.ts";
import { type Command, EXIT } from "../command.ts";
import { identitiesOfState } from "../identities.ts";
import { readState } from "../open-state.ts";
import { openWorkspace } from "../workspace.ts";

export const history: Command = {
  name: "history",
  arguments: "[ADDRESS]",
  summary: "What was done, when, by whom",
  description: ["Reads the ledger, which is checked on the way: a broken record is not shown as if it were whole."],
  options: { run: { type: "string", value: "RUN", description: "Only this run." } },
  examples: [
    ["accord history", "Everything"],
    ["accord history okta/group/prod-breakglass", "One resource"],
    ["accord history --json | jq .", "For a program"],
  ],
  async run(invocation) {
    const { voice, arguments: given } = invocation;
    const workspace = await openWorkspace(invocation, { documents: false });
    const stored = await readState(workspace);
    const events = await readLedger(workspace.backend.ledger, stored.ledger);
    const [address] = given.positionals;
    const run = given.text("run");
    if (run !== undefined && !events.some((event) => "run" in event && event.run === run)) {
      throw new ProblemError({
        code: "unknown-run",
        message: `There is no run ${run} in the ledger.`,
        hint: "`accord history` lists the runs.",
      });
    }
    const chosen = events.filter((event) => {
      if (run !== undefined && !("run" in event && event.run === run)) return false;
      if (address === undefined) return true;
      return (
        ("address" in event && event.address === address) ||
        ("from" in event && (event.from === address || event.to === address))
      );
    });
    if (voice.json) voice.data(JSON.stringify(chosen));
    else voice.data(historyText(chosen, identitiesOfState(stored), { color: voice.color }));
    return EXIT.ok;
  },
};
