/** `accord.yaml`, with the environment's file laid over it → Stack, or every problem of both. */
import { isInstanceName } from "../address.ts";
import type { Path, Source, Sources, Spec, Value } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { asSpec, isList, isObject } from "../value.ts";
import { nearest } from "../words.ts";
import { type CiSettings, ciSettingsOf } from "./ci-settings.ts";
import { type Limits, limitsOf, type Sink, sinksOf } from "./limits.ts";
import type { LoadedStack } from "./load.ts";
import type { DeclaredOutput } from "./outputs.ts";
import { overlay } from "./overlay.ts";
import { schemaProblems } from "./schema-problems.ts";
import { type Schemas, settingsPath } from "./schemas.ts";
import { sourceAt } from "./source-at.ts";
import { type StateSetting, stateOf } from "./state-setting.ts";
import { type Filling, fillPlain, fillReferences, fillSettings, type Variables } from "./values.ts";
import { variablesOf } from "./variables.ts";

/** One tenant of a managed system. */
export interface Instance {
  readonly name: string;
  readonly provider: string;
  /** Variables filled in; secrets still templates (`resolveSettings`). */
  readonly settings: Spec;
  /** Where the settings stand in the stack's files: `["providers", name]`. */
  readonly path: Path;
  readonly source: Source;
}

export interface Stack {
  readonly name: string;
  readonly environment?: string;
  readonly providers: ReadonlyMap<string, Instance>;
  readonly variables: Variables;
  readonly limits: Limits;
  readonly state: StateSetting;
  readonly sinks: ReadonlyMap<string, Sink>;
  /** Which of the shipped guardrails judge it: all, those that are named, or none. */
  readonly baseline: boolean | readonly string[];
  readonly outputs: readonly DeclaredOutput[];
  readonly ci: CiSettings;
  /** Of the merged files, by JSON pointer. */
  readonly sources: Sources;
}

export interface StackOptions {
  /** `--var`, which wins. */
  readonly variables?: Readonly<Record<string, string>>;
  /** False where a sandbox's connection takes their place: only what steers (`x-local`) is kept. */
  readonly settings?: boolean;
}

const PLAIN_LATER: ReadonlySet<string> = new Set(["providers", "vars", "outputs"]);
/** Whose rules are looked up: those of the whole file take time that most stacks have no use for. */
const HOLDS_SECRETS: ReadonlySet<string> = new Set(["state"]);
const STACK_SCHEMA = "stack.schema.json";
const HELP = `The file is described in schemas/${STACK_SCHEMA}.`;

/** What is read of accord.yaml, and of its environment. */
export type StackFile = Pick<LoadedStack, "file" | "override" | "environment">;

export function readStack(loaded: StackFile, schemas: Schemas, options: StackOptions = {}): Stack {
  const problems: Problem[] = [];
  const { value, sources } = overlay(loaded.file, loaded.override, problems);
  const given = asSpec(value);
  const variables = variablesOf(asSpec(given.vars ?? {}), options.variables ?? {}, sources, problems);
  const filling: Filling = { variables, sources, problems };
  const plain = isObject(value) ? plainParts(value, filling, schemas) : value;
  problems.push(...schemaProblems(schemas, STACK_SCHEMA, { value: plain, root: [], sources, help: HELP }));
  const outputs = outputsOf(given.outputs, filling);
  const providers = isObject(given.providers) ? instancesOf(given.providers, schemas, filling, options) : new Map();
  if (problems.length > 0) throw new ProblemError(problems);
  const filled = asSpec(plain);
  return {
    name: String(filled.stack),
    ...(loaded.environment === undefined ? {} : { environment: loaded.environment }),
    providers,
    variables,
    limits: limitsOf(asSpec(filled.limits ?? {})),
    state: stateOf(asSpec(filled.state ?? {})),
    sinks: sinksOf(asSpec(filled.sinks ?? {})),
    baseline: baselineOf(asSpec(filled.guardrails ?? {})),
    outputs,
    ci: ciSettingsOf(asSpec(filled.ci ?? {})),
    sources,
  };
}

function outputsOf(given: Value | undefined, filling: Filling): readonly DeclaredOutput[] {
  if (!isObject(given)) return [];
  return Object.entries(given).flatMap(([name, output]) => {
    const source = sourceAt(filling.sources, ["outputs", name]);
    // What is no mapping is the stack schema's to report.
    if (source === undefined || !isObject(output) || output.value === undefined) return [];
    const { description, sensitive } = output;
    const value = fillReferences(output.value, ["outputs", name, "value"], filling);
    const described = typeof description === "string" ? { description } : {};
    return [{ name, value, ...described, sensitive: sensitive === true, source }];
  });
}

function baselineOf({ baseline = false }: Spec): Stack["baseline"] {
  return isList(baseline) ? baseline.map(String) : baseline === true;
}

/** Everything but providers and outputs, which stay templates, and variables, which are filled in already. */
function plainParts(value: Spec, filling: Filling, schemas: Schemas): Spec {
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      if (PLAIN_LATER.has(key)) return [key, part];
      const rule = HOLDS_SECRETS.has(key) ? schemas.rulesAt(STACK_SCHEMA).properties?.get(key) : undefined;
      return [key, fillPlain(part, [key], filling, rule)];
    }),
  );
}

function instancesOf(
  given: Spec,
  schemas: Schemas,
  filling: Filling,
  options: StackOptions,
): ReadonlyMap<string, Instance> {
  const known = schemas.knownProviders();
  const instances = new Map<string, Instance>();
  for (const [name, value] of Object.entries(given)) {
    const path = ["providers", name];
    const source = sourceAt(filling.sources, path);
    // What is no mapping is the stack schema's to report.
    if (source === undefined || (value !== null && !isObject(value))) continue;
    const { provider: named, ...settings } = asSpec(value ?? {});
    const provider = typeof named === "string" ? named : name;
    const problem = instanceProblem(name, provider, named !== undefined, known);
    if (problem !== undefined) {
      filling.problems.push({ ...problem, source });
      continue;
    }
    const filled =
      options.settings === false
        ? steering(settings, provider, path, schemas, filling)
        : checked(settings, provider, path, schemas, filling);
    instances.set(name, { name, provider, settings: filled, path, source });
  }
  return instances;
}

/** What says how to work rather than where and as whom; the rest is the sandbox's, and need not even be there. */
function steering(settings: Spec, provider: string, path: Path, schemas: Schemas, filling: Filling): Spec {
  const file = settingsPath(provider);
  if (schemas.settingsSchemaOf(provider) === undefined) return {};
  const rules = schemas.rulesAt(file);
  const kept = Object.entries(settings).filter(([name]) => rules.properties?.get(name)?.local === true);
  return fillSettings(Object.fromEntries(kept), rules, path, filling);
}

function checked(settings: Spec, provider: string, path: Path, schemas: Schemas, filling: Filling): Spec {
  const file = settingsPath(provider);
  if (schemas.settingsSchemaOf(provider) === undefined) return settings;
  const help = `The settings are described in schemas/${file}.`;
  const filled = fillSettings(settings, schemas.rulesAt(file), path, filling);
  filling.problems.push(
    ...schemaProblems(schemas, file, { value: filled, root: path, sources: filling.sources, help }),
  );
  return filled;
}

function instanceProblem(
  name: string,
  provider: string,
  said: boolean,
  known: readonly string[],
): Omit<Problem, "source"> | undefined {
  if (!isInstanceName(name)) {
    return {
      code: "invalid-name",
      message: `"${name}" cannot name an instance.`,
      hint: "Use lower-case letters, digits and dashes, starting with a letter: it is the first part of every address.",
    };
  }
  if (known.includes(provider)) return undefined;
  const list = `Providers are ${known.join(", ")}.`;
  const other = said ? "" : `An instance with a name of its own says which: ${name}: { provider: … }.`;
  return {
    code: "unknown-provider",
    message: `There is no provider ${provider}.`,
    hint: [nearest(provider, known), list, other].filter((text) => text !== "").join(" "),
  };
}

/** What a spec's first address segments may be. */
/** Name of each instance → its provider. */
export function instanceProviders(stack: Stack): ReadonlyMap<string, string> {
  return new Map([...stack.providers.values()].map(({ name, provider }) => [name, provider]));
}
