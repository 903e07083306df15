/** Resources of the Terraform plugin, call by call; `test/scenarios/terraform.test.ts` lets Terraform itself do the same. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Spec } from "../../../engine/model.ts";
import { type DynamicValue, decodeValue, encodeValue } from "../../../engine/terraform/dynamic-value.ts";
import type { Request } from "../../../engine/terraform/service.ts";
import { asSpec } from "../../../engine/value.ts";
import { oktaOf } from "../../support/emulated.ts";
import { oktaConsole } from "../../support/okta-console.ts";
import { type Core, terraformCore } from "../../support/terraform-core.ts";

const GROUP = "accord_okta_group";
type Identity = { readonly identity_data: DynamicValue };
/** The fields of answers that are looked at here. */
interface Answered {
  readonly planned_state?: DynamicValue;
  readonly new_state?: DynamicValue;
  readonly target_state?: DynamicValue;
  readonly config?: DynamicValue;
  readonly private?: Uint8Array;
  readonly planned_identity?: Identity;
  readonly new_identity?: Identity;
  readonly target_identity?: Identity;
  readonly diagnostics?: readonly { readonly summary: string; readonly detail: string }[];
}
let core: Core;
beforeAll(async () => {
  core = await terraformCore("okta", "c1");
});

const group = (name: string, more: Spec = {}): Spec => ({
  accord: null,
  profile: null,
  owners: null,
  members: null,
  description: null,
  name,
  ...more,
});

async function made(type: string, config: Spec) {
  const process = await core.provider();
  const plan = await process.plan(type, config);
  expect(plan.said).toEqual([]);
  const state = await process.apply(type, config, plan);
  expect(state.said).toEqual([]);
  return state;
}

describe("a resource", () => {
  it("is made as planned, and its second plan changes nothing, whatever the spelling", async () => {
    const config = group("spelling", { members: ["GRACE@acme.example", "ada@acme.example"], description: "x" });
    const state = await made(GROUP, config);
    expect(state.values).toMatchObject({ ...config, id: expect.stringMatching(/^00g/), type: "OKTA_GROUP" });
    const later = await core.provider();
    const read = await later.read(GROUP, state);
    expect(read?.values).toEqual(state.values);
    // Sets come back in another order, and somebody writes the name in lower case.
    const again = group("spelling", { members: ["ada@acme.example", "grace@acme.example"], description: "x" });
    const plan = await later.plan(GROUP, again, read ?? undefined);
    expect(plan.values).toEqual(state.values);
    expect(core.requests().filter((one) => !one.startsWith("GET"))).not.toContain("PUT");
  });

  it("says what drifted, in the words of the configuration, and takes it back", async () => {
    const config = group("drifting", { members: ["Ada@acme.example"], description: "as declared" });
    const state = await made(GROUP, config);
    const id = String(state.values.id);
    const token = oktaOf(core.tenants).actors?.trent ?? "";
    await oktaConsole(core.tenants.fetch, token, async () => undefined).describe("drifting", "by hand");
    const process = await core.provider();
    const read = await process.read(GROUP, state);
    expect(read?.values).toEqual({ ...state.values, description: "by hand" });
    const plan = await process.plan(GROUP, config, read ?? undefined);
    expect(plan).toMatchObject({
      values: { description: "as declared", id, members: ["Ada@acme.example"] },
      replace: [],
    });
    const after = await process.apply(GROUP, config, plan, read ?? undefined);
    expect(after.values).toEqual(state.values);
    expect(await (await core.provider()).read(GROUP, after)).toEqual({
      values: after.values,
      private: expect.anything(),
    });
  });

  it("may hold text that would mean something in a document", async () => {
    const config = group("literal", { description: "$${a} ${b} %{c}" });
    const state = await made(GROUP, config);
    expect(state.values).toMatchObject(config);
    const process = await core.provider();
    const plan = await process.plan(GROUP, { ...config, members: ["ada@acme.example"] }, state);
    expect(plan).toMatchObject({ said: [], values: { description: config.description } });
  });

  it("is replaced where Terraform says so: the object that goes is no stranger to the one that comes", async () => {
    const config = group("renewed");
    const state = await made(GROUP, config);
    const process = await core.provider();
    const anew = await process.planAnew(GROUP, config, await process.plan(GROUP, config, state));
    expect(anew.said).toEqual([]);
    const gone = await process.apply(GROUP, null, await process.plan(GROUP, null, state), state);
    expect(gone).toMatchObject({ gone: true, said: [] });
    const after = await process.apply(GROUP, config, anew);
    expect(after).toMatchObject({ said: [], values: { name: "renewed" } });
    expect(after.values.id).not.toBe(state.values.id);
    // Whoever is not being replaced is one.
    expect((await process.plan(GROUP, config)).said).toEqual([expect.stringContaining("exists already")]);
  });

  it("is gone when the vendor says so, and ends when it is destroyed", async () => {
    const config = group("ending");
    const state = await made(GROUP, config);
    const process = await core.provider();
    const ended = await process.apply(GROUP, null, await process.plan(GROUP, null, state), state);
    expect(ended).toMatchObject({ gone: true, said: [] });
    expect(await (await core.provider()).read(GROUP, state)).toBeNull();
  });

  it("is never taken over silently", async () => {
    await made(GROUP, group("taken"));
    const process = await core.provider();
    const plan = await process.plan(GROUP, group("taken"));
    expect(plan.said.map((one) => one.replace(/00g\w+/, "ID"))).toEqual([
      'ERROR: okta/group "taken" exists already (ID) and is not managed by this stack.',
    ]);
    const adopting = await process.plan(
      GROUP,
      group("taken", {
        accord: { name: null, manage: null, labels: null, on_removal: null, adopt: true, prune: null },
      }),
    );
    expect(adopting.said).toEqual([]);
  });

  it("is replaced where a field cannot change", async () => {
    const type = "accord_c1_policy";
    const steps = [{ accept: { message: "yes" }, approval: null, reject: null, wait: null }];
    const policy: Spec = {
      accord: null,
      display_name: "P",
      type: "grant",
      steps,
      description: null,
      branches: null,
      rules: null,
      remediate_immediately: null,
    };
    const state = await made(type, policy);
    const process = await core.provider();
    const plan = await process.plan(type, { ...policy, type: "revoke" }, state);
    expect(plan).toMatchObject({ replace: ["type"], said: [] });
  });

  it("that its vendor shows late is waited for: the owners of a C1 profile", async () => {
    const type = "accord_c1_access_profile";
    const unsaid = { accord: null, description: null, owner_entitlements: null, entitlements: null, requests: null };
    const more = { joiner: null, leaver: null, backfill: null };
    const config: Spec = { ...unsaid, ...more, display_name: "Late", owners: ["ada@acme.example"] };
    const state = await made(type, config);
    const later = await core.provider();
    const read = (await later.read(type, state)) ?? undefined;
    expect(read?.values.owners).toEqual(["ada@acme.example"]);
    expect((await later.plan(type, config, read)).values).toEqual(read?.values);
  });

  it("is imported whole, and a configuration that says less changes nothing", async () => {
    const state = await made(GROUP, group("imported", { description: "there", members: ["ada@acme.example"] }));
    const process = await core.provider();
    const imported = await process.import(GROUP, String(state.values.id));
    expect(imported.values).toMatchObject({
      name: "imported",
      description: "there",
      members: ["ada@acme.example"],
      owners: [],
    });
    const read = await process.read(GROUP, imported);
    const plan = await process.plan(GROUP, group("imported"), read ?? undefined);
    expect(plan.values).toEqual(read?.values);
    await expect(process.import(GROUP, "00gnothing")).rejects.toThrow("There is no okta/group with the id 00gnothing");
  });
});

describe("an identity", () => {
  it("is the vendor's id: unknown until the object is made, and the same from then on", async () => {
    const process = await core.provider();
    const config = group("identified");
    const call = (name: string, request: object): Promise<Answered> =>
      process.calls[name]?.(request as Request) as Promise<Answered>;
    const id = (answer: Answered, field: "planned_identity" | "new_identity" | "target_identity"): unknown =>
      decodeValue(answer[field]?.identity_data ?? {});
    const none = { type_name: GROUP, prior_state: encodeValue(null), config: encodeValue(config) };
    const plan = await call("PlanResourceChange", { ...none, proposed_new_state: encodeValue(config) });
    expect(id(plan, "planned_identity")).toEqual({ id: { $unknown: { text: "0:AA==" } } });
    const made = await call("ApplyResourceChange", { ...none, planned_state: plan.planned_state });
    const values = asSpec(decodeValue(made.new_state ?? {}));
    expect(id(made, "new_identity")).toEqual({ id: values.id });
    const state = { current_state: made.new_state, private: made.private };
    expect(id(await call("ReadResource", { type_name: GROUP, ...state }), "new_identity")).toEqual({ id: values.id });
    const gone = {
      ...none,
      prior_state: made.new_state,
      planned_private: made.private,
      planned_state: encodeValue(null),
    };
    expect(await call("ApplyResourceChange", gone)).not.toHaveProperty("new_identity");
  });
});

describe("a configuration", () => {
  it("is generated from a state: what the vendor says of the object is no part of it", async () => {
    const state = await made(GROUP, group("generated", { description: "there", members: ["ada@acme.example"] }));
    const process = await core.provider();
    const request = { type_name: GROUP, state: encodeValue(state.values) } as Request;
    const answer = (await process.calls.GenerateResourceConfig?.(request)) as Answered;
    const config = asSpec(decodeValue(answer.config ?? {}));
    expect(config).toEqual({ ...state.values, id: null, type: null });
    expect(await process.validate(GROUP, config)).toEqual([]);
    expect((await process.plan(GROUP, config, state)).values).toEqual(state.values);
  });
});

describe("a move", () => {
  const moving = async (from: string, to: string, state: Spec): Promise<Answered> => {
    const process = await core.provider();
    const bytes = Buffer.from(JSON.stringify(state));
    const source = { source_type_name: from, source_state: { json: bytes }, source_private: Buffer.from("x") };
    const request: Partial<Request> = { ...source, target_type_name: to };
    return (await process.calls.MoveResourceState?.(request as Request)) as Answered;
  };

  it("takes the state along from one type to the same, and from another provider's null_resource", async () => {
    const state = { id: "1", triggers: { a: "b" } };
    const moved = await moving("null_resource", "accord_null_resource", state);
    expect(decodeValue(moved.target_state ?? {})).toEqual(state);
    expect(moved).not.toHaveProperty("target_private");
    expect(decodeValue(moved.target_identity?.identity_data ?? {})).toEqual({ id: "1" });
    const same = await moving(GROUP, GROUP, { id: "00g1", name: "x" });
    expect(same).toMatchObject({ target_private: Buffer.from("x") });
  });

  it("is refused between kinds, and from types that nobody here knows", async () => {
    const messages = await Promise.all(
      ["accord_okta_user", "aws_iam_group"].map(async (from) => (await moving(from, GROUP, { id: "1" })).diagnostics),
    );
    expect(messages.map((one) => one?.map(({ summary, detail }) => `${summary} ${detail}`))).toEqual(
      ["accord_okta_user", "aws_iam_group"].map((from) => [
        `${from} is another type of object than ${GROUP}. Take it over with an import block, and let the old address go with a removed block.`,
      ]),
    );
  });
});

describe("validation", () => {
  it("names the attribute, before anything is configured or known", async () => {
    const process = await core.provider();
    const unknown = { $unknown: { text: "0:AA==" } };
    expect(await process.validate(GROUP, group(""))).toEqual(["ERROR name: spec.name must not be empty."]);
    expect(await process.validate(GROUP, { ...group(""), name: unknown })).toEqual([]);
    const profile: Spec = {
      display_name: "x",
      joiner: { max_duration: "forever", approval_policy: null, entitlement_policies: unknown },
    };
    expect(await process.validate("accord_c1_access_profile", profile)).toEqual([
      "ERROR joiner.max_duration: spec.joiner.maxDuration does not look as it must: forever.",
    ]);
    expect(
      await process.validate("accord_c1_policy", {
        display_name: "x",
        type: "grant",
        steps: [{ accept: {} }, { wait: { hours: 3 } }],
      }),
    ).toMatchInlineSnapshot(`
      [
        "ERROR steps.1.wait: spec.steps[1].wait needs condition, duration or until.",
      ]
    `);
  });
});

describe("reads", () => {
  it("of n resources cost pages, not n calls", async () => {
    const states = [];
    for (let index = 0; index < 12; index += 1)
      states.push(await made(GROUP, group(`bulk-${index}`, { description: "d" })));
    core.requests();
    const process = await core.provider();
    // As Terraform does: ten at a time.
    for (let from = 0; from < states.length; from += 10) {
      await Promise.all(states.slice(from, from + 10).map((state) => process.read(GROUP, state)));
    }
    const together = core.requests().filter((one) => one.includes("/groups"));
    for (const state of states) await (await core.provider()).read(GROUP, state);
    const apart = core.requests().filter((one) => one.includes("/groups"));
    expect({ together: together.length, apart: apart.length }).toEqual({ together: 1, apart: 12 });
  });
});

describe("a secret", () => {
  it("is sent, sent again when its version moves, and kept nowhere", async () => {
    const secret = "sandbox-zendesk-for-c1";
    const app = await made("accord_c1_app", { accord: null, display_name: "Support desk" });
    const type = "accord_c1_connector";
    const config = (version: string): Spec => ({
      accord: null,
      app: String(app.values.id),
      integration: "zendesk_v2",
      display_name: "Zendesk",
      config: { subdomain: "acme", email: "trent@acme.example", api_token: secret },
      secret_version: version,
    });
    const first = await core.provider();
    const plan = await first.plan(type, config("1"));
    expect(plan.said).toEqual([]);
    const state = await first.apply(type, config("1"), plan);
    expect(JSON.stringify([plan.values, state.values, Buffer.from(state.private).toString()])).not.toContain(secret);
    expect(state.values).toMatchObject({ config: { subdomain: "acme", api_token: null }, secret_version: "1" });

    const later = await core.provider();
    const read = (await later.read(type, state)) ?? undefined;
    expect((await later.plan(type, config("1"), read)).values).toEqual(read?.values);
    const moved = await later.plan(type, config("2"), read);
    expect(moved).toMatchObject({ values: { secret_version: "2", config: { api_token: null } }, replace: [] });
    core.requests();
    const sent = await later.apply(type, config("2"), moved, read);
    expect(core.requests().filter((one) => one.startsWith("POST /api/v1/apps/"))).not.toEqual([]);
    expect(JSON.stringify([sent.values, sent.said, Buffer.from(sent.private).toString()])).not.toContain(secret);
  });
});
