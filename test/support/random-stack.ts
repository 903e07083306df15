/**
 * Random stacks, as they are and as they are to be: objects of several kinds and instances that name each other, some of
 * them changed, replaced, new or gone in between, and some changed by hand.
 */
import fc from "fast-check";
import type { Value } from "../../engine/model.ts";

export interface RandomDocument {
  readonly kind: string;
  readonly provider?: string;
  readonly name: string;
  readonly spec: { readonly [field: string]: Value };
  readonly [field: string]: Value | undefined;
}

export interface RandomStack {
  readonly before: readonly RandomDocument[];
  readonly after: readonly RandomDocument[];
  /** Groups of Okta that somebody changes by hand in between. */
  readonly byHand: readonly { readonly group: string; readonly does: "describes" | "adds" | "removes" }[];
  /** Groups of Okta that are there already, and that nobody manages before. */
  readonly found: readonly string[];
}

/** What one object draws: whether it is there, and a number for each of its fields, at both times. */
interface Draw {
  readonly fate: "kept" | "changed" | "gone" | "new" | "never";
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly around: readonly number[];
}

type Named = ReadonlyMap<string, readonly string[]>;

interface Slot {
  readonly kind: string;
  readonly provider?: string;
  readonly name: string;
  /** Undefined: it needs an object that is not there. */
  readonly spec: (pick: Pick, there: Named) => RandomDocument["spec"] | undefined;
  readonly lists: readonly string[];
  readonly ignorable: readonly string[];
}

/** The next number drawn, below `most`. */
type Pick = (most: number) => number;

const PEOPLE = ["ada@acme.example", "Grace@acme.example", "linus@acme.example"];
const WORDS = ["one", "two", "100% $${of} %{it}", 'three "quoted"\nlines', "ünï"];

const group = (name: string, provider?: string): Slot => ({
  kind: "okta/group",
  name,
  ...(provider === undefined ? {} : { provider }),
  spec: (pick) => ({ name, ...optional("description", word(pick)), ...optional("members", some(PEOPLE, pick)) }),
  lists: ["members"],
  ignorable: ["description"],
});

const SLOTS: readonly Slot[] = [
  ...["g-one", "g-two", "g-three"].map((name) => group(name)),
  ...["e-one", "e-two"].map((name) => group(name, "okta-emea")),
  ...["r-one", "r-two"].map((name) => ({
    ...{ kind: "okta/group-rule", name, lists: ["groups"], ignorable: ["expression"] },
    spec: (pick: Pick, there: Named) => {
      const groups = some(there.get("okta/group") ?? [], pick) ?? [];
      const expression = ['user.department == "SRE"', 'user.title == "Lead"'][pick(2)] ?? "";
      const status = ["active", "inactive"][pick(2)] ?? "";
      return groups.length === 0 ? undefined : { name, expression, groups, status };
    },
  })),
  {
    ...{ kind: "zendesk/group", name: "desk", lists: [], ignorable: ["description"] },
    spec: (pick) => ({ name: "desk", ...optional("description", word(pick)), isPublic: pick(2) === 0 }),
  },
  ...["o-one", "o-two"].map((name) => ({
    ...{ kind: "zendesk/organization", name, lists: ["tags"], ignorable: ["notes", "tags"] },
    spec: (pick: Pick, there: Named) => ({
      name,
      ...optional("notes", word(pick)),
      ...optional("tags", some(["gold", "silver", "emea"], pick)),
      ...optional("group", some(there.get("zendesk/group") ?? [], pick)?.[0]),
    }),
  })),
  ...["n-one", "n-two", "n-three"].map((name, index) => ({
    ...{ kind: "null/resource", name, lists: [], ignorable: [] },
    spec: (pick: Pick, there: Named) => {
      const groups = [...(there.get("okta/group") ?? []), ...(there.get("okta-emea/group") ?? [])];
      // Of the others before it alone, so that nothing goes in a circle.
      const others = (there.get("null/resource") ?? []).filter((address) => NULLS.indexOf(address) < index);
      const named = some([...groups, ...others], pick)?.[0];
      const by = groups.includes(named ?? "") && pick(3) === 0 ? "name" : "id";
      const text = named === undefined ? word(pick) : `${["", "of "][pick(2)]}\${${named}.${by}}`;
      return { triggers: { ...optional("what", text), ...optional("which", word(pick)) } };
    },
  })),
  {
    ...{ kind: "c1/policy", name: "p-one", lists: [], ignorable: ["description"] },
    spec: (pick) => ({
      ...{ displayName: "p-one", type: ["grant", "revoke"][pick(2)] ?? "", ...optional("description", word(pick)) },
      steps: [{ accept: { message: WORDS[pick(2)] ?? "" } }],
    }),
  },
];
const NULLS = ["null/resource/n-one", "null/resource/n-two", "null/resource/n-three"];

const draw: fc.Arbitrary<Draw> = fc.record({
  fate: fc.constantFrom("kept", "kept", "changed", "changed", "changed", "gone", "new", "never"),
  before: fc.array(fc.nat(59), { minLength: 12, maxLength: 12 }),
  after: fc.array(fc.nat(59), { minLength: 12, maxLength: 12 }),
  around: fc.array(fc.nat(59), { minLength: 8, maxLength: 8 }),
});

export const randomStack: fc.Arbitrary<RandomStack> = fc
  .record({
    draws: fc.tuple(...SLOTS.map(() => draw)),
    byHand: fc.uniqueArray(
      fc.record({
        group: fc.constantFrom("g-one", "g-two", "g-three"),
        does: fc.constantFrom("describes" as const, "adds" as const, "removes" as const),
      }),
      { maxLength: 2, selector: ({ group }) => group },
    ),
    adopts: fc.boolean(),
  })
  .map(({ draws, byHand, adopts }) => {
    const before = stackOf(draws, "before");
    const owned = new Set(before.map(({ name }) => name));
    const found = adopts && !owned.has("g-three") ? ["g-three"] : [];
    const after = stackOf(draws, "after").map((one) => (found.includes(one.name) ? { ...one, adopt: true } : one));
    return { before, after, byHand: byHand.filter((one) => owned.has(one.group)), found };
  });

function stackOf(draws: readonly Draw[], at: "before" | "after"): readonly RandomDocument[] {
  const absent = at === "before" ? "new" : "gone";
  const there = new Map<string, string[]>();
  const documents: RandomDocument[] = [];
  for (const [index, { kind, provider, name, spec, lists, ignorable }] of SLOTS.entries()) {
    const drawn = draws[index];
    if (drawn === undefined || drawn.fate === "never" || drawn.fate === absent) continue;
    const made = spec(picker(drawn.fate === "kept" ? drawn.before : drawn[at]), there);
    if (made === undefined) continue;
    const [system = "", short = ""] = kind.split("/");
    const instance = provider ?? system;
    const kept = [...there.values()].flat();
    const around = treatmentOf(picker(drawn.around), drawn.fate, lists, ignorable, kept);
    documents.push({ kind, ...(provider === undefined ? {} : { provider }), name, ...around, spec: made });
    there.set(`${instance}/${short}`, [...(there.get(`${instance}/${short}`) ?? []), `${instance}/${short}/${name}`]);
  }
  return documents;
}

/** The same at both times, but for what it depends on: Terraform calls a word around the spec that changes a change. */
function treatmentOf(
  pick: Pick,
  fate: Draw["fate"],
  lists: readonly string[],
  ignorable: readonly string[],
  others: readonly string[],
): Record<string, Value> {
  const [list] = lists;
  const ignored = ignorable[pick(3)];
  const mode = ["additive", "observe", "exclusive"][pick(9)];
  const first = others[pick(4) * 2];
  const second = others[pick(3) * 3];
  return {
    // Gone with its block, Terraform protects nothing; Accord does (SPEC §6).
    ...(pick(30) === 0 && fate !== "gone" ? { protect: true } : {}),
    ...optional("manage", list === undefined || mode === undefined ? undefined : { [list]: mode }),
    ...optional("ignore", ignored === undefined || pick(2) === 0 ? undefined : [ignored]),
    ...optional("dependsOn", first === undefined || pick(3) > 0 ? undefined : [first]),
    ...optional("replaceWith", second === undefined || pick(4) > 0 ? undefined : [second]),
  };
}

function picker(numbers: readonly number[]): Pick {
  let next = 0;
  return (most) => {
    const number = numbers[next % numbers.length] ?? 0;
    next += 1;
    return number % most;
  };
}

function optional(field: string, value: Value | undefined): Record<string, Value> {
  return value === undefined ? {} : { [field]: value };
}

function word(pick: Pick): string | undefined {
  return WORDS[pick(WORDS.length + 1)];
}

/** Undefined, none, one or more, in any order. */
function some(of: readonly string[], pick: Pick): readonly string[] | undefined {
  const chosen = pick(2 ** of.length + 1);
  if (chosen === 2 ** of.length) return undefined;
  const list = of.filter((_, index) => Math.floor(chosen / 2 ** index) % 2 === 1);
  return pick(2) === 0 ? list : list.toReversed();
}
