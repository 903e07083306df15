/**
 * Group rules. Okta makes them INACTIVE, changes them only while they are, and takes one write at a time in the whole
 * organization (okta.md §4.5). What a rule brought in stays while it is changed: nobody loses access in between.
 */
import type { Finding, Kind, Want, WriteContext } from "../../../engine/kind.ts";
import type { FieldChange, Gone, Live, Ref, Spec } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import type { Rule, RuleBody } from "../client/rules.ts";
import type { OktaReader, OktaWriter } from "../client.ts";
import { checkExpression } from "../expression/check.ts";
import { inParallel, personId, textAt, touches } from "./changes.ts";
import { loginOf } from "./names.ts";

export type GroupRuleSpec = Spec & {
  readonly name?: string;
  readonly expression?: string;
  readonly groups?: readonly Ref[];
  readonly exclude?: readonly string[];
  readonly status?: "active" | "inactive";
};

const MOST_RULES = 2000;

export const groupRule: Kind<OktaReader, OktaWriter, GroupRuleSpec> = {
  name: "group-rule",
  proof: { by: "read" },
  consistency: 10_000,
  lane: "rules",
  key: (spec) => textAt(spec, "name"),

  *check(spec) {
    for (const finding of checkExpression(spec.expression ?? "")) yield { ...finding, path: ["expression"] };
  },

  async *list(reader, want) {
    yield* inParallel(wantedRules(await reader.rules(), want), ({ rule, fields }) => toSpec(reader, rule, fields));
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async ({ id, fields }): Promise<Live<GroupRuleSpec> | Gone> => {
      const rule = await reader.rule(id);
      return rule === undefined ? { gone: true, id } : toSpec(reader, rule, new Set(fields));
    });
  },

  async review(reader, spec, live) {
    return [...targetFindings(reader, spec), ...stateFindings(spec, live), ...(await countFindings(reader, live))];
  },

  async create(writer, spec, context) {
    const body = await bodyOf(writer, undefined, spec, context);
    const made = await writer.createRule(body);
    await context.made(made.id);
    if (spec.status !== "inactive") await activateVerified(writer, made.id, body);
    return liveOf(made, spec, context);
  },

  async update(writer, live, spec, fields, context) {
    const old = await writer.rule(live.id);
    if (old === undefined) throw new ProblemError({ code: "not-found", message: `The rule ${live.id} is gone.` });
    const active = wantsActive(old, spec, fields);
    if (old.status === "INVALID") return replace(writer, old, spec, context, active);
    if (!["name", "expression", "groups", "exclude"].some((field) => touches(fields, field))) {
      if (active !== (old.status === "ACTIVE")) await (active ? writer.activateRule : writer.deactivateRule)(old.id);
      return liveOf(old, spec, context);
    }
    return edit(writer, old, spec, context, active);
  },

  async delete(writer, live) {
    const rule = await writer.rule(live.id);
    if (rule === undefined) return;
    if (rule.status === "ACTIVE") await writer.deactivateRule(rule.id);
    await writer.deleteRule(rule.id);
  },

  describe({ action, fields }) {
    if (action === "delete") {
      return { notes: ["People whom the rule brought in stay members; take them out of the groups themselves."] };
    }
    if (action === "create") {
      return { notes: ["Okta evaluates a new rule in the background; memberships follow its activation."] };
    }
    return touches(fields, "groups")
      ? { notes: ["People whom the rule brought into a group that it no longer targets stay there."] }
      : {};
  },
};

interface Wanted {
  readonly rule: Rule;
  readonly fields: ReadonlySet<string>;
}

function wantedRules(rules: readonly Rule[], want: Want): readonly Wanted[] {
  return rules.flatMap((rule) => {
    const object = want.objects.find((one) => (one.id === undefined ? one.key === rule.name : one.id === rule.id));
    if (want.everything === true) return [{ rule, fields: new Set(["exclude"]) }];
    return object === undefined ? [] : [{ rule, fields: new Set(object.fields) }];
  });
}

/** Excluded people are named only where the document names them: each may cost a read. */
export async function toSpec(
  reader: OktaReader,
  rule: Rule,
  fields: ReadonlySet<string>,
): Promise<Live<GroupRuleSpec>> {
  const people: Record<string, string> = {};
  if (fields.has("exclude")) {
    for await (const [id, login] of inParallel(
      rule.excludedUserIds,
      async (id) => [id, await loginOf(reader, id)] as const,
    )) {
      if (login !== undefined) people[login] = id;
    }
  }
  return {
    id: rule.id,
    spec: {
      name: rule.name,
      expression: rule.expression,
      groups: rule.groupIds.map((id) => ({ id })),
      ...(fields.has("exclude") ? { exclude: Object.keys(people) } : {}),
      status: rule.status === "ACTIVE" ? "active" : "inactive",
    },
    computed: { state: rule.status },
    people,
    names: rule.groupNames,
    ...(rule.created === undefined ? {} : { createdAt: rule.created }),
  };
}

/** What Okta is to be told: the document, and where it is silent what is live. */
async function bodyOf(
  writer: OktaWriter,
  old: Rule | undefined,
  spec: GroupRuleSpec,
  context: WriteContext,
): Promise<RuleBody> {
  return {
    name: spec.name ?? old?.name ?? "",
    expression: spec.expression ?? old?.expression ?? "",
    groupIds: spec.groups?.map((group) => group.id) ?? old?.groupIds ?? [],
    excludedUserIds:
      spec.exclude === undefined
        ? await living(writer, old?.excludedUserIds ?? [])
        : spec.exclude.map((login) => personId(login, context.people)),
    excludedGroupIds: old?.excludedGroupIds ?? [],
  };
}

/** Exclusions grow by themselves and keep the ids of deleted people, which Okta then refuses (okta.md §4.5). */
async function living(writer: OktaWriter, userIds: readonly string[]): Promise<readonly string[]> {
  const alive: string[] = [];
  for await (const [id, login] of inParallel(userIds, async (id) => [id, await loginOf(writer, id)] as const)) {
    if (login !== undefined) alive.push(id);
  }
  return alive;
}

function wantsActive(old: Rule, spec: GroupRuleSpec, fields: readonly FieldChange[]): boolean {
  return touches(fields, "status") ? spec.status !== "inactive" : old.status !== "INACTIVE";
}

async function edit(
  writer: OktaWriter,
  old: Rule,
  spec: GroupRuleSpec,
  context: WriteContext,
  active: boolean,
): Promise<Live<GroupRuleSpec>> {
  const body = await bodyOf(writer, old, spec, context);
  if (old.status === "ACTIVE") await writer.deactivateRule(old.id);
  try {
    const changed = await writer.replaceRule(old.id, body);
    if (sameSet(changed.groupIds, body.groupIds)) {
      if (active) await writer.activateRule(old.id);
      return liveOf(changed, spec, context);
    }
  } catch (error) {
    // Better the old rule than none.
    if (old.status === "ACTIVE") await writer.activateRule(old.id);
    if (sameSet(old.groupIds, body.groupIds) || !isRefusedTarget(error)) throw error;
  }
  return supersede(writer, old, spec, context, active);
}

/** Organizations without editable targets (before August 2026) refuse them, or keep the old ones. */
function isRefusedTarget(error: unknown): boolean {
  return (
    error instanceof ProblemError &&
    error.problems.some((problem) => problem.code === "okta-refused" || problem.code === "okta-forbidden")
  );
}

/** A second rule first, and the old one goes when it runs. Names are unique, so the old one gives up its own. */
async function supersede(
  writer: OktaWriter,
  old: Rule,
  spec: GroupRuleSpec,
  context: WriteContext,
  active: boolean,
): Promise<Live<GroupRuleSpec>> {
  const body = await bodyOf(writer, old, spec, context);
  const now = await writer.rule(old.id);
  if (now?.status === "ACTIVE") await writer.deactivateRule(old.id);
  const { groupIds, expression, excludedUserIds, excludedGroupIds } = old;
  await writer.replaceRule(old.id, {
    name: `${old.name.slice(0, 44)} (old)`,
    groupIds,
    expression,
    excludedUserIds: await living(writer, excludedUserIds),
    excludedGroupIds,
  });
  if (old.status === "ACTIVE") await writer.activateRule(old.id);
  const made = await writer.createRule(body);
  await context.made(made.id);
  if (active) await activateVerified(writer, made.id, body);
  if (old.status === "ACTIVE") await writer.deactivateRule(old.id);
  await writer.deleteRule(old.id);
  return liveOf(made, spec, context);
}

/** An INVALID rule feeds nobody and can only be deleted; its successor takes its name. */
async function replace(
  writer: OktaWriter,
  old: Rule,
  spec: GroupRuleSpec,
  context: WriteContext,
  active: boolean,
): Promise<Live<GroupRuleSpec>> {
  const body = await bodyOf(writer, old, spec, context);
  await writer.deleteRule(old.id);
  const made = await writer.createRule(body);
  await context.made(made.id);
  if (active) await activateVerified(writer, made.id, body);
  return liveOf(made, spec, context);
}

/** A rule acts on people the moment it is active, so what Okta stored is read back first. */
async function activateVerified(writer: OktaWriter, id: string, body: RuleBody): Promise<void> {
  const stored = await writer.rule(id);
  if (stored?.expression !== body.expression || !sameSet(stored.groupIds, body.groupIds)) {
    throw new ProblemError({
      code: "okta-rule-differs",
      message: `Okta stored another rule than it was sent for "${body.name}"; it stays inactive.`,
      hint: "Look at the rule in the console, then plan again.",
    });
  }
  await writer.activateRule(id);
}

function liveOf(rule: Rule, spec: GroupRuleSpec, context: WriteContext): Live<GroupRuleSpec> {
  return {
    id: rule.id,
    spec: { ...spec, name: rule.name },
    people: context.people,
    ...(rule.created === undefined ? {} : { createdAt: rule.created }),
  };
}

/** Only groups that were read anyway are judged: a plan of rules alone does not pay for a list of groups. */
function* targetFindings(reader: OktaReader, spec: GroupRuleSpec): Iterable<Finding> {
  for (const [index, { id }] of (spec.groups ?? []).entries()) {
    const target = reader.seen.group(id);
    if (target === undefined) continue;
    if (target.type !== "OKTA_GROUP") {
      yield {
        code: "okta-rule-target",
        message: `${target.name} was not made in Okta; a rule cannot put people into it.`,
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

function* stateFindings(spec: GroupRuleSpec, live: Live<GroupRuleSpec> | undefined): Iterable<Finding> {
  if (live?.computed?.state !== "INVALID") return;
  yield {
    code: "okta-rule-invalid",
    message:
      spec.status === "active"
        ? "The rule is INVALID because a target group was deleted; it is replaced by a new rule."
        : "The rule is INVALID because a target group was deleted: it feeds nobody. Declare `status: active` to have it replaced.",
    severity: "warning",
  };
}

async function countFindings(reader: OktaReader, live: Live<GroupRuleSpec> | undefined): Promise<readonly Finding[]> {
  if (live !== undefined || (await reader.rules()).length < MOST_RULES) return [];
  return [
    { code: "okta-rule-limit", message: `The organization has ${MOST_RULES} rules already, and Okta allows no more.` },
  ];
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((id) => right.includes(id));
}
