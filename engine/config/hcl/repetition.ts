/** `count` and `for_each`: a block → the blocks that it stands for. */
import type { Spec, Value } from "../../model.ts";
import { knownTerm, type Scope } from "./evaluate.ts";
import type { Module, Names } from "./modules.ts";
import { isTermList, isTermMap, nounOf, Refused, type TermMap } from "./terms.ts";
import { numberOf, textOf } from "./wanted.ts";

export interface Repetition {
  /** Undefined where the block is not repeated. */
  readonly key?: string | number;
  readonly names: Pick<Names, "repetition">;
}

/** More are a mistake in an expression rather than a wish. */
const MOST = 10_000;

export function repetitionsOf(body: Spec, module: Module, scope: Scope): readonly Repetition[] {
  const { count, for_each: each } = body;
  if (count !== undefined && count !== null) {
    const number = numberOf(knownTerm(module.term(count, scope), scope));
    if (!Number.isInteger(number) || number < 0 || number > MOST)
      throw new Refused(`count is ${number}`, "Give a whole number.");
    return Array.from({ length: number }, (_, index) => ({ key: index, names: { repetition: { count: { index } } } }));
  }
  if (each === undefined || each === null) return [{ names: {} }];
  return Object.entries(elementsOf(each, module, scope)).map(([key, value]) => ({
    key,
    names: { repetition: { each: { key, value } } },
  }));
}

function elementsOf(each: Value, module: Module, scope: Scope): TermMap {
  const term = knownTerm(module.term(each, scope), scope);
  if (isTermMap(term)) return term;
  if (!isTermList(term))
    throw new Refused(`for_each is ${nounOf(term)}`, "Give it an object, or a set of texts: toset([…]).");
  return Object.fromEntries(term.map((item) => [textOf(knownTerm(item, scope)), item]));
}
