import { ProblemError } from "../problem.ts";

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `30s`, `5m`, `1h30m`, `7d`, `PT1H` → milliseconds. `what` names the option in the problem. */
export function durationOf(text: string, what: string): number {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^p(?:t)?/, "")
    .replace("t", "");
  if (/^0+$/.test(plain)) return 0;
  let ms = 0;
  const rest = plain.replace(/(\d+(?:\.\d+)?)(ms|[smhdw])/g, (_, number: string, unit: string) => {
    ms += Number(number) * (UNITS[unit] ?? 0);
    return "";
  });
  if (rest === "" && plain !== "") return Math.round(ms);
  throw new ProblemError({
    code: "usage",
    message: `${what}: "${text}" is no duration.`,
    hint: "Write 30s, 5m, 1h30m or 7d.",
  });
}
