/**
 * Words for a GitHub comment, where names from vendors and users must not become markup, mentions, links or pictures.
 * Whatever is not plainly a word becomes a code span: GitHub interprets nothing in there.
 */
import { clipped, visible } from "./visible.ts";

const LONGEST_CODE = 300;
const LONGEST_PROSE = 1200;

/** A code span that its content cannot end: the fence is longer than any run of backticks within. */
export function code(text: string): string {
  const shown = clipped(visible(text), LONGEST_CODE);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  const room = shown === "" || /^[ `]|[ `]$/.test(shown) ? " " : "";
  return `${fence}${room}${shown}${room}${fence}`;
}

/** A sentence: words stay words; addresses, names, what stands in backticks and everything odd become code. */
export function prose(sentence: string): string {
  return [...clipped(visible(sentence), LONGEST_PROSE).matchAll(TOKEN)]
    .map(([token, before = "", quoted, after = ""], index) =>
      quoted === undefined ? spoken(token, index === 0) : `${before}${code(quoted)}${after}`,
    )
    .join(" ");
}

/** What stands in backticks, with the punctuation around it; else what stands between two spaces. */
const TOKEN = /(?<= |^)([("'“„]*)`([^`]+)`([)"'”.,;:!?…]*)(?= |$)|[^ ]+/g;

/** Letters, digits and the punctuation of sentences; nothing that Markdown, HTML or GitHub acts on. */
const WORD = /^[\p{L}\p{M}\p{N}'’"“”„(),;:.!?%…→–—•-]+$/u;
/** Punctuation that may stand around a name without belonging to it. */
const AROUND = /^([("'“„]*)(.*?)([)"'”.,;:!?…]*)$/su;

function spoken(token: string, first: boolean): string {
  if (WORD.test(token) && !actsLikeMarkup(token, first)) return token;
  const [, before = "", name = "", after = ""] = AROUND.exec(token) ?? [];
  return name === "" ? code(token) : `${before}${code(name)}${after}`;
}

function actsLikeMarkup(token: string, first: boolean): boolean {
  return (
    /\p{L}[.:][\p{L}\p{N}]|\p{N}[.:]\p{L}/u.test(token) || // www.example.com
    /gh-\d/i.test(token) || // an issue
    /[0-9a-f]{7,}/i.test(token) || // a commit
    /:[a-z]/i.test(token) || // :emoji:
    /--/.test(token) ||
    (first && /^(?:[-•]|\d+[.)])/.test(token)) // a list
  );
}

/** For `<summary>`, which is HTML and not Markdown; names belong into its `<code>`. */
export function html(text: string): string {
  return clipped(visible(text), LONGEST_CODE)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
