/** ⇄ A configured provider: its tenants, connected, and what has been read of them in this process. */
import type { Target } from "../apply/executor.ts";
import { type Enter, gates } from "../apply/gates.ts";
import type { Config } from "../config/config.ts";
import type { Schemas } from "../config/schemas.ts";
import { resolveSettings, secretsOf } from "../config/secrets.ts";
import { readStack, type Stack } from "../config/stack.ts";
import type { Spec } from "../model.ts";
import type { Outside } from "../outside.ts";
import { type Catalog, type Instances, providerOf, shortKind } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import type { Provider, View } from "../provider.ts";
import { valueAt } from "../value.ts";
import { placed, placesIn } from "./places.ts";

/** What the process gives. */
export interface Surroundings {
  readonly schemas: Schemas;
  /** Every managed system there is, by name; each is loaded when it is used, since every phase is a process of its own. */
  readonly names: readonly string[];
  readonly load: (name: string) => Promise<Provider>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of a file below the directory that Terraform runs in. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  readonly outside: Outside;
  /** Hears every secret of the settings: what is written down hides it. */
  readonly remember: (secret: string) => void;
}

export interface Session {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly targets: ReadonlyMap<string, Target>;
  readonly outside: Outside;
  /** Writes of all resources pass here: as many at once as each tenant allows. */
  readonly enter: Enter;
  /**
   * Views that keep what they have read, for all resources of the process: Terraform reads one after the other, and each
   * list is read once. After a write they are made anew.
   */
  shared(): Instances;
  fresh(): Instances;
  wrote(): void;
}

export const DEFAULT_STACK = "terraform";

/** What a block is read against before anything is configured: its system, and nothing of any settings. */
export async function unconfigured(kind: string, { schemas, names, load }: Surroundings): Promise<Config> {
  const settings = Object.fromEntries(names.map((name) => [name, {}]));
  const name = providerOf(kind);
  return {
    stack: stackOf(DEFAULT_STACK, settings, schemas, false),
    schemas,
    providers: new Map([[name, await load(name)]]),
  };
}

/** Throws ProblemError; nothing is called yet. */
export function stackOf(name: string, settings: Spec, schemas: Schemas, checked: boolean): Stack {
  const value = { version: 1, stack: name, providers: settings };
  const file = { value, source: placed(""), sources: placesIn(value) };
  return readStack({ file }, schemas, { settings: checked });
}

export async function openSession(stack: Stack, surroundings: Surroundings): Promise<Session> {
  const { schemas, load, env, readFile, outside } = surroundings;
  const targets = new Map<string, Target>();
  const providers = new Map<string, Provider>();
  for (const { name, provider, settings, path } of stack.providers.values()) {
    const system = await load(provider);
    providers.set(provider, system);
    const own = await resolveSettings(settings, { env, readFile }, { path, sources: stack.sources });
    for (const [at] of secretsOf(settings)) {
      const secret = valueAt(own, at);
      if (typeof secret === "string") surroundings.remember(secret);
    }
    targets.set(name, { provider: system, connection: system.connect(own, outside) });
  }
  const fresh = (): Instances =>
    new Map(
      [...targets].map(([name, { provider, connection }]) => [name, { name, provider, view: connection.view() }]),
    );
  let shared: Instances | undefined;
  return {
    config: { stack, schemas, providers },
    catalog: catalogOf(schemas, providers),
    targets,
    outside,
    enter: gates((instance) => targets.get(instance)?.provider.concurrency ?? 10),
    shared: () => (shared ??= fresh()),
    fresh,
    wrote() {
      shared = undefined;
    },
  };
}

function catalogOf(schemas: Schemas, providers: ReadonlyMap<string, Provider>): Catalog {
  return {
    rulesOf: (kind) => schemas.rulesOf(kind),
    factsOf(kind) {
      const facts = providers.get(providerOf(kind))?.kinds.get(shortKind(kind));
      if (facts !== undefined) return facts;
      throw new ProblemError({
        code: "unknown-kind",
        message: `There is no kind ${kind}.`,
        hint: "Upgrade the provider.",
      });
    },
  };
}

/** A look that judges nothing: what a document would be told is no concern of a read. */
export function unjudging(instances: Instances): Instances {
  return new Map(
    [...instances].map(([name, instance]) => {
      const view: View = { ...instance.view, review: () => Promise.resolve([]) };
      return [name, { ...instance, view }];
    }),
  );
}
