/** The options that say what a plan is about; shared by `plan` and `apply`. */
import { parseOverride } from "../plan/overrides.ts";
import { ProblemError } from "../problem.ts";
import type { OptionSpec } from "./command.ts";
import type { Invocation } from "./invocation.ts";
import type { PlanRequest } from "./planning.ts";

export const PLAN_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  target: {
    type: "string",
    multiple: true,
    value: "A",
    description: "Only this address and what it needs; may end in *.",
  },
  exclude: { type: "string", multiple: true, value: "A", description: "Not this address nor what needs it." },
  replace: { type: "string", multiple: true, value: "A", description: "Make this object anew." },
  "refresh-only": { type: "boolean", description: "Change nothing live: take drift over into state." },
  destroy: { type: "boolean", description: "End everything that the stack owns." },
  allow: {
    type: "string",
    multiple: true,
    value: "BUDGET@DIGEST",
    description: "Let one exceeded budget pass for this one plan; recorded.",
  },
  reason: { type: "string", value: "TEXT", description: "Why --allow is right." },
};

export function planRequest({ arguments: given }: Invocation): PlanRequest {
  const refreshOnly = given.flag("refresh-only");
  const destroy = given.flag("destroy");
  if (refreshOnly && destroy) {
    throw new ProblemError({
      code: "usage",
      message: "--refresh-only and --destroy exclude each other.",
      hint: "Leave one out.",
    });
  }
  const mode = destroy ? "destroy" : refreshOnly ? "refresh-only" : "normal";
  if (mode !== "normal" && given.list("replace").length > 0) {
    throw new ProblemError({
      code: "usage",
      message: `--replace and --${mode} exclude each other.`,
      hint: "Leave one out.",
    });
  }
  const reason = given.text("reason");
  return {
    mode,
    targets: given.list("target", true),
    excludes: given.list("exclude", true),
    replace: given.list("replace", true),
    overrides: given.list("allow").map(parseOverride),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** What says what a plan is about says nothing of a plan that is made already. */
const CHOICES = ["target", "exclude", "replace", "refresh-only", "destroy"] as const;

/** `of`: "a saved plan", "--undo". */
export function refuseChoices({ arguments: given }: Invocation, of: string): void {
  const chosen = CHOICES.filter((name) => given.flag(name) || given.list(name).length > 0);
  if (chosen.length === 0) return;
  throw new ProblemError({
    code: "usage",
    message: `${chosen.map((name) => `--${name}`).join(", ")} cannot be combined with ${of}: it is done as it is, or not at all.`,
    hint: "Leave it out, or plan anew with it.",
  });
}
