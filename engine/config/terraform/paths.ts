/** Dotted names of fields as Terraform says them, and back: `requests.visibleTo` is `requests.visible_to`. */
import { snakeCase } from "./names.ts";
import type { Attribute, Shape } from "./shape.ts";

/** What is no attribute is written as one would be: whoever reads it says that there is none. */
export function attributePath(path: string, attributes: readonly Attribute[]): string {
  const [field = "", ...rest] = path.split(".");
  const attribute = attributes.find((one) => one.field === field);
  if (rest.length === 0) return attribute?.name ?? snakeCase(field);
  const below = rest.join(".");
  return `${attribute?.name ?? snakeCase(field)}.${isOpen(attribute?.shape) ? below : attributePath(below, partsOf(attribute))}`;
}

/** Undefined where there is no such attribute. */
export function fieldPath(path: string, attributes: readonly Attribute[]): string | undefined {
  const [name = "", ...rest] = path.split(".");
  const attribute = attributes.find((one) => one.name === name);
  if (attribute === undefined || rest.length === 0) return attribute?.field;
  const below = isOpen(attribute.shape) ? rest.join(".") : fieldPath(rest.join("."), partsOf(attribute));
  return below === undefined ? undefined : `${attribute.field}.${below}`;
}

/** Keys below it are the stack's own. */
function isOpen(shape: Shape | undefined): boolean {
  return shape?.form === "json" || shape?.form === "map";
}

function partsOf(attribute: Attribute | undefined): readonly Attribute[] {
  return attribute?.shape.form === "object" ? attribute.shape.attributes : [];
}
