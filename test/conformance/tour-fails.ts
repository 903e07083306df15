/** Last part of the tour: everything that goes wrong between us and a vendor, for one kind. */
import { expect } from "vitest";
import type { Live, Spec } from "../../engine/model.ts";
import type { KindFacts } from "../../engine/provider.ts";
import type { Bench } from "./bench.ts";
import { type Fault, failAfter, failBefore, loseAnswer, loseRequest, timeOut } from "./faults.ts";
import { createStep } from "./lost.ts";
import type { Scenes } from "./scene.ts";
import type { System } from "./subject.ts";

/** What a create may meet. */
const LOSSES: Readonly<Record<string, Fault>> = {
  "an answer is lost": loseAnswer,
  "a request is lost": loseRequest,
  "a gateway gives up after it was done": failAfter,
};

const WAIT = 7_000;

export function fails(
  { can }: KindFacts,
  system: System | undefined,
  fresh: (scene: Scenes[string]) => Promise<void>,
): Scenes {
  if (system === undefined || !can.list) return {};
  return {
    "waits as a 429 tells, once, and then goes on": async (bench) => {
      const { stage } = bench;
      const spec = await bench.spec(1);
      await bench.make(spec);
      const until = stage.clock.now() + WAIT;
      const limit: Fault = async (request, pass) =>
        stage.clock.now() >= until ? pass(request) : system.tooMany(stage.clock.now(), until - stage.clock.now());
      const armed = stage.faults.arm(limit, {
        applies: (request) => stage.clock.now() < until && isCall(request),
        times: 1_000,
      });
      expect(bench.diff(spec, only(await bench.listed(spec)))).toEqual([]);
      // Whoever was on the way already when the first answer came may meet it too, and nobody after that.
      expect(armed.met()).toBeGreaterThan(0);
      expect(armed.met()).toBeLessThanOrEqual(bench.concurrency);
      expect(stage.clock.now()).toBeGreaterThanOrEqual(until);
    },
    ...Object.fromEntries(
      Object.entries({ "a bad gateway": failBefore, "a lost answer": loseAnswer, "a timeout": timeOut }).map(
        ([name, fault]) => [
          `reads again after ${name}`,
          async (bench: Bench) => {
            const spec = await bench.spec(1);
            const made = await bench.make(spec);
            bench.stage.faults.arm(fault);
            expect(bench.diff(spec, only(await bench.listed(spec)))).toEqual([]);
            bench.stage.faults.arm(fault);
            expect(bench.diff(spec, await bench.whole(made, spec))).toEqual([]);
          },
        ],
      ),
    ),
    ...(can.create &&
      Object.fromEntries(
        Object.entries(LOSSES).map(([name, fault]) => [
          `is made once and whole, though ${name}`,
          async (bench: Bench) => {
            const writes = await countWrites(bench);
            for (let nth = 0; nth < writes; nth += 1) await fresh((another) => makesOnce(another, fault, nth));
          },
        ]),
      )),
  };
}

/** Writes that a create takes when all goes well. */
async function countWrites(bench: Bench): Promise<number> {
  const spec = await bench.spec(1);
  const before = bench.stage.exchanges.length;
  await bench.make(spec);
  return bench.stage.exchanges.slice(before).filter(({ writes }) => writes).length;
}

/** Creates as apply does while the nth write meets the fault, then does what the next plan would. */
async function makesOnce(bench: Bench, fault: Fault, nth: number): Promise<void> {
  const { stage } = bench;
  const spec = await bench.spec(1);
  const before = await bench.all(spec);
  let writes = 0;
  stage.faults.arm(fault, {
    applies: (request) => {
      if (!stage.isWrite(request)) return false;
      writes += 1;
      return writes === nth + 1;
    },
  });
  const result = await createStep(bench, spec, bench.address(1));
  stage.faults.clear();
  stage.say(result);
  await bench.wait();
  const made = (await bench.all(spec)).filter((id) => !before.includes(id));
  expect(made.length, `objects after write ${nth + 1}`).toBeLessThanOrEqual(1);
  expect((result.problems ?? []).filter(({ code }) => code === "internal")).toEqual([]);
  if (result.outcome === "confirmed") expect(made).toHaveLength(1);
  await completes(bench, spec, made.length === 1);
  expect((await bench.all(spec)).filter((id) => !before.includes(id))).toHaveLength(1);
}

async function completes(bench: Bench, spec: Spec, exists: boolean): Promise<void> {
  if (!exists) {
    await bench.make(spec);
    return;
  }
  const live = only(await bench.listed(spec));
  if (bench.diff(spec, live).length > 0) await bench.change(live, spec);
  expect(bench.diff(spec, await bench.whole(live, spec))).toEqual([]);
}

function isCall(request: Request): boolean {
  return !new URL(request.url).pathname.includes("token");
}

function only(lives: readonly Live[]): Live {
  const [live, ...more] = lives;
  if (live === undefined || more.length > 0) throw new Error(`${lives.length} objects under one key`);
  return live;
}
