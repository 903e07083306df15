/** Whether a case came out as it must, and in what it did not. */
import type { Boundary, Fault } from "./faults.ts";
import { type Beginning, type Ordeal, type Recovered, suffer } from "./ordeal.ts";
import type { Census } from "./scene.ts";

/** How a case may end otherwise than like a run in which nothing went wrong. */
export interface Allowed {
  readonly fault: Fault;
  /** Its name. */
  readonly boundary: string;
  /** Lines that the tenants hold beyond those of a clean run, each once. */
  readonly beyond: readonly (string | RegExp)[];
}

export interface Trial {
  readonly beginning: Beginning;
  readonly clean: Pick<Ordeal, "census">;
  readonly recovered: Recovered;
  readonly allowed?: readonly Allowed[];
}

/** More at once gain nothing on a machine of two cores. */
const AT_ONCE = 3;

/** Every boundary through the same fault; one line for each thing that is not as it should be. */
export async function troubles(trial: Trial, fault: Fault, boundaries: readonly Boundary[]): Promise<string[]> {
  const found: string[] = [];
  const left = [...boundaries];
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const ordeal = await suffer(trial.beginning, { fault, name: one.name, nth: one.nth }, trial.recovered);
      found.push(...wrong(trial, fault, one, ordeal).map((what) => `${fault}, ${one.name} #${one.nth}: ${what}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

function wrong({ clean, allowed = [] }: Trial, fault: Fault, boundary: Boundary, ordeal: Ordeal): string[] {
  const killed = fault.startsWith("kill");
  const beyond = allowed.find((one) => one.fault === fault && one.boundary === boundary.name)?.beyond ?? [];
  const extra = without(ordeal.census, clean.census);
  const more = without(extra, beyond);
  const fewer = [
    ...without(clean.census, ordeal.census),
    ...beyond.filter((line) => !extra.some((one) => isLike(one, line))).map(String),
  ];
  const met = ordeal.boundaries.some(({ name, nth }) => name === boundary.name && nth === boundary.nth);
  return [
    ...(met ? [] : ["there was no such request"]),
    ...(killed && ordeal.code !== null ? [`the child lived on and ended with ${ordeal.code}\n${ordeal.output}`] : []),
    ...(ordeal.again.code === 0
      ? []
      : [`the next apply ended with ${ordeal.again.code}\n${ordeal.again.stdout}${ordeal.again.stderr}`]),
    ...(ordeal.plan.code === 0
      ? []
      : [`a further plan is not empty (${ordeal.plan.code})\n${ordeal.plan.stdout}${ordeal.plan.stderr}`]),
    ...(ordeal.verify.code === 0 ? [] : [`the record is not intact\n${ordeal.verify.stderr}`]),
    ...(ordeal.journal === "" ? [] : [`the journal still holds\n${ordeal.journal}`]),
    ...more.map((line) => `too much: ${line}`),
    ...fewer.map((line) => `missing: ${line}`),
  ];
}

/** Lines of `all` beyond those of `some`, each counted as often as it is there. */
function without(all: Census, some: readonly (string | RegExp)[]): readonly string[] {
  const left = [...some];
  return all.filter((line) => {
    const index = left.findIndex((one) => isLike(line, one));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function isLike(line: string, pattern: string | RegExp): boolean {
  return typeof pattern === "string" ? line === pattern : pattern.test(line);
}
