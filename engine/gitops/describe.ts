/** Elements of a delta in words, for whoever asks what a plan does beyond what was approved. Pure. */
import type { Value } from "../model.ts";
import { isList, isObject, isSecret } from "../value.ts";
import { count } from "../words.ts";

/** Goes on from "the plan now also …": `makes ada@acme.example member of prod`. Names as they are: formats escape them. */
export function describeElement(element: string): string {
  const [kind, ...values] = partsOf(element);
  const rest = values.map((value) => (typeof value === "string" ? value : shown(value)));
  const [first = "", second = "", third = ""] = rest;
  switch (kind) {
    case "gain":
      return `gives ${third} "${second}" in ${first}${rest[4] === "" ? "" : `, which is ${rest[4]}`}`;
    case "lose":
      return `takes "${second}" in ${first} from ${third}`;
    case "enter":
      return `lets ${third} in by rule: "${second}" through ${first}`;
    case "leave":
      return `lets ${third} go by rule: "${second}" through ${first}`;
    case "may-enter":
      return `may let ${third} in by rule: "${second}" through ${first}`;
    case "may-leave":
      return `may let ${third} go by rule: "${second}" through ${first}`;
    case "create":
      return `creates ${first}`;
    case "replace":
      return `makes ${first} anew`;
    case "adopt":
      return `adopts ${first}`;
    case "delete":
      return `${third === "disable" ? "disables" : "deletes"} ${first}`;
    case "forget":
      return `stops managing ${first}`;
    case "add":
      return `adds ${shown(values[2])} to ${second} of ${first}`;
    case "remove":
      return `removes ${shown(values[2])} from ${second} of ${first}`;
    case "set":
      return `sets ${second} of ${first} to ${shown(values[2])}`;
    case "uncertain":
      return `has an uncertain effect on ${first}: ${second}`;
    case "unprotect":
      return `no longer protects ${first}`;
    case "manage":
      return `manages ${second} of ${first} as ${third}`;
    case "ignore":
      return `ignores ${second} of ${first}`;
    case "on-removal":
      return `would ${second} ${first} once its document goes`;
    case "tenant":
      return `is about the tenant ${second} of ${first}`;
    default:
      return `is about ${rest.join(" ")}`;
  }
}

function partsOf(element: string): readonly Value[] {
  const parts: unknown = JSON.parse(element);
  // Written by `delta.ts`, or kept and held against the digest of what it wrote.
  return Array.isArray(parts) ? (parts as readonly Value[]) : [];
}

/** Most worth saying first: who gains, then who loses, then what is written. */
const ORDER = [
  "gain",
  "enter",
  "may-enter",
  "unprotect",
  "lose",
  "leave",
  "may-leave",
  "delete",
  "replace",
  "uncertain",
];

export function byWeight(elements: readonly string[]): readonly string[] {
  const weight = (element: string): number => {
    const at = ORDER.findIndex((kind) => element.startsWith(`["${kind}"`));
    return at === -1 ? ORDER.length : at;
  };
  return elements.toSorted((a, b) => weight(a) - weight(b));
}

/** `gives ada "member of prod" in okta, and 3 more things`. */
export function describeFirst(elements: readonly string[]): string {
  const [first, ...rest] = byWeight(elements);
  if (first === undefined) return "does the same";
  return `${describeElement(first)}${rest.length === 0 ? "" : `, and does ${count(rest.length, "more thing")}`}`;
}

const LONGEST = 80;

function shown(value: Value | undefined): string {
  if (value === undefined || value === null) return "nothing";
  if (isSecret(value)) return "a secret";
  if (typeof value === "string") return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  if (!isObject(value) && !isList(value)) return String(value);
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
