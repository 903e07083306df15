import type { Finding } from "../../../engine/kind.ts";
import type { Ref } from "../../../engine/model.ts";
import type { OktaReader } from "../client.ts";

const MOST_RULES = 2000;

/** Only groups that were read anyway are judged: a plan of rules alone does not pay for a list of groups. */
export function* targetFindings(reader: OktaReader, groups: readonly Ref[]): Iterable<Finding> {
  for (const [index, { id }] of groups.entries()) {
    const target = reader.seen.group(id);
    if (target === undefined) continue;
    if (target.type !== "OKTA_GROUP") {
      yield {
        code: "okta-rule-target",
        message: `${target.name} was not made in Okta; a rule cannot put people into it.`,
        hint: "Name a group that was made in Okta.",
        path: ["groups", index],
      };
    }
    if (target.hasAdminPrivilege) {
      yield {
        code: "okta-rule-target",
        message: `${target.name} holds an admin role; Okta refuses rules that feed such a group.`,
        path: ["groups", index],
        severity: "warning",
      };
    }
  }
}

export function invalidFinding(replaced: boolean): Finding {
  const why = "The rule is INVALID because a target group was deleted";
  return {
    code: "okta-rule-invalid",
    message: replaced
      ? `${why}; it is replaced by a new rule.`
      : `${why}: it feeds nobody. Declare \`status: active\` to have it replaced.`,
    severity: "warning",
  };
}

/** Somebody's choice, or what an interrupted edit left: only the document can say which. */
export function idleFinding(): Finding {
  return {
    code: "okta-rule-inactive",
    message:
      "The rule is inactive: it feeds nobody. Declare `status: active` to set it to work, or `inactive` to say so.",
    severity: "warning",
  };
}

export async function countFindings(reader: OktaReader): Promise<readonly Finding[]> {
  if ((await reader.rules()).length < MOST_RULES) return [];
  const message = `The organization has ${MOST_RULES} rules already, and Okta allows no more.`;
  return [{ code: "okta-rule-limit", message, hint: "End a rule that nobody needs, or join two in one expression." }];
}
