import { compareText } from "../address.ts";
import { digestOf } from "../canonical.ts";
import type { Resource } from "../model.ts";

/**
 * One text for what a stack declares, wherever it is written: places, files and the order of documents do not count,
 * filled-in variables do.
 */
export function digestOfDocuments(resources: readonly Resource[]): string {
  return digestOf(resources.toSorted((a, b) => compareText(a.address, b.address)).map(declared));
}

/** Without its places; the keys in order, so that thousands of them are written in one piece (`canonical.ts`). */
function declared(resource: Resource): Record<Exclude<keyof Resource, "source" | "sources">, unknown> {
  const { address, adopt, dependsOn, ignore, instance, kind, labels, manage, onRemoval, protect, replaceWith, spec } =
    resource;
  return { address, adopt, dependsOn, ignore, instance, kind, labels, manage, onRemoval, protect, replaceWith, spec };
}
