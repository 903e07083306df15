/** What is wrong with a guardrail before any plan is made: its CEL, by type, and its examples, by running them. */
import { checkCel } from "../cel/cel.ts";
import { type CelEnvironment, type CelFinding, excerptOf } from "../cel/environment.ts";
import { sourceAt } from "../config/source-at.ts";
import type { Path, Spec } from "../model.ts";
import type { Problem } from "../problem.ts";
import { nearest } from "../words.ts";
import { CONDITIONS, type Each, WORDS } from "./environment.ts";
import { exampleFacts } from "./example-facts.ts";
import { type Guardrail, guardrailOf } from "./guardrail.ts";
import { piecesOf } from "./message.ts";
import type { Written } from "./policies.ts";
import { ruleOf } from "./rule.ts";
import { type Subject, subjectsOf } from "./subjects.ts";

/** Its expressions: syntax, names, types. */
export function checkGuardrail(written: Written): readonly Problem[] {
  const { each, when, message } = guardrailOf(written);
  const pieces = piecesOf(message);
  return [
    ...checkCel(when, CONDITIONS[each]).map((one) => problemOf(one, when, CONDITIONS[each], written, "when", each)),
    ...pieces.flatMap((piece): readonly Problem[] => {
      if (piece.kind === "text") return [];
      if (piece.kind === "cel") {
        const found = checkCel(piece.text, WORDS[each]);
        return found.map((one) => problemOf(one, piece.text, WORDS[each], written, "message", each));
      }
      const text = `The message opens \${ and does not close it: ${piece.text}`;
      return [placed(written, ["message"], { code: "cel-open", message: text, hint: "Close it with }." })];
    }),
  ];
}

/** Its examples; of one whose CEL is wrong they say nothing. */
export function runExamples(written: Written): readonly Problem[] {
  const guardrail = guardrailOf(written);
  const { pass, fail } = guardrail.examples;
  return [
    ...pass.flatMap((example, index) => outcomeOf(guardrail, written, example, ["examples", "pass", index], false)),
    ...fail.flatMap((example, index) => outcomeOf(guardrail, written, example, ["examples", "fail", index], true)),
  ];
}

function outcomeOf(
  guardrail: Guardrail,
  written: Written,
  example: Spec,
  path: Path,
  wanted: boolean,
): readonly Problem[] {
  const { name, each } = guardrail;
  const what = `Example ${Number(path.at(-1)) + 1} under ${path.at(-2)} of ${name}`;
  const problem = (message: string, hint: string): readonly Problem[] => [
    placed(written, path, { code: "failing-example", message, hint }),
  ];
  const subject = subjectIn(example, each);
  if (subject === undefined) {
    return problem(`${what} has no ${each}, which is what it is asked about.`, `Write { ${each}: { … } }.`);
  }
  const answer = ruleOf(guardrail)(subject);
  if (answer.hit === undefined) {
    return problem(
      `${what} cannot be judged: ${answer.why}.`,
      "Ask with has(…) before a field that may be absent, or give it in the example.",
    );
  }
  const hint = "Correct the example, or the guardrail's `when`.";
  if (wanted) return answer.hit ? [] : problem(`${what} should hit it, and does not.`, hint);
  return answer.hit ? problem(`${what} should not hit it, and does: ${answer.message}`, hint) : [];
}

function subjectIn(example: Spec, each: Each): Subject | undefined {
  if (each !== "plan" && example[each] === undefined) return undefined;
  return subjectsOf(exampleFacts(example))[each][0];
}

function problemOf(
  { code, message, range }: CelFinding,
  text: string,
  environment: CelEnvironment,
  written: Written,
  field: string,
  each: Each,
): Problem {
  const problem = placed(written, [field], {
    code: `cel-${code}`,
    message: `${written.name}, ${field}: ${message.replace(/\.$/, "")}.`,
    hint: hintFor(message, environment, each),
  });
  return range === undefined ? problem : { ...problem, excerpt: excerptOf(text, range) };
}

const OTHERS: Readonly<Record<string, string>> = {
  change: "There is a `change` with each: change and each: move; over all of them: plan.changes.exists(c, …).",
  move: "There is a `move` with each: move; over all of them: impact.gained.exists(m, …).",
};

function hintFor(message: string, { variables, types = {} }: CelEnvironment, each: Each): string {
  const name = /(?:No such key|Unknown variable): (\S+)/.exec(message)?.[1] ?? "";
  const other = message.startsWith("Unknown variable") ? OTHERS[name] : undefined;
  if (other !== undefined) return other;
  const known = message.startsWith("Unknown variable")
    ? Object.keys(variables)
    : Object.values(types).flatMap(Object.keys);
  const near = nearest(name, known);
  if (near !== "") return near;
  if (message.includes("must give bool")) return "Compare something: it has to be true where the guardrail is hit.";
  return `With each: ${each} there are ${Object.keys(variables).join(", ")}; policies/README.md of the package lists their fields.`;
}

function placed(written: Written, path: Path, problem: Pick<Problem, "code" | "message" | "hint">): Problem {
  const source = sourceAt(written.sources, [...written.path, ...path]) ?? written.source;
  return { ...problem, source };
}
