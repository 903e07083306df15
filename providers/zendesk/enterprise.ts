/** What only the plan Enterprise has: custom roles, and the audit log. */
import { type Problem, ProblemError } from "../../engine/problem.ts";
import { hasCode } from "./client/errors.ts";

export const NO_CUSTOM_ROLES: Problem = {
  code: "zendesk-not-enterprise",
  message: "This Zendesk account has no custom roles.",
  hint: "They come with the plan Enterprise; take zendesk/custom-role and `customRole` out of the stack.",
  fatal: true,
};

/** A feature that the plan does not have answers 403 or 404: it is absent, which is no drift (zendesk.md §1). */
export function isAbsent(error: unknown): boolean {
  return hasCode(error, "zendesk-forbidden", "zendesk-no-endpoint", "not-found");
}

/** The administrator whom the preflight has seen may read custom roles wherever the account has them. */
export async function withCustomRoles<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    throw isAbsent(error) ? new ProblemError(NO_CUSTOM_ROLES, { cause: error }) : error;
  }
}
