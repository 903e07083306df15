/**
 * Words from vendors and users, made safe to print: a name may hold line breaks, terminal escapes or characters that
 * turn text around, and a reviewer must see them instead of being fooled by them.
 */

/**
 * Control and format characters (Cc, Cf: escapes, bidi overrides, zero-width), lone surrogates, line separators,
 * spaces other than the plain one, and the fillers that look like nothing at all.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\u115F\u1160\u3164\uFFA0]|\u034F/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text on one line, with every character that does not show written as its escape. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => SHORT[character] ?? escapeOf(character));
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, "0")}`;
}

/** At most `most` characters, and how many were left out; never half a surrogate pair. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  const head = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
  return `${head}… (${text.length - head.length} more characters)`;
}

/** JSON for a terminal or a file: what JSON leaves raw and terminals or editors act on is escaped too. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/[\u007F-\u009F\p{Cf}\u2028\u2029]/gu, jsonEscape)}\n`;
}

function jsonEscape(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index += 1) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
