/** The ledger, an event a line, for people. */
import type { LedgerEvent } from "../ledger/event.ts";
import type { FieldChange } from "../model.ts";
import { count } from "../words.ts";
import { fieldLines } from "./lines.ts";
import { type Paint, paintOf, type TextOptions } from "./paint.ts";
import { type Identities, instanceOf } from "./plan-view.ts";
import { SYMBOLS } from "./rows.ts";
import { plain, sayIn, sentence } from "./say.ts";
import { widest } from "./text-lines.ts";
import { minuteOf } from "./time.ts";

/** Differences named in a line; the event itself has them all. */
const MOST_FIELDS = 3;

export function historyText(events: readonly LedgerEvent[], identities: Identities, options: TextOptions): string {
  const paint = paintOf(options);
  if (events.length === 0) return "Nothing recorded.\n";
  const width = widest(events.map((event) => String(event.seq)));
  const lines = events.map((event) => {
    const place = `${String(event.seq).padStart(width)}  ${minuteOf(event.at)}`;
    return `${paint.dim(place)}  ${eventWords(event, identities, paint)}`;
  });
  return `${lines.join("\n")}\n`;
}

function eventWords(event: LedgerEvent, identities: Identities, paint: Paint): string {
  switch (event.type) {
    case "run-started":
      return `${paint.bold(`run ${plain(event.run)}`)} started by ${plain(event.actor)}: ${plain(event.command)}`;
    case "run-finished":
      return `${paint.bold(`run ${plain(event.run)}`)} finished: ${countsWords(event.counts)}`;
    case "change": {
      const symbol = event.action === "none" ? "" : `${SYMBOLS[event.action]} `;
      const fields = fieldsWords(event.fields, instanceOf(event.address), identities);
      const undoes = event.undoes === undefined ? "" : `  (takes back run ${plain(event.undoes)})`;
      const why = (event.problems ?? []).map((problem) => `: ${sentence(problem.message)}`).join("");
      return `${symbol}${plain(event.address)}${fields}  ${outcomeWord(event.outcome, paint)}${why}${undoes}`;
    }
    case "observation": {
      const seen = event.coverage.map(plain).join(", ") || "nothing whole";
      const changed = Object.keys(event.objects).length + Object.keys(event.again).length + event.gone.length;
      const what = event.after === undefined ? count(changed, "object") : `${count(changed, "object")} changed`;
      return `observed who holds what in ${seen}: ${what}`;
    }
    case "action-run":
      return `${plain(event.actor)} ran ${plain(event.action)} on ${plain(event.instance)}  ${outcomeWord(event.outcome, paint)}`;
    case "override":
      return `${paint.yellow("override")} ${plain(event.name)} by ${plain(event.actor)}: ${sentence(event.reason)}`;
    case "forget":
      return `${plain(event.actor)} stopped managing ${plain(event.address)} (${plain(event.id)})`;
    case "import":
      return `${plain(event.actor)} bound ${plain(event.address)} to ${plain(event.id)}`;
    case "move":
      return `${plain(event.actor)} renamed ${plain(event.from)} to ${plain(event.to)}`;
    default:
      return unknownWords(event);
  }
}

/** A newer Accord may have written types that this one does not know. */
function unknownWords(event: { readonly type: string }): string {
  return `${plain(event.type)} (recorded by a newer Accord)`;
}

function fieldsWords(fields: readonly FieldChange[], instance: string, identities: Identities): string {
  const lines = fieldLines(fields, sayIn(instance, identities, MOST_FIELDS), MOST_FIELDS);
  const words = lines
    .slice(0, MOST_FIELDS)
    .map((line) => `${line.field} ${line.mark === "" ? "" : `${line.mark} `}${line.text}`);
  if (lines.length > MOST_FIELDS) words.push(`and ${lines.length - MOST_FIELDS} more`);
  return words.length === 0 ? "" : `  ${words.join(", ")}`;
}

function outcomeWord(outcome: string, paint: Paint): string {
  if (outcome === "confirmed") return paint.green(outcome);
  return outcome === "failed" ? paint.red(outcome) : paint.yellow(plain(outcome));
}

function countsWords(counts: Readonly<Record<string, number>>): string {
  const words = Object.entries(counts)
    .filter(([, number]) => number > 0)
    .map(([outcome, number]) => `${number} ${plain(outcome)}`);
  return words.length === 0 ? "nothing to do" : words.join(", ");
}
