/** Terms as an operation wants them; what is of another kind is refused in a sentence. */
import { isTermList, isTermMap, nounOf, Refused, type Term, type TermMap } from "./terms.ts";

/** A function whose arguments are known all through. */
export type PureFunction = (...args: readonly Term[]) => Term;

export function listOf(term: Term): readonly Term[] {
  if (isTermList(term)) return term;
  throw new Refused(`a list is wanted, and this is ${nounOf(term)}`);
}

export function mapOf(term: Term): TermMap {
  if (isTermMap(term)) return term;
  throw new Refused(`an object is wanted, and this is ${nounOf(term)}`);
}

/** Equal as values; text and number differ, as they do in Terraform. */
export function same(left: Term, right: Term): boolean {
  if (isTermList(left) && isTermList(right)) {
    return left.length === right.length && left.every((item, index) => same(item, right[index] ?? null));
  }
  if (isTermMap(left) && isTermMap(right)) {
    const keys = Object.keys(left);
    const other = Object.keys(right);
    return (
      keys.length === other.length &&
      keys.every((key) => Object.hasOwn(right, key) && same(left[key] ?? null, right[key] ?? null))
    );
  }
  return left === right;
}

export function truth(term: Term): boolean {
  if (term === true || term === "true") return true;
  if (term === false || term === "false") return false;
  throw new Refused(`true or false is wanted, and this is ${nounOf(term)}`);
}

export function numberOf(term: Term): number {
  const number = typeof term === "string" && term.trim() !== "" ? Number(term) : term;
  if (typeof number === "number" && !Number.isNaN(number)) return number;
  throw new Refused(`a number is wanted, and this is ${nounOf(term)}`);
}

export function textOf(term: Term): string {
  if (typeof term === "string") return term;
  if (typeof term === "number" || typeof term === "boolean") return String(term);
  throw new Refused(`text is wanted, and this is ${nounOf(term)}`);
}
