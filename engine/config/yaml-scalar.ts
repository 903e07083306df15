import { boolCoreTag, floatCoreTag, intCoreTag, NOT_RESOLVED, nullCoreTag } from "js-yaml";

export type Scalar = { readonly value: null | boolean | number | string } | { readonly wrong: string };

/** How everything begins that is not text; most scalars are, and need no closer look. */
const NO_TEXT = /^(?:[-+.~\d]|null|true|false|$)/i;

/** What a plain scalar means under the YAML 1.2 core schema; dates and versions of three numbers stay text. */
export function scalarOf(written: string): Scalar {
  if (!NO_TEXT.test(written)) return { value: written };
  for (const tag of [nullCoreTag, boolCoreTag]) {
    const value = tag.resolve(written, false, tag.tagName);
    if (value !== NOT_RESOLVED) return { value };
  }
  for (const tag of [intCoreTag, floatCoreTag]) {
    const value = tag.resolve(written, false, tag.tagName);
    if (value === NOT_RESOLVED) continue;
    if (!Number.isFinite(value)) return { wrong: `${written} is not a number that JSON knows.` };
    // An unquoted vendor id would silently become its neighbour.
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      return { wrong: `${written} is too large to be kept exactly.` };
    }
    return { value };
  }
  return { value: written };
}
