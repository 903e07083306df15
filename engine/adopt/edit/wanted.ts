/**
 * What somebody changed live, said in the words of the document: its value with the drifted fields as they are live, and
 * everything else as it is written. Pure.
 */
import { diffArrays } from "diff";
import type { FieldRule } from "../../config/rules.ts";
import { scanTemplate } from "../../config/template.ts";
import { diffFields, elementKey, isBlank, itemRule } from "../../diff/fields.ts";
import type { FieldChange, Live, Path, Spec, Value } from "../../model.ts";
import { isList, isObject, isRef, isSecret, pointer, valueAt, withValueAt } from "../../value.ts";
import { fieldOf, itemOf } from "../references.ts";
import { type Writing, writeValue } from "../write-spec.ts";

export interface Wanting {
  /** The document as it is written, whole. */
  readonly document: Value;
  /** Its spec with references resolved, as the plan compared it. */
  readonly resolved: Spec;
  readonly live: Live;
  readonly rule: FieldRule;
  readonly fields: readonly FieldChange[];
  /** Address, where a reference is written as one, → vendor id. */
  readonly idOf: (address: string) => string | undefined;
  readonly words: Pick<Writing, "reference" | "text">;
  /** Does the schema let a document say this? */
  readonly accepts: (document: Value) => boolean;
}

/** A field that nobody can write here. `by`: the expression that it comes from. */
export interface Unsaid {
  /** In the spec. */
  readonly path: Path;
  readonly why: "expression" | "secret" | "schema";
  readonly by?: string;
}

export interface Wanted {
  readonly document: Value;
  /** The changes that it says now. */
  readonly said: readonly FieldChange[];
  readonly unsaid: readonly Unsaid[];
}

export function wantedDocument(wanting: Wanting): Wanted {
  const { resolved, live, rule } = wanting;
  let document = wanting.document;
  const said: FieldChange[] = [];
  const unsaid: Unsaid[] = [];
  for (const group of byPath(wanting.fields)) {
    const [first] = group;
    if (first === undefined) continue;
    const { path } = first;
    const is = valueAt(resolved, path);
    // What the document does not name is not managed, and needs no word.
    if (is === undefined) said.push(...group);
    if (is === undefined || isSecret(is)) continue;
    const at = ruleOf(rule, path);
    const after = valueAt(live.spec, path);
    const through = expressionAbove(document, path);
    const step: Step = { wanting, unsaid: [], path, item: path.some((part) => typeof part === "number") };
    const next =
      through !== undefined
        ? refuse(step, { why: "expression", by: through })
        : first.op !== "set"
          ? elements(valueAt(document, ["spec", ...path]), is, group, itemRule(rule, path), at, step)
          : after === undefined || after === null
            ? undefined
            : merged(valueAt(document, ["spec", ...path]), is, after, at, step);
    const options =
      next === undefined ? nothings(document, path, at) : [withValueAt(document, ["spec", ...path], next)];
    const chosen = step.unsaid.length > 0 ? undefined : options.find(wanting.accepts);
    if (chosen === undefined)
      unsaid.push(...(step.unsaid.length > 0 ? step.unsaid : [{ path, why: "schema" as const }]));
    else {
      document = chosen;
      said.push(...group);
    }
  }
  return { document, said, unsaid };
}

/** Elements of one collection belong together. */
function byPath(fields: readonly FieldChange[]): Iterable<readonly FieldChange[]> {
  const groups = new Map<string, FieldChange[]>();
  for (const field of fields) {
    const key = `${field.op === "set"} ${pointer(field.path)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [field]);
    else group.push(field);
  }
  return groups.values();
}

function ruleOf(rule: FieldRule, path: Path): FieldRule {
  return path.reduce<FieldRule>((at, step) => (typeof step === "number" ? itemOf(at) : fieldOf(at, step)), rule);
}

interface Step {
  readonly wanting: Wanting;
  readonly unsaid: Unsaid[];
  readonly path: Path;
  readonly item: boolean;
}

function refuse({ unsaid, path }: Step, reason: Omit<Unsaid, "path">): Value {
  unsaid.push({ path, ...reason });
  return null;
}

/** `${var:team}` where the value at the path, or all that is around it, comes from there. */
function expressionAbove(document: Value, path: Path): string | undefined {
  for (let depth = 0; depth <= path.length; depth += 1) {
    const expression = expressionIn(valueAt(document, ["spec", ...path.slice(0, depth)]));
    if (expression !== undefined) return expression;
  }
  return undefined;
}

function expressionIn(written: Value | undefined): string | undefined {
  if (typeof written !== "string" || !written.includes("${")) return undefined;
  return scanTemplate(written).some(({ kind }) => kind !== "text") ? written : undefined;
}

/** Ways to say that there is nothing: the field stays declared where the schema has a word for it. */
function nothings(document: Value, path: Path, rule: FieldRule): readonly Value[] {
  const at = ["spec", ...path];
  const written = valueAt(document, at);
  const blank: Value = isList(written) ? [] : typeof written === "string" && rule.ref === undefined ? "" : null;
  return [withValueAt(document, at, blank), withValueAt(document, at, undefined)];
}

/** Written by writing the live value, where nothing of what is written can stay. */
function write(live: Value, rule: FieldRule, step: Step): Value {
  const { wanting, path, item } = step;
  let secret = false;
  const written = writeValue(
    wanting.live,
    live,
    { rule, path, item },
    {
      ...wanting.words,
      secret() {
        secret = true;
        return "";
      },
      ...{ explained: {}, named: {} },
    },
  );
  return secret || written === undefined ? refuse(step, { why: "secret" }) : written;
}

function saysSame(is: Value, live: Value | undefined, rule: FieldRule): boolean {
  const have: Spec = live === undefined ? {} : { value: live };
  return diffFields({ value: is }, have, { properties: new Map([["value", rule]]) }).length === 0;
}

/** `written` with as little said otherwise as makes it say what is live; `is`: what it says, resolved. */
function merged(written: Value | undefined, is: Value, live: Value, rule: FieldRule, step: Step): Value {
  if (written === undefined) return write(live, rule, step);
  if (isSecret(is) || saysSame(is, live, rule)) return written;
  const by = expressionIn(written);
  if (by !== undefined) return refuse(step, { why: "expression", by });
  if (isRef(live) && rule.ref !== undefined) return write(live, rule, step);
  if (isList(written) && isList(is) && isList(live) && written.length === is.length) {
    return rule.unordered === true
      ? setOf(written, is, live, rule, step)
      : listOf(written, is, live, rule, { ...step, item: true });
  }
  if (!isObject(written) || !isObject(is) || !isObject(live)) return write(live, rule, step);
  // Another form than it had: nothing that is written says what it is.
  const known = Object.keys(written).every((key) => is[key] !== undefined && sayable(is[key], live[key]));
  if (!known) return write(live, rule, step);
  return Object.fromEntries(
    Object.entries(written).map(([key, value]) => {
      const then = live[key];
      const now = is[key] ?? null;
      const below = { ...step, path: [...step.path, key] };
      return [key, then === undefined ? value : merged(value, now, then, fieldOf(rule, key), below)];
    }),
  );
}

function sayable(is: Value, live: Value | undefined): boolean {
  return live !== undefined || isSecret(is) || (isBlank(is) && !isObject(is));
}

function listOf(
  written: readonly Value[],
  is: readonly Value[],
  live: readonly Value[],
  rule: FieldRule,
  step: Step,
): Value {
  const item = itemOf(rule);
  const list: Value[] = [];
  let [at, to] = [0, 0];
  let open: number[] = [];
  const parts = diffArrays<Value>([...is], [...live], { comparator: (a, b) => saysSame(a, b, item) });
  for (const { count, added, removed } of parts) {
    if (removed) {
      open = Array.from({ length: count }, (_, index) => at + index);
      at += count;
      continue;
    }
    for (let index = 0; index < count; index += 1, to += 1) {
      const old = added ? open[index] : at + index;
      const below = { ...step, path: [...step.path, to] };
      const then = live[to] ?? null;
      list.push(
        old === undefined ? write(then, item, below) : merged(written[old], is[old] ?? null, then, item, below),
      );
    }
    if (!added) at += count;
    open = [];
  }
  return list;
}

function setOf(
  written: readonly Value[],
  is: readonly Value[],
  live: readonly Value[],
  rule: FieldRule,
  step: Step,
): Value {
  const item = { ...itemOf(rule), ...(rule.foldCase === true ? { foldCase: true } : {}) };
  const there = new Set(live.map((one) => elementKey(one, item)));
  const known = new Set(is.map((one) => elementKey(one, item)));
  return withElements(
    written.filter((_, index) => there.has(elementKey(is[index] ?? null, item))),
    live.filter((one) => !known.has(elementKey(one, item))),
    rule,
    step,
  );
}

function elements(
  written: Value | undefined,
  is: Value,
  group: readonly FieldChange[],
  item: FieldRule,
  rule: FieldRule,
  step: Step,
): Value {
  if (!isList(written) || !isList(is) || written.length !== is.length) {
    return refuse(step, { why: "expression" });
  }
  const gone = group.flatMap((change) => (change.op === "remove" ? [change.element] : []));
  const keys = new Set(gone.map((element) => elementKey(element, item)));
  const ids = new Set(gone.flatMap((element) => (isRef(element) ? [element.id] : [])));
  const known = new Set(is.map((element) => elementKey(element, item)));
  const goes = (value: Value, index: number): boolean =>
    keys.has(elementKey(is[index] ?? null, item)) ||
    (typeof value === "string" && ids.has(step.wanting.idOf(value) ?? ""));
  const come = group.flatMap((change) =>
    change.op === "add" && !known.has(elementKey(change.element, item)) ? [change.element] : [],
  );
  return withElements(
    written.filter((value, index) => !goes(value, index)),
    come,
    rule,
    step,
  );
}

/** Where the names that are there stand in order, a new one finds its place; else it comes last. */
function withElements(stay: readonly Value[], come: readonly Value[], rule: FieldRule, step: Step): Value {
  const item = itemOf(rule);
  const list = [...stay];
  for (const element of come) {
    const value = write(element, item, { ...step, path: [...step.path, 0], item: true });
    const after = inOrder(list) ? list.findIndex((one) => key(one) > key(value)) : -1;
    list.splice(after === -1 ? list.length : after, 0, value);
  }
  return list;
}

function inOrder(list: readonly Value[]): boolean {
  return (
    list.length > 1 &&
    list.every((one, index) => typeof one === "string" && (index === 0 || key(list[index - 1] ?? "") <= key(one)))
  );
}

function key(value: Value): string {
  return typeof value === "string" ? value.toLowerCase() : "\uffff";
}
