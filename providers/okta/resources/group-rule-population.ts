/**
 * Whom a rule would put into its groups: everybody's profile, and the members of those groups that its expression asks
 * about (okta.md §5). Okta has no simulation of its own, so this is the preview.
 */
import type { Live, ObjectName, Ref } from "../../../engine/model.ts";
import type { Counted, Judgement, Population, PopulationTarget } from "../../../engine/population.ts";
import { decided, uncertain } from "../../shared/judging.ts";
import { madeBy, refIds } from "../../shared/spec.ts";
import type { User } from "../client/users.ts";
import type { OktaReader } from "../client.ts";
import { asksGroups, type GroupFacts, groupsAsked } from "../expression/groups.ts";
import { type JudgeOptions, judgeOf, type Person, parsed } from "../expression/judge.ts";
import { nameOf, nodesOf } from "../expression/walk.ts";
import type { GroupRuleSpec } from "./group-rule.ts";
import { present } from "./member-lists.ts";

/** More groups than that are not read for a preview. */
const MOST_GROUPS = 25;
/** Whether rules take these in is told differently from page to page (okta.md §4.5). */
const DOUBTFUL: ReadonlySet<string> = new Set(["STAGED", "PROVISIONED", "SUSPENDED"]);

export async function rulePopulation(
  reader: OktaReader,
  spec: GroupRuleSpec,
  live: Live<GroupRuleSpec> | undefined,
): Promise<Population | undefined> {
  if (spec.status === "inactive") return undefined;
  const targets = await Promise.all((spec.groups ?? []).map((group) => targetOf(reader, group, live?.id)));
  const people = (await reader.users()).filter(({ status }) => status !== "DEPROVISIONED");
  const wanted = await ruleJudge(reader, spec, await excludedFrom(reader, spec, live));
  const old =
    live === undefined || live.spec.status !== "active"
      ? undefined
      : await ruleJudge(reader, live.spec, await excludedFrom(reader, live.spec, live));
  return {
    people: people.map((user) => ({
      id: user.id,
      login: user.login,
      judgement: wanted(user),
      ...(old === undefined ? {} : { before: old(user) }),
    })),
    targets,
    remarks: (leaving) =>
      leaving === 0 ? [] : ["Whoever was also added by hand stays; Okta does not show whom a rule alone keeps there."],
  };
}

/** People whom a rule never puts anywhere: as declared, else as they are, since Okta adds to them by itself. */
async function excludedFrom(
  reader: OktaReader,
  { exclude }: GroupRuleSpec,
  live: Live<GroupRuleSpec> | undefined,
): Promise<(user: User) => boolean> {
  if (exclude !== undefined) {
    const logins = new Set(exclude.map((login) => login.toLowerCase()));
    return ({ login }) => logins.has(login.toLowerCase());
  }
  const rule = live === undefined ? undefined : (await reader.rules()).find(({ id }) => id === live.id);
  const ids = new Set(rule?.excludedUserIds);
  return ({ id }) => ids.has(id);
}

async function ruleJudge(
  reader: OktaReader,
  spec: GroupRuleSpec,
  excluded: (user: User) => boolean,
): Promise<(user: User) => Judgement> {
  const expression = spec.expression ?? "";
  const judge = judgeOf(expression, await groupOptions(reader, expression, refIds(spec.groups ?? [])));
  return (user) => {
    if (excluded(user)) return decided(false, [{ attribute: "exclude", value: user.login }]);
    const judgement = judge(user);
    if (judgement.holds !== true || !DOUBTFUL.has(user.status)) return judgement;
    const why = `Okta does not say clearly whether rules take in people who are ${user.status}`;
    return uncertain(why, [...judgement.by, { attribute: "status", value: user.status }]);
  };
}

async function groupOptions(reader: OktaReader, expression: string, fed: readonly string[]): Promise<JudgeOptions> {
  const tree = parsed(expression);
  if (tree === undefined) return {};
  const asks = [...nodesOf(tree)].some((node) => node.kind === "call" && asksGroups(nameOf(node.callee) ?? ""));
  if (!asks) return {};
  const asked = groupsAsked(tree, await reader.groups());
  if (asked === undefined) return { groupsDoubt: "which groups it asks about hangs on the person" };
  if (asked.some(({ id }) => fed.includes(id))) return { groupsDoubt: "it asks about a group that it feeds itself" };
  if (asked.length > MOST_GROUPS) return { groupsDoubt: `it asks about ${asked.length} groups, too many to read` };
  const members = await Promise.all(
    asked.map(async (group) => [group, new Set((await reader.members(group.id)).map(({ id }) => id))] as const),
  );
  const inThem = new Map<string, GroupFacts[]>();
  for (const [group, ids] of members) for (const id of ids) inThem.set(id, [...(inThem.get(id) ?? []), group]);
  return { groupsOf: ({ id }: Person) => inThem.get(id) ?? [] };
}

async function targetOf(reader: OktaReader, group: Ref, ruleId: string | undefined): Promise<PopulationTarget> {
  const made = madeBy(group);
  if (made !== undefined) {
    return { entitlement: `member of ${made}`, object: groupNamed(`\${${made}.id}`), holders: new Map() };
  }
  const { id } = group;
  const known = reader.seen.group(id) ?? (await reader.group(id));
  const held = { entitlement: `member of ${known?.name ?? id}`, object: groupNamed(id) };
  const members = known?.memberCount === 0 ? [] : present(await reader.members(id));
  // Without Okta's word on who is there by a rule, the live rule is judged instead.
  if (ruleId !== undefined && members.some(({ rules }) => rules === undefined)) return held;
  const byRule = (rules: readonly { readonly id: string }[]): boolean =>
    rules.length > 0 && rules.every((rule) => rule.id === ruleId);
  return { ...held, holders: new Map(members.map((member) => [member.id, byRule(member.rules ?? [])])) };
}

function groupNamed(id: string): ObjectName {
  return { kind: "okta/group", id };
}

/** Okta evaluates in the background, and does not say when it has. */
const EVALUATED = 60_000;

/** Whom the rule has put into its first group; undefined where Okta cannot tell who is there by a rule. */
export async function ruleCounted(
  reader: OktaReader,
  { id, spec }: Live<GroupRuleSpec>,
  since: number,
): Promise<Counted | undefined> {
  const [target] = refIds(spec.groups);
  if (spec.status !== "active" || target === undefined || reader.clock.now() - since < EVALUATED) return undefined;
  const members = present(await reader.members(target));
  if (members.some(({ rules }) => rules === undefined)) return undefined;
  return { people: members.filter(({ rules }) => rules?.some((one) => one.id === id)).length };
}
