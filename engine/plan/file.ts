/** A saved plan: the executable. Edited, cut or from a newer version, it is refused. */
import { digestOf } from "../canonical.ts";
import type { Plan, Sources } from "../model.ts";
import { ProblemError } from "../problem.ts";

/** 1: the first format. Older ones are migrated on reading, newer ones refused. */
const VERSION = 1;

interface PlanFile {
  readonly format: "accord-plan";
  readonly version: number;
  /** Version of Accord that wrote it. */
  readonly tool: string;
  /** A Plan without the places of its documents' parts. */
  readonly plan: object;
  /** Digest of `plan`: tells an edited or cut file, not a forger. Approvals bind to the plan's own digest. */
  readonly digest: string;
}

export function encodePlan(plan: Plan, tool: string): string {
  const written = withPlaces(plan, undefined);
  const file: PlanFile = { format: "accord-plan", version: VERSION, tool, plan: written, digest: digestOf(written) };
  return `${JSON.stringify(file)}\n`;
}

/** The documents stay behind: what is left of where they were written is the line of each. */
function withPlaces(plan: Plan, sources: Sources | undefined): object {
  const changes = plan.changes.map((change) =>
    "after" in change ? { ...change, after: { ...change.after, sources } } : change,
  );
  return { ...plan, changes };
}

/** Did `encodePlan` write this, whole or not? */
export function isPlanText(text: string): boolean {
  return text.startsWith('{"format":"accord-plan"');
}

/** Throws ProblemError: not a plan, damaged, edited, newer. `name` is the file's, for messages. */
export function decodePlan(text: string, name: string): Plan {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw refused("plan-damaged", `${name} is not a whole plan file.`, error);
  }
  if (!isRecord(file) || file.format !== "accord-plan" || typeof file.version !== "number" || !isRecord(file.plan)) {
    throw refused("not-a-plan", `${name} is not a plan that \`accord plan --out\` wrote.`);
  }
  if (file.version > VERSION) {
    throw new ProblemError({
      code: "plan-newer",
      message: `${name} was written by a newer Accord (${String(file.tool)}, format ${file.version}).`,
      hint: "Apply it with that version, or plan again with this one.",
    });
  }
  if (typeof file.digest !== "string" || digestOf(file.plan) !== file.digest) {
    throw refused("plan-edited", `${name} was changed after it was written.`);
  }
  // The digest vouches for the shape: only encodePlan writes one.
  return withPlaces(file.plan as unknown as Plan, new Map()) as Plan;
}

function refused(code: string, message: string, cause?: unknown): ProblemError {
  const hint = "Nothing was applied. Make a new one: accord plan --out FILE.";
  return new ProblemError({ code, message, hint }, cause === undefined ? undefined : { cause });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
