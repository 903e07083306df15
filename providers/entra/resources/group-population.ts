/** Whom the rule of a dynamic group would take in: v1.0 of Graph has no evaluation of its own (entra.md §16.4). */
import type { Live } from "../../../engine/model.ts";
import type { Counted, Judged, Judgement, Population, PopulationTarget } from "../../../engine/population.ts";
import { uncertain } from "../../shared/judging.ts";
import { type User, WHO } from "../client/users.ts";
import type { EntraReader } from "../client.ts";
import { judgeRule } from "../rules/judge.ts";
import { needsOf } from "../rules/needs.ts";
import { parseRule, type Rule } from "../rules/parse.ts";
import { RuleError } from "../rules/tokens.ts";
import { type GroupSpec, idsOf, isSet } from "./group-spec.ts";

/** From this share on it is better to look before the service acts. */
const MOST_LEAVING = 0.3;

export async function groupPopulation(
  reader: EntraReader,
  spec: GroupSpec,
  live: Live<GroupSpec> | undefined,
): Promise<Population | undefined> {
  if (!isSet(spec.membershipRule) || spec.membershipRuleProcessingState === "Paused") return undefined;
  const people = await peopleJudged(reader, String(spec.membershipRule));
  if (people === undefined) return undefined;
  const target = await targetOf(reader, spec, live);
  const matching = people.filter(({ judgement }) => judgement.holds !== false).length;
  const members = target.holders?.size ?? 0;
  return {
    people,
    targets: [target],
    remarks: (leaving) => [
      ...(matching === 0 ? ["Nobody matches: the group would be empty."] : []),
      ...(members > 0 && leaving / members > MOST_LEAVING
        ? [
            `${leaving} of ${members} members would leave: with membershipRuleProcessingState: Paused nobody does, until you have looked.`,
          ]
        : []),
    ],
  };
}

/** Everybody, judged by a rule; undefined where it is about devices. */
export async function peopleJudged(reader: EntraReader, text: string): Promise<readonly Judged[] | undefined> {
  const rule = parsed(text);
  const needs = rule === undefined ? undefined : needsOf(rule);
  if (needs?.devices === true) return undefined;
  const users = await reader.users([...new Set([...WHO, ...(needs?.select ?? [])])]);
  const groupsOf = await membershipsIn(reader, needs?.groups ?? []);
  const now = reader.clock.now();
  const judge = (user: User): Judgement => {
    if (rule === undefined) return uncertain("the rule cannot be read");
    // Graph leaves out the manager of somebody who has none.
    const manager = needs?.select.includes("manager") === true ? { managerId: user.manager?.id ?? null } : {};
    return judgeRule(rule, { id: user.id, properties: user.properties, ...manager, ...groupsOf(user.id) }, now);
  };
  return users.map((user) => ({ id: user.id, login: user.login, judgement: judge(user) }));
}

function parsed(text: string): Rule | undefined {
  try {
    return parseRule(text);
  } catch (error) {
    if (error instanceof RuleError) return undefined;
    throw error;
  }
}

type Memberships = (userId: string) => { readonly groups?: ReadonlySet<string> };

/** Direct members only: that is all that memberOf knows. */
async function membershipsIn(reader: EntraReader, groupIds: readonly string[]): Promise<Memberships> {
  if (groupIds.length === 0) return () => ({});
  const groups = new Map<string, Set<string>>();
  for (const [groupId, { members }] of await reader.links(groupIds, ["members"])) {
    for (const id of members.keys()) groups.set(id, (groups.get(id) ?? new Set()).add(groupId.toLowerCase()));
  }
  return (userId) => ({ groups: groups.get(userId) ?? new Set() });
}

/** A rule has its group for itself: whoever is in it and does not match leaves, also where members were assigned. */
async function targetOf(
  reader: EntraReader,
  spec: GroupSpec,
  live: Live<GroupSpec> | undefined,
): Promise<PopulationTarget> {
  const entitlement = `member of ${spec.displayName ?? live?.spec.displayName ?? "the group"}`;
  const held = { entitlement, object: "self" as const };
  if (live === undefined) return { ...held, holders: new Map() };
  const links = (await reader.links([live.id], ["members"])).get(live.id);
  const members = links === undefined ? [] : idsOf(links.members, "user");
  return { ...held, holders: new Map(members.map((id) => [id, true])) };
}

/** Small directories are through by then; v1.0 of Graph does not say when it has evaluated a rule. */
const EVALUATED = 60 * 60_000;

export async function groupCounted(
  reader: EntraReader,
  { id }: Live<GroupSpec>,
  since: number,
): Promise<Counted | undefined> {
  if (reader.clock.now() - since < EVALUATED) return undefined;
  const links = (await reader.links([id], ["members"])).get(id);
  if (links === undefined) return undefined;
  return { people: idsOf(links.members, "user").length, caveat: "The service may take a day to evaluate a rule." };
}
