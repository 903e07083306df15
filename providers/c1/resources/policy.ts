/**
 * An approval policy. In C1 the steps are a map in which the baseline goes by the policy's own type; leave that key out
 * and the server stores "reject" without a word (c1.md §7.1). Here the baseline is `steps`, and `check` insists on it.
 */

import type { Kind, WriteContext } from "../../../engine/kind.ts";
import type { FieldChange, Gone, Live, Spec, Value } from "../../../engine/model.ts";
import { asSpec, isList } from "../../../engine/value.ts";
import { touches } from "../../shared/changes.ts";
import type { Fields } from "../../shared/narrow.ts";
import { textAt } from "../../shared/spec.ts";
import { enumWord, fields, flag, objects, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { annotationsOf, markerOf } from "./marker.ts";
import { findByName } from "./names.ts";
import { policyFindings } from "./policy-check.ts";
import { type StepReader, stepToApi, stepToSpec } from "./policy-steps.ts";

const TYPE = "POLICY_TYPE_";

export const policy: Kind<C1Reader, C1Writer> = {
  name: "policy",
  proof: { by: "read" },

  key: (spec) => textAt(spec, "displayName"),
  check: policyFindings,

  async *list(reader, want) {
    const rows = await reader.policies();
    const wanted = rows.filter(
      (row) => want.everything === true || want.objects.some((one) => one.id === row.id || one.key === row.displayName),
    );
    yield* await Promise.all(wanted.map((row) => policyToLive(reader, row)));
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const { id } of wanted) {
      const row = await reader.policy(id);
      yield row === undefined ? { gone: true, id } : await policyToLive(reader, row);
    }
  },

  find: async (reader, lookup) => findByName(await reader.policies(), lookup),
  lookups: ({ spec }) => [{ name: text(spec.displayName) }],

  async create(writer, spec, context) {
    const row = await writer.createPolicy({
      ...policyToApi(spec, context),
      policyType: `${TYPE}${text(spec.type).toUpperCase()}`,
      annotations: annotationsOf(context.marker),
    });
    await context.made(text(row.id));
    return policyToLive(writer, row);
  },

  async update(writer, live, spec, changes, context) {
    const api = policyToApi(spec, context, live, changes);
    if (Object.keys(api).length === 0) return live;
    if (api.policySteps !== undefined)
      api.policySteps = { ...(await undeclared(writer, live, spec)), ...api.policySteps };
    const body = { ...api, annotations: annotationsOf(context.marker) };
    return policyToLive(writer, await writer.updatePolicy(live.id, body, Object.keys(body)));
  },

  async delete(writer, live) {
    await writer.deletePolicy(live.id);
  },

  describe: ({ action }) =>
    action === "update" ? { notes: ["Requests under way keep the steps that they started with."] } : {},
};

async function policyToLive(reader: C1Reader, row: Fields): Promise<Live> {
  const to: StepReader = { reader, people: {} };
  const type = enumWord(row.policyType, TYPE);
  const sequences = fields(row.policySteps);
  const stepsOf = async (sequence: unknown): Promise<readonly Spec[]> =>
    Promise.all(objects(fields(sequence).steps).map((step) => stepToSpec(step, to)));
  const branches: Record<string, Value> = {};
  for (const [name, sequence] of Object.entries(sequences)) {
    if (name !== type) branches[name] = await stepsOf(sequence);
  }
  const spec: Spec = {
    displayName: text(row.displayName),
    description: text(row.description),
    type,
    steps: await stepsOf(sequences[type]),
    branches,
    // `policyKey` is the older spelling of `stepKey` (c1.md §14.6).
    rules: objects(row.rules).map((rule) => ({
      when: text(rule.condition),
      // biome-ignore lint/suspicious/noThenProperty: a text is never mistaken for a promise.
      then: text(rule.stepKey) || text(rule.policyKey),
    })),
    remediateImmediately: objects(row.postActions).some((action) => flag(action.certifyRemediateImmediately)),
  };
  const createdAt = text(row.createdAt);
  return {
    id: text(row.id),
    spec,
    computed: { systemBuiltin: flag(row.systemBuiltin) },
    people: to.people,
    ...markerOf(row),
    ...(createdAt === "" ? {} : { createdAt }),
    ...(flag(row.systemBuiltin) ? { readOnly: "C1 ships this policy" } : {}),
  };
}

/**
 * Sequences that the document leaves out, as C1 has them: the map is replaced whole, and what only C1 can say (a form)
 * must come back as it was.
 */
async function undeclared(reader: C1Reader, live: Live, spec: Spec): Promise<Fields> {
  if (spec.steps !== undefined && spec.branches !== undefined) return {};
  const sequences = Object.entries(fields((await reader.policy(live.id))?.policySteps));
  const type = text(spec.type);
  return Object.fromEntries(
    sequences.filter(([name]) => (name === type ? spec.steps === undefined : spec.branches === undefined)),
  );
}

interface PolicyApi {
  policySteps?: Fields;
  [field: string]: unknown;
}

/** A change in one sequence sends all that are declared. */
function policyToApi(spec: Spec, context: WriteContext, live?: Live, changes?: readonly FieldChange[]): PolicyApi {
  const wants = (...names: readonly string[]): boolean =>
    names.some((field) => spec[field] !== undefined && (changes === undefined || touches(changes, field)));
  const to = { context, ...(live === undefined ? {} : { live }) };
  const sequence = (steps: Value | undefined): Fields => ({
    steps: (isList(steps) ? steps : []).map((step) => stepToApi(step, to)),
  });
  const api: PolicyApi = {};
  if (wants("displayName")) api.displayName = text(spec.displayName);
  if (wants("description")) api.description = text(spec.description);
  if (wants("steps", "branches")) {
    const branches = asSpec(spec.branches ?? {});
    api.policySteps = {
      ...(spec.steps === undefined ? {} : { [text(spec.type)]: sequence(spec.steps) }),
      ...Object.fromEntries(Object.entries(branches).map(([name, steps]) => [name, sequence(steps)])),
    };
  }
  if (wants("rules")) {
    api.rules = (isList(spec.rules) ? spec.rules.map(asSpec) : []).map((rule) => ({
      condition: text(rule.when),
      stepKey: text(rule.then),
    }));
  }
  if (wants("remediateImmediately")) {
    api.postActions = flag(spec.remediateImmediately) ? [{ certifyRemediateImmediately: true }] : [];
  }
  return api;
}
