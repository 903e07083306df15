/** Documents → resources, or every problem of every document, with its place. */
import { compareText } from "../address.ts";
import type { Finding } from "../kind.ts";
import type { Address, Resource, Source, Spec } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { asSpec } from "../value.ts";
import type { Config } from "./config.ts";
import { withItemDefaults } from "./defaults.ts";
import { type Envelope, envelopeOf } from "./envelope.ts";
import { notAbout, schemaProblems } from "./schema-problems.ts";
import { kindPath } from "./schemas.ts";
import { sinkProblems } from "./sinks.ts";
import { sourceAt } from "./source-at.ts";
import { treatmentOf } from "./treatment.ts";
import { fillSpec, withSecrets } from "./values.ts";
import type { YamlDocument } from "./yaml.ts";

export interface Validated {
  /** In the order of the documents. */
  readonly resources: readonly Resource[];
  /** What kinds find worth a word, and no reason to stop. */
  readonly warnings: readonly Problem[];
}

export function validate(documents: readonly YamlDocument[], config: Config): Validated {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const resources: Resource[] = [];
  const first = new Map<Address, Source>();
  for (const document of documents) {
    const envelope = envelopeOf(document, config, problems);
    if (envelope === undefined) continue;
    const { address } = envelope;
    const before = address === undefined ? undefined : first.get(address);
    if (before !== undefined) problems.push(duplicate(envelope, document.source, before));
    const resource = resourceOf(envelope, document, config, problems, warnings);
    if (address !== undefined && before === undefined) first.set(address, document.source);
    if (resource !== undefined) resources.push(resource);
  }
  if (problems.length > 0) throw new ProblemError(inOrder(problems));
  return { resources, warnings: inOrder(warnings) };
}

function resourceOf(
  envelope: Envelope,
  document: YamlDocument,
  config: Config,
  problems: Problem[],
  warnings: Problem[],
): Resource | undefined {
  const { address, instance, kind, facts } = envelope;
  const { sources } = document;
  const treatment = treatmentOf(envelope, config.schemas.rulesOf(kind).spec, sources, problems);
  const found: Problem[] = [];
  const spec = specOf(envelope, sources, config, found);
  if (spec !== undefined) {
    found.push(...sinkProblems(spec, config.schemas.rulesOf(kind).spec, config.stack.sinks, sources));
    for (const finding of facts.check?.(spec) ?? []) {
      (finding.severity === "warning" ? warnings : found).push(problemOf(finding, sources));
    }
  }
  problems.push(...found.map((problem) => (address === undefined ? problem : { ...problem, address })));
  if (spec === undefined || address === undefined) return undefined;
  const { protect, manage, ignore, labels, dependsOn, onRemoval, adopt, replaceWith } = treatment;
  const { source } = document;
  const plain = { address, instance, kind, spec, protect, manage, ignore, labels, dependsOn, source, sources };
  if (onRemoval === undefined && adopt === undefined && replaceWith === undefined) return plain;
  return {
    ...plain,
    ...(onRemoval === undefined ? {} : { onRemoval }),
    ...(adopt === undefined ? {} : { adopt }),
    ...(replaceWith === undefined ? {} : { replaceWith }),
  };
}

/** The spec as every later stage sees it; undefined where something is wrong with it. */
function specOf(
  { kind, spec }: Envelope,
  sources: YamlDocument["sources"],
  { stack, schemas }: Config,
  problems: Problem[],
): Spec | undefined {
  const path = kindPath(kind);
  const { spec: rule } = schemas.rulesOf(kind);
  const filled = fillSpec(spec, rule, { variables: stack.variables, sources, problems });
  const help = `\`accord explain ${kind}\` describes every field.`;
  const wrong = schemaProblems(schemas, path, { value: filled, root: ["spec"], sources, help });
  problems.push(...notAbout(problems, wrong));
  return problems.length > 0 ? undefined : asSpec(withSecrets(withItemDefaults(schemas, path, filled), rule));
}

function problemOf(finding: Finding, sources: YamlDocument["sources"]): Problem {
  const { code, message, hint, excerpt, path = [] } = finding;
  const source = sourceAt(sources, ["spec", ...path]);
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(source === undefined ? {} : { source }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}

function duplicate({ address }: Envelope, source: Source, before: Source): Problem {
  return {
    code: "duplicate-address",
    message: `${address} is declared twice: the first time in ${before.file}:${before.line}.`,
    hint: "Rename one of them, or merge the two documents.",
    ...(address === undefined ? {} : { address }),
    source,
  };
}

/** By place, so that a report reads like the files. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted(
    ({ source: a }, { source: b }) =>
      compareText(a?.file ?? "", b?.file ?? "") ||
      (a?.line ?? 0) - (b?.line ?? 0) ||
      (a?.column ?? 0) - (b?.column ?? 0),
  );
}
