import { compareText } from "../address.ts";
import { digestOf } from "../canonical.ts";
import type { Resource } from "../model.ts";

/**
 * One text for what a stack declares, wherever it is written: places, files and the order of documents do not count,
 * filled-in variables do.
 */
export function digestOfDocuments(resources: readonly Resource[]): string {
  return digestOf(
    resources
      .map(({ source: _place, sources: _places, ...declared }) => declared)
      .toSorted((a, b) => compareText(a.address, b.address)),
  );
}
