/** What PIM's policy of a role says to a request, in the user's words (entra.md §8). */
import { type Problem, ProblemError, problemsOf } from "../../../engine/problem.ts";
import { graphSaid } from "../client/errors.ts";
import { type Licence, licenceName } from "../licences.ts";

interface Rule {
  readonly named: RegExp;
  readonly says: string;
  readonly hint: string;
  readonly field: string;
}

const RULES: readonly Rule[] = [
  {
    named: /ExpirationRule/i,
    says: "does not let it be held for good, or for so long",
    hint: "Give `expires` a time, or an earlier one; Privileged Identity Management shows how long it may be.",
    field: "expires",
  },
  {
    named: /JustificationRule/i,
    says: "wants a justification",
    hint: "Say why it is needed under `justification`.",
    field: "justification",
  },
  {
    named: /TicketingRule/i,
    says: "wants the number of a ticket, which a document cannot give",
    hint: "Take the rule off administrators' assignments, or assign the role by hand and adopt it.",
    field: "role",
  },
];

export interface PolicyProblem extends Problem {
  readonly field?: string;
}

/** Refusals of the policy, rule by rule; whatever else was refused as it stands. */
export function policyProblems(error: unknown, role: string): readonly PolicyProblem[] {
  const said = graphSaid(error);
  if (said?.code !== "RoleAssignmentRequestPolicyValidationFailed") return problemsOf(error);
  const broken = RULES.filter(({ named }) => named.test(said.message));
  if (broken.length === 0) {
    return [
      {
        code: "entra-role-policy",
        message: `The policy of ${role} refuses it: ${said.message}`,
        hint: "Privileged Identity Management shows the policy.",
      },
    ];
  }
  return broken.map(({ says, hint, field }) => ({
    code: "entra-role-policy",
    message: `${field}: the policy of ${role} ${says}.`,
    hint,
    field,
  }));
}

export async function inWords<T>(role: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const problems = policyProblems(error, role);
    throw problems.some(({ code }) => code === "entra-role-policy") ? new ProblemError(problems) : error;
  }
}

export function notLicensed(what: string, licence: Licence, field: string): PolicyProblem & { hint: string } {
  return {
    code: "entra-not-licensed",
    message: `${field}: ${what} needs ${licenceName(licence)}, which the directory has not.`,
    hint: "Assign the role for good (`assignment: active`, without `expires`), or add the licence.",
    field,
  };
}
