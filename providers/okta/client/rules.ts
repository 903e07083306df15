import type { Recorder } from "../../../engine/kind.ts";
import { path } from "../../shared/http.ts";
import { once } from "../../shared/memo.ts";
import { isFields, optionalText, textsOf, within } from "../../shared/narrow.ts";
import { fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export interface Rule {
  readonly id: string;
  /** INVALID: a target group was deleted; it can only be read and deleted. */
  readonly status: string;
  readonly name: string;
  readonly expression: string;
  readonly groupIds: readonly string[];
  readonly excludedUserIds: readonly string[];
  readonly excludedGroupIds: readonly string[];
  readonly created: string | undefined;
  readonly lastUpdated: string;
  /** Names of its target groups, where the list brought them. */
  readonly groupNames: Readonly<Record<string, string>>;
}

export interface RuleBody {
  readonly name: string;
  readonly expression: string;
  readonly groupIds: readonly string[];
  readonly excludedUserIds: readonly string[];
  readonly excludedGroupIds: readonly string[];
}

export interface RuleReads {
  rules(): Promise<readonly Rule[]>;
  rule(id: string): Promise<Rule | undefined>;
}

export interface RuleWrites {
  /** Born INACTIVE. */
  createRule(rule: RuleBody): Promise<Rule>;
  /** Only while INACTIVE. */
  replaceRule(id: string, rule: RuleBody): Promise<Rule>;
  activateRule(id: string): Promise<void>;
  deactivateRule(id: string): Promise<void>;
  /** Members that the rule brought in stay. */
  deleteRule(id: string): Promise<void>;
}

const NAMES = "groupIdToGroupNameMap";

export function ruleReads(transport: Transport): RuleReads {
  return {
    rules: once(async () => {
      const rows: Rule[] = [];
      const address = `/api/v1/groups/rules?limit=200&expand=${NAMES}`;
      for await (const page of transport.pages(address, { keep: ["expand", NAMES] })) {
        rows.push(...listOf(page.body, "the group rules", ruleOf));
      }
      return rows;
    }),
    async rule(id) {
      const answer = await transport.send({ method: "GET", path: path`/api/v1/groups/rules/${id}`, accept: [404] });
      return answer.status === 404 ? undefined : ruleOf(answer.body);
    },
  };
}

export function ruleWrites(transport: Transport, recorder: Recorder): RuleWrites {
  const move = async (id: string, name: string): Promise<void> => {
    const address = path`/api/v1/groups/rules/${id}/lifecycle/${name}`;
    await transport.send({ method: "POST", path: address, key: id }, recorder);
  };
  return {
    async createRule(rule) {
      const call = { method: "POST", path: "/api/v1/groups/rules", body: bodyOf(rule), key: rule.name } as const;
      return ruleOf((await transport.send(call, recorder)).body);
    },
    async replaceRule(id, rule) {
      const body = { ...bodyOf(rule), id };
      const call = { method: "PUT", path: path`/api/v1/groups/rules/${id}`, body, key: id } as const;
      return ruleOf((await transport.send(call, recorder)).body);
    },
    activateRule: (id) => move(id, "activate"),
    deactivateRule: (id) => move(id, "deactivate"),
    async deleteRule(id) {
      const address = `${path`/api/v1/groups/rules/${id}`}?removeUsers=false`;
      await transport.send({ method: "DELETE", path: address, accept: [404], key: id }, recorder);
    },
  };
}

function bodyOf(rule: RuleBody): { readonly [key: string]: unknown } {
  return {
    type: "group_rule",
    name: rule.name,
    conditions: {
      expression: { type: "urn:okta:expression:1.0", value: rule.expression },
      people: { users: { exclude: rule.excludedUserIds }, groups: { exclude: rule.excludedGroupIds } },
    },
    actions: { assignUserToGroups: { groupIds: rule.groupIds } },
  };
}

function ruleOf(body: unknown): Rule {
  const rule = fieldsOf(body, "a group rule");
  const names = within(rule, "_embedded")[NAMES];
  return {
    id: textOf(rule, "id", "a group rule"),
    status: textOf(rule, "status", "a group rule"),
    name: textOf(rule, "name", "a group rule"),
    expression: optionalText(within(rule, "conditions", "expression"), "value") ?? "",
    groupIds: textsOf(within(rule, "actions", "assignUserToGroups").groupIds),
    excludedUserIds: textsOf(within(rule, "conditions", "people", "users").exclude),
    excludedGroupIds: textsOf(within(rule, "conditions", "people", "groups").exclude),
    created: optionalText(rule, "created"),
    lastUpdated: optionalText(rule, "lastUpdated") ?? "",
    groupNames: isFields(names)
      ? Object.fromEntries(
          Object.entries(names).flatMap(([id, name]) => (typeof name === "string" ? [[id, name]] : [])),
        )
      : {},
  };
}
