/**
 * The boolean structure of an expression, each test in it ready to run alone: who wants to know which part decided, or
 * what follows where one part is unknown, combines the parts by CEL's own rules (`possible.ts`).
 */
import { type ASTNode, serialize } from "@marcbachmann/cel-js";
import { type CelProgram, compileCel } from "./cel.ts";
import type { CelEnvironment } from "./environment.ts";
import { libraryOf } from "./library.ts";
import { bothOf, choiceOf, eitherOf, type Outcome, opposite, type Possible } from "./possible.ts";
import { type CelNode, nodeOf } from "./tree.ts";

export type CelPart =
  | { readonly kind: "and" | "or"; readonly parts: readonly CelPart[] }
  | { readonly kind: "not"; readonly inner: CelPart }
  | { readonly kind: "choice"; readonly test: CelPart; readonly yes: CelPart; readonly no: CelPart }
  | { readonly kind: "test"; readonly text: string; readonly node: CelNode; readonly program: CelProgram };

/** Undefined where the text is no expression: `checkCel` says why. */
export function celParts(text: string, environment: CelEnvironment): CelPart | undefined {
  try {
    return partOf(libraryOf(environment).environment.parse(text).ast, text, environment);
  } catch {
    return undefined;
  }
}

function partOf(ast: ASTNode, source: string, environment: CelEnvironment): CelPart {
  switch (ast.op) {
    case "&&":
    case "||": {
      const kind = ast.op === "&&" ? "and" : "or";
      const parts = ast.args.map((arg) => partOf(arg, source, environment));
      return { kind, parts: parts.flatMap((part) => (part.kind === kind ? part.parts : [part])) };
    }
    case "!_":
      return { kind: "not", inner: partOf(ast.args, source, environment) };
    case "?:": {
      const [test, yes, no] = ast.args;
      return {
        kind: "choice",
        test: partOf(test, source, environment),
        yes: partOf(yes, source, environment),
        no: partOf(no, source, environment),
      };
    }
    default: {
      const text = textOf(ast, source, environment);
      return { kind: "test", text, node: nodeOf(ast), program: compileCel(text, environment) };
    }
  }
}

/** As written; ranges leave out parentheses, and what is then no expression is written anew. */
function textOf(ast: ASTNode, source: string, environment: CelEnvironment): string {
  const written = source.slice(ast.start, ast.end);
  try {
    libraryOf(environment).environment.parse(written);
    return written;
  } catch {
    return serialize(ast);
  }
}

export type CelTest = Extract<CelPart, { readonly kind: "test" }>;

/** The whole, from what each test may come to. */
export function weigh(part: CelPart, test: (one: CelTest) => Possible): Possible {
  switch (part.kind) {
    case "test":
      return test(part);
    case "not":
      return opposite(weigh(part.inner, test));
    case "and":
      return bothOf(until("false", part.parts, test));
    case "or":
      return eitherOf(until("true", part.parts, test));
    case "choice":
      return choiceOf(weigh(part.test, test), weigh(part.yes, test), weigh(part.no, test));
  }
}

/** Up to the part that decides alone: of a hundred thousand people most are out by the first. */
function until(decisive: Outcome, parts: readonly CelPart[], test: (one: CelTest) => Possible): readonly Possible[] {
  const weighed: Possible[] = [];
  for (const part of parts) {
    const one = weigh(part, test);
    weighed.push(one);
    if (one.outcomes.size === 1 && one.outcomes.has(decisive)) break;
  }
  return weighed;
}

/** Every test, in order. */
export function* testsOf(part: CelPart): Iterable<CelTest> {
  if (part.kind === "test") yield part;
  else if (part.kind === "not") yield* testsOf(part.inner);
  else if (part.kind === "choice") for (const one of [part.test, part.yes, part.no]) yield* testsOf(one);
  else for (const one of part.parts) yield* testsOf(one);
}
