/** What can be said of a rule's expression without a tenant: does it parse, and does Okta take what it calls? */
import type { Finding } from "../../../engine/kind.ts";
import { FUNCTIONS, isRefused, isUnconfirmed, type Type } from "./functions.ts";
import { type Expression, parseExpression } from "./parse.ts";
import { ExpressionError } from "./tokens.ts";
import { nameOf, nodesOf } from "./walk.ts";

export function checkExpression(source: string): readonly Finding[] {
  const findings: Finding[] = [];
  const say = (severity: "error" | "warning", code: string, message: string, at: number, hint?: string): void => {
    const finding = {
      code,
      message: `${message} (${placeOf(source, at)}).`,
      ...(hint === undefined ? {} : { hint }),
    };
    const next = "Correct the expression at that place.";
    findings.push(severity === "warning" ? { severity, ...finding } : { severity, hint: next, ...finding });
  };
  try {
    const tree = parseExpression(source);
    for (const node of nodesOf(tree)) checkNode(node, say);
    const type = typeOf(tree);
    if (type !== "boolean" && type !== "any") {
      say("error", "okta-expression-type", `a rule must be true or false; this is a ${type}`, tree.at);
    }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    say("error", "okta-expression-syntax", error.message, error.at);
  }
  return findings;
}

type Say = (severity: "error" | "warning", code: string, message: string, at: number, hint?: string) => void;

function checkNode(node: Expression, say: Say): void {
  if (node.kind === "binary" && node.operator === "matches") {
    say("warning", "okta-expression-deprecated", "`matches` is deprecated by Okta", node.at);
  }
  if (node.kind === "name" && node.name !== "user") {
    say("error", "okta-expression-reference", `a rule sees only \`user\`, not \`${node.name}\``, node.at);
  }
  if (node.kind !== "call") return;
  const name = nameOf(node.callee);
  if (name === undefined) {
    say("error", "okta-expression-function", "only a named function can be called", node.at);
    return;
  }
  checkCall(name, node.args.length, node.at, say);
}

function checkCall(name: string, count: number, at: number, say: Say): void {
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (known !== undefined) {
    if (count < known.least || count > known.most) {
      const wanted = known.least === known.most ? `${known.least}` : `at least ${known.least}`;
      say("error", "okta-expression-arguments", `${name} takes ${wanted} argument(s), not ${count}`, at);
    }
    if (name.startsWith("Arrays.")) {
      const message = `whether rules take ${name} is told differently from page to page`;
      say(
        "warning",
        "okta-expression-unverified",
        message,
        at,
        "Try the rule out on a person in Okta's console first.",
      );
    }
    if (known.instead !== undefined) {
      say("warning", "okta-expression-deprecated", `${name} is deprecated by Okta; write ${known.instead}`, at);
    }
    return;
  }
  if (isUnconfirmed(name)) {
    say("warning", "okta-expression-unconfirmed", `whether rules take ${name} is not documented`, at);
    return;
  }
  if (isRefused(name)) {
    say("error", "okta-expression-refused", `${name} cannot be used in a group rule`, at);
    return;
  }
  if (/endsWith$/i.test(name)) {
    const hint = "Use String.substring with String.len, or isMemberOfGroupNameRegex for groups.";
    say("error", "okta-expression-function", "Okta has no endsWith", at, hint);
    return;
  }
  const near = nearest(name);
  const hint = near === undefined ? undefined : `Did you mean ${near}?`;
  say("error", "okta-expression-function", `Okta knows no function ${name}`, at, hint);
}

function typeOf(node: Expression): Type {
  switch (node.kind) {
    case "literal":
      return node.value === null ? "any" : (LITERALS[typeof node.value] ?? "any");
    case "list":
    case "criteria":
    case "projection":
      return "list";
    case "not":
      return "boolean";
    case "binary":
      if (node.operator === "+") return typeOf(node.left) === "number" ? "number" : "text";
      return node.operator === "?:" ? typeOf(node.left) : "boolean";
    case "choice":
      return typeOf(node.yes) === typeOf(node.no) ? typeOf(node.yes) : "any";
    case "call": {
      const name = nameOf(node.callee);
      return name !== undefined && Object.hasOwn(FUNCTIONS, name) ? (FUNCTIONS[name]?.gives ?? "any") : "any";
    }
    case "name":
    case "member":
    case "index":
      return "any";
  }
}

const LITERALS: Readonly<Record<string, Type>> = { string: "text", number: "number", boolean: "boolean" };

function placeOf(source: string, at: number): string {
  const before = source.slice(0, at).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The known function whose name is closest: same letters in another case, or one that holds the other's last part. */
function nearest(name: string): string | undefined {
  const names = Object.keys(FUNCTIONS);
  const last = (full: string): string => (full.split(".").at(-1) ?? full).toLowerCase();
  return (
    names.find((known) => known.toLowerCase() === name.toLowerCase()) ??
    names.find((known) => known.includes(".") && last(known) === last(name)) ??
    names.find((known) => last(known).includes(last(name)) || last(name).includes(last(known)))
  );
}
