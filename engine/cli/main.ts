/** argv → command → exit code. Everything is passed in; nothing here knows a provider. */
import { ProblemError, problemsOf } from "../problem.ts";
import { createMask } from "../report/mask.ts";
import { problemsData, problemsText } from "../report/problems.ts";
import { anyDiskProblem } from "../state/files.ts";
import { nearest } from "../words.ts";
import { placeAgain } from "./again.ts";
import { parseArguments } from "./arguments.ts";
import { type Command, EXIT, INTERRUPTED } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { helpOf, overview } from "./help.ts";
import type { Invocation } from "./invocation.ts";
import type { Registry } from "./registry.ts";
import { type Voice, voiceOf } from "./voice.ts";
import type { World } from "./world.ts";

export async function main(
  argv: readonly string[],
  world: World,
  registry: Registry,
  version: string,
): Promise<number> {
  const [name, ...rest] = argv;
  const plain = voiceOf(world, voiceOptions(argv));
  try {
    if (name === undefined || name === "help" || name === "--help" || name === "-h") {
      return await help(
        rest.find((word) => !word.startsWith("-")),
        plain,
        version,
      );
    }
    if (name === "--version" || name === "-v" || name === "version") {
      plain.data(version);
      return EXIT.ok;
    }
    const entry = COMMANDS.find((command) => command.name === name);
    if (entry === undefined) throw unknownCommand(name);
    const command = await entry.load();
    if (rest.includes("--help") || rest.includes("-h")) {
      plain.data(helpOf(command));
      return EXIT.ok;
    }
    return await runCommand(command, rest, world, registry, version);
  } catch (error) {
    return report(error, plain, world);
  }
}

async function runCommand(
  command: Command,
  argv: readonly string[],
  world: World,
  registry: Registry,
  version: string,
): Promise<number> {
  const secrets = new Set<string>();
  const endings: (() => Promise<void>)[] = [];
  let again = "";
  const voice = voiceOf(world, { ...voiceOptions(argv), mask: (text) => createMask(secrets)(text) });
  try {
    const given = parseArguments(command, argv);
    const invocation: Invocation = {
      ...{ command: command.name, arguments: given, world, voice, registry, version, secrets },
      atEnd: (work) => void endings.push(work),
    };
    again = placeAgain(invocation);
    return await command.run(invocation);
  } catch (error) {
    return report(error, voice, world, again);
  } finally {
    for (const work of endings) await work();
  }
}

async function help(name: string | undefined, voice: Voice, version: string): Promise<number> {
  const entry = name === undefined ? undefined : COMMANDS.find((command) => command.name === name);
  if (name !== undefined && entry === undefined) throw unknownCommand(name);
  voice.data(entry === undefined ? overview(version, COMMANDS) : helpOf(await entry.load()));
  return EXIT.ok;
}

/** Problems as the user asked for them; never a stack trace. `again`: options of the next command. */
function report(error: unknown, voice: Voice, world: World, again = ""): number {
  if (world.signal.aborted && !(error instanceof ProblemError)) {
    voice.complain(
      world.stopping()
        ? "Stopped. What was sent is in the journal; the next apply settles it."
        : "Stopped. Nothing was changed.",
    );
    return EXIT.interrupted;
  }
  const problems = problemsOf(anyDiskProblem(error) ?? error);
  if (voice.json) voice.data(JSON.stringify(problemsData({ problems, again })));
  else voice.complain(problemsText({ problems, again }, { color: voice.errorColor }));
  if (world.env.ACCORD_DEBUG === "1" && error instanceof Error) voice.complain(`${error.stack ?? ""}`);
  if (problems.every((problem) => problem.code === INTERRUPTED)) return EXIT.interrupted;
  return problems.every((problem) => problem.code === "stale-plan") ? EXIT.stale : EXIT.error;
}

function unknownCommand(name: string): ProblemError {
  const names = COMMANDS.map((command) => command.name);
  return new ProblemError({
    code: "usage",
    message: `There is no command "${name}".`,
    hint: name.startsWith("-")
      ? "Options come after the command: accord plan --sandbox. `accord help` lists the commands."
      : `${nearest(name, names)} \`accord help\` lists them.`.trim(),
  });
}

function voiceOptions(argv: readonly string[]) {
  return {
    json: argv.includes("--json"),
    quiet: argv.includes("--quiet"),
    verbose: argv.includes("--verbose"),
    color: !argv.includes("--no-color"),
    mask: createMask([]),
  };
}
