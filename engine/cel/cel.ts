/** Checking and evaluating expressions of the Common Expression Language. */
import type { Value } from "../model.ts";
import { type CelEnvironment, type CelFinding, rangeOf } from "./environment.ts";
import { type CelImplementation, CelUnavailable, type Library, libraryOf } from "./library.ts";
import { compilePattern, MATCHES, RESPELLED } from "./overloads.ts";
import { type CelNode, nodeOf, walkCel } from "./tree.ts";
import { fromCel, toCel } from "./values.ts";

/** Everything that is wrong before any value is known: syntax, names, types, patterns; empty when it compiles. */
export function checkCel(text: string, definition: CelEnvironment): readonly CelFinding[] {
  const library = libraryOf(definition);
  const checked = library.environment.check(text);
  if (!checked.valid) return [findingOf(checked.error, text, library)];
  const wrongType = resultFinding(checked.type ?? "dyn", definition);
  const patterns = patternFindings(nodeOf(library.environment.parse(text).ast), text);
  return wrongType === undefined ? patterns : [wrongType, ...patterns];
}

export type CelOutcome =
  | { readonly ok: true; readonly value: Value }
  /** `unavailable`: it calls what cannot be answered here, so nobody knows; otherwise CEL itself raises an error. */
  | { readonly ok: false; readonly unavailable: boolean; readonly finding: CelFinding };

/** An expression that is ready to run many times. */
export interface CelProgram {
  run(
    variables: Readonly<Record<string, unknown>>,
    functions?: Readonly<Record<string, CelImplementation>>,
  ): CelOutcome;
}

/** Never throws: a text that does not compile fails in `run`, like any other failure. */
export function compileCel(text: string, definition: CelEnvironment): CelProgram {
  const library = libraryOf(definition);
  let run: ((context: Record<string, unknown>) => unknown) | undefined;
  let broken: unknown;
  try {
    run = library.environment.parse(respelled(text, library));
  } catch (error) {
    broken = error;
  }
  return {
    run(variables, functions = {}) {
      if (run === undefined) return { ok: false, unavailable: false, finding: findingOf(broken, text, library) };
      const before = library.functions;
      library.functions = functions;
      try {
        const context = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, toCel(value)]));
        return { ok: true, value: fromCel(run(context)) };
      } catch (error) {
        return { ok: false, unavailable: isUnavailable(error), finding: findingOf(error, text, library) };
      } finally {
        library.functions = before;
      }
    },
  };
}

export function evaluateCel(
  text: string,
  definition: CelEnvironment,
  variables: Readonly<Record<string, unknown>>,
  functions: Readonly<Record<string, CelImplementation>> = {},
): CelOutcome {
  return compileCel(text, definition).run(variables, functions);
}

/** The text with each call that ours answers spelled so that it does; as long as before, so that ranges hold. */
export function respelled(text: string, { environment }: Pick<Library, "environment">): string {
  const places: [number, string, string][] = [];
  for (const node of walkCel(nodeOf(environment.parse(text).ast))) {
    const ours = node.kind === "call" ? RESPELLED.get(node.name) : undefined;
    if (node.kind !== "call" || ours === undefined) continue;
    if (node.target === undefined && node.name !== MATCHES) continue;
    const at = text.indexOf(node.name, node.target === undefined ? node.start : node.target.end);
    if (at >= 0) places.push([at, node.name, ours]);
  }
  return places.reduce((so, [at, name, ours]) => so.slice(0, at) + ours + so.slice(at + name.length), text);
}

function resultFinding(type: string, definition: CelEnvironment): CelFinding | undefined {
  const { name, result = "dyn" } = definition;
  const wanted = typeof result === "string" ? [result] : result;
  if (type === "dyn" || wanted.some((one) => one === "dyn" || one === type)) return undefined;
  return { code: "wrong-result", message: `${name} must give ${wanted.join(" or ")}; this gives ${type}.` };
}

function patternFindings(tree: CelNode, text: string): readonly CelFinding[] {
  const findings: CelFinding[] = [];
  for (const node of walkCel(tree)) {
    const pattern = node.kind === "call" && node.name === MATCHES ? node.args.at(-1) : undefined;
    if (pattern?.kind !== "literal" || typeof pattern.value !== "string") continue;
    try {
      compilePattern(pattern.value);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      findings.push({
        code: "bad-pattern",
        message: `The pattern is no RE2 expression: ${why}.`,
        range: rangeOf(text, pattern.start, pattern.end),
      });
    }
  }
  return findings;
}

/** The library wraps what a function throws; the reason is somewhere below. */
function isUnavailable(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof CelUnavailable) return true;
  return false;
}

function findingOf(error: unknown, text: string, library: Library): CelFinding {
  if (!(error instanceof Error)) return { code: "cel", message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code.replaceAll("_", "-") : "cel";
  const summary = "summary" in error && typeof error.summary === "string" ? error.summary : error.message;
  const range = "range" in error ? error.range : undefined;
  return {
    code,
    message: library.plain(summary),
    ...(isRange(range) ? { range: rangeOf(text, range.start, range.end) } : {}),
  };
}

function isRange(value: unknown): value is { start: number; end: number } {
  return (
    typeof value === "object" &&
    value !== null &&
    "start" in value &&
    typeof value.start === "number" &&
    "end" in value &&
    typeof value.end === "number"
  );
}
