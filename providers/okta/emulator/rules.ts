/**
 * `/groups/rules`: born INACTIVE, editable only while so, one writer at a time (okta.md §4.5). The reference knows no
 * event type for their creation and change; inside Okta they are policy rules (their id prefix, the text of E0000239),
 * so those of policy rules stand in.
 */
import { setImmediate as turn } from "node:timers/promises";
import { json } from "../../shared/emulator.ts";
import { isFields, textsOf } from "../../shared/narrow.ts";
import { ruleTarget } from "./audit.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf } from "./call.ts";
import { evaluateLater, log, momentOf, setMembership } from "./directory.ts";
import { ExpressionError } from "./expression.ts";
import { compiled } from "./expression-evaluation.ts";
import { Failure, invalid, notFound } from "./failure.ts";
import { listed, pageOf } from "./paging.ts";
import { nextId, type Rule, type Tenant, timestamp } from "./tenant.ts";

const one = "/api/v1/groups/rules/{groupRuleId}";

export const RULE_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/groups/rules", area: "rules", list: true, handle: listRules },
  { method: "POST", path: "/api/v1/groups/rules", area: "rules", handle: locked(createRule) },
  { method: "GET", path: one, area: "rules", handle: readRule },
  { method: "PUT", path: one, area: "rules", handle: locked(replaceRule) },
  { method: "DELETE", path: one, area: "rules", handle: locked(deleteRule) },
  { method: "POST", path: `${one}/lifecycle/activate`, area: "rules", handle: locked(activateRule) },
  { method: "POST", path: `${one}/lifecycle/deactivate`, area: "rules", handle: locked(deactivateRule) },
];

const writing = new WeakSet<Tenant>();

/** All rule writes of the organisation contend for one lock: whoever comes while it is held is told 423 at once. */
function locked(write: (call: Call) => Response): (call: Call) => Promise<Response> {
  return async (call) => {
    const { tenant } = call;
    if (writing.has(tenant) || tenant.ruleLockUntil > call.now) {
      throw new Failure(423, "E0000239", "Policy priorities are being reconciled. Please try again later.");
    }
    writing.add(tenant);
    try {
      const response = write(call);
      tenant.ruleLockUntil = call.now + tenant.knobs.ruleLockMs;
      await turn();
      return response;
    } finally {
      writing.delete(tenant);
    }
  };
}

function listRules(call: Call): Response {
  const search = call.url.searchParams.get("search")?.toLowerCase() ?? "";
  const rules = [...call.tenant.rules.values()].filter((rule) => rule.name.toLowerCase().includes(search));
  const page = pageOf(call, rules, (rule) => rule.id, { default: 50, max: 200 });
  return listed(
    page.items.map((rule) => ruleView(call, rule)),
    page.links,
  );
}

function readRule(call: Call): Response {
  return json(200, ruleView(call, ruleOf(call)));
}

function createRule(call: Call): Response {
  const { tenant, now } = call;
  const wanted = wantedRule(call, undefined);
  if (tenant.rules.size >= 2000) {
    throw new Failure(400, "E0000093", "Target count limit exceeded: an organization has at most 2000 group rules.");
  }
  const at = timestamp(now);
  const rule: Rule = { ...wanted, id: nextId(tenant, "0pr"), status: "INACTIVE", created: at, lastUpdated: at };
  tenant.rules.set(rule.id, rule);
  log(momentOf(call), "policy.rule.add", [ruleTarget(rule)]);
  return json(200, ruleView(call, rule));
}

function replaceRule(call: Call): Response {
  const { tenant, now } = call;
  const before = ruleOf(call);
  if (before.status !== "INACTIVE") {
    throw invalid("rule", `Cannot update a group rule that is ${before.status}: only INACTIVE rules can be updated`);
  }
  const rule: Rule = { ...before, ...wantedRule(call, before), lastUpdated: timestamp(now) };
  tenant.rules.set(rule.id, rule);
  log(momentOf(call), "policy.rule.update", [ruleTarget(rule)]);
  return json(200, ruleView(call, rule));
}

function activateRule(call: Call): Response {
  const response = turned(call, "ACTIVE");
  log(momentOf(call), "group.user_membership.rule.trigger", [ruleTarget(ruleOf(call))]);
  return response;
}

/** Members whom the rule put in stay. */
function deactivateRule(call: Call): Response {
  const response = turned(call, "INACTIVE");
  log(momentOf(call), "group.user_membership.rule.deactivated", [ruleTarget(ruleOf(call))]);
  return response;
}

function turned(call: Call, status: "ACTIVE" | "INACTIVE"): Response {
  const { tenant, now } = call;
  const rule = ruleOf(call);
  if (rule.status === "INVALID")
    throw invalid("rule", "An INVALID group rule can neither be activated nor deactivated");
  tenant.rules.set(rule.id, { ...rule, status, lastUpdated: timestamp(now) });
  if (status === "ACTIVE") evaluateLater(tenant, `rules/${rule.id}`, now);
  return noContent();
}

/** `removeUsers=false`, the default, keeps the members: from then on they are there directly. */
function deleteRule(call: Call): Response {
  const { tenant } = call;
  const rule = ruleOf(call);
  if (rule.status === "ACTIVE") throw invalid("rule", "Cannot delete an ACTIVE group rule: deactivate it first");
  const remove = call.url.searchParams.get("removeUsers") === "true";
  tenant.rules.delete(rule.id);
  const moment = momentOf(call);
  log(moment, "policy.rule.delete", [ruleTarget(rule)]);
  for (const groupId of rule.groupIds) {
    const group = tenant.groups.get(groupId);
    if (group === undefined) continue;
    for (const [userId, { direct, rules }] of [...(tenant.members.get(groupId) ?? [])]) {
      const user = tenant.users.get(userId);
      if (user === undefined || !rules.includes(rule.id)) continue;
      const others = rules.filter((id) => id !== rule.id);
      setMembership(moment, group, user, { direct: remove ? direct : true, rules: others });
    }
  }
  return json(202, {});
}

type Wanted = Pick<Rule, "name" | "expression" | "excludedUsers" | "excludedGroups" | "groupIds">;

function wantedRule(call: Call, self: Rule | undefined): Wanted {
  const { tenant } = call;
  const body = fieldsOf(call.body);
  const conditions = fieldsOf(body.conditions);
  const people = fieldsOf(conditions.people);
  const groupIds = textsOf(fieldsOf(fieldsOf(body.actions).assignUserToGroups).groupIds);
  const wanted: Wanted = {
    name: textOf(body.name) ?? "",
    expression: textOf(fieldsOf(conditions.expression).value) ?? "",
    excludedUsers: textsOf(fieldsOf(people.users).exclude),
    excludedGroups: textsOf(fieldsOf(people.groups).exclude),
    groupIds: groupIds.length === 0 && self !== undefined && !isFields(body.actions) ? self.groupIds : groupIds,
  };
  checkName(tenant, wanted.name, self);
  checkExpression(wanted.expression);
  checkTargets(tenant, wanted.groupIds);
  if (wanted.excludedUsers.length > 100) throw tooMany("excluded users");
  const dead = wanted.excludedUsers.find((id) => !tenant.users.has(id));
  if (dead !== undefined) throw invalid("conditions.people.users.exclude", `Invalid user id: ${dead}`);
  return wanted;
}

function checkName(tenant: Tenant, name: string, self: Rule | undefined): void {
  if (name === "") throw invalid("name", "name: The field cannot be left blank");
  if (name.length > 50) throw invalid("name", "name: The field is too long, at most 50 characters");
  for (const rule of tenant.rules.values()) {
    if (rule.name !== name || rule.id === self?.id) continue;
    throw invalid("name", "name: An object with this field already exists in the current organization");
  }
}

function checkExpression(expression: string): void {
  if (expression === "") throw invalid("expression", "conditions.expression.value: The field cannot be left blank");
  try {
    compiled(expression);
  } catch (error) {
    if (error instanceof ExpressionError) throw invalid("expression", `Invalid expression: ${error.message}`);
    throw error;
  }
}

function checkTargets(tenant: Tenant, groupIds: readonly string[]): void {
  if (groupIds.length === 0) throw invalid("groupIds", "groupIds: at least one target group is needed");
  if (groupIds.length > 100) throw tooMany("target groups");
  for (const id of groupIds) {
    const group = tenant.groups.get(id);
    if (group === undefined || group.type !== "OKTA_GROUP") throw invalid("groupIds", `Invalid group id: ${id}`);
    if ((tenant.roles.get(`groups/${id}`) ?? []).length > 0) {
      throw new Failure(400, "E0000192", "Groups with admin roles cannot be the target of a group rule.");
    }
  }
}

function tooMany(what: string): Failure {
  return new Failure(400, "E0000093", `Target count limit exceeded: a rule has at most 100 ${what}.`);
}

function ruleOf(call: Call): Rule {
  const id = call.params.groupRuleId ?? "";
  const rule = call.tenant.rules.get(id);
  if (rule === undefined) throw notFound(id, "GroupRule");
  return rule;
}

function ruleView(call: Call, rule: Rule): Record<string, unknown> {
  const names = rule.groupIds.map((id) => [id, call.tenant.groups.get(id)?.profile.name ?? ""]);
  const expanded = call.url.searchParams.get("expand") === "groupIdToGroupNameMap";
  return {
    type: "group_rule",
    id: rule.id,
    status: rule.status,
    name: rule.name,
    created: rule.created,
    lastUpdated: rule.lastUpdated,
    conditions: {
      people: { users: { exclude: rule.excludedUsers }, groups: { exclude: rule.excludedGroups } },
      expression: { value: rule.expression, type: "urn:okta:expression:1.0" },
    },
    actions: { assignUserToGroups: { groupIds: rule.groupIds } },
    allGroupsValid: rule.groupIds.every((id) => call.tenant.groups.has(id)),
    ...(expanded ? { _embedded: { groupIdToGroupNameMap: Object.fromEntries(names) } } : {}),
  };
}
