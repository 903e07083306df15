import { boolCoreTag, floatCoreTag, intCoreTag, NOT_RESOLVED, nullCoreTag } from "js-yaml";

export type Scalar = { readonly value: null | boolean | number | string } | { readonly wrong: string };

/** Words that are no text, in whatever case; all others are numbers and `~`. Most scalars are neither, and need no closer look. */
const NO_TEXT = /^(?:null|true|false)$/i;
const [PLUS, NINE, A, TILDE] = [0x2b, 0x39, 0x41, 0x7e];

function isText(written: string): boolean {
  const first = written.charCodeAt(0);
  // Not one of + - . and the digits, nor ~; false for the empty text too.
  if (first >= A && first !== TILDE) return (written.length !== 4 && written.length !== 5) || !NO_TEXT.test(written);
  return first < PLUS || (first > NINE && first < A);
}

/** What a plain scalar means under the YAML 1.2 core schema; dates and versions of three numbers stay text. */
export function scalarOf(written: string): Scalar {
  if (isText(written)) return { value: written };
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
