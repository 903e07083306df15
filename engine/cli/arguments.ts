/** argv → options and positionals, with problems that name the nearest option. */
import { parseArgs } from "node:util";
import { ProblemError } from "../problem.ts";
import { nearest } from "../words.ts";
import { COMMON_OPTIONS, type Command, type OptionSpec } from "./command.ts";

export interface Arguments {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  /** Every value of a repeatable option; commas separate values too where `split` is set. */
  list(name: string, split?: boolean): readonly string[];
}

export function parseArguments(command: Command, argv: readonly string[]): Arguments {
  const specs: Readonly<Record<string, OptionSpec>> = { ...COMMON_OPTIONS, ...command.options };
  const known = Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, { type: spec.type, multiple: spec.multiple ?? false }]),
  );
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: known,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  // Of `-out`, each letter is a token.
  const words = new Map(tokens.map((token) => [token.index, token]));
  const problems = [...words.values()].flatMap((token) => {
    if (token.kind !== "option") return [];
    const spec = specs[token.name];
    if (spec === undefined) {
      const word = token.rawName.startsWith("--") ? token.rawName : (argv[token.index] ?? "").replace(/=.*/s, "");
      const hint = nearest(word.replace(/^-+/, ""), Object.keys(specs));
      return [usage(command, `${word} is no option of accord ${command.name}.`, hint.replace('"', '"--'))];
    }
    // `--target=$UNSET` would otherwise mean everything.
    if (spec.type === "string" && token.value === "") {
      return [usage(command, `${token.rawName} is empty: ${token.rawName} ${spec.value ?? "VALUE"}.`)];
    }
    if (spec.type === "string" && (token.value === undefined || (!token.inlineValue && token.value.startsWith("-")))) {
      // `--out --json` is a forgotten value more often than a file of that name.
      const hint = token.value === undefined ? "" : `A value that begins with a dash: ${token.rawName}=${token.value}.`;
      return [usage(command, `${token.rawName} needs a value: ${token.rawName} ${spec.value ?? "VALUE"}.`, hint)];
    }
    if (spec.type === "boolean" && token.value !== undefined)
      return [usage(command, `${token.rawName} takes no value.`)];
    return [];
  });
  const surplus = positionals.slice(mostPositionals(command.arguments ?? ""));
  // What follows an unknown option is its value, and no argument.
  if (problems.length === 0 && surplus[0] !== undefined) {
    problems.push(usage(command, `accord ${command.name} does not know what to do with "${surplus[0]}".`));
  }
  if (problems.length > 0) throw new ProblemError(problems);

  const of = (name: string): unknown => values[name];
  return {
    positionals,
    flag: (name) => of(name) === true,
    text(name) {
      const value = of(name);
      return typeof value === "string" ? value : undefined;
    },
    list(name, split = false) {
      const value = of(name);
      const list = Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
      return split ? list.flatMap((item) => item.split(",")).filter((item) => item !== "") : list;
    },
  };
}

/** What the usage line has room for: `list | show ADDRESS` two, `[K=V…]` any number. */
function mostPositionals(usageLine: string): number {
  if (usageLine.includes("…")) return Number.POSITIVE_INFINITY;
  const words = usageLine.split("|").map((form) => form.split(/\s+/).filter((word) => word !== "").length);
  return Math.max(...words);
}

function usage(command: Command, message: string, hint = "") {
  return { code: "usage", message, hint: `${hint} \`accord ${command.name} --help\` lists the options.`.trim() };
}
