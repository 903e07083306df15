/**
 * Who must not be removed by hand: a member that a rule feeds comes back, and worse, Okta writes the removal into the
 * rule's exclusions (okta.md §4.4). Asked anew right before each removal.
 */
import { ProblemError } from "../../../engine/problem.ts";
import type { Member, RuleName } from "../client/groups.ts";
import type { OktaReader } from "../client.ts";
import { judgeOf, type Person } from "../expression/judge.ts";
import { forgetMembers, present } from "./member-lists.ts";

/** Rows of a page; above that many removals a page costs less than asking for each member. */
const PAGE = 200;

export interface Removals {
  /** Throws for a member that a rule feeds, or may feed. */
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
      const known = rules?.[0];
      const doubt = rules === undefined ? await doubtAbout(reader, group.id, userId) : undefined;
      if (known === undefined && doubt === undefined) return;
      await forgetMembers(reader, group.id);
      throw new ProblemError({
        code: "rule-fed-member",
        message: known === undefined ? doubtful(doubt, group.name) : certain(known, group.name),
        hint: "Change the rule, add the person to its `exclude`, or declare `manage: { members: explained }`.",
      });
    },
  };
}

function certain({ name }: RuleName, group: string): string {
  return `the rule "${name}" puts them into ${group}, so they stay: Okta would write a removal by hand into the rule's exclusions.`;
}

function doubtful(doubt: Suspicion | undefined, group: string): string {
  return doubt?.judged === "match"
    ? `the rule "${doubt.name}" matches them and has probably put them into ${group}, so they stay.`
    : `whether the rule "${doubt?.name ?? ""}" put them into ${group} cannot be told, so they stay.`;
}

/** A rule that feeds somebody, as far as can be judged here. */
export interface Suspicion extends RuleName {
  readonly judged: "match" | "unknown";
}

export type Suspects = (person: Person) => Suspicion | undefined;

/**
 * Without Okta's word (organizations before June 2026) the rules that run on the group are judged by the person's
 * profile: who provably does not match, or is excluded, is not there by a rule (okta.md §4.4).
 */
export async function suspects(reader: OktaReader, groupId: string): Promise<Suspects> {
  const rules = (await reader.rules())
    .filter((rule) => rule.status === "ACTIVE" && rule.groupIds.includes(groupId))
    .map((rule) => ({ ...rule, judge: judgeOf(rule.expression, { cautious: true }) }));
  return (person) => {
    const found = rules.flatMap(({ id, name, judge, excludedUserIds }) => {
      const holds = excludedUserIds.includes(person.id) ? false : judge(person).holds;
      return holds === false ? [] : [{ id, name, judged: holds === true ? ("match" as const) : ("unknown" as const) }];
    });
    return found.find(({ judged }) => judged === "match") ?? found[0];
  };
}

async function doubtAbout(reader: OktaReader, groupId: string, userId: string): Promise<Suspicion | undefined> {
  const [suspected, person] = await Promise.all([suspects(reader, groupId), reader.user(userId)]);
  return person === undefined ? undefined : suspected(person);
}

/** Which rule put the member there, and how sure that is. */
export function whyMember(member: Member, suspected: Suspects | undefined): string | undefined {
  if (member.rules !== undefined) return member.rules[0] === undefined ? undefined : `rule ${member.rules[0].name}`;
  const suspicion = suspected?.(member);
  if (suspicion === undefined) return undefined;
  return `rule ${suspicion.name}, ${suspicion.judged === "match" ? "probably" : "perhaps"}`;
}
