/**
 * The one grammar of `${…}`. A run of dollars before `{` counts in pairs, so `$${` is a literal `${` and stays one
 * until the last reader of the text (the graph) has taken the template apart.
 */
import { parseAddress } from "../address.ts";
import type { Address } from "../model.ts";
import { ProblemError } from "../problem.ts";

export interface Text {
  readonly kind: "text";
  /** As meant: `$${` has become `${`. */
  readonly text: string;
}

export interface AddressReference {
  readonly kind: "reference";
  readonly address: Address;
  /** `id`, an output or a field of the spec. */
  readonly field: string;
}

export type TemplatePart =
  | Text
  | AddressReference
  | { readonly kind: "var" | "env" | "file"; readonly name: string }
  /** `text` as written; `reason` ends a sentence about it: "is never closed". */
  | { readonly kind: "invalid"; readonly text: string; readonly reason: string };

const NAMED: Readonly<Record<string, { readonly kind: "var" | "env" | "file"; readonly pattern: RegExp }>> = {
  var: { kind: "var", pattern: /^[A-Za-z_][A-Za-z0-9_-]*$/ },
  env: { kind: "env", pattern: /^[A-Za-z_][A-Za-z0-9_]*$/ },
  file: { kind: "file", pattern: /^[^${}]+$/ },
};

/** Every part of a text, in order; neighbouring texts are one, empty ones are left out. */
export function scanTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = "";
  let at = 0;
  for (const match of template.matchAll(/(\$+)\{/g)) {
    if (match.index < at) continue;
    const dollars = match[1]?.length ?? 0;
    text += template.slice(at, match.index) + "$".repeat(Math.floor(dollars / 2));
    at = match.index + dollars;
    if (dollars % 2 === 0) continue;
    if (text !== "") parts.push({ kind: "text", text });
    text = "";
    const end = template.indexOf("}", at);
    const expression = template.slice(at + 1, end === -1 ? undefined : end);
    parts.push(end === -1 ? unclosed(template.slice(at - 1)) : expressionOf(expression));
    at = end === -1 ? template.length : end + 1;
  }
  text += template.slice(at);
  if (text !== "") parts.push({ kind: "text", text });
  return parts;
}

/** The parts of a validated text: variables are filled in and secrets taken out, so that references remain. */
export function parseTemplate(template: string): readonly (Text | AddressReference)[] {
  return scanTemplate(template).map((part) => {
    if (part.kind === "text" || part.kind === "reference") return part;
    const shown = formatTemplate([part]);
    throw new ProblemError({
      code: "bad-template",
      message: `${shown} is no reference to a field of this stack.`,
      hint: "Write ${<instance>/<kind>/<name>.<field>}, or $${ for a literal ${.",
    });
  });
}

/** The text that scans to these parts; neighbouring texts are joined first, so that none can form a `${` with the next. */
export function formatTemplate(parts: readonly TemplatePart[]): string {
  let formatted = "";
  let text = "";
  for (const part of parts) {
    if (part.kind === "text") {
      text += part.text;
      continue;
    }
    // Dollars that end a text would join the dollar of the expression.
    formatted += escaped(text).replace(/\$+$/, (dollars) => dollars + dollars) + formatExpression(part);
    text = "";
  }
  return formatted + escaped(text);
}

function escaped(text: string): string {
  return text.replace(/\$+(?=\{)/g, (dollars) => dollars + dollars);
}

function formatExpression(part: Exclude<TemplatePart, Text>): string {
  if (part.kind === "invalid") return part.text;
  if (part.kind === "reference") return `\${${part.address}.${part.field}}`;
  return `\${${part.kind}:${part.name}}`;
}

/** The template that means exactly this text. */
export function escapeTemplate(text: string): string {
  return escaped(text);
}

function expressionOf(expression: string): TemplatePart {
  const colon = expression.indexOf(":");
  if (colon !== -1) {
    const scheme = expression.slice(0, colon);
    const name = expression.slice(colon + 1);
    const named = Object.hasOwn(NAMED, scheme) ? NAMED[scheme] : undefined;
    if (named === undefined)
      return invalid(expression, `has no meaning for "${scheme}:" (there are var:, env: and file:)`);
    return named.pattern.test(name) ? { kind: named.kind, name } : invalid(expression, `names no ${scheme}`);
  }
  // Names may hold dots (a login), fields do not.
  const dot = expression.lastIndexOf(".");
  const parsed = dot === -1 ? undefined : parseAddress(expression.slice(0, dot));
  const field = expression.slice(dot + 1);
  if (parsed === undefined || !/^[A-Za-z_][A-Za-z0-9_-]*$/.test(field)) {
    return invalid(expression, "is neither <instance>/<kind>/<name>.<field> nor var:, env: or file:");
  }
  return { kind: "reference", address: parsed.address, field };
}

function invalid(expression: string, reason: string): TemplatePart {
  return { kind: "invalid", text: `\${${expression}}`, reason };
}

function unclosed(text: string): TemplatePart {
  return { kind: "invalid", text, reason: "is never closed" };
}
