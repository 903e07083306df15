/**
 * Group rules. Okta makes them INACTIVE, changes them only while they are, and takes one write at a time in the whole
 * organization (okta.md §4.5). What a rule brought in stays while it is changed: nobody loses access in between.
 */
import type { Kind, Want, WriteContext } from "../../../engine/kind.ts";
import type { FieldChange, Gone, Live, Ref, Spec } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { textsOf } from "../../shared/narrow.ts";
import { personIds } from "../../shared/people.ts";
import { refIds, textAt } from "../../shared/spec.ts";
import type { Rule, RuleBody } from "../client/rules.ts";
import type { OktaReader, OktaWriter } from "../client.ts";
import { checkExpression } from "../expression/check.ts";
import { activateVerified, changeRule, existing, living } from "./group-rule-edit.ts";
import { ruleCounted, rulePopulation } from "./group-rule-population.ts";
import { countFindings, idleFinding, invalidFinding, targetFindings } from "./group-rule-review.ts";
import { loginsOf } from "./names.ts";

export type GroupRuleSpec = Spec & {
  readonly name?: string;
  readonly expression?: string;
  readonly groups?: readonly Ref[];
  readonly exclude?: readonly string[];
  readonly status?: "active" | "inactive";
};

export const groupRule: Kind<OktaReader, OktaWriter, GroupRuleSpec> = {
  name: "group-rule",
  proof: { by: "read" },
  consistency: 10_000,
  lane: "rules",
  whole: true,
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
    return [
      ...targetFindings(reader, spec.groups ?? []),
      ...(live?.computed?.state === "INVALID" ? [invalidFinding(spec.status === "active")] : []),
      ...(live?.computed?.state === "INACTIVE" && spec.status === undefined ? [idleFinding()] : []),
      ...(live === undefined ? await countFindings(reader) : []),
    ];
  },

  population: rulePopulation,
  counted: ruleCounted,
  ruleFields: ["expression", "groups", "exclude", "status"],

  async create(writer, spec, context) {
    const body = newBody(spec, context);
    const made = await writer.createRule(body);
    await context.made(made.id);
    if (spec.status !== "inactive") await activateVerified(writer, made.id, body);
    return liveOf(made, spec, context);
  },

  async update(writer, live, spec, fields, context) {
    const old = await writer.rule(live.id);
    if (old === undefined)
      throw new ProblemError({
        code: "not-found",
        message: `The rule ${live.id} is gone.`,
        hint: "Plan again: it is made anew where the document still asks for it.",
      });
    const active = wantsActive(old, spec, fields);
    const same = !["name", "expression", "groups", "exclude"].some((field) => touches(fields, field));
    if (same && old.status !== "INVALID") {
      if (active !== (old.status === "ACTIVE")) await (active ? writer.activateRule : writer.deactivateRule)(old.id);
      return liveOf(old, spec, context);
    }
    const body = await changedBody(writer, old, spec, fields, personIds(context.people, live.people));
    return liveOf(await changeRule(writer, old, body, active, (id) => context.made(id)), spec, context);
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
  const logins = fields.has("exclude") ? await loginsOf(reader, rule.excludedUserIds) : new Map<string, string>();
  const people = Object.fromEntries([...logins].map(([id, login]) => [login, id]));
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

function newBody(spec: GroupRuleSpec, context: WriteContext): RuleBody {
  return {
    name: spec.name ?? "",
    expression: spec.expression ?? "",
    groupIds: refIds(spec.groups ?? []),
    excludedUserIds: (spec.exclude ?? []).map(personIds(context.people)),
    excludedGroupIds: [],
  };
}

/** A PUT carries the whole rule: what is live now, and in it only what changes (`manage` and `ignore` leave the rest). */
async function changedBody(
  writer: OktaWriter,
  old: Rule,
  spec: GroupRuleSpec,
  fields: readonly FieldChange[],
  userId: (login: string) => string,
): Promise<RuleBody> {
  const groups = elementsAt(fields, "groups");
  const exclude = elementsAt(fields, "exclude");
  const live = old.status === "INVALID" ? await existing(writer, old.groupIds) : old.groupIds;
  return {
    name: touches(fields, "name") ? (spec.name ?? old.name) : old.name,
    expression: touches(fields, "expression") ? (spec.expression ?? old.expression) : old.expression,
    groupIds: changedSet(live, refIds(groups.added), refIds(groups.removed)),
    excludedUserIds: changedSet(
      await living(writer, old.excludedUserIds),
      textsOf(exclude.added).map(userId),
      textsOf(exclude.removed).map(userId),
    ),
    excludedGroupIds: old.excludedGroupIds,
  };
}

function changedSet(live: readonly string[], added: readonly string[], removed: readonly string[]): readonly string[] {
  return [...new Set([...live, ...added])].filter((id) => !removed.includes(id));
}

function wantsActive(old: Rule, spec: GroupRuleSpec, fields: readonly FieldChange[]): boolean {
  return touches(fields, "status") ? spec.status !== "inactive" : old.status !== "INACTIVE";
}

function liveOf(rule: Rule, spec: GroupRuleSpec, context: WriteContext): Live<GroupRuleSpec> {
  return {
    id: rule.id,
    spec: { ...spec, name: rule.name },
    people: context.people,
    ...(rule.created === undefined ? {} : { createdAt: rule.created }),
  };
}
