/** A guardrail, compiled: asked about one thing, it is hit with a message, or not, or nobody can tell. */
import { type CelProgram, compileCel } from "../cel/cel.ts";
import { CONDITIONS, WORDS } from "./environment.ts";
import type { Guardrail } from "./guardrail.ts";
import { inWords, piecesOf } from "./message.ts";
import type { Subject } from "./subjects.ts";

export type Answer =
  | { readonly hit: false }
  | { readonly hit: true; readonly message: string }
  /** Why nobody can tell: an error of CEL. It never counts as fine. */
  | { readonly hit: undefined; readonly why: string };

export type Rule = (subject: Subject) => Answer;

export function ruleOf({ each, when, message }: Pick<Guardrail, "each" | "when" | "message">): Rule {
  const condition = compileCel(when, CONDITIONS[each]);
  let words: readonly (string | CelProgram)[] | undefined;
  return ({ variables }) => {
    const asked = condition.run(variables);
    if (!asked.ok) return { hit: undefined, why: asked.finding.message };
    if (asked.value === false) return { hit: false };
    if (asked.value !== true) return { hit: undefined, why: "it gave neither true nor false" };
    words ??= piecesOf(message).map((piece) =>
      piece.kind === "cel" ? compileCel(piece.text, WORDS[each]) : piece.text,
    );
    return {
      hit: true,
      message: words.map((word) => (typeof word === "string" ? word : said(word, variables))).join(""),
    };
  };
}

/** What cannot be said is no reason to let it pass. */
function said(word: CelProgram, variables: Subject["variables"]): string {
  const outcome = word.run(variables);
  return outcome.ok ? inWords(outcome.value) : `(${outcome.finding.message})`;
}
