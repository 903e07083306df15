/** Whether a case came out as it must, and in what it did not. */
import type { Death } from "./deaths.ts";
import type { Boundary, Fault } from "./faults.ts";
import { type Beginning, type Recovered, type Recovery, suffer } from "./ordeal.ts";
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
  readonly clean: Pick<Recovery, "census">;
  readonly recovered: Recovered;
  readonly allowed?: readonly Allowed[];
}

/** They wait for disks and sockets now and then. */
const AT_ONCE = 2;

/** Every boundary through the same fault; one line for each thing that is not as it should be. */
export async function troubles(trial: Trial, fault: Fault, boundaries: readonly Boundary[]): Promise<string[]> {
  return each(boundaries, async (one) => {
    const ordeal = await suffer(trial.beginning, { fault, name: one.name, nth: one.nth }, trial.recovered);
    const met = ordeal.boundaries.some(({ name, nth }) => name === one.name && nth === one.nth);
    const beyond = trial.allowed?.find((other) => other.fault === fault && other.boundary === one.name)?.beyond;
    const wrong = [...(met ? [] : ["there was no such request"]), ...wrongIn(trial, ordeal, beyond)];
    return wrong.map((what) => `${fault}, ${one.name} #${one.nth}: ${what}`);
  });
}

/** The same for what a child leaves that dies. */
export async function troublesAfter(trial: Trial, deaths: readonly Death[]): Promise<string[]> {
  return each(deaths, async ({ boundary, moment, recovered }) => {
    const wrong = wrongIn(trial, await recovered());
    return wrong.map((what) => `${moment}, ${boundary.name} #${boundary.nth}: ${what}`);
  });
}

async function each<Case>(cases: readonly Case[], told: (one: Case) => Promise<readonly string[]>): Promise<string[]> {
  const found: string[] = [];
  const left = [...cases];
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) found.push(...(await told(one)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

function wrongIn({ clean }: Trial, told: Recovery, beyond: Allowed["beyond"] = []): string[] {
  const extra = without(told.census, clean.census);
  const more = without(extra, beyond);
  const fewer = [
    ...without(clean.census, told.census),
    ...beyond.filter((line) => !extra.some((one) => isLike(one, line))).map(String),
  ];
  return [
    ...(told.again.code === 0
      ? []
      : [`the next apply ended with ${told.again.code}\n${told.again.stdout}${told.again.stderr}`]),
    ...(told.plan.code === 0
      ? []
      : [`a further plan is not empty (${told.plan.code})\n${told.plan.stdout}${told.plan.stderr}`]),
    ...(told.verify.code === 0 ? [] : [`the record is not intact\n${told.verify.stderr}`]),
    ...(told.journal === "" ? [] : [`the journal still holds\n${told.journal}`]),
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
