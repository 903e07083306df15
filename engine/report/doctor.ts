/** The health of each instance, a check a line. */
import type { Check } from "../provider.ts";
import { count } from "../words.ts";
import { type Paint, paintOf, type TextOptions } from "./paint.ts";
import { plain, sentence } from "./say.ts";
import { widest } from "./text-lines.ts";

export interface InstanceHealth {
  readonly instance: string;
  readonly provider: string;
  readonly checks: readonly Check[];
}

const SYMBOLS: Readonly<Record<Check["status"], (paint: Paint) => string>> = {
  ok: (paint) => paint.green("✓"),
  warn: (paint) => paint.yellow("!"),
  fail: (paint) => paint.red("✗"),
  unknown: (paint) => paint.dim("?"),
};

export function doctorText(instances: readonly InstanceHealth[], options: TextOptions): string {
  const paint = paintOf(options);
  const sections = instances.map(({ instance, provider, checks }) => {
    const width = widest(checks.map((check) => plain(check.name)));
    const title = instance === provider ? plain(instance) : `${plain(instance)} (${plain(provider)})`;
    return [paint.bold(title), ...checks.map((check) => checkLine(check, width, paint))].join("\n");
  });
  return `${[...sections, summary(instances, paint)].join("\n\n")}\n`;
}

function checkLine(check: Check, width: number, paint: Paint): string {
  const hint = check.hint === undefined || check.status === "ok" ? "" : `  → ${sentence(check.hint)}`;
  return `  ${SYMBOLS[check.status](paint)} ${plain(check.name).padEnd(width)}  ${sentence(check.detail)}${hint}`;
}

function summary(instances: readonly InstanceHealth[], paint: Paint): string {
  const checks = instances.flatMap((instance) => instance.checks);
  const number = (status: Check["status"]): number => checks.filter((check) => check.status === status).length;
  const words = [
    ...(number("fail") > 0 ? [paint.red(`${number("fail")} failed`)] : []),
    ...(number("warn") > 0 ? [paint.yellow(count(number("warn"), "warning"))] : []),
    ...(number("unknown") > 0 ? [`${number("unknown")} could not be told`] : []),
  ];
  if (words.length === 0) return paint.bold(paint.green(`All ${count(checks.length, "check")} passed.`));
  return paint.bold(`${count(checks.length, "check")}: ${words.join(", ")}.`);
}

/** False when a check failed: what the exit code is made of. */
export function isHealthy(instances: readonly InstanceHealth[]): boolean {
  return instances.every(({ checks }) => checks.every((check) => check.status !== "fail"));
}
