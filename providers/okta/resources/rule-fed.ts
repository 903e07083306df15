/**
 * Who must not be removed by hand: a member that a rule feeds comes back, and worse, Okta writes the removal into the
 * rule's exclusions (okta.md §4.4). Asked anew right before each removal.
 */
import { ProblemError } from "../../../engine/problem.ts";
import type { RuleName } from "../client/groups.ts";
import type { OktaReader } from "../client.ts";
import { forgetMembers, present } from "./member-lists.ts";

/** Rows of a page; above that many removals a page costs less than asking for each member. */
const PAGE = 200;

export interface Removals {
  /** Throws for a member that a rule feeds, or of whom that cannot be told. */
  permit(userId: string): Promise<void>;
}

export function removalsFrom(
  reader: OktaReader,
  group: { readonly id: string; readonly name: string; readonly size: number },
  removals: number,
): Removals {
  const whole = removals > Math.ceil(group.size / PAGE);
  let list: Promise<ReadonlyMap<string, readonly RuleName[] | undefined>> | undefined;
  const fromList = async (userId: string): Promise<readonly RuleName[] | undefined> => {
    list ??= reader
      .members(group.id)
      .then((members) => new Map(present(members).map((member) => [member.id, member.rules])));
    const rules = await list;
    return rules.has(userId) ? rules.get(userId) : [];
  };
  return {
    async permit(userId) {
      const rules = whole ? await fromList(userId) : await reader.rulesOfMember(group.id, userId);
      const [rule] = rules ?? (await suspects(reader, group.id));
      if (rule === undefined) return;
      await forgetMembers(reader, group.id);
      throw new ProblemError({
        code: "rule-fed-member",
        message:
          rules === undefined
            ? `whether the rule "${rule.name}" put them into ${group.name} cannot be told, so they stay.`
            : `the rule "${rule.name}" puts them into ${group.name}, so they stay: Okta would write a removal by hand into the rule's exclusions.`,
        hint: "Change the rule, add the person to its `exclude`, or declare `manage: { members: explained }`.",
      });
    },
  };
}

/** Without Okta's word (organizations before June 2026), every active rule that targets the group is suspected. */
async function suspects(reader: OktaReader, groupId: string): Promise<readonly RuleName[]> {
  const rules = await reader.rules();
  return rules.filter((rule) => rule.status === "ACTIVE" && rule.groupIds.includes(groupId));
}
