/** A recorder that notes each write as the journal would hold it, `METHOD path`, in order. */
import type { Recorder } from "../../engine/kind.ts";

export function recorded(): { readonly recorder: Recorder; readonly writes: readonly string[] } {
  const writes: string[] = [];
  return {
    writes,
    recorder: {
      async intent({ method, path }) {
        writes.push(`${method} ${path}`);
        return { outcome: () => undefined };
      },
    },
  };
}
