/**
 * What an expression comes to: a value, or text that only apply knows, which stays a template over other documents.
 * Lists and objects may hold either.
 */
import type { Address, Value } from "../../model.ts";
import { escapeTemplate, formatTemplate, type TemplatePart } from "../template.ts";

export type Term = null | boolean | number | string | Deferred | Block | readonly Term[] | TermMap;
export interface TermMap {
  readonly [key: string]: Term;
}

/** Known when others have been applied: pieces of text and references. */
export class Deferred {
  readonly parts: readonly TemplatePart[];
  constructor(parts: readonly TemplatePart[]) {
    this.parts = parts;
  }
}

/** A resource, named whole; asked for an attribute, it is a value. */
export class Block {
  /** `accord_okta_group.platform`, with `[…]` where it is one of several. */
  readonly label: string;
  /** Of what it declares; undefined for what stands for nothing (`terraform_data` gives its input). */
  readonly address: Address;
  /** Undefined: no such attribute. */
  readonly attribute: (name: string) => Term | undefined;

  constructor(label: string, address: Address, attribute: (name: string) => Term | undefined) {
    this.label = label;
    this.address = address;
    this.attribute = attribute;
  }
}

/** Why an expression has no value, as a sentence without its full stop; `hint` says what to write. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint === "" ? undefined : hint;
  }
}

export function isTermList(term: Term): term is readonly Term[] {
  return Array.isArray(term);
}

export function isTermMap(term: Term): term is TermMap {
  return (
    typeof term === "object" &&
    term !== null &&
    !Array.isArray(term) &&
    !(term instanceof Deferred) &&
    !(term instanceof Block)
  );
}

/** Pieces one after another: text where all of it is known. */
export function joined(pieces: readonly Term[]): string | Deferred {
  const parts = pieces.flatMap(partsOf);
  return parts.every((part) => part.kind === "text")
    ? parts.map((part) => (part.kind === "text" ? part.text : "")).join("")
    : new Deferred(parts);
}

function partsOf(term: Term): readonly TemplatePart[] {
  if (term instanceof Deferred) return term.parts;
  if (term === null) throw new Refused("null stands inside text");
  if (typeof term === "object")
    throw new Refused(`${nounOf(term)} stands inside text`, "Use jsonencode(…) or join(…).");
  return [{ kind: "text", text: String(term) }];
}

export function nounOf(term: Term): string {
  if (term instanceof Block) return `a resource (${term.label})`;
  if (term instanceof Deferred) return "text that only apply knows";
  if (isTermList(term)) return "a list";
  if (term === null) return "null";
  return typeof term === "object" ? "an object" : `the ${typeof term} ${JSON.stringify(term)}`;
}

/** As a field of a document holds it: texts are templates, so that a literal `${` is `$${`. */
export function written(term: Term): Value {
  if (typeof term === "string") return escapeTemplate(term);
  if (term instanceof Deferred) return formatTemplate(term.parts);
  if (term instanceof Block) throw new Refused(`${term.label} is a whole resource`, `Write ${term.label}.id.`);
  if (isTermList(term)) return term.map(written);
  if (!isTermMap(term)) return term;
  return Object.fromEntries(Object.entries(term).map(([key, item]) => [key, written(item)]));
}
