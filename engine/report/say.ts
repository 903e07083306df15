/** A value in words: references by address or name, unknowns by what makes them known, secrets not at all. */
import type { Path, Value } from "../model.ts";
import { isList, isObject, isRef, isSecret, isUnknown } from "../value.ts";
import { listed } from "../words.ts";
import { MASKED } from "./mask.ts";
import type { Identities } from "./plan-view.ts";
import { clipped, visible } from "./visible.ts";

/** Says values as they appear in one instance. */
export type Say = (value: Value) => string;

/** Longest piece of text shown of one value. */
const LONGEST = 300;
const LONGEST_SENTENCE = 2000;

export function sayIn(instance: string, identities: Identities, limit: number): Say {
  const say: Say = (value) => {
    if (typeof value === "string") return named(value) ?? word(value);
    if (typeof value !== "object" || value === null) return String(value);
    if (isSecret(value)) return `${MASKED} from ${plain(value.$secret)}`;
    if (isUnknown(value)) return unknownWords(value.$unknown);
    // A reference whose id only apply will know: the braces around it say nothing.
    if (isObject(value) && isUnknown(value.id) && Object.keys(value).length === 1) return say(value.id);
    if (isRef(value)) return identities.addressOf(instance, value.id) ?? named(value.id) ?? `id ${word(value.id)}`;
    if (isList(value)) return listWords(value);
    const fields = Object.entries(value).map(([key, item]) => `${plain(key)}: ${say(item)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  };
  const named = (id: string): string | undefined => {
    const name = identities.nameOf(instance, id);
    // Quoted and with its id: a display name can be made to look like an address.
    return name === undefined ? undefined : `${quoted(name)} (${plain(id)})`;
  };
  const listWords = (list: readonly Value[]): string => {
    if (list.length === 0) return "(none)";
    const shown = list.slice(0, limit).map(say);
    return `[${shown.join(", ")}${list.length > limit ? `, and ${list.length - limit} more` : ""}]`;
  };
  const unknownWords = (
    unknown: { readonly text: string } | { readonly lookup: Value; readonly kind: string },
  ): string =>
    "text" in unknown
      ? `(known after apply: made by ${madeBy(unknown.text)})`
      : `(known after apply: looked up as ${plain(unknown.kind)} ${say(unknown.lookup)})`;
  return say;
}

/** The addresses in a template over outputs; the template itself when it names none. */
function madeBy(template: string): string {
  const addresses = [...template.matchAll(/\$\{([^/{}]+\/[^/{}]+\/[^{}]+)\.[^.{}/]+\}/g)].map(
    (match) => match[1] ?? "",
  );
  return addresses.length === 0 ? plain(template) : listed([...new Set(addresses)].map(plain));
}

/** Bare where YAML would take it for the same string, quoted where it would not. */
export function word(text: string): string {
  const bare = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._@+/:-]*$/u.test(text);
  const looksTyped = /^(?:true|false|null|[-+.]?\d[\d._e+-]*)$/i.test(text);
  return bare && !looksTyped && text.length <= LONGEST ? text : quoted(text);
}

/** A message or a note: longer than a name, but not without end, since vendors answer with whole pages. */
export function sentence(text: string): string {
  return clipped(visible(text), LONGEST_SENTENCE);
}

export function plain(text: string): string {
  return clipped(visible(text), LONGEST);
}

/** In double quotes; in single ones where that spares an escape, as in rules that hold quotes themselves. */
function quoted(text: string): string {
  const shown = visible(text);
  if (shown === text && text.includes('"') && !/['\\]/.test(text)) return `'${plain(text)}'`;
  return `"${plain(text.replaceAll("\\", "\\\\").replaceAll('"', '\\"'))}"`;
}

/** `steps[0].accept`, with what hides in a key made visible. */
export function fieldName(path: Path): string {
  const name = path
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${visible(step)}`))
    .join("");
  return clipped(name, LONGEST);
}
