/** A pair of `separations:`, ready to be judged: two sets of which nobody may hold one of each. Pure. */
import { parseAddress } from "../address.ts";
import { sourceAt } from "../config/source-at.ts";
import type { Entitlement } from "../impact/together.ts";
import type { Address, Path, Source, Spec, Value, Verdict } from "../model.ts";
import type { Problem } from "../problem.ts";
import { asSpec, isList } from "../value.ts";
import { listed, nearest } from "../words.ts";
import { type Exception, exceptionsOf, fits } from "./exceptions.ts";
import type { Written } from "./policies.ts";

/** Something of a set, as it is written. */
export interface Entry {
  readonly text: string;
  /** Of a document of the stack; absent where it is in words. */
  readonly address?: Address;
}

export type Side = readonly Entry[];

export interface Separation {
  readonly name: string;
  readonly description: string;
  readonly between: readonly [Side, Side];
  readonly outcome: Exclude<Verdict["outcome"], "allow">;
  /** Who has to approve; with `approve` only. */
  readonly from?: NonNullable<Verdict["approvers"]>;
  readonly hint?: string;
  readonly exceptions: readonly Exception[];
  readonly source: Source;
}

/** What the names in a pair are held against. */
export interface Known {
  readonly addresses: ReadonlySet<Address>;
  isInstance(name: string): boolean;
  /** Does what such a document describes give anybody anything? */
  gives(address: Address): boolean;
}

export function separationOf({ name, value, source }: Written): Separation {
  const { from, hint } = value;
  const [left, right] = setsOf(value);
  return {
    ...{ name, source },
    description: String(value.description),
    between: [left.map(entryOf), right.map(entryOf)],
    outcome: value.outcome === "warn" || value.outcome === "approve" ? value.outcome : "deny",
    ...(from === undefined ? {} : { from: approversOf(asSpec(from)) }),
    ...(hint === undefined ? {} : { hint: String(hint) }),
    exceptions: exceptionsOf({
      exceptions: specsOf(value.exceptions).map((one) => ({ ...one, covers: one.people ?? [] })),
    }),
  };
}

/** What its words stand for in an access graph. */
export function entitlementOf({ text, address }: Entry): Entitlement {
  return address === undefined ? { called: (words) => fits(text, words) } : { address };
}

/** All that is wrong with a pair: its names, and its own examples. */
export function separationProblems(written: Written, known: Known): readonly Problem[] {
  const separation = separationOf(written);
  const names = setsOf(written.value).flatMap((set, side) =>
    set.flatMap((text, index) => nameProblem(text, at(written, ["between", side, index]), known)),
  );
  if (names.length > 0) return names;
  const shared = overlap(separation, written);
  return shared.length > 0 ? shared : exampleProblems(separation, written);
}

/** A text whose first part is an instance is an address, and a typo in it is a problem, never a search. */
function nameProblem(text: string, source: Source, known: Known): Problem[] {
  const parsed = parseAddress(text);
  const [first = ""] = text.split("/");
  if (parsed === undefined && !(text.includes("/") && known.isInstance(first))) return [];
  const address = parsed?.address;
  if (address === undefined || !known.addresses.has(address)) {
    return [
      {
        code: "unknown-address",
        message: `There is no document ${text} in this stack.`,
        hint:
          nearest(text, known.addresses) ||
          "Name a document of this stack by its address, or an entitlement in the words of a plan: member of payments-release.",
        source,
      },
    ];
  }
  if (known.gives(address)) return [];
  return [
    {
      code: "nothing-to-hold",
      message: `${address} is nothing that anybody could hold.`,
      hint: "Name the group, the role or the assignment itself, or the entitlement in the words of a plan.",
      source,
    },
  ];
}

function overlap({ between: [left, right] }: Separation, written: Written): Problem[] {
  return right.flatMap((entry, index) => {
    const same = left.find((other) => stands(entry, other.text) || stands(other, entry.text));
    if (same === undefined) return [];
    const both =
      same.text === entry.text
        ? `"${entry.text}"`
        : `"${same.text}" of the first set and "${entry.text}" of the second`;
    return [
      {
        code: "overlapping-sets",
        message: `${both} ${same.text === entry.text ? "stands in both sets" : "are the same"}: whoever held it would hold one of each.`,
        hint: "Leave it in one of them.",
        source: at(written, ["between", 1, index]),
      },
    ];
  });
}

function exampleProblems(separation: Separation, written: Written): readonly Problem[] {
  const examples = asSpec(written.value.examples ?? {});
  return (["pass", "fail"] as const).flatMap((list) =>
    specsOf(examples[list]).flatMap((example, index) => {
      const hit = holdersOfBoth(separation, asSpec(example.holds ?? {}));
      if (hit.length > 0 === (list === "fail")) return [];
      const name =
        example.description === undefined ? `Example ${index + 1}` : `The example "${String(example.description)}"`;
      return [
        {
          code: "example-failed",
          message:
            list === "fail"
              ? `${name} under fail does not hit ${separation.name}: nobody in it holds one of each set.`
              : `${name} under pass hits ${separation.name}: ${listed(hit)} would hold one of each set.`,
          hint: "Correct the example, or the sets under between.",
          source: at(written, ["examples", list, index]),
        },
      ];
    }),
  );
}

function holdersOfBoth({ between }: Separation, holds: Spec): readonly string[] {
  return Object.entries(holds).flatMap(([person, held]) => {
    const texts = isList(held) ? held.map(String) : [];
    return between.every((set) => set.some((entry) => texts.some((text) => stands(entry, text)))) ? [person] : [];
  });
}

function stands({ text, address }: Entry, words: string): boolean {
  return address === undefined ? fits(text, words) : words === address;
}

function entryOf(text: string): Entry {
  const parsed = parseAddress(text);
  return parsed === undefined ? { text } : { text, address: parsed.address };
}

function setsOf({ between }: Spec): readonly [readonly string[], readonly string[]] {
  const [left, right] = isList(between) ? between : [];
  return [textsOf(left), textsOf(right)];
}

function approversOf({ group, count }: Spec): NonNullable<Verdict["approvers"]> {
  return { group: String(group), count: Number(count) };
}

function at({ path, sources, source }: Written, below: Path): Source {
  return sourceAt(sources, [...path, ...below]) ?? source;
}

function textsOf(value: Value | undefined): readonly string[] {
  return isList(value) ? value.map(String) : [];
}

function specsOf(value: Value | undefined): readonly Spec[] {
  return isList(value) ? value.map(asSpec) : [];
}
