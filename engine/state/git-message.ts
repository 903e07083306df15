/** What `git log` says of a branch that holds state: a line for each write, and the rest below it. Pure. */
import { compareText } from "../address.ts";
import { canonicalJson } from "../canonical.ts";
import type { Address, Owned } from "../model.ts";
import { isRecord, parseJson } from "./shape.ts";
import type { State } from "./state.ts";

/** As long as GitHub shows it. */
const SUBJECT = 72;
const BODY_LINES = 200;

/** `state 14: + okta/group/ops, ~ okta/group/dev, - okta/group/old`. */
export function stateMessage(before: State | undefined, after: State): string {
  const old = byAddress(before);
  const now = byAddress(after);
  const changed = [...new Set([...old.keys(), ...now.keys()])].sort(compareText).flatMap((address) => {
    const mark = markOf(old.get(address), now.get(address));
    return mark === undefined ? [] : [`${mark} ${address}`];
  });
  const { length } = after.ledger;
  return message(`state ${after.serial}`, changed, `ledger at ${length}`);
}

/** `ledger 31: create okta/group/ops confirmed`; `count` is that of its lines with these. */
export function ledgerMessage(count: number, added: readonly string[] | undefined): string {
  return message(`ledger ${count}`, added?.map(eventText) ?? [], "replaced");
}

function message(head: string, items: readonly string[], none: string): string {
  if (items.length === 0) return `${head}: ${none}\n`;
  const shown: string[] = [];
  const left = (): number => items.length - shown.length;
  for (const item of items) {
    const tail = left() > 1 ? ` and ${left() - 1} more` : "";
    if (shown.length > 0 && `${head}: ${[...shown, item].join(", ")}${tail}`.length > SUBJECT) break;
    shown.push(item);
  }
  const subject = `${head}: ${shown.join(", ")}${left() > 0 ? ` and ${left()} more` : ""}`;
  if (left() === 0) return `${subject}\n`;
  const rest = items.length - BODY_LINES;
  const body = [...items.slice(0, BODY_LINES), ...(rest > 0 ? [`and ${rest} more`] : [])];
  return `${subject}\n\n${body.join("\n")}\n`;
}

function byAddress(state: State | undefined): ReadonlyMap<Address, Owned> {
  return new Map(state?.resources.map((owned) => [owned.address, owned]));
}

function markOf(before: Owned | undefined, after: Owned | undefined): "+" | "~" | "-" | undefined {
  if (before === undefined) return "+";
  if (after === undefined) return "-";
  // Most are the very same object, or were read and written again without a change.
  return before === after || canonicalJson(before) === canonicalJson(after) ? undefined : "~";
}

/** An event in a few words; one of a later Accord by its type. */
function eventText(line: string): string {
  const event = parseJson(line);
  if (!isRecord(event)) return "a line that is no event";
  const words = [
    event.type === "change" ? event.action : event.type,
    event.type === "run-started" ? event.command : event.name,
    event.address ?? event.from,
    event.type === "change" ? event.outcome : event.to,
  ];
  return words
    .filter((word) => typeof word === "string")
    .map((word) => word.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " "))
    .join(" ");
}
