import type { Path, Source } from "../model.ts";
import { pointer } from "../value.ts";

/** Where a path is written; what a variable or a default brought is where the value above it stands. */
export function sourceAt(sources: Readonly<Record<string, Source>>, path: Path): Source | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const source = sources[pointer(path.slice(0, length))];
    if (source !== undefined) return source;
  }
  return undefined;
}
