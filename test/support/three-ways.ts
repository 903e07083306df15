/** One stack planned by its documents, by a program, and by stock Terraform: against the same tenants, by the same owner. */
import { execFileSync, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock } from "../../engine/cli/real-world.ts";
import { SOURCE, snakeCase } from "../../engine/config/terraform/names.ts";
import { synthesise } from "../../engine/config/typescript.ts";
import type { Spec, Value } from "../../engine/model.ts";
import { type Serving, serve } from "../../engine/sandbox/serve.ts";
import { tickServed } from "../../engine/sandbox/tick-served.ts";
import { asSpec } from "../../engine/value.ts";
import { emulators } from "../../providers/emulators.ts";
import { builtCommand } from "./built.ts";
import { type OktaConsole, oktaConsole } from "./okta-console.ts";
import type { RandomDocument, RandomStack } from "./random-stack.ts";
import { accordIn } from "./run.ts";

/** Name of an object → what is done to it; or nothing is planned at all. */
export type Answer = { readonly [name: string]: string } | "refused";

export interface Ways {
  readonly documents: Answer;
  readonly program: Answer;
  readonly terraform: Answer;
  /** Digests of what the documents and the program declare. */
  readonly declared: readonly [documents: unknown, program: unknown];
  readonly text: string;
}

export interface Bench {
  plan(stack: RandomStack): Promise<Ways>;
  close(): Promise<void>;
}

/** Undefined where there is none. */
export function terraformHere(): string | undefined {
  try {
    execFileSync("terraform", ["version"], { stdio: "ignore" });
    return "terraform";
  } catch {
    return undefined;
  }
}

const STACK = "acme";
const SETTLED = 15 * 60_000;
const SECRETS = new Set(["privateKey", "clientSecret", "token", "apiToken"]);

export async function openBench(): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), "accord-three-ways-"));
  const plugin = join(directory, "plugin");
  await mkdir(plugin);
  const program = `#!/usr/bin/env node\nprocess.argv.splice(2, 9, "terraform-provider");\nawait import(${JSON.stringify(await builtCommand())});\n`;
  await writeFile(join(plugin, "terraform-provider-accord"), program, { mode: 0o755 });
  await writeFile(join(plugin, "package.json"), '{ "type": "module" }');
  const overrides = `provider_installation {\n  dev_overrides { "${SOURCE}" = "${plugin}" }\n  direct {}\n}\n`;
  await writeFile(join(directory, "rc"), overrides);
  let number = 0;
  return {
    async plan(stack) {
      number += 1;
      const at = join(directory, String(number));
      for (const way of ["documents", "program", "terraform"]) await mkdir(join(at, way), { recursive: true });
      // Fresh tenants for each: ending what the last stack made would cost as much as planning it.
      const serving = async (names: readonly string[], where: string): Promise<Serving> =>
        serve({ registry: await emulators(), directory: join(at, where), port: 0, names, clock: realClock() });
      const [main, emea] = [await serving(["okta", "zendesk", "c1"], "main"), await serving(["okta"], "emea")];
      const instances = { ...main.settings, "okta-emea": emea.settings.okta ?? {} };
      try {
        return await planned(stack, { at, rc: join(directory, "rc"), instances, console: consoleOf(main) });
      } finally {
        await Promise.all([main.close(), emea.close()]);
      }
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Name of an instance → its settings. */
type Instances = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Scene {
  readonly at: string;
  readonly rc: string;
  readonly instances: Instances;
  readonly console: OktaConsole;
}

async function planned({ before, after, byHand, found }: RandomStack, scene: Scene): Promise<Ways> {
  const { at, instances, console } = scene;
  const [documents, program] = [join(at, "documents"), join(at, "program")];
  const env = await settings(documents, instances);
  await settings(program, instances);
  const asDocuments = accordIn(documents, { env, fetch, clock: realClock() });
  const asProgram = accordIn(program, { env, fetch, clock: realClock() });
  const terraform = terraformIn(join(at, "terraform"), scene);

  for (const name of found) await console.makeGroup(name, ["linus@acme.example"], "by hand");
  if (before.length > 0) {
    await declare(before, at, asDocuments, instances);
    await done(terraform("apply", "-auto-approve"));
    await done(asDocuments("import", "--from-terraform", "../terraform/terraform.tfstate"));
    await cp(join(documents, ".accord"), join(program, ".accord"), { recursive: true });
  }
  for (const { group, does } of byHand) {
    const [member] = await console.members(group);
    if (does === "describes") await console.describe(group, "by hand");
    else if (does === "removes" && member !== undefined) await console.remove(group, `${member}@acme.example`);
    else if (does === "adds" && member === undefined) await console.add(group, "linus@acme.example");
  }
  // Rules are evaluated, and searches have caught up: each way looks at the same tenants.
  for (const where of ["main", "emea"]) await tickServed(join(at, where), SETTLED, emulators, realClock());
  await declare(after, at, asDocuments, instances);
  const args = ["plan", "--format", "json"];
  const ours = async (): Promise<readonly Ended[]> => [await asDocuments(...args), await asProgram(...args)];
  const theirs = terraform("plan", "-out=saved");
  const [first, second] = await ours();
  if (first === undefined || second === undefined) throw new Error("There are two ways");
  const third = await theirs;
  const shown = third.code === 0 ? await done(terraform("show", "-json", "saved")) : undefined;
  const documentsSay = answerOf(first);
  return {
    documents: documentsSay,
    program: answerOf(second),
    terraform: shown === undefined ? "refused" : inWordsOf(documentsSay, actionsIn(shown.stdout, onlyDeclares)),
    declared: [declaredIn(first), declaredIn(second)],
    text: [first.stderr, second.stderr, third.stderr].join("\n"),
  };
}

/** Its documents, the program that says the same, and what Terraform reads: synthesised by that program. */
async function declare(
  stack: readonly RandomDocument[],
  at: string,
  accord: ReturnType<typeof accordIn>,
  instances: Instances,
): Promise<void> {
  await writeFile(join(at, "documents/stack.yaml"), stack.map((one) => JSON.stringify(one)).join("\n---\n"));
  const { stdout } = await done(accord("convert", "--to", "typescript"));
  await writeFile(join(at, "program/stack.ts"), stdout);
  const made = await synthesise({
    directory: join(at, "program"),
    stack: STACK,
    signal: new AbortController().signal,
  });
  const json = {
    ...asSpec(withoutTraces(made.json)),
    terraform: { required_providers: { accord: { source: SOURCE } } },
    provider: { accord: providerBlocks(instances) },
  };
  await writeFile(join(at, "terraform/main.tf.json"), JSON.stringify(json, undefined, 1));
}

/** Terraform shows the lines around an error. */
function withoutTraces(value: Value): Value {
  return JSON.parse(JSON.stringify(value, (key, item) => (key === "//" ? undefined : item)));
}

/** One for the instances that are named after their provider, and one for each that is not. */
function providerBlocks(instances: Instances): readonly Spec[] {
  const snake = (settings: Instances[string]): Spec =>
    Object.fromEntries(Object.entries(settings).map(([field, value]) => [snakeCase(field), value]));
  const { "okta-emea": emea = {}, ...usual } = instances;
  const first = Object.fromEntries(Object.entries(usual).map(([name, own]) => [name, snake(own)]));
  return [
    { stack: STACK, ...first, null: {} },
    { stack: STACK, alias: "okta-emea", okta: snake(emea) },
  ];
}

/** accord.yaml of a stack that no budget stops; gives the environment that it names. */
async function settings(directory: string, instances: Instances): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  const providers = Object.entries<Instances[string]>({ ...instances, null: {} }).map(([name, own]) => {
    const fields = Object.entries(own).map(([field, value]): [string, string] => {
      if (!SECRETS.has(field)) return [field, value];
      const variable = `SECRET_${name.replace("-", "_")}_${field}`;
      env[variable] = value;
      return [field, `\${env:${variable}}`];
    });
    return [name, { ...(name === "okta-emea" ? { provider: "okta" } : {}), ...Object.fromEntries(fields) }];
  });
  const value = {
    ...{ version: 1, stack: STACK, providers: Object.fromEntries(providers) },
    limits: { removals: { share: 1, count: 10_000 }, emptying: { count: 10_000 } },
  };
  await writeFile(join(directory, "accord.yaml"), JSON.stringify(value));
  return env;
}

function consoleOf({ urls, actors }: Serving): OktaConsole {
  const send = (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(`${urls.okta}${pathname}${search}`, request));
  };
  return oktaConsole(send, actors.okta?.trent ?? "", async () => undefined);
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function terraformIn(directory: string, { rc }: Scene): (...args: readonly string[]) => Promise<Ended> {
  return async (...args) => {
    const color = args[0] === "show" ? [] : ["-no-color", "-input=false"];
    const child = spawn("terraform", [args[0] ?? "", ...color, ...args.slice(1)], {
      cwd: directory,
      env: { PATH: process.env.PATH ?? "", HOME: directory, TF_CLI_CONFIG_FILE: rc, CHECKPOINT_DISABLE: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const code = await new Promise<number>((resolve) => child.on("close", (ended) => resolve(ended ?? -1)));
    return { code, stdout, stderr };
  };
}

async function done(ending: Promise<Ended>): Promise<Ended> {
  const ended = await ending;
  if (ended.code !== 0) throw new Error(`${ended.stdout}\n${ended.stderr}`);
  return ended;
}

/** Without a plan there are problems; what protection denies, Terraform does not plan either. */
function answerOf({ stdout }: Ended): Answer {
  return stdout.trim() === "" ? "refused" : actionsIn(stdout, () => false);
}

function declaredIn({ stdout }: Ended): unknown {
  return stdout.trim() === "" ? undefined : JSON.parse(stdout).accord.documents;
}

interface Row {
  readonly name: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly importing?: unknown;
    readonly before?: Readonly<Record<string, unknown>> | null;
    readonly after?: Readonly<Record<string, unknown>> | null;
  };
}

interface PlanText {
  readonly resource_changes?: readonly Row[];
  readonly accord?: { readonly allowed: boolean };
}

/** What Terraform has no word for is said in its own: binding is making, letting go is ending. */
/**
 * An attribute that is configured for the first time and is live already: Terraform has no word for it but an update, since
 * what nobody configured was not in its state; for documents there is nothing to do.
 */
const DECLARES = "update, or nothing: configured for the first time";

function onlyDeclares({ actions, before = null, after = null }: Row["change"]): boolean {
  if (actions.join() !== "update" || before === null || after === null) return false;
  const differing = Object.keys(after).filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]));
  return differing.length > 0 && differing.every((key) => before[key] === null);
}

/** Where Terraform cannot say which of the two it is, it is what the documents say. */
function inWordsOf(documents: Answer, terraform: Answer): Answer {
  if (documents === "refused" || terraform === "refused") return terraform;
  const known = (name: string, action: string): string => {
    const ours = documents[name];
    return action === DECLARES && (ours === "no-op" || ours === "update") ? ours : action;
  };
  return Object.fromEntries(Object.entries(terraform).map(([name, action]) => [name, known(name, action)]));
}

function actionsIn(text: string, declares: (change: Row["change"]) => boolean): Answer {
  const { resource_changes: rows = [], accord }: PlanText = JSON.parse(text);
  if (accord?.allowed === false) return "refused";
  return Object.fromEntries(
    rows
      .map(({ name, change }): [string, string] => {
        if (change.importing !== undefined) return [name, "create"];
        return [name, declares(change) ? DECLARES : change.actions.join("/").replace("forget", "delete")];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
