/** ⇄ `init`: systems and credentials, by flags or by questions, checked live before anything is written. */
import { access, mkdir, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { openSchemas, type Schemas } from "../../config/schemas.ts";
import type { Spec } from "../../model.ts";
import { ProblemError } from "../../problem.ts";
import type { Check } from "../../provider.ts";
import { doctorText, isHealthy } from "../../report/doctor.ts";
import { nearest } from "../../words.ts";
import type { Invocation } from "../invocation.ts";
import { openSandbox } from "../sandbox-world.ts";
import { writeIgnore } from "./ignore.ts";
import { type Answers, askSettings, settingsOfFlags } from "./settings.ts";
import { stackText } from "./text.ts";

export async function initStack(invocation: Invocation): Promise<void> {
  const { arguments: given, world, voice } = invocation;
  const directory = resolve(world.cwd, given.text("dir") ?? ".");
  const file = join(directory, "accord.yaml");
  await refuseExisting(file);
  const schemas = openSchemas();
  const stack = given.text("stack") ?? nameFrom(basename(directory));
  const wanted = given.list("provider", true);
  refuseUnknown(wanted, invocation.registry.providers);

  const answers = wanted.length > 0 ? await flagged(wanted, invocation, schemas) : await asked(invocation, schemas);
  if (!given.flag("skip-check")) await check(answers, directory, invocation);
  await mkdir(directory, { recursive: true });
  await writeFile(file, stackText(stack, answers), { flag: "wx" });
  await writeIgnore(directory);
  voice.say(`Wrote ${file}.`);
  const missing = answers
    .flatMap(({ secrets }) => Object.values(secrets))
    .filter((name) => (world.env[name] ?? "") === "");
  if (missing.length > 0) voice.say(`Set ${missing.join(", ")} where Accord runs; their values are in no file.`);
  voice.say("Next: declare something (`accord explain` lists the kinds), then accord plan.");
}

async function flagged(
  wanted: readonly string[],
  { arguments: given, world }: Invocation,
  schemas: Schemas,
): Promise<Answers[]> {
  return wanted.map((provider) => settingsOfFlags(provider, given.list("set"), schemas, world.env));
}

async function asked(invocation: Invocation, schemas: Schemas): Promise<Answers[]> {
  const { world, registry } = invocation;
  if (world.ask === undefined) {
    throw new ProblemError({
      code: "nobody-to-ask",
      message: "There is no terminal to ask on, and no --provider was given.",
      hint: "accord init --provider okta --set okta.domain=acme.okta.com --set okta.clientId=…, or --example on-call --sandbox.",
    });
  }
  const answer = await world.ask(`Which systems? (${registry.providers.join(", ")}; separated by commas): `);
  const wanted = answer.split(/[\s,]+/).filter((name) => name !== "");
  refuseUnknown(wanted, registry.providers);
  const answers: Answers[] = [];
  for (const provider of wanted) answers.push(await askSettings(provider, schemas, world.ask, world.env));
  return answers;
}

/** The doctor's lines; a failed one stops, unless the credential is simply not here yet. */
async function check(answers: readonly Answers[], directory: string, invocation: Invocation): Promise<void> {
  const { world, voice, registry, arguments: given } = invocation;
  const sandbox = given.flag("sandbox") ? await openSandbox(`${directory}/.accord/default`, invocation) : undefined;
  for (const { provider: name, settings, secrets, values } of answers) {
    const absent = Object.values(secrets).filter(
      (variable) => (world.env[variable] ?? "") === "" && values[variable] === undefined,
    );
    if (sandbox === undefined && absent.length > 0) {
      voice.say(`${name}: not checked, ${absent.join(", ")} is not set.`);
      continue;
    }
    const filled: Spec = sandbox?.settingsOf(name) ?? {
      ...settings,
      ...Object.fromEntries(
        Object.entries(secrets).map(([field, variable]) => [field, values[variable] ?? world.env[variable] ?? ""]),
      ),
    };
    for (const value of Object.values(values)) invocation.secrets.add(value);
    const provider = await registry.provider(name);
    const connection = provider.connect(filled, {
      fetch: sandbox?.fetch ?? world.fetch,
      clock: sandbox?.clock ?? world.clock,
      signal: world.signal,
    });
    const checks: Check[] = [];
    for await (const one of connection.view().doctor([])) checks.push(one);
    const health = [{ instance: name, provider: name, checks }];
    voice.say(doctorText(health, { color: voice.errorColor }));
    if (!isHealthy(health)) {
      throw new ProblemError({
        code: "unhealthy",
        message: `${name} cannot be used with these settings.`,
        hint: "Mend what is marked, or write the file anyway with --skip-check.",
      });
    }
  }
}

async function refuseExisting(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) {
    throw new ProblemError({
      code: "stack-exists",
      message: `${file} exists already.`,
      hint: "Edit it, or begin elsewhere with --dir.",
    });
  }
}

function refuseUnknown(wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new ProblemError(
    unknown.map((name) => ({
      code: "unknown-provider",
      message: `There is no provider "${name}".`,
      hint: `${nearest(name, known)} There are ${known.join(", ")}.`.trim(),
    })),
  );
}

function nameFrom(directory: string): string {
  const name = directory
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "stack" : name;
}
