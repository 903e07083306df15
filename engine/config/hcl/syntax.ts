/** What an expression of Terraform's language is, as data. The subset that synthesis emits, and what people write in it. */
import type { TemplatePart } from "../template.ts";

export type Expression =
  | { readonly kind: "literal"; readonly value: null | boolean | number | string }
  /** Pieces of a text, joined; one piece alone keeps its type. */
  | { readonly kind: "template"; readonly parts: readonly Expression[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [key: Expression, value: Expression])[] }
  | ForExpression
  | { readonly kind: "conditional"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "unary"; readonly operator: string; readonly of: Expression }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly spread: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "attribute"; readonly of: Expression; readonly name: string }
  | { readonly kind: "index"; readonly of: Expression; readonly at: Expression }
  /** `of[*].body`: `body` is asked of each element, which it calls `item`. */
  | { readonly kind: "splat"; readonly of: Expression; readonly body: Expression }
  | { readonly kind: "item" }
  /** One of Accord's own: `${env:NAME}`, `${var:name}`, `${okta/group/x.id}`. */
  | { readonly kind: "accord"; readonly part: TemplatePart };

export interface ForExpression {
  readonly kind: "for";
  readonly names: readonly string[];
  readonly over: Expression;
  /** `{ for … : key => body }` makes an object. */
  readonly key?: Expression;
  readonly body: Expression;
  readonly when?: Expression;
  /** `body...`: values of one key are a list. */
  readonly grouped: boolean;
}

/** Text that is no expression of the subset; `message` ends a sentence about it. */
export class SyntaxRefused extends Error {
  override readonly name = "SyntaxRefused";
}
