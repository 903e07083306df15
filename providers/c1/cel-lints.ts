/** What compiles in C1 and still surprises (c1.md §12.4). Errors first; lints only for what type-checks. */
import { checkCel } from "../../engine/cel/cel.ts";
import { type CelEnvironment, type CelRange, excerptOf, rangeOf } from "../../engine/cel/environment.ts";
import { type CelNode, celTree, childrenOf, walkCel } from "../../engine/cel/tree.ts";
import type { Finding } from "../../engine/kind.ts";
import type { Path } from "../../engine/model.ts";
import { listed, nearest } from "../../engine/words.ts";
import { MEMBERSHIP } from "./cel.ts";

export function* celFindings(text: string, environment: CelEnvironment, path: Path): Iterable<Finding> {
  const errors = checkCel(text, environment);
  for (const error of errors) {
    yield {
      code: `cel-${error.code}`,
      message: `CEL: ${error.message}.`,
      hint: hintFor(error.message, text, environment),
      path,
      ...place(text, error.range),
    };
  }
  const tree = errors.length === 0 ? celTree(text, environment) : undefined;
  if (tree === undefined) return;
  yield* unguarded(tree, text, path);
  yield* untypedComparisons(tree, text, path);
  yield* hasOnFields(tree, text, path);
  yield* unverified(tree, text, path);
  yield* slugsForIds(tree, text, path);
  if (environment === MEMBERSHIP) yield* anyStatus(tree, path);
}

function hintFor(message: string, text: string, { variables, types = {}, functions = [] }: CelEnvironment): string {
  if (message.includes("Unknown variable: user")) return "The person is called `subject`; there is no `user`.";
  if (message.startsWith("has()") || /has\([^)]*\[/.test(text)) {
    return 'has() takes a field, as in has(subject.profile.team); for a key in quotes write "team" in subject.profile.';
  }
  const [, name, called] = /(?:No such key|Unknown variable): (\S+)|overload for '([^'(]+)/.exec(message) ?? [];
  const names = [
    ...Object.keys(variables),
    ...Object.values(types).flatMap(Object.keys),
    ...functions.map((one) => one.name),
  ];
  const near = nearest(name ?? called ?? "", names);
  if (near !== "") return near;
  if (name !== undefined) return `There is ${variableWords(variables, types)}.`;
  if (called !== undefined) {
    const known = [...new Set(functions.map((one) => one.name))];
    return `Beside those of CEL there are ${listed(known, known.length)}.`;
  }
  const typed = /no such overload/i.test(message);
  return typed
    ? 'Both sides have to be of one type: "3" is text, 3 is a number.'
    : "Correct the expression at that place.";
}

/** Variables with the fields that they have, in one of the two spellings. */
function variableWords(variables: CelEnvironment["variables"], types: NonNullable<CelEnvironment["types"]>): string {
  const known = Object.entries(variables).map(([variable, type]) => {
    const fields = Object.keys(types[type] ?? {}).filter((field) => !field.includes("_"));
    return fields.length === 0 ? variable : `${variable} (${listed(fields, fields.length)})`;
  });
  return listed(known, known.length);
}

/** Disabled people are not said to be left out (rule 7). */
function* anyStatus(tree: CelNode, path: Path): Iterable<Finding> {
  const tested = [...walkCel(tree)].some(
    (node) =>
      (node.kind === "select" && /^(status|directoryStatus|directory_status)$/.test(node.name)) || isStatusCall(node),
  );
  if (tested) return;
  yield {
    code: "cel-no-status",
    message: "This rule also matches people who are disabled, since it tests no status.",
    hint: "Add `&& subject.status == UserStatus.ENABLED`, and for people only `&& subject.type == UserType.HUMAN`.",
    path,
    severity: "warning",
  };
}

function isStatusCall(node: CelNode): boolean {
  return node.kind === "call" && node.name === "GetAppUserStatus";
}

/** A missing key is an error in CEL, which C1 takes as no match (rule 3). */
function* unguarded(tree: CelNode, text: string, path: Path): Iterable<Finding> {
  const guarded = new Set<string>();
  for (const node of walkCel(tree)) {
    if (node.kind === "call" && node.name === "has") for (const arg of node.args) guarded.add(written(arg, text));
    const [key, map] = node.kind === "operator" && node.name === "in" ? node.args : [];
    if (key?.kind === "literal" && map !== undefined) guarded.add(`${written(map, text)}.${String(key.value)}`);
  }
  const inside = new Set(
    [...walkCel(tree)].flatMap((node) => (node.kind === "call" && node.name === "has" ? [...node.args] : [])),
  );
  for (const node of walkCel(tree)) {
    const access = inside.has(node) ? undefined : profileAccess(node);
    if (access === undefined || guarded.has(`${written(access.map, text)}.${access.key}`)) continue;
    const map = written(access.map, text);
    yield {
      code: "cel-unguarded",
      message: `CEL: people without ${map}.${access.key} fail this rule with an error.`,
      hint: `Say first that it is there: "${access.key}" in ${map} && …`,
      path,
      ...place(text, rangeOf(text, node.start, node.end)),
      severity: "warning",
    };
  }
}

/** `subject.profile.team`, `subject.profile["team"]`. */
function profileAccess(node: CelNode): { readonly map: CelNode; readonly key: string } | undefined {
  if (node.kind === "select" && isMap(node.target)) return { map: node.target, key: node.name };
  if (node.kind === "index" && isMap(node.target) && node.key.kind === "literal") {
    return { map: node.target, key: String(node.key.value) };
  }
  return undefined;
}

function isMap(node: CelNode): boolean {
  return node.kind === "select" && (node.name === "profile" || node.name === "attributes");
}

/** Profile values may be text or numbers; the vendor's pages disagree (rule 5). */
function* untypedComparisons(tree: CelNode, text: string, path: Path): Iterable<Finding> {
  for (const node of walkCel(tree)) {
    if (node.kind !== "operator" || !["<", "<=", ">", ">="].includes(node.name)) continue;
    const side = node.args.find((arg) => profileAccess(arg) !== undefined);
    if (side === undefined) continue;
    yield {
      code: "cel-untyped",
      message: "CEL: profile values may be text, which does not compare with a number.",
      hint: `Convert it: int(${written(side, text)}).`,
      path,
      ...place(text, rangeOf(text, node.start, node.end)),
      severity: "warning",
    };
  }
}

/** `has(subject.department)` is true for everybody or only for some: the vendor's pages disagree (rule 4). */
function* hasOnFields(tree: CelNode, text: string, path: Path): Iterable<Finding> {
  for (const node of walkCel(tree)) {
    const arg = node.kind === "call" && node.name === "has" ? node.args[0] : undefined;
    if (arg === undefined || profileAccess(arg) !== undefined) continue;
    yield {
      code: "cel-has-field",
      message: "CEL: has() on a field of a person may be true even where it is empty.",
      hint: `Compare instead: ${written(arg, text)} != ""`,
      path,
      ...place(text, rangeOf(text, node.start, node.end)),
      severity: "warning",
    };
  }
}

/** Extensions of cel-go that appear in no example of C1's (c1.md §12.3). */
const UNVERIFIED: ReadonlySet<string> = new Set(
  "charAt format indexOf join lastIndexOf quote reverse substring".split(" "),
);

function* unverified(tree: CelNode, text: string, path: Path): Iterable<Finding> {
  for (const node of walkCel(tree)) {
    if (node.kind !== "call" || node.target === undefined || !UNVERIFIED.has(node.name)) continue;
    if (node.target.kind === "name" && node.target.name === "time") continue;
    yield {
      code: "cel-unverified",
      message: `CEL: no page of C1's shows ${node.name}(); whether it is there is known when C1 has saved the rule.`,
      hint: "startsWith, endsWith, contains, matches, split and replace are documented.",
      path,
      ...place(text, rangeOf(text, node.start, node.end)),
      severity: "warning",
    };
  }
}

/** Entitlements are asked for by id; one set of C1's pages says by slug, which then is nobody's (c1.md §12.3). */
function* slugsForIds(tree: CelNode, text: string, path: Path): Iterable<Finding> {
  for (const node of walkCel(tree)) {
    if (node.kind !== "call" || !/^(HasEntitlement|GetEntitlementMembers)$/.test(node.name)) continue;
    const last = node.args.at(-1);
    const id = last?.kind === "literal" && typeof last.value === "string" ? last.value : undefined;
    // What another document gives is an id when it is filled in.
    if (last === undefined || id === undefined || id.includes("${") || /^[0-9A-Za-z]{27}$/.test(id)) continue;
    yield {
      code: "cel-no-id",
      message: `CEL: "${id}" does not look like the id of an entitlement; ${node.name} of anything else is nobody.`,
      hint: "Name the entitlement by ${<address>.entitlementId}, or copy its id from the address bar of the console.",
      path,
      ...place(text, rangeOf(text, last.start, last.end)),
      severity: "warning",
    };
  }
}

function written(node: CelNode, text: string): string {
  if (node.kind === "select") return `${written(node.target, text)}.${node.name}`;
  if (childrenOf(node).length === 0 && node.kind === "name") return node.name;
  return text.slice(node.start, node.end);
}

function place(text: string, range: CelRange | undefined): Pick<Finding, "excerpt"> {
  return range === undefined ? {} : { excerpt: excerptOf(text, range) };
}
