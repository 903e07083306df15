/** Commands that a problem tells the user to type, with the options that say which stack and tenants are meant. Pure. */
import type { Problem } from "../problem.ts";

/**
 * A command in backticks, or bare in a sentence: then its arguments are as many as it takes, and a full stop after them
 * is the sentence's.
 */
const QUOTED = /`accord (?!(?:help|init|explain|schema|sandbox)\b)[a-z][^`]*`/;
const BARE =
  /\baccord (?:(?:import|move) \S+ \S+?|(?:forget|state show) \S+?|plan --out FILE|apply FILE(?: --yes)?|state (?:list|rebuild|unlock)|adopt --all|(?:plan|apply|doctor|verify|history|graph|validate))(?![^\s`.,;:)]|[.,;:)]+[^\s`])/;
const COMMAND = new RegExp(`${QUOTED.source}|${BARE.source}`, "g");

/** `again`: options, each after a space: ` --env prod --sandbox`. */
export function commandsAgain(text: string, again: string): string {
  if (again === "" || !text.includes("accord ")) return text;
  return text.replaceAll(COMMAND, (command) => {
    if (command.includes("--help")) return command;
    return command.endsWith("`") ? `${command.slice(0, -1)}${again}\`` : `${command}${again}`;
  });
}

/** Bare commands in backticks, for formats where their options would otherwise be words of the sentence. */
export function commandsQuoted(text: string): string {
  return text.replaceAll(COMMAND, (command) => (command.startsWith("`") ? command : `\`${command}\``));
}

/** What next, as it can be typed; in the message too, where a vendor's refusal is told. */
export function problemsAgain<P extends Problem>(problems: readonly P[], again: string): readonly P[] {
  if (again === "") return problems;
  return problems.map((problem) => ({
    ...problem,
    message: commandsAgain(problem.message, again),
    ...(problem.hint === undefined ? {} : { hint: commandsAgain(problem.hint, again) }),
  }));
}
