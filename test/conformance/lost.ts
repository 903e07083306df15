/** A create as apply runs it: with the look for what a lost answer may have made, and the proof. */

import type { StepResult } from "../../engine/apply/result.ts";
import { runStep } from "../../engine/apply/step.ts";
import type { Address, Spec } from "../../engine/model.ts";
import { declared } from "../support/declared.ts";
import type { Bench } from "./bench.ts";
import { STACK } from "./bench.ts";

export async function createStep(bench: Bench, spec: Spec, address: Address): Promise<StepResult> {
  const { stage, facts, rules } = bench;
  const after = declared({ address, kind: bench.kind, spec });
  const people = await bench.people(spec);
  const step = {
    change: {
      action: "create",
      address,
      kind: bench.kind,
      dependsOn: [],
      people,
      notes: [],
      undo: "approximate",
      after,
    },
    part: undefined,
    fields: [],
    earlier: [],
    final: true,
  } as const;
  const { result } = await runStep(step, {
    facts,
    rules,
    hands: () => stage.hands(),
    look: () => stage.view(),
    clock: stage.clock,
    signal: stage.signal,
    stack: STACK,
    fresh: undefined,
    owned: undefined,
    people,
    outputOf: () => undefined,
    fillings: {
      outputOf: () => undefined,
      find: () => Promise.reject(new Error("A resolved spec needs no lookup")),
      secret: () => Promise.reject(new Error("A resolved spec names no secret")),
      address,
    },
    secrets: async () => ({}),
    made: async () => {},
    deliver: bench.deliver,
    adopts: false,
  });
  return result;
}
