/** ⇄ One stack, opened: its files read and checked, its providers loaded, its tenants connected when first needed. */
import type { Target } from "../apply/executor.ts";
import { digestOfDocuments } from "../config/digest.ts";
import { filesBelow } from "../config/files.ts";
import type { Limits } from "../config/limits.ts";
import { loadStack } from "../config/load.ts";
import type { DeclaredOutput } from "../config/outputs.ts";
import { anyField } from "../config/rules.ts";
import { openSchemas, type Schemas } from "../config/schemas.ts";
import { resolveSecret, resolveSettings, type SecretSource, secretsOf } from "../config/secrets.ts";
import { sourceAt } from "../config/source-at.ts";
import { instanceProviders, readStack, type Stack } from "../config/stack.ts";
import { stackUnder } from "../config/stack-under.ts";
import { validate } from "../config/validate.ts";
import type { YamlDocument } from "../config/yaml.ts";
import type { Graph } from "../graph/build.ts";
import { outputProblems } from "../graph/outputs.ts";
import type { PolicyOptions } from "../guardrails/load.ts";
import { NO_POLICIES, type Policies } from "../guardrails/policies.ts";
import type { Delivery } from "../kind.ts";
import type { Address, Owned, Path, Resource, Spec, Value } from "../model.ts";
import type { Outside } from "../outside.ts";
import { type Catalog, providerOf, shortKind } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { KindFacts, Provider } from "../provider.ts";
import { createMask } from "../report/mask.ts";
import type { StateBackend } from "../state/backend.ts";
import { secretDigester } from "../state/secret-digest.ts";
import type { State } from "../state/state.ts";
import { pointer, valueAt } from "../value.ts";
import { backendOf } from "./backend-of.ts";
import { fileCache } from "./cache.ts";
import type { Invocation } from "./invocation.ts";
import { located, placed } from "./located.ts";
import { DEFAULT_ENVIRONMENT, type Place, placeOf } from "./place.ts";
import { hasSandbox, openSandbox } from "./sandbox-world.ts";
import { deliver, sinkNamed } from "./sink.ts";
import { variablesOf } from "./variables.ts";
import type { Voice } from "./voice.ts";
import type { World } from "./world.ts";

export interface Workspace {
  readonly directory: string;
  readonly environment: string;
  readonly stack: Stack;
  readonly limits: Limits;
  readonly resources: readonly Resource[];
  readonly warnings: readonly Problem[];
  readonly outputs: readonly DeclaredOutput[];
  /** As written, one for each resource. */
  readonly documents: readonly YamlDocument[];
  /** What the program beside them synthesised, and what that calls the resources in it. */
  readonly program: { readonly json: Value; readonly blocks: ReadonlyMap<Address, string> } | undefined;
  readonly documentsDigest: string;
  readonly schemas: Schemas;
  readonly catalog: Catalog;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly instanceProviders: ReadonlyMap<string, string>;
  readonly backend: StateBackend;
  readonly outside: Outside;
  readonly world: World;
  readonly voice: Voice;
  readonly version: string;
  readonly actor: string;
  /** By which exceptions end. In a sandbox that is the tenants' time: there, somebody may see them end. */
  moment(): number;
  /** The rules in `policies/`, and those of the baseline that accord.yaml asks for: read when first asked for. */
  policies(): Promise<Policies>;
  /** `okta/group` of `okta/group/x`; undefined where the instance is not of this stack. */
  kindOf(address: Address): string | undefined;
  connect(): Promise<ReadonlyMap<string, Target>>;
  secretValue(reference: string): Promise<string>;
  /** The text without any secret that was read so far. */
  mask(text: string): string;
  /** Sends generated secrets to a sink of the stack; from here on they are masked like any other. */
  deliver(sink: string, name: string, secrets: Readonly<Record<string, string>>): Promise<Delivery>;
  /** Digests of all declared secrets as they would be sent now; undefined without ACCORD_STATE_KEY. */
  secretDigests(graph: Graph, state: State): Promise<(address: Address, path: Path) => string | undefined>;
  /** What state keeps of the secrets of a spec that is being written. */
  sentSecrets(address: Address, spec: Spec, lineage: string): Promise<Owned["secrets"]>;
}

export interface WorkspaceOptions {
  /** False: the resource documents are not read (a saved plan is the executable). */
  readonly documents?: boolean;
  /** Where to work; else what --dir and --env say. */
  readonly place?: Place;
  /** Directory whose accord.yaml and policies judge the documents, where they are not those beside them. */
  readonly judgedBy?: string;
}

export async function openWorkspace(invocation: Invocation, options: WorkspaceOptions = {}): Promise<Workspace> {
  const { arguments: given, world, voice } = invocation;
  const { directory, environment, stateDirectory, repository } = options.place ?? (await placeOf(invocation));
  const sandboxed = given.flag("sandbox");
  const files = filesBelow(directory);
  const rules = options.judgedBy === undefined ? files : filesBelow(options.judgedBy);
  const schemas = openSchemas();
  const reading = { variables: variablesOf(given.list("var")), settings: !sandboxed };
  const named = environment === DEFAULT_ENVIRONMENT ? given.text("env") : environment;
  const loaded = await loadStack(files, named, options);
  const own = readStack(loaded, schemas, reading);
  const stack =
    rules === files
      ? own
      : stackUnder(readStack(await loadStack(rules, named, { documents: false }), schemas, reading), own);
  const providers = await loadProviders(stack, invocation);
  const catalog = catalogOf(schemas, providers);
  const isRemote = (kind: string): boolean => {
    const can = providers.get(providerOf(kind))?.kinds.get(shortKind(kind))?.can;
    return can === undefined || can.list || can.get;
  };
  const program = loaded.program ? await programOf({ directory, stack, schemas, isRemote }, invocation) : NO_PROGRAM;
  const documents = program === NO_PROGRAM ? loaded.documents : [...loaded.documents, ...program.documents];
  const validated =
    options.documents === false ? { resources: [], warnings: [] } : validate(documents, { stack, schemas, providers });
  const { resources } = validated;
  const warnings = program === NO_PROGRAM ? validated.warnings : [...program.warnings, ...validated.warnings];
  const outputs = program === NO_PROGRAM ? stack.outputs : [...stack.outputs, ...program.outputs];
  if (outputs.length > 0 && options.documents !== false) refuseOutputs(outputs, resources, schemas);

  const sandbox = sandboxed ? await openSandbox(stateDirectory, invocation) : undefined;
  // Credentials of the sandbox come first: real ones mean nothing there.
  const env = sandbox === undefined ? world.env : { ...world.env, ...sandbox.env };
  const secretSource: SecretSource = { env, readFile: (path) => files.readFile(path) };
  const settingsSource: SecretSource = { env, readFile: (path) => rules.readFile(path) };
  const outside: Outside = {
    fetch: sandbox?.fetch ?? world.fetch,
    clock: sandbox?.clock ?? world.clock,
    signal: world.signal,
    cache: fileCache(`${stateDirectory}/cache`),
    ...(voice.trace === undefined ? {} : { trace: voice.trace }),
  };
  const backend = await backendOf({
    ...{ stack, environment, stateDirectory, sandboxed, settingsSource, invocation },
    directory: repository ?? directory,
  });
  let connected: Promise<ReadonlyMap<string, Target>> | undefined;

  const secretValue = async (reference: string): Promise<string> => {
    const value = await resolveSecret({ $secret: reference }, secretSource, { field: reference });
    invocation.secrets.add(value);
    return value;
  };

  const connect = async (): Promise<ReadonlyMap<string, Target>> => {
    const targets = new Map<string, Target>();
    const problems: Problem[] = [];
    for (const instance of stack.providers.values()) {
      const provider = providers.get(instance.provider);
      if (provider === undefined) continue;
      try {
        const own = await resolveSettings(instance.settings, settingsSource, {
          path: instance.path,
          sources: stack.sources,
        });
        const settings = { ...sandbox?.settingsOf(instance.provider), ...own };
        rememberSecrets(settings, invocation.secrets);
        targets.set(instance.name, {
          provider,
          connection: located(provider.connect(settings, outside), instance.source),
        });
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(...placed(error.problems, instance.source));
      }
    }
    if (problems.length > 0) throw new ProblemError(sandboxed ? problems : await orSandbox(problems, stateDirectory));
    return targets;
  };

  const digester = (lineage: string) => {
    const key = world.env.ACCORD_STATE_KEY ?? "";
    return key === "" ? undefined : secretDigester(key, lineage);
  };

  let policies: Promise<Policies> | undefined;
  let digest: string | undefined;
  return {
    directory,
    environment,
    stack,
    limits: stack.limits,
    resources,
    warnings,
    outputs,
    documents,
    program: program === NO_PROGRAM ? undefined : program,
    get documentsDigest() {
      digest ??= digestOfDocuments(resources);
      return digest;
    },
    schemas,
    catalog,
    providers,
    instanceProviders: instanceProviders(stack),
    backend,
    outside,
    world,
    voice,
    version: invocation.version,
    actor: world.actor,
    moment: () => sandbox?.tenantTime() ?? outside.clock.now(),
    policies() {
      const { baseline, sources } = stack;
      policies ??= policiesOf({
        files: rules,
        schemas,
        baseline,
        asked: sourceAt(sources, ["guardrails", "baseline"]),
      });
      return policies;
    },
    kindOf(address) {
      const [instance = "", kind = ""] = address.split("/");
      const provider = stack.providers.get(instance)?.provider;
      return provider === undefined ? undefined : `${provider}/${kind}`;
    },
    connect: () => (connected ??= connect()),
    secretValue,
    mask: (text) => createMask(invocation.secrets)(text),
    async deliver(name, what, secrets) {
      for (const secret of Object.values(secrets)) invocation.secrets.add(secret);
      const sink = sinkNamed(stack.sinks, name);
      return deliver(secrets, sink, { name: what, directory, now: outside.clock.now() });
    },
    async secretDigests(graph, state) {
      const digest = digester(state.lineage);
      const known = new Map<string, string>();
      for (const resource of graph.resources.values()) {
        if (!anyField(schemas.rulesOf(resource.kind).spec, "secret")) continue;
        for (const [path, secret] of secretsOf(resource.spec)) {
          // Read even without a key: a missing variable is a problem before any call.
          const value = await secretValue(secret.$secret);
          const at = { address: resource.address, pointer: pointer(path) };
          if (digest !== undefined) known.set(`${at.address} ${at.pointer}`, digest(at, value));
        }
      }
      return (address, path) => known.get(`${address} ${pointer(path)}`);
    },
    async sentSecrets(address, spec, lineage) {
      const digest = digester(lineage);
      const version = valueAt(spec, ["secretVersion"]);
      const sent: Record<string, { digest?: string; version?: string }> = {};
      for (const [path, secret] of secretsOf(spec)) {
        const at = { address, pointer: pointer(path) };
        sent[at.pointer] = {
          ...(digest === undefined ? {} : { digest: digest(at, await secretValue(secret.$secret)) }),
          ...(version === undefined ? {} : { version: String(version) }),
        };
      }
      return sent;
    },
  };
}

function refuseOutputs(outputs: readonly DeclaredOutput[], resources: readonly Resource[], schemas: Schemas): void {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource.kind]));
  const fields = (address: Address): readonly string[] | undefined => {
    const kind = byAddress.get(address);
    if (kind === undefined) return undefined;
    const { spec, outputs: facts } = schemas.rulesOf(kind);
    return ["id", ...facts, ...(spec.properties?.keys() ?? [])];
  };
  const problems = outputProblems(outputs, fields, byAddress.keys());
  if (problems.length > 0) throw new ProblemError(problems);
}

const NO_PROGRAM: Awaited<ReturnType<typeof programOf>> = {
  documents: [],
  outputs: [],
  blocks: new Map(),
  warnings: [],
  json: null,
};

/** What runs it is loaded where there is one. */
async function programOf(...given: Parameters<typeof import("./program.ts").declaredByProgram>) {
  const { declaredByProgram } = await import("./program.ts");
  return declaredByProgram(...given);
}

/** What reads and checks them is loaded where there are any; the tests of the package vouch for its own. */
async function policiesOf(options: PolicyOptions): Promise<Policies> {
  if (options.baseline === false && (await options.files.readDirectory("policies")).length === 0) return NO_POLICIES;
  const { loadPolicies } = await import("../guardrails/load.ts");
  const policies = await loadPolicies(options);
  const own = policies.guardrails.filter(({ shipped }) => !shipped);
  if (own.length === 0) return policies;
  const { checkGuardrail } = await import("../guardrails/check.ts");
  const problems = own.flatMap(checkGuardrail);
  if (problems.length > 0) throw new ProblemError(problems);
  return policies;
}

/** Who has tried a stack on emulated tenants, and forgets to say so, is told what is missing: the flag. */
async function orSandbox(problems: readonly Problem[], stateDirectory: string): Promise<readonly Problem[]> {
  if (!(await hasSandbox(stateDirectory))) return problems;
  return problems.map((problem) =>
    problem.code === "missing-environment"
      ? { ...problem, hint: `${problem.hint ?? ""} For the emulated tenants, add --sandbox.`.trim() }
      : problem,
  );
}

async function loadProviders(stack: Stack, { registry }: Invocation): Promise<ReadonlyMap<string, Provider>> {
  const names = [...new Set([...stack.providers.values()].map((instance) => instance.provider))];
  return new Map(await Promise.all(names.map(async (name) => [name, await registry.provider(name)] as const)));
}

export function catalogOf(schemas: Schemas, providers: ReadonlyMap<string, Provider>): Catalog {
  const known = new Map<string, KindFacts>();
  return {
    rulesOf: (kind) => schemas.rulesOf(kind),
    factsOf(kind): KindFacts {
      const facts = known.get(kind) ?? providers.get(providerOf(kind))?.kinds.get(shortKind(kind));
      if (facts !== undefined) {
        known.set(kind, facts);
        return facts;
      }
      throw new ProblemError({
        code: "unknown-kind",
        message: `State holds objects of ${kind}, and this stack has no provider for them.`,
        hint: `Add the instance to accord.yaml again, or stop managing them with accord forget.`,
      });
    },
  };
}

/** Every text in connection settings may be or hold a secret; a name that anyone may see is masked too, at no harm. */
function rememberSecrets(settings: Value, secrets: Set<string>, key = ""): void {
  if (typeof settings === "string") {
    if (/secret|token|key|password|assertion/i.test(key)) secrets.add(settings);
    return;
  }
  if (typeof settings !== "object" || settings === null) return;
  for (const [name, value] of Object.entries(settings))
    rememberSecrets(value, secrets, Array.isArray(settings) ? key : name);
}
