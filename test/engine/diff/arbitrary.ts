/** A small kind with every sort of field, and specs of it. */
import fc from "fast-check";
import type { FieldRule } from "../../../engine/config/rules.ts";
import type { Spec } from "../../../engine/model.ts";

const properties = (fields: Readonly<Record<string, FieldRule>>): FieldRule => ({
  properties: new Map(Object.entries(fields)),
});

export const RULE: FieldRule = properties({
  name: {},
  login: { foldCase: true },
  size: {},
  open: {},
  members: { unordered: true, foldCase: true, items: { person: true } },
  tags: { unordered: true },
  targets: { unordered: true, items: { ref: ["okta/group"] } },
  steps: { items: properties({ text: {}, approvers: { unordered: true, foldCase: true } }) },
  profile: { additional: {} },
  settings: properties({ limit: {}, roles: { unordered: true } }),
});

const word = fc.constantFrom("a", "B", "b", "Ada", "ada", "grace", "prod");
const words = fc.uniqueArray(word, { maxLength: 4 });
const folded = fc.uniqueArray(word, { maxLength: 4, selector: (text) => text.toLowerCase() });

/** Any of its fields, or none. */
export const spec: fc.Arbitrary<Spec> = fc.record(
  {
    name: fc.oneof(word, fc.constant(null), fc.constant("")),
    login: word,
    size: fc.nat(3),
    open: fc.boolean(),
    members: folded,
    tags: words,
    targets: fc.uniqueArray(
      word.map((id) => ({ id })),
      { maxLength: 3, selector: ({ id }) => id },
    ),
    steps: fc.array(fc.record({ text: word, approvers: folded }), { maxLength: 3 }),
    profile: fc.dictionary(word, fc.oneof(word, fc.nat(3), fc.constant(null)), { maxKeys: 3 }),
    settings: fc.record({ limit: fc.nat(3), roles: words }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

/** The same with keys and unordered elements in another order and, where it is ignored, in another case. */
export function reordered(value: Spec): Spec {
  const shuffle = (at: unknown, rule: FieldRule): unknown => {
    if (Array.isArray(at)) {
      const item: FieldRule = { ...rule.items, ...(rule.foldCase === true ? { foldCase: true } : {}) };
      const items = at.map((one) => shuffle(one, item));
      return rule.unordered === true ? items.reverse() : items;
    }
    if (typeof at === "object" && at !== null) {
      const entries = Object.entries(at).map(([key, one]) => [
        key,
        shuffle(one, rule.properties?.get(key) ?? rule.additional ?? {}),
      ]);
      return Object.fromEntries(entries.reverse());
    }
    return typeof at === "string" && (rule.foldCase === true || rule.person === true) ? at.toUpperCase() : at;
  };
  return shuffle(value, RULE) as Spec;
}
