/**
 * What every provider keeps: a tour from easy to nasty, on its emulator, with time that only the tour moves. A
 * provider brings a Subject; every gap is a skip that names the test and says why.
 *
 *   works → exact → scales → fails, for each kind; then the provider as a whole
 */
import { describe, expect, test } from "vitest";
import { openSchemas } from "../../engine/config/schemas.ts";
import type { Spec } from "../../engine/model.ts";
import { ProblemError } from "../../engine/problem.ts";
import type { KindFacts } from "../../engine/provider.ts";
import { readContract } from "../contract/openapi.ts";
import { benchOf } from "./bench.ts";
import { secretsIn } from "./fields.ts";
import type { Scene, Scenes } from "./scene.ts";
import { openStage, type Settled, type Stage, secretParts } from "./stage.ts";
import { kindOf, type Sample, type Skips, type Subject } from "./subject.ts";
import { exact, uncoveredFields } from "./tour-exact.ts";
import { fails } from "./tour-fails.ts";
import { scales } from "./tour-scales.ts";
import { type Visits, visits } from "./tour-whole.ts";
import { works } from "./tour-works.ts";

const schemas = openSchemas();

/** Nothing here waits, but machines are busy: 250 objects may take a while. */
const PATIENCE = 60_000;

export function providerConformance(subject: Subject): void {
  const { provider, system } = subject;
  const description = system?.description;
  const contract = description && readContract(description.file, description.tolerances);
  const settingsRule = schemas.rulesAt(`${provider.name}/settings.schema.json`);
  const secretsOf = (settings: Spec): readonly string[] => secretParts(secretsIn(settings, settingsRule));
  const settled: Settled = [];
  const stage = (): Stage => openStage({ subject, secretsOf, contract, settled });

  for (const facts of provider.kinds.values()) {
    const kind = `${provider.name}/${facts.name}`;
    const samples = Object.entries(subject.kinds).filter(([name]) => kindOf(name) === facts.name);
    if (samples.length === 0) test(`${kind} has a sample`, () => expect.fail("It has none"));
    const uncovered = uncoveredFields(
      kind,
      schemas,
      samples.map(([, sample]) => sample),
    );
    for (const [index, [name, sample]] of samples.entries()) {
      describe(`${provider.name}/${name}`, () => tour(kind, facts, sample, index === 0 ? uncovered : []));
    }
  }

  function tour(kind: string, facts: KindFacts, sample: Sample, uncovered: readonly string[]): void {
    const play = async (scene: Scene): Promise<void> => {
      const set = stage();
      await set.settle();
      await scene(benchOf({ stage: set, provider, facts, schemas, sample }));
      set.end();
    };
    const scenes: Scenes = {
      ...works(kind, facts, schemas),
      ...exact(kind, facts, schemas, sample, uncovered),
      ...scales(kind, facts, schemas, sample),
      ...fails(facts, system, play),
    };
    register(scenes, sample.skips, play);
  }

  describe(`${provider.name} as a whole`, () => {
    const all: Visits = visits(subject);
    register(all, subject.skips, async (visit) => {
      const set = stage();
      await set.settle();
      await visit(set);
      set.end();
    });
    test.skipIf(description === undefined)("speaks as the official description says", ({ skip }) => {
      if (contract === undefined) return skip("ACCORD_SPECS does not name the folder of descriptions");
      expect(contract.mismatches()).toEqual([]);
      expect(contract.unusedTolerances()).toEqual([]);
    });
  });
}

function register<T>(tests: Readonly<Record<string, T>>, skips: Skips = {}, play: (test: T) => Promise<void>): void {
  for (const [name, body] of Object.entries(tests)) {
    const reason = skips[name];
    test(name, { timeout: PATIENCE }, async ({ skip }) => {
      if (reason !== undefined) skip(reason);
      await play(body).catch((error: unknown) => {
        throw inFull(error);
      });
    });
  }
  const unknown = Object.keys(skips).filter((name) => tests[name] === undefined);
  if (unknown.length > 0) test("every skip names a test", () => expect(unknown).toEqual([]));
}

/** A runner prints messages only: what next stands in the hint. */
function inFull(error: unknown): unknown {
  if (!(error instanceof ProblemError)) return error;
  const said = error.problems.map(({ code, message, hint }) => `${message}\n  → ${hint ?? "no hint"} (${code})`);
  return new Error(said.join("\n"), { cause: error });
}
