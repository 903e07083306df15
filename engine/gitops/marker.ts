/** Hidden lines by which what we wrote is found again. Whoever writes one elsewhere is not taken for us: GitHub says who did. */
import type { Target } from "./model.ts";

/** First line of the one comment of a pull request. */
export const COMMENT_MARKER = "<!-- accord -->";

/** Begins so: somebody who quotes us has a `>` before it. */
export function isOurs(body: string): boolean {
  return body.trimStart().startsWith(COMMENT_MARKER);
}

/** First line of the one issue about what drifted of a target. */
export function driftMarker({ stack, environment, directory }: Target): string {
  // Encoded, nothing in a name ends the comment, and no two targets share a line.
  return `<!-- accord drift ${encodeURIComponent(JSON.stringify([stack, environment, directory]))} -->`;
}

export function isDriftIssueOf(target: Target, body: string): boolean {
  return body.trimStart().startsWith(driftMarker(target));
}
