import type { Value } from "../../model.ts";
import type { Answers } from "./settings.ts";

/** accord.yaml as a person would have written it. */
export function stackText(stack: string, answers: readonly Answers[]): string {
  const lines = ["version: 1", `stack: ${scalar(stack)}`, "providers:"];
  for (const { provider, settings, secrets } of answers) {
    const fields: [string, string][] = [
      ...Object.entries(settings).map(([field, value]): [string, string] => [field, scalar(value)]),
      ...Object.entries(secrets).map(([field, variable]): [string, string] => [field, `"\${env:${variable}}"`]),
    ];
    if (fields.length === 0) lines.push(`  ${provider}: {}`);
    else lines.push(`  ${provider}:`, ...fields.map(([field, text]) => `    ${field}: ${text}`));
  }
  if (answers.length === 0) lines[2] = "providers: {}";
  lines.push("guardrails: { baseline: true }");
  return `${lines.join("\n")}\n`;
}

/** Quoted wherever YAML might read something else into it. */
function scalar(value: Value): string {
  return typeof value === "string" &&
    /^[A-Za-z][A-Za-z0-9._@/-]*$/.test(value) &&
    !/^(?:true|false|null|yes|no|on|off)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
