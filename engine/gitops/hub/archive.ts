/** A zip that somebody else may have made → its files: bounded in size, and with names that stay where they are put. */
import { unzipSync } from "fflate";
import { ProblemError } from "../../problem.ts";

export const MOST_ZIPPED = 64 * 1024 * 1024;
const MOST_UNZIPPED = 256 * 1024 * 1024;
const MOST_FILES = 10_000;

/** `what` names the archive in a problem: `artifact accord-prod`. */
export function filesOf(zip: Uint8Array, what: string): ReadonlyMap<string, Uint8Array> {
  let size = 0;
  let count = 0;
  const refused = (why: string, cause?: unknown): ProblemError =>
    new ProblemError(
      {
        code: "bad-archive",
        message: `The ${what} ${why}.`,
        hint: "Accord did not make it like that: look at the run that uploaded it, and plan again.",
      },
      { cause },
    );
  const claimed = new Map<string, number>();
  let found: Readonly<Record<string, Uint8Array>>;
  try {
    found = unzipSync(zip, {
      filter({ name, originalSize }) {
        size += originalSize;
        count += 1;
        if (size > MOST_UNZIPPED) throw refused(`holds more than ${MOST_UNZIPPED / (1024 * 1024)} MiB`);
        if (count > MOST_FILES) throw refused(`holds more than ${MOST_FILES} files`);
        if (isHostile(name)) throw refused(`holds a file called ${JSON.stringify(name)}`);
        if (claimed.has(name)) throw refused(`holds ${JSON.stringify(name)} twice`);
        claimed.set(name, originalSize);
        return !name.endsWith("/");
      },
    });
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw refused(`cannot be unpacked: ${why}`, error);
  }
  const files = new Map(Object.entries(found));
  for (const [name, content] of files) {
    // The size is the archive's own word; what does not fill it was cut off.
    if (content.length !== claimed.get(name)) throw refused(`holds less of ${JSON.stringify(name)} than it says`);
  }
  return files;
}

/** Anything that could end up beside the place that it is unpacked to, on any system. */
function isHostile(name: string): boolean {
  const segments = name.replace(/\/$/, "").split("/");
  return (
    /[\\\0:]/.test(name) ||
    name === "__proto__" ||
    segments.some((segment) => segment === "" || segment === "." || segment === "..")
  );
}
