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
import { type Answers, askSettings, settingsOfFlags, variablesFor } from "./settings.ts";
import { stackText } from "./text.ts";

/** `beside`: what else is told where `--json` asks for it. */
export async function initStack(invocation: Invocation, beside: object): Promise<void> {
  const { arguments: given, world, voice } = invocation;
  const directory = resolve(world.cwd, given.text("dir") ?? ".");
  const file = join(directory, "accord.yaml");
  await refuseExisting(file);
  const schemas = openSchemas();
  const stack = nameOf(given.text("stack"), basename(directory));
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
  if (voice.json) voice.data(JSON.stringify({ directory, stack, files: ["accord.yaml", ".gitignore"], ...beside }));
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
  if (wanted.length === 0) {
    throw new ProblemError({
      code: "usage",
      message: "A stack manages at least one system, and none was named.",
      hint: "Run accord init again; for a first try without any tenant: accord init --sandbox --example on-call.",
    });
  }
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
    const connection = connected(name, () =>
      provider.connect(filled, {
        fetch: sandbox?.fetch ?? world.fetch,
        clock: sandbox?.clock ?? world.clock,
        signal: world.signal,
      }),
    );
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

/** What the settings lack is mended here by a variable or a flag, not in a file that is yet to be written. */
function connected<T>(provider: string, connect: () => T): T {
  try {
    return connect();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const variables = variablesFor(provider, openSchemas()).join(", ");
    const next = `Secrets are read from the environment (${variables}); --skip-check writes the file without them.`;
    const problems = error.problems.map((problem) => ({
      ...problem,
      hint: [problem.hint, next].filter((part) => part !== undefined).join(" "),
    }));
    throw new ProblemError(problems, { cause: error });
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

/** As `stack` in accord.yaml may be; a directory's name is bent until it fits, a given one is not. */
function nameOf(given: string | undefined, directory: string): string {
  const bent = (text: string): string =>
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .slice(0, 60)
      .replaceAll(/^-+|-+$/g, "");
  if (given === undefined) return bent(directory) || "stack";
  if (/^[a-z0-9][a-z0-9-]{0,59}$/.test(given)) return given;
  throw new ProblemError({
    code: "usage",
    message: `--stack "${given}" cannot name a stack.`,
    hint: `Use lower-case letters, digits and dashes, 60 at most: --stack ${bent(given) || "acme-prod"}.`,
  });
}
