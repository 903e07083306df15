/**
 * Where a problem is, in Terraform's words. What is validated stands in no file that we know, so each node is "in" a file
 * named by its own JSON pointer: the place of a problem then says which field it is about.
 */
import type { Attribute, Shape } from "../config/terraform/shape.ts";
import type { Source, Sources, Spec } from "../model.ts";
import type { Problem } from "../problem.ts";

export type Step =
  | { readonly attribute_name: string }
  | { readonly element_key_string: string }
  | { readonly element_key_int: number };

export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: { readonly steps: readonly Step[] };
}

export function placed(pointer: string): Source {
  return { file: pointer, line: 1, column: 1 };
}

/** Every node that the value has, as its own place. */
export function placesIn(value: Spec): Sources {
  return {
    get(pointer) {
      let at: unknown = value;
      for (const segment of segmentsOf(pointer)) {
        if (typeof at !== "object" || at === null || !Object.hasOwn(at, segment)) return undefined;
        at = Reflect.get(at, segment);
      }
      return placed(pointer);
    },
  };
}

export function segmentsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What stands at the head of a pointer: how many segments it has, and where in Terraform's block that is. */
export interface Root {
  readonly skip: number;
  readonly steps: readonly Step[];
  readonly attributes: readonly Attribute[];
}

export function diagnosticOf(
  { message, hint, source, address }: Problem,
  rootOf: (segments: readonly string[]) => Root | undefined,
  severity: Diagnostic["severity"] = "ERROR",
): Diagnostic {
  const segments = segmentsOf(source?.file ?? "");
  const root = rootOf(segments);
  const steps = root === undefined ? [] : [...root.steps, ...stepsOf(segments.slice(root.skip), root.attributes)];
  const detail = [hint ?? "", address === undefined ? "" : `Accord calls the object ${address}.`];
  return {
    severity,
    summary: message,
    detail: detail.filter((text) => text !== "").join("\n"),
    ...(steps.length === 0 ? {} : { attribute: { steps } }),
  };
}

/** Elements of a set have no path in Terraform, and what is within text has none either. */
function stepsOf(segments: readonly string[], attributes: readonly Attribute[]): readonly Step[] {
  const [field, ...rest] = segments;
  const attribute = attributes.find((one) => one.field === field);
  if (attribute === undefined) return [];
  return [{ attribute_name: attribute.name }, ...within(rest, attribute.shape)];
}

function within(segments: readonly string[], shape: Shape): readonly Step[] {
  const [key, ...rest] = segments;
  if (key === undefined) return [];
  switch (shape.form) {
    case "object":
      return stepsOf(segments, shape.attributes);
    case "list":
      return [{ element_key_int: Number(key) }, ...within(rest, shape.element)];
    case "map":
      return [{ element_key_string: key }, ...within(rest, shape.element)];
    default:
      return [];
  }
}
