/** Second part of the tour: what is declared changes, all of it, and nothing else does. */
import { expect } from "vitest";
import type { Schemas } from "../../engine/config/schemas.ts";
import type { Live, Spec, Value } from "../../engine/model.ts";
import type { KindFacts } from "../../engine/provider.ts";
import { asSpec, isObject, valueAt, withValueAt } from "../../engine/value.ts";
import type { Bench } from "./bench.ts";
import { loseAnswer } from "./faults.ts";
import { type Field, fieldsOf, holds, isEditable, isFreeText, otherwise, requiredPart } from "./fields.ts";
import type { Scene, Scenes } from "./scene.ts";
import { type Edit, kindOf, type Sample } from "./subject.ts";

const LONGEST = 255;

/** `uncovered` are the fields that no sample of the kind edits; its first sample answers for them. */
export function exact(
  kind: string,
  { can }: KindFacts,
  schemas: Schemas,
  sample: Sample,
  uncovered: readonly string[],
): Scenes {
  const fields = fieldsOf(schemas, kind);
  const made = can.create || sample.make !== undefined;
  const scenes: Record<string, Scene> = {};
  if (made && holds(schemas.rulesOf(kind).spec, (rule) => rule.unordered === true)) {
    scenes["takes sets in any order and letter case"] = async (bench) => {
      const spec = await bench.spec(1);
      const written = asSpec(otherwise(spec, bench.rules.spec));
      expect(written, "no set of the sample has two elements").not.toEqual(spec);
      const live = await bench.whole(await bench.make(written), spec);
      expect(bench.diff(spec, live)).toEqual([]);
      expect(bench.diff(written, live)).toEqual([]);
    };
  }
  if (made && !can.update) {
    for (const field of fields.filter(isFreeText)) {
      scenes[`keeps ${field.name} byte for byte`] = (bench) => keepsText(bench, field, {});
    }
  }
  if (!can.update) return scenes;
  // What is written in one piece is left alone and repeated in one piece, and reaches no other object: its first edit
  // answers for the parts.
  const asked = new Set<string>();
  for (const [name, edit] of Object.entries(sample.edits)) {
    const found = fields.find((one) => one.name === kindOf(name));
    if (found === undefined || !isEditable(found)) throw new Error(`${name} of ${kind} is no field that can change`);
    if (made && isFreeText(found) && name === found.name) {
      scenes[`keeps ${name} byte for byte`] = (bench) => keepsText(bench, found, edit);
    }
    const [piece = name] = kindOf(name).split(".");
    scenes[`changes ${name} alone`] = (bench) => changesAlone(bench, found, edit, { beside: !asked.has(piece) });
    if (asked.has(piece)) continue;
    asked.add(piece);
    scenes[`changes ${name} and leaves what the document does not name`] = (bench) =>
      leavesTheRest(bench, found, edit, (spec) => {
        const always = (sample.always ?? []).flatMap((one) => (spec[one] === undefined ? [] : [[one, spec[one]]]));
        return { ...requiredPart(schemas, kind, spec, found.path), ...Object.fromEntries(always) };
      });
    scenes[`changes ${name} at the second attempt, where the answer to the first was lost`] = (bench) =>
      changesAtLast(bench, found, edit);
  }
  for (const name of uncovered) {
    scenes[`changes ${name} alone`] = async () => {
      throw new Error(`No sample of ${kind} has an edit of ${name}`);
    };
  }
  return scenes;
}

/** Fields of the kind that no sample edits. */
export function uncoveredFields(kind: string, schemas: Schemas, samples: readonly Sample[]): readonly string[] {
  const edited = new Set(samples.flatMap((sample) => Object.keys(sample.edits).map(kindOf)));
  return fieldsOf(schemas, kind)
    .filter(isEditable)
    .map((field) => field.name)
    .filter((name) => !edited.has(name));
}

interface Edited {
  readonly before: Live;
  readonly old: Spec;
  readonly after: Value;
}

/** The spec before an edit. */
async function beforeEdit(bench: Bench, { from }: Partial<Edit>): Promise<Spec> {
  const sampled = await bench.spec(1);
  const laid = typeof from === "function" ? await from(sampled, bench.stage.tenant) : from;
  return bench.filled({ ...sampled, ...laid });
}

/** The object as it is before the edit, and the value that is to come. */
async function edited(bench: Bench, field: Field, edit: Edit): Promise<Edited> {
  const { tenant } = bench.stage;
  const old = await beforeEdit(bench, edit);
  const made = await bench.make(old);
  const after = typeof edit.to === "function" ? await edit.to(old, tenant) : edit.to;
  expect(after, "the edit changes nothing").not.toEqual(valueAt(old, field.path));
  return { before: await bench.whole(made, old), old, after };
}

async function changesAlone(
  bench: Bench,
  field: Field,
  edit: Edit,
  { beside }: { readonly beside: boolean },
): Promise<void> {
  const { before, old, after } = await edited(bench, field, edit);
  const neighbour = beside ? await bystander(bench) : undefined;
  const wanted = bench.filled(asSpec(withValueAt(old, field.path, after)));
  const changes = bench.diff(wanted, before);
  expect(changes.length).toBeGreaterThan(0);
  expect(changes.every(({ path }) => field.path.every((step, index) => path[index] === step))).toBe(true);
  await bench.change(before, wanted);
  const now = await bench.whole(before, [wanted, old]);
  expect(bench.diff(wanted, now)).toEqual([]);
  expectOthersKept(bench, field, edit, after, before, now);
  await neighbour?.();
}

/** The document names only what it must and the field, and the engine reads no more than that. */
async function leavesTheRest(bench: Bench, field: Field, edit: Edit, short: (spec: Spec) => Spec): Promise<void> {
  const { before, old, after } = await edited(bench, field, edit);
  const named = bench.filled(asSpec(withValueAt(short(old), field.path, after)));
  const read = await bench.read(before, [named, old], Object.keys(named));
  if ("gone" in read) throw new Error(`${before.id} is gone`);
  await bench.change(read, named);
  const now = await bench.whole(before, [named, old]);
  expect(bench.diff(named, now)).toEqual([]);
  expectOthersKept(bench, field, edit, after, before, now);
}

/** What the first attempt did is not known; the next plan looks, and does the rest. */
async function changesAtLast(bench: Bench, field: Field, edit: Edit): Promise<void> {
  const { stage } = bench;
  const { before, old, after } = await edited(bench, field, edit);
  const wanted = bench.filled(asSpec(withValueAt(old, field.path, after)));
  const lost = stage.faults.arm(loseAnswer, { applies: stage.isWrite });
  const first = await bench.write(before, wanted).catch((error: unknown) => error);
  expect(lost.met()).toBe(1);
  if (first instanceof Error) expect(first).toMatchObject({ name: "ProblemError" });
  stage.say(first);
  await bench.wait();
  const between = await bench.whole(before, [wanted, old]);
  if (bench.diff(wanted, between).length > 0) await bench.change(between, wanted);
  const now = await bench.whole(before, [wanted, old]);
  expect(bench.diff(wanted, now)).toEqual([]);
  expectOthersKept(bench, field, edit, after, before, now);
}

function expectOthersKept(
  bench: Bench,
  { path, rule }: Field,
  edit: Edit,
  after: Value,
  before: Live,
  now: Live,
): void {
  expect(now.id).toBe(before.id);
  const moved = [path, ...(edit.moves ?? []).map((name) => name.split("."))];
  const others = (live: Live): Spec => bench.settled(asSpec(moved.reduce<Value>(without, live.spec)));
  expect(others(now)).toEqual(others(before));
  // A map is managed key by key.
  const [old, fresh] = [valueAt(before.spec, path), valueAt(now.spec, path)];
  if (rule.additional === undefined || !isObject(old) || !isObject(after)) return;
  for (const [key, value] of Object.entries(old)) {
    if (!(key in after)) expect(isObject(fresh) && fresh[key]).toEqual(value);
  }
}

/** Another object of the kind, which must be what it was when all is over. */
async function bystander(bench: Bench): Promise<() => Promise<void>> {
  const spec = await bench.spec(2);
  const made = await bench.make(spec, bench.address(2));
  const before = bench.settled((await bench.whole(made, spec)).spec);
  return async () => expect(bench.settled((await bench.whole(made, spec)).spec)).toEqual(before);
}

function without(value: Value, [step, ...rest]: readonly string[]): Value {
  if (step === undefined || !isObject(value)) return value;
  const { [step]: inner, ...others } = value;
  return rest.length === 0 || inner === undefined ? others : { ...others, [step]: without(inner, rest) };
}

async function keepsText(bench: Bench, field: Field, edit: Partial<Edit>): Promise<void> {
  const spec = await beforeEdit(bench, edit);
  if (valueAt(spec, field.path) === undefined) throw new Error(`The sample names no ${field.name}`);
  const wrap = bench.sample.texts?.[field.name] ?? ((text: string) => text);
  const most = Math.min(LONGEST, typeof field.schema.maxLength === "number" ? field.schema.maxLength : LONGEST);
  const text = wrap(awkward(most - wrap("").length));
  const wanted = asSpec(withValueAt(spec, field.path, text));
  const made = await bench.make(wanted);
  expect(valueAt((await bench.whole(made, wanted)).spec, field.path)).toBe(text);
}

/** Quotes of every sort, markup, a path, an accent in two ways, an emoji of several parts; spaces at the end. */
function awkward(length: number): string {
  const start = `"' \`\\ <b>&amp;</b> ../%2e é e\u0301 ß 👩🏽‍🚒 `;
  return start
    .slice(0, length - 2)
    .padEnd(length - 2, "x")
    .replace(/[\uD800-\uDBFF]$/, "x")
    .concat("  ");
}
