import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { FieldRule } from "../../../engine/config/rules.ts";
import type { Change, Plan } from "../../../engine/model.ts";
import { type PlanJson, planJson, type ResourceChangeJson } from "../../../engine/report/json.ts";
import { jsonText } from "../../../engine/report/visible.ts";
import { ALLOWED_PLAN, CHANGES, create, EMPTY_PLAN, live, PLAN, resource } from "./example.ts";

const RULES: Readonly<Record<string, FieldRule>> = {
  "c1/connector": {
    properties: new Map<string, FieldRule>([
      ["integration", { immutable: true }],
      ["config", { properties: new Map([["apiToken", { secret: true }]]) }],
    ]),
  },
  "okta/group": { properties: new Map<string, FieldRule>([["members", { unordered: true, foldCase: true }]]) },
};
const ruleOf = (kind: string): FieldRule => RULES[kind] ?? {};

const schema: unknown = JSON.parse(readFileSync(new URL("../../../schemas/plan.schema.json", import.meta.url), "utf8"));
const ajv = new Ajv2020({ allErrors: true, strict: false });
const validate = ajv.compile(schema as object);

function described(plan: Plan): PlanJson {
  const json = planJson(plan, ruleOf);
  const data: unknown = JSON.parse(jsonText(json));
  validate(data);
  expect(validate.errors ?? []).toEqual([]);
  return json;
}

function changeOf(plan: Plan, address: string): ResourceChangeJson {
  const found = described(plan).resource_changes?.find((change) => change.address === address);
  if (found === undefined) throw new Error(`${address} is not in the plan`);
  return found;
}

test("every plan passes the published schema", () => {
  for (const plan of [PLAN, ALLOWED_PLAN, EMPTY_PLAN, { ...PLAN, mode: "refresh-only" as const, complete: false }]) {
    described(plan);
  }
});

test("the keys come in Terraform's order, and ours before the values", () => {
  expect(Object.keys(described(PLAN))).toEqual([
    "format_version",
    "terraform_version",
    "accord",
    "planned_values",
    "resource_drift",
    "resource_changes",
    "prior_state",
    "configuration",
    "timestamp",
    "applyable",
    "complete",
    "errored",
  ]);
});

test("resource changes are sorted by type and name, unchanged ones included", () => {
  expect(
    described(PLAN).resource_changes?.map((change) => `${change.address} ${change.change.actions.join("+")}`),
  ).toMatchInlineSnapshot(`
    [
      "accord_c1_access_profile.on-call create",
      "accord_c1_connector.okta delete+create",
      "accord_okta_app.aws forget",
      "accord_okta_group.engineering update",
      "accord_okta_group.old-breakglass delete",
      "accord_okta_group.prod-breakglass update",
      "accord_okta_group.support no-op",
      "accord_okta_group_rule.engineering update",
      "accord_pagerduty_schedule.primary no-op",
    ]
  `);
});

test("a create: unknown keys are left out of after, and null in lists; the shadow has the same shape", () => {
  expect(changeOf(PLAN, "accord_c1_access_profile.on-call")).toMatchInlineSnapshot(`
    {
      "accord": {
        "action": "create",
        "address": "c1/access-profile/on-call",
        "dependsOn": [
          "okta/group/prod-breakglass",
        ],
        "instance": "c1",
        "kind": "c1/access-profile",
        "notes": [
          "Access follows a handover within 2 h: a sync, then an hourly automation.",
        ],
        "undo": "exact",
      },
      "address": "accord_c1_access_profile.on-call",
      "change": {
        "actions": [
          "create",
        ],
        "after": {
          "displayName": "On-call",
          "entitlements": [
            null,
            {
              "id": "app9/ent7",
            },
            null,
          ],
          "owners": [
            "ada@acme.example",
          ],
          "requests": {
            "enabled": true,
          },
        },
        "after_sensitive": {
          "entitlements": [
            false,
            {},
            false,
          ],
          "owners": [
            false,
          ],
          "requests": {},
        },
        "after_unknown": {
          "entitlements": [
            true,
            {},
            true,
          ],
          "id": true,
          "owners": [
            false,
          ],
          "requests": {},
        },
        "before": null,
        "before_sensitive": false,
      },
      "mode": "managed",
      "name": "on-call",
      "provider_name": "registry.terraform.io/accord/accord",
      "type": "accord_c1_access_profile",
    }
  `);
});

test("an update: the object after it is the one before it, with the changes made", () => {
  const { change } = changeOf(PLAN, "accord_okta_group.prod-breakglass");
  expect(change.before).toMatchObject({ members: ["linus@acme.example", "trent@acme.example"] });
  expect(change.after).toEqual({
    id: "00g1breakglass",
    name: "prod-breakglass",
    description: "Production shell. Members come from the on-call profile only.",
    members: ["trent@acme.example", "ada@acme.example"],
  });
  expect(change.after_unknown).toEqual({ members: [false, false] });
});

test("a replacement names the fields that force it, and its secret is masked and marked", () => {
  const { change, action_reason, accord } = changeOf(PLAN, "accord_c1_connector.okta");
  expect(change.actions).toEqual(["delete", "create"]);
  expect(action_reason).toBe("replace_because_cannot_update");
  expect(change.replace_paths).toEqual([["integration"]]);
  expect(accord.fields?.at(-1)).toEqual({ op: "set", path: ["config", "apiToken"], before: undefined, after: "••••" });
});

test("a delete, a forget and an adoption", () => {
  expect(changeOf(PLAN, "accord_okta_group.old-breakglass").change).toMatchObject({
    actions: ["delete"],
    after: null,
    after_unknown: {},
    after_sensitive: false,
  });
  expect(changeOf(PLAN, "accord_okta_app.aws")).toMatchObject({
    change: { actions: ["forget"], after: null },
    action_reason: "delete_because_no_resource_config",
  });
  expect(changeOf(PLAN, "accord_pagerduty_schedule.primary").change).toMatchObject({
    actions: ["no-op"],
    importing: { id: "PJ7K2QX" },
  });
});

test("a reason that Terraform has no word for stays with us", () => {
  const plan = { ...EMPTY_PLAN, changes: [create("okta/group/x", {}, { reason: "restored by undo" })] };
  const change = changeOf(plan, "accord_okta_group.x");
  expect(change.action_reason).toBeUndefined();
  expect(change.accord.reason).toBe("restored by undo");
});

test("drift goes from what was applied to what is live, with who did it", () => {
  const [gone, drifted] = described(PLAN).resource_drift ?? [];
  expect(gone).toMatchObject({ address: "accord_okta_group.lost", change: { actions: ["delete"], after: null } });
  expect(drifted?.change.before).toMatchObject({ members: ["trent@acme.example"] });
  expect(drifted?.change.after).toMatchObject({ members: ["linus@acme.example", "trent@acme.example"] });
  expect(drifted?.accord.by?.[0]?.actor).toBe("trent@acme.example");
});

test("no two resources share an address", () => {
  const addresses = [
    "okta/user/ada@acme.example",
    "okta/user/ada_acme_example",
    "okta-emea/user/ada_acme_example",
    "okta/user/2fa",
  ] as const;
  const plan = { ...EMPTY_PLAN, changes: addresses.map((address) => create(address, {})) };
  expect(described(plan).resource_changes?.map((change) => change.address)).toMatchInlineSnapshot(`
    [
      "accord_okta_user._2fa["2fa"]",
      "accord_okta_user.ada_acme_example",
      "accord_okta_user.ada_acme_example["ada@acme.example"]",
      "accord_okta_user.ada_acme_example["okta-emea"]",
    ]
  `);
});

describe("secrets", () => {
  const TOKEN = "00leaked-token";
  const connector = (before: string | undefined): Change => ({
    action: "update",
    address: "c1/connector/okta",
    kind: "c1/connector",
    dependsOn: [],
    people: {},
    notes: [],
    undo: "exact",
    before: live("app1/con1", {
      displayName: "Old",
      ...(before === undefined ? {} : { config: { apiToken: before } }),
    }),
    after: resource("c1/connector/okta", {
      displayName: "New",
      config: { apiToken: { $secret: "${env:OKTA_TOKEN}" } },
    }),
    fields: [{ op: "set", path: ["displayName"], before: "Old", after: "New" }],
  });

  test("that stay as they are show on both ends", () => {
    const { change } = changeOf({ ...EMPTY_PLAN, changes: [connector(undefined)] }, "accord_c1_connector.okta");
    expect(change.before).toMatchObject({ config: { apiToken: "••••" } });
    expect(change.after).toMatchObject({ config: { apiToken: "••••" } });
    expect(change.before_sensitive).toEqual({ config: { apiToken: true } });
  });

  test("that a vendor gave back all the same are masked everywhere", () => {
    const leaked: Plan = {
      ...EMPTY_PLAN,
      changes: [connector(TOKEN)],
      drift: [
        {
          address: "c1/connector/okta",
          kind: "c1/connector",
          id: "app1/con1",
          gone: false,
          fields: [{ op: "set", path: ["config"], before: { apiToken: TOKEN }, after: { apiToken: `${TOKEN}2` } }],
        },
      ],
    };
    expect(jsonText(described(leaked))).not.toContain(TOKEN);
  });
});

test("characters that terminals act on are escaped in the text", () => {
  const csi = "\u009b2K\u202e";
  const text = jsonText(planJson({ ...EMPTY_PLAN, notes: [csi] }, ruleOf));
  expect(text).toContain("\\u009b2K\\u202e");
  expect(JSON.parse(text)).toMatchObject({ accord: { notes: [csi] } });
});

describe("a policy, as Conftest's users write them", () => {
  // deny[msg] { rc := input.resource_changes[_]; rc.change.actions[_] == "delete"; msg := rc.address }
  const deletes = (plan: Plan): readonly string[] =>
    (planJson(plan, ruleOf).resource_changes ?? [])
      .filter((change) => change.change.actions.some((action) => action === "delete"))
      .map((change) => change.address);

  test("finds deletes and replacements, and nothing else", () => {
    expect(deletes(PLAN)).toEqual(["accord_c1_connector.okta", "accord_okta_group.old-breakglass"]);
    expect(deletes({ ...PLAN, changes: CHANGES.filter((change) => change.action === "forget") })).toEqual([]);
  });

  // deny[msg] { rc := input.resource_changes[_]; m := rc.change.after.members[_]; not endswith(m, "@acme.example") }
  test("reads members as they will be", () => {
    const strangers = (planJson(PLAN, ruleOf).resource_changes ?? []).filter((change) => {
      const after = change.change.after;
      const members = typeof after === "object" && after !== null && "members" in after ? after.members : [];
      return Array.isArray(members) && members.some((member) => !String(member).endsWith("@acme.example"));
    });
    expect(strangers).toEqual([]);
  });
});
