/**
 * What the functions of rules give (okta.md §5). A null, or a value of another type, is not documented, nor is what lies
 * outside of a text: undefined says so.
 */
import type { Value } from "../../../engine/model.ts";
import { isList } from "../../../engine/value.ts";
import { FUNCTIONS } from "./functions.ts";

type Args = readonly Value[];
type Function = (args: Args) => Value | undefined;

/** The name without its deprecated spelling. */
function canonical(name: string): string {
  return (Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name]?.instead : undefined) ?? name;
}

export function callFunction(name: string, args: Args): Value | undefined {
  const own = canonical(name);
  return Object.hasOwn(CALLS, own) ? CALLS[own]?.(args) : undefined;
}

export function isEvaluated(name: string): boolean {
  return Object.hasOwn(CALLS, canonical(name));
}

/** Of texts alone. */
function ofTexts(give: (...texts: readonly string[]) => Value | undefined): Function {
  return (args) => {
    const texts = args.filter((arg) => typeof arg === "string");
    return texts.length === args.length ? give(...texts) : undefined;
  };
}

const CALLS: Readonly<Record<string, Function>> = {
  "String.append": ofTexts((text = "", end = "") => text + end),
  "String.join": ofTexts((separator = "", ...parts) => parts.join(separator)),
  "String.len": ofTexts((text = "") => text.length),
  "String.removeSpaces": ofTexts((text = "") => text.replaceAll(" ", "")),
  "String.replace": ofTexts((text = "", match = "", by = "") =>
    match === "" ? undefined : text.replaceAll(match, () => by),
  ),
  "String.replaceFirst": ofTexts((text = "", match = "", by = "") =>
    match === "" ? undefined : text.replace(match, () => by),
  ),
  "String.startsWith": ofTexts((text = "", start = "") => text.startsWith(start)),
  "String.stringContains": ofTexts((text = "", part = "") => text.includes(part)),
  "String.stringSwitch": ofTexts(switched),
  "String.substring": ([text, start, end]) => {
    if (typeof text !== "string" || typeof start !== "number" || typeof end !== "number") return undefined;
    return start >= 0 && start <= end && end <= text.length ? text.slice(start, end) : undefined;
  },
  "String.substringAfter": ofTexts((text = "", at = "") => {
    const index = text.indexOf(at);
    return index < 0 ? undefined : text.slice(index + at.length);
  }),
  "String.substringBefore": ofTexts((text = "", at = "") => {
    const index = text.indexOf(at);
    return index < 0 ? undefined : text.slice(0, index);
  }),
  "String.toUpperCase": ofTexts((text = "") => text.toUpperCase()),
  "String.toLowerCase": ofTexts((text = "") => text.toLowerCase()),
  "Arrays.contains": ([list, value]) => ofList(list, (items) => items.some((item) => item === value)),
  "Arrays.isEmpty": ([list]) => (list === null ? true : ofList(list, (items) => items.length === 0)),
  "Arrays.size": ([list]) => (list === null ? 0 : ofList(list, (items) => items.length)),
  "Arrays.get": ([list, index]) => ofList(list, (items) => (typeof index === "number" ? items[index] : undefined)),
  "Arrays.add": ([list, value = null]) => ofList(list, (items) => [...items, value]),
  "Arrays.remove": ([list, value]) => ofList(list, (items) => items.filter((item) => item !== value)),
  "Arrays.clear": ([list]) => ofList(list, () => []),
  "Arrays.flatten": (args) => args.flatMap((arg) => (isList(arg) ? arg : [arg])),
  "Arrays.toCsvString": ([list]) => ofList(list, (items) => items.map(String).join(",")),
};

/** The first key that is part of the text wins. */
function switched(text = "", otherwise = "", ...pairs: readonly string[]): string | undefined {
  if (pairs.length % 2 === 1) return undefined;
  const at = pairs.findIndex((key, index) => index % 2 === 0 && text.includes(key));
  return at < 0 ? otherwise : pairs[at + 1];
}

/** A text with commas is a list as well; whether the spaces around them count is not documented. */
function ofList(value: Value | undefined, give: (items: readonly Value[]) => Value | undefined): Value | undefined {
  if (isList(value)) return give(value);
  if (typeof value !== "string") return undefined;
  const items = value === "" ? [] : value.split(",");
  return items.every((item) => item === item.trim()) ? give(items) : undefined;
}
