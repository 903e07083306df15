import type { Path, Source, Sources } from "../model.ts";
import { pointer } from "../value.ts";

/** Where a path is written; what a variable or a default brought is where the value above it stands. */
export function sourceAt(sources: Sources, path: Path): Source | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const source = sources.get(pointer(path.slice(0, length)));
    if (source !== undefined) return source;
  }
  return undefined;
}
