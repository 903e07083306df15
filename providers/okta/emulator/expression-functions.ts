/** The functions of rule expressions. A null argument, or a wrong type, is undocumented and therefore unknown. */
import { type GroupFacts, type Known, type Result, type Subject, UNKNOWN, wholly } from "./expression-values.ts";

type Args = readonly Known[];

export function callFunction(name: string, args: Args, subject: Subject): Result {
  const canonical = ALIASES[name] ?? name;
  const onTexts = Object.hasOwn(TEXTS, canonical) ? TEXTS[canonical] : undefined;
  if (onTexts !== undefined) return textCall(onTexts, args);
  const onArrays = Object.hasOwn(ARRAYS, canonical) ? ARRAYS[canonical] : undefined;
  if (onArrays !== undefined) return onArrays(args);
  const onGroups = Object.hasOwn(GROUPS, canonical) ? GROUPS[canonical] : undefined;
  if (onGroups !== undefined) return onGroups(args, subject);
  if (canonical === "user.getInternalProperty") return internalProperty(args, subject);
  return UNKNOWN;
}

/** Deprecated names that still work. */
const ALIASES: Readonly<Record<string, string>> = {
  toUpperCase: "String.toUpperCase",
  toLowerCase: "String.toLowerCase",
  substring: "String.substring",
  substringBefore: "String.substringBefore",
  substringAfter: "String.substringAfter",
};

interface TextFunction {
  readonly most: number;
  readonly least: number;
  /** Positions that take an integer. */
  readonly integers?: readonly number[];
  run(texts: readonly string[], integers: readonly number[]): Known;
}

function textFunction(least: number, run: TextFunction["run"], most = least): TextFunction {
  return { least, most, run };
}

const TEXTS: Readonly<Record<string, TextFunction>> = {
  "String.append": textFunction(2, ([a = "", b = ""]) => a + b),
  "String.join": textFunction(2, ([separator = "", ...parts]) => parts.join(separator), 50),
  "String.len": textFunction(1, ([text = ""]) => text.length),
  "String.removeSpaces": textFunction(1, ([text = ""]) => text.replaceAll(" ", "")),
  "String.replace": textFunction(3, ([text = "", match = "", by = ""]) => text.split(match).join(by)),
  "String.replaceFirst": textFunction(3, ([text = "", match = "", by = ""]) => text.replace(match, () => by)),
  "String.startsWith": textFunction(2, ([text = "", start = ""]) => text.startsWith(start)),
  "String.stringContains": textFunction(2, ([text = "", part = ""]) => text.includes(part)),
  "String.stringSwitch": textFunction(4, switched, 50),
  "String.substring": {
    least: 3,
    most: 3,
    integers: [1, 2],
    run: ([text = ""], [start = 0, end = 0]) => text.slice(start, end),
  },
  "String.substringAfter": textFunction(2, ([text = "", at = ""]) => {
    const index = text.indexOf(at);
    return index < 0 ? "" : text.slice(index + at.length);
  }),
  "String.substringBefore": textFunction(2, ([text = "", at = ""]) => {
    const index = text.indexOf(at);
    return index < 0 ? text : text.slice(0, index);
  }),
  "String.toUpperCase": textFunction(1, ([text = ""]) => text.toUpperCase()),
  "String.toLowerCase": textFunction(1, ([text = ""]) => text.toLowerCase()),
};

function textCall({ least, most, integers = [], run }: TextFunction, args: Args): Result {
  if (args.length < least || args.length > most) return UNKNOWN;
  const texts: string[] = [];
  const numbers: number[] = [];
  for (const [index, arg] of args.entries()) {
    if (integers.includes(index)) {
      if (typeof arg !== "number") return UNKNOWN;
      numbers.push(arg);
    } else {
      if (typeof arg !== "string") return UNKNOWN;
      texts.push(arg);
    }
  }
  return run(texts, numbers);
}

/** The first key that is part of the text wins. */
function switched([text = "", otherwise = "", ...pairs]: readonly string[]): Known {
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    if (text.includes(pairs[index] ?? "")) return pairs[index + 1] ?? "";
  }
  return otherwise;
}

/** An array may be written as a text with commas. */
const ARRAYS: Readonly<Record<string, (args: Args) => Result>> = {
  "Arrays.contains": ([of, value = null]) => onArray(of, (items) => items.includes(value)),
  "Arrays.isEmpty": ([of]) => (of === null ? true : onArray(of, (items) => items.length === 0)),
  "Arrays.size": ([of]) => (of === null ? 0 : onArray(of, (items) => items.length)),
  "Arrays.get": ([of, index]) =>
    onArray(of, (items) => (typeof index === "number" ? (items[index] ?? UNKNOWN) : UNKNOWN)),
  "Arrays.add": ([of, value = null]) => onArray(of, (items) => [...items, value]),
  "Arrays.remove": ([of, value = null]) => onArray(of, (items) => items.filter((item) => item !== value)),
  "Arrays.clear": ([of]) => onArray(of, () => []),
  "Arrays.flatten": (args) => args.flatMap((arg) => (Array.isArray(arg) ? arg : [arg])),
  "Arrays.toCsvString": ([of]) => onArray(of, (items) => items.map(String).join(",")),
};

function onArray(value: Known | undefined, run: (items: readonly Known[]) => Result): Result {
  if (Array.isArray(value)) return run(value);
  return typeof value === "string" ? run(value === "" ? [] : value.split(",").map((item) => item.trim())) : UNKNOWN;
}

const GROUPS: Readonly<Record<string, (args: Args, subject: Subject) => Result>> = {
  isMemberOfGroup: (args, subject) => anyGroup(args.slice(0, 1), subject, (group, id) => group.id === id),
  isMemberOfAnyGroup: (args, subject) => anyGroup(args, subject, (group, id) => group.id === id),
  isMemberOfGroupName: (args, subject) => anyGroup(args, subject, (group, name) => group.name === name),
  isMemberOfGroupNameStartsWith: (args, subject) =>
    anyGroup(args, subject, ({ name }, start) => name.startsWith(start)),
  isMemberOfGroupNameContains: (args, subject) => anyGroup(args, subject, ({ name }, part) => name.includes(part)),
  isMemberOfGroupNameRegex: ([pattern], subject) => {
    if (typeof pattern !== "string") return UNKNOWN;
    const verdicts = subject.groups().map(({ name }) => wholly(name, pattern));
    return verdicts.includes(true) ? true : verdicts.includes(UNKNOWN) ? UNKNOWN : false;
  },
  "user.getGroups": (criteria, subject) => selectedGroups(criteria, subject),
};

function anyGroup(args: Args, subject: Subject, is: (group: GroupFacts, arg: string) => boolean): Result {
  const texts = args.filter((arg) => typeof arg === "string");
  if (texts.length !== args.length || texts.length === 0) return UNKNOWN;
  return subject.groups().some((group) => texts.some((text) => is(group, text)));
}

/** Criteria are ANDed; `group.profile.name` is a prefix unless its operator says otherwise. */
function selectedGroups(criteria: Args, subject: Subject): Result {
  let found = subject.groups();
  for (const criterion of criteria) {
    if (typeof criterion !== "object" || criterion === null || Array.isArray(criterion)) return UNKNOWN;
    const wanted = Object.entries(criterion);
    const operator = wanted.find(([key]) => key === "operator")?.[1] ?? "STARTS_WITH";
    for (const [key, value] of wanted) {
      if (key === "operator") continue;
      const values = (Array.isArray(value) ? value : [value]).map(String);
      const keep = groupTest(key, String(operator));
      if (keep === undefined) return UNKNOWN;
      found = found.filter((group) => values.some((text) => keep(group, text)));
    }
  }
  return found.map(({ id, name, type }) => ({ id, name, type }));
}

function groupTest(key: string, operator: string): ((group: GroupFacts, text: string) => boolean) | undefined {
  if (key === "group.id") return (group, text) => group.id === text;
  if (key === "group.source.id") return (group, text) => group.sourceId === text;
  if (key === "group.type") return (group, text) => group.type === text;
  if (key !== "group.profile.name") return undefined;
  if (operator === "EXACT") return (group, text) => group.name === text;
  return operator === "STARTS_WITH" ? (group, text) => group.name.startsWith(text) : undefined;
}

function internalProperty([name]: Args, subject: Subject): Result {
  if (name === "id") return subject.id;
  return name === "status" ? subject.status : UNKNOWN;
}
