/** Fields that name a sink (`x-sink`): it must be one of the stack, before anything is generated. */
import type { Path, Sources, Spec } from "../model.ts";
import type { Problem } from "../problem.ts";
import { leaves } from "../value.ts";
import { nearest } from "../words.ts";
import type { Sink } from "./limits.ts";
import { anyField, type FieldRule, ruleAt } from "./rules.ts";
import { sourceAt } from "./source-at.ts";

export function* sinkProblems(
  spec: Spec,
  rule: FieldRule,
  sinks: ReadonlyMap<string, Sink>,
  sources: Sources,
): Iterable<Problem> {
  if (!anyField(rule, "sink")) return;
  for (const [path, value] of leaves(spec)) {
    if (ruleAt(rule, path)?.sink !== true || typeof value !== "string" || sinks.has(value)) continue;
    const source = sourceAt(sources, ["spec", ...path]);
    yield { ...unknownSink(value, sinks, path), ...(source === undefined ? {} : { source }) };
  }
}

function unknownSink(name: string, sinks: ReadonlyMap<string, Sink>, path: Path): Problem {
  return {
    code: "unknown-sink",
    message: `${path.join(".")}: there is no sink ${name} in accord.yaml.`,
    hint: `${nearest(name, sinks.keys())} Declare it under \`sinks:\` with a public JWK and a directory or command.`.trim(),
  };
}
