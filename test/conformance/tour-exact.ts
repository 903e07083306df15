/** Second part of the tour: what is declared changes, all of it, and nothing else does. */
import { expect } from "vitest";
import type { Schemas } from "../../engine/config/schemas.ts";
import type { Live, Spec, Value } from "../../engine/model.ts";
import type { KindFacts } from "../../engine/provider.ts";
import { asSpec, isObject, valueAt, withValueAt } from "../../engine/value.ts";
import type { Bench } from "./bench.ts";
import { type Field, fieldsOf, isEditable, isFreeText, otherwise, requiredPart } from "./fields.ts";
import type { Scene, Scenes } from "./scene.ts";
import type { Edit, Sample } from "./subject.ts";

const LONGEST = 255;

export function exact(kind: string, { can }: KindFacts, schemas: Schemas, sample: Sample): Scenes {
  const fields = fieldsOf(schemas, kind);
  const scenes: Record<string, Scene> = {};
  if (can.create || sample.make !== undefined) {
    scenes["takes sets in any order and letter case"] = async (bench) => {
      const spec = await bench.spec(1);
      const written = asSpec(otherwise(spec, bench.rules.spec));
      const made = await bench.make(written);
      const live = await bench.whole(made, spec);
      expect(bench.diff(spec, live)).toEqual([]);
      expect(bench.diff(written, live)).toEqual([]);
    };
    for (const field of fields.filter(isFreeText)) {
      scenes[`keeps ${field.name} byte for byte`] = (bench) => keepsText(bench, field);
    }
  }
  if (!can.update) return scenes;
  for (const [name, edit] of Object.entries(sample.edits)) {
    const field = fields.find((one) => one.name === name.split(" ")[0]);
    scenes[`changes ${name} alone`] = (bench) => changesAlone(bench, known(field, name), edit);
    scenes[`changes ${name} and leaves what the document does not name`] = (bench) =>
      leavesTheRest(bench, known(field, name), edit, (spec) => {
        const always = (sample.always ?? []).flatMap((one) =>
          spec[one] === undefined ? [] : [[one, spec[one]] as const],
        );
        return { ...requiredPart(schemas, kind, spec), ...Object.fromEntries(always) };
      });
  }
  for (const field of fields.filter(isEditable)) {
    if (Object.keys(sample.edits).some((name) => name.split(" ")[0] === field.name)) continue;
    scenes[`changes ${field.name} alone`] = async () => {
      throw new Error(`The sample of ${kind} has no edit of ${field.name}`);
    };
  }
  return scenes;
}

function known(field: Field | undefined, name: string): Field {
  if (field === undefined || !isEditable(field))
    throw new Error(`An edit of ${name}, which is no field that can change`);
  return field;
}

interface Edited {
  readonly before: Live;
  readonly old: Spec;
  readonly after: Value;
}

/** The object as it is before the edit, and the value that is to come. */
async function edited(bench: Bench, field: Field, edit: Edit): Promise<Edited> {
  const { tenant } = bench.stage;
  const sampled = await bench.spec(1);
  const from = typeof edit.from === "function" ? await edit.from(sampled, tenant) : edit.from;
  const old = bench.filled({ ...sampled, ...from });
  const made = await bench.make(old);
  const after = typeof edit.to === "function" ? await edit.to(old, tenant) : edit.to;
  expect(after, "the edit changes nothing").not.toEqual(valueAt(old, field.path));
  return { before: await bench.whole(made, old), old, after };
}

async function changesAlone(bench: Bench, field: Field, edit: Edit): Promise<void> {
  const { before, old, after } = await edited(bench, field, edit);
  const neighbour = await bystander(bench);
  const wanted = bench.filled(asSpec(withValueAt(old, field.path, after)));
  const changes = bench.diff(wanted, before);
  expect(changes.length).toBeGreaterThan(0);
  expect(changes.every(({ path }) => field.path.every((step, index) => path[index] === step))).toBe(true);
  await bench.change(before, wanted);
  const now = await bench.whole(before, wanted);
  expect(bench.diff(wanted, now)).toEqual([]);
  expectOthersKept(bench, field, after, before, now);
  await neighbour();
}

/** The document names only what it must and the field, and the engine reads no more than that. */
async function leavesTheRest(bench: Bench, field: Field, edit: Edit, short: (spec: Spec) => Spec): Promise<void> {
  const { before, old, after } = await edited(bench, field, edit);
  const named = bench.filled(asSpec(withValueAt(short(old), field.path, after)));
  const read = await bench.read(before, named, Object.keys(named));
  if ("gone" in read) throw new Error(`${before.id} is gone`);
  await bench.change(read, named);
  const now = await bench.whole(before, old);
  expect(bench.diff(named, now)).toEqual([]);
  expectOthersKept(bench, field, after, before, now);
}

function expectOthersKept(bench: Bench, { path, rule }: Field, after: Value, before: Live, now: Live): void {
  expect(now.id).toBe(before.id);
  const others = (live: Live): Spec => bench.settled(asSpec(without(live.spec, path)));
  expect(others(now)).toEqual(others(before));
  // A map is managed key by key.
  const [old, fresh] = [valueAt(before.spec, path), valueAt(now.spec, path)];
  if (rule.additional === undefined || !isObject(old) || !isObject(after)) return;
  for (const [key, value] of Object.entries(old))
    if (!(key in after)) expect(isObject(fresh) && fresh[key]).toEqual(value);
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

async function keepsText(bench: Bench, field: Field): Promise<void> {
  const spec = await bench.spec(1);
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
