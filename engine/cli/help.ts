import { COMMON_OPTIONS, type Command, type OptionSpec } from "./command.ts";

/** The overview: every command with its summary. */
export function overview(
  version: string,
  commands: readonly { readonly name: string; readonly summary: string }[],
): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return `${[
    `accord ${version}: access as code. Says who gains and who loses which access, does exactly that, and proves it.`,
    "",
    "Usage: accord <command> [options]",
    "",
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "accord <command> --help shows a command's options and examples.",
    "A first try, in an empty directory: accord init --sandbox --example on-call && accord plan --sandbox",
  ].join("\n")}\n`;
}

export function helpOf(command: Command): string {
  const lines = [
    `Usage: accord ${command.name}${command.arguments === undefined ? "" : ` ${command.arguments}`} [options]`,
    "",
    ...command.description,
    "",
    "Examples:",
    ...command.examples.flatMap(([example, says]) => [`  ${says}`, `    ${example}`]),
  ];
  if (command.options !== undefined) lines.push("", "Options:", ...optionLines(command.options));
  lines.push("", "Common options:", ...optionLines(COMMON_OPTIONS));
  const exits = Object.entries({ 0: "done", 1: "error", ...command.exits });
  lines.push("", `Exit codes: ${exits.map(([code, meaning]) => `${code} ${meaning}`).join(", ")}.`);
  return `${lines.join("\n")}\n`;
}

function optionLines(options: Readonly<Record<string, OptionSpec>>): string[] {
  const names = Object.entries(options).map(([name, spec]) => {
    const value = spec.type === "string" ? ` ${spec.value ?? "VALUE"}` : "";
    return { left: `--${name}${value}`, right: spec.description };
  });
  const width = Math.max(...names.map(({ left }) => left.length));
  return names.map(({ left, right }) => `  ${left.padEnd(width)}  ${right}`);
}
