import type { Address, Path, Sources, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import type { Schemas } from "./schemas.ts";
import { sentenceOf } from "./sentences.ts";
import { sourceAt } from "./source-at.ts";
import { violationsOf } from "./violations.ts";

/** A value of a file: what it is called from (`["spec"]`) and where its parts are written. */
export interface Written {
  readonly value: Value;
  readonly root: Path;
  readonly sources: Sources;
  readonly address?: Address;
  /** Where to look where a schema has no better advice. */
  readonly help: string;
}

/** Everything a schema has against a value, as problems with their places. */
export function schemaProblems(schemas: Schemas, path: string, written: Written): readonly Problem[] {
  const { value, root, sources, address } = written;
  const violations = violationsOf(schemas, path, value, schemas.rulesAt(path));
  if (violations.length === 0) return NONE;
  return violations.map((violation) => {
    const at = [...root, ...violation.path];
    const source = sourceAt(sources, violation.rule === "unknown" ? [...at, violation.name] : at);
    return {
      hint: written.help,
      ...sentenceOf(violation, value, root),
      ...(address === undefined ? {} : { address }),
      ...(source === undefined ? {} : { source }),
    };
  });
}

const NONE: readonly Problem[] = [];

/** Of what is wrong with a value, the rest: one that could not be filled in says nothing about its type. */
export function notAbout(unfilled: readonly Problem[], wrong: readonly Problem[]): readonly Problem[] {
  if (unfilled.length === 0 || wrong.length === 0) return wrong;
  const at = ({ source }: Problem): string => `${source?.line}:${source?.column}`;
  const open = new Set(unfilled.map(at));
  return wrong.filter((problem) => problem.source === undefined || !open.has(at(problem)));
}
