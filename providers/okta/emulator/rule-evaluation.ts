/** What activated rules do: who they put into their groups and whom they take out again (okta.md §4.5). */
import { record, ruleTarget } from "./audit.ts";
import { groupsOf, type Moment, setMembership } from "./directory.ts";
import { type Expression, ExpressionError } from "./expression.ts";
import { compiled, evaluateRule } from "./expression-evaluation.ts";
import { isKnown, type Subject } from "./expression-values.ts";
import type { Group, Rule, Tenant, User } from "./tenant.ts";

/** Rules that feed each other settle within this many rounds, or go on at the next tick. */
const ROUNDS = 10;

export function settleRules(moment: Moment): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    const due = dueEvaluations(moment);
    if (due.length === 0) return;
    for (const { what, at } of due) {
      const [kind = "", id = ""] = what.split("/");
      if (kind === "rules") evaluateForAll({ ...moment, now: at }, id);
      else evaluateFor({ ...moment, now: at }, id);
    }
  }
}

/** Evaluations are queued in the order in which they come due, so the first that is not ends the search. */
function dueEvaluations({ tenant, now }: Moment): readonly { readonly what: string; readonly at: number }[] {
  const due: { readonly what: string; readonly at: number }[] = [];
  for (const [what, at] of tenant.evaluations) {
    if (at > now) break;
    tenant.evaluations.delete(what);
    due.push({ what, at });
  }
  return due;
}

function evaluateForAll(moment: Moment, ruleId: string): void {
  const rule = moment.tenant.rules.get(ruleId);
  if (rule === undefined || rule.status !== "ACTIVE") return;
  record(moment.tenant, moment.now, null, "group.user_membership.rule.evaluation", [ruleTarget(rule)]);
  for (const user of moment.tenant.users.values()) apply(moment, rule, user);
}

function evaluateFor(moment: Moment, userId: string): void {
  const user = moment.tenant.users.get(userId);
  if (user === undefined) return;
  for (const rule of moment.tenant.rules.values()) if (rule.status === "ACTIVE") apply(moment, rule, user);
}

/** Deactivated users are skipped: they neither join nor leave. */
function apply(moment: Moment, rule: Rule, user: User): void {
  if (user.status === "DEPROVISIONED") return;
  const { tenant } = moment;
  const wanted = !rule.excludedUsers.includes(user.id) && matches(moment, rule, user);
  for (const groupId of rule.groupIds) {
    const group = tenant.groups.get(groupId);
    if (group !== undefined) feed(moment, rule, group, user, wanted);
  }
}

function feed(moment: Moment, rule: Rule, group: Group, user: User, wanted: boolean): void {
  const before = moment.tenant.members.get(group.id)?.get(user.id);
  const fed = before?.rules.includes(rule.id) ?? false;
  if (fed === wanted) return;
  const others = (before?.rules ?? []).filter((id) => id !== rule.id);
  const rules = wanted ? [...others, rule.id] : others;
  setMembership(moment, group, user, { direct: before?.direct ?? false, rules });
}

/** What the emulator cannot know counts as no match; an expression that fails is an event. */
function matches(moment: Moment, rule: Rule, user: User): boolean {
  const expression = parsed(moment, rule);
  return expression !== undefined && evaluateRule(expression, subjectOf(moment.tenant, user)) === "match";
}

function parsed(moment: Moment, rule: Rule): Expression | undefined {
  try {
    return compiled(rule.expression);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    record(moment.tenant, moment.now, null, "group.user_membership.rule.error", [ruleTarget(rule)]);
    return undefined;
  }
}

export function subjectOf(tenant: Tenant, user: User): Subject {
  return {
    id: user.id,
    status: user.status,
    attribute(name) {
      const value = Object.hasOwn(user.profile, name) ? user.profile[name] : null;
      return isKnown(value) ? value : null;
    },
    groups: () =>
      groupsOf(tenant, user).map((group) => ({
        id: group.id,
        name: String(group.profile.name),
        type: group.type,
        sourceId: group.sourceId,
      })),
  };
}
