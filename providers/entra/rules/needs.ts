import { type Literal, partsOf, type Rule } from "./parse.ts";
import { propertyNamed } from "./properties.ts";

/** What must be read of people before a rule can judge them. */
export interface RuleNeeds {
  /** Properties of users, as Graph names them. */
  readonly select: readonly string[];
  /** Groups whose direct members it asks about. */
  readonly groups: readonly string[];
  /** It is about devices, not people. */
  readonly devices: boolean;
}

export function needsOf(rule: Rule): RuleNeeds {
  const select = new Set<string>();
  const groups = new Set<string>();
  let devices = false;
  for (const part of partsOf(rule)) {
    if (part.kind === "reports") select.add("manager");
    const property = part.kind === "compare" ? part.property : part.kind === "each" ? part.of : undefined;
    if (property === undefined) continue;
    if (property.of === "device") devices = true;
    if (property.of !== "user") continue;
    const known = propertyNamed("user", property.name);
    if (known?.select !== undefined) select.add(known.select);
    if (known?.type === "groups" && part.kind === "each" && part.test.kind === "compare") {
      for (const id of idsIn(part.test.value)) groups.add(id.toLowerCase());
    }
  }
  return { select: [...select], groups: [...groups], devices };
}

function idsIn(literal: Literal): readonly string[] {
  if (literal.kind === "list") return literal.items.flatMap(idsIn);
  return literal.kind === "text" ? [literal.value] : [];
}
