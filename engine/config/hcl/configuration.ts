/** Terraform JSON, its blocks by what they are; what Accord has no word for is refused. */
import type { Source, Spec, Value } from "../../model.ts";
import type { Problem } from "../../problem.ts";
import { asSpec, isList, isObject } from "../../value.ts";

/** One `resource "type" "label"`. */
export interface ResourceBlock {
  readonly type: string;
  readonly label: string;
  /** As written, `"//"` taken out. */
  readonly body: Spec;
  /** Where the program made it, and which construct it is. */
  readonly place: BlockPlace;
}

export interface BlockPlace {
  /** `acme/platform/group`; of hand-written JSON the block's own name. */
  readonly path: string;
  readonly source: Source;
}

export interface OutputBlock {
  readonly name: string;
  readonly body: Spec;
  readonly place: BlockPlace;
}

export interface Configuration {
  readonly resources: readonly ResourceBlock[];
  readonly variables: Readonly<Record<string, Value>>;
  readonly locals: Readonly<Record<string, Value>>;
  readonly outputs: readonly OutputBlock[];
}

/** Where the program says it made a construct; undefined where it does not say. */
export type PlaceOf = (metadata: Value | undefined) => Source | undefined;

/** Blocks that say nothing about what there should be. */
const SILENT = new Set(["//", "terraform", "provider", "resource", "variable", "locals", "output"]);

const INSTEAD: Readonly<Record<string, string>> = {
  data: "A lookup in the spec finds what exists already: { name: … }, or { id: … }.",
  module: "Write the module as a construct: a class or a function.",
  moved: "Use `accord move`.",
  import: "Use `accord import`, or say adopt.",
  removed: "Use `accord forget`, or remove the resource.",
  check: "Write a guardrail in policies/.",
};

export function configurationOf(json: Value, start: Source, placeOf: PlaceOf, problems: Problem[]): Configuration {
  const merged = mergedOf(json);
  for (const [block, content] of Object.entries(merged)) {
    if (SILENT.has(block)) continue;
    const source = firstPlace(content, placeOf) ?? start;
    problems.push({
      code: "not-understood",
      message: `${pathIn(content) ?? block}: Accord does not read ${block} blocks.`,
      hint: INSTEAD[block] ?? "A stack holds resources, variables, locals and outputs.",
      source,
    });
  }
  const placed = (name: string, body: Spec): BlockPlace => ({
    path: pathOf(body) ?? name,
    source: placeOf(metadataOf(body)) ?? start,
  });
  return {
    resources: Object.entries(mergedOf(merged.resource)).flatMap(([type, labels]) =>
      type === "//"
        ? []
        : Object.entries(mergedOf(labels)).flatMap(([label, written]) => {
            const body = mergedOf(written);
            return label === "//" ? [] : [{ type, label, body: bare(body), place: placed(`${type}.${label}`, body) }];
          }),
    ),
    variables: withoutComment(mergedOf(merged.variable)),
    locals: withoutComment(mergedOf(merged.locals)),
    outputs: Object.entries(withoutComment(mergedOf(merged.output))).map(([name, written]) => {
      const body = mergedOf(written);
      return { name, body: bare(body), place: placed(`output.${name}`, body) };
    }),
  };
}

/** Every level may be an array of objects. */
function mergedOf(value: Value | undefined): Spec {
  if (!isList(value)) return asSpec(value ?? {});
  const merged: Record<string, Value> = {};
  for (const part of value.map((item) => asSpec(item))) {
    for (const [key, item] of Object.entries(part)) {
      const before = merged[key];
      merged[key] = isObject(before) && isObject(item) ? mergedOf([before, item]) : item;
    }
  }
  return merged;
}

function withoutComment(value: Spec): Spec {
  if (!("//" in value)) return value;
  return bare(value);
}

function bare(body: Spec): Spec {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== "//"));
}

function metadataOf(body: Spec): Value | undefined {
  return asSpec(body["//"] ?? {}).metadata;
}

function pathOf(body: Spec): string | undefined {
  const { path } = asSpec(metadataOf(body) ?? {});
  return typeof path === "string" ? path : undefined;
}

/** Of the first block in it that a construct made. */
function pathIn(content: Value): string | undefined {
  return firstMetadata(content, (body) => pathOf(body));
}

function firstPlace(content: Value, placeOf: PlaceOf): Source | undefined {
  return firstMetadata(content, (body) => placeOf(metadataOf(body)));
}

function firstMetadata<T>(content: Value, pick: (body: Spec) => T | undefined, depth = 0): T | undefined {
  if (depth > 3) return undefined;
  if (isObject(content) && "//" in content) return pick(content);
  const inside = isList(content) ? content : isObject(content) ? Object.values(content) : [];
  for (const item of inside) {
    const found = firstMetadata(item, pick, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
