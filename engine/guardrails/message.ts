/** A guardrail's message: text with CEL in `${…}`, as pieces. Pure. */
import type { Value } from "../model.ts";
import { isList } from "../value.ts";
import { listed } from "../words.ts";

export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "cel"; readonly text: string }
  /** A `${` without its `}`. */
  | { readonly kind: "open"; readonly text: string };

export function piecesOf(message: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = message.indexOf("${"); at >= 0; at = message.indexOf("${", from)) {
    if (at > from) pieces.push({ kind: "text", text: message.slice(from, at) });
    const end = endOf(message, at + 2);
    if (end === undefined) return [...pieces, { kind: "open", text: message.slice(at) }];
    pieces.push({ kind: "cel", text: message.slice(at + 2, end) });
    from = end + 1;
  }
  return from < message.length ? [...pieces, { kind: "text", text: message.slice(from) }] : pieces;
}

/** The `}` that closes: maps have braces of their own, and text in quotes may hold any. */
function endOf(message: string, from: number): number | undefined {
  let depth = 0;
  let quote = "";
  for (let at = from; at < message.length; at += 1) {
    const character = message[at] ?? "";
    if (quote !== "") {
      if (character === "\\") at += 1;
      else if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (character === "{") depth += 1;
    else if (character === "}") {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return undefined;
}

/** What an expression gave, in a sentence. */
export function inWords(value: Value): string {
  if (typeof value === "string") return value;
  if (isList(value)) return listed(value.map(inWords));
  return JSON.stringify(value);
}
