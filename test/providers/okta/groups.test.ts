import { describe, expect, test } from "vitest";
import { all, byId, byKey, refusal, specOf } from "../../support/asked.ts";
import { add, remove, set } from "../../support/field-changes.ts";
import { connected, context, withoutRules } from "./connected.ts";
import { textAt } from "./emulator/sandbox.ts";

describe("groups are read in bulk", () => {
  test("one list of groups, and member lists only where members are asked for", async () => {
    const tenant = connected();
    const view = tenant.view();

    const found = await all(
      view.list("group", {
        objects: [
          { key: "engineering", fields: ["name"] },
          { key: "support", fields: ["name", "members"] },
        ],
      }),
    );

    expect(found.map((live) => live.spec)).toEqual([
      { name: "engineering", description: "Everybody in Engineering, by rule", profile: {} },
      { name: "support", description: "Customer support", profile: {}, members: ["rosalind@acme.example"] },
    ]);
    expect(tenant.requests()).toEqual([
      "GET /api/v1/groups?limit=200&expand=stats",
      `GET /api/v1/groups/${await tenant.idOf("support")}/users?limit=200&expand=group-rules`,
    ]);
  });

  test("members whom a rule feeds say so", async () => {
    const live = await byKey(connected().view(), "group", "engineering", "members");

    expect(live.explained?.members).toEqual({
      "alan@acme.example": "rule engineering",
      "edsger@acme.example": "rule engineering",
      "katherine@acme.example": "rule engineering",
    });
  });

  test("250 groups come over two pages, each once", async () => {
    const tenant = connected();
    for (let index = 0; index < 250; index += 1) {
      await tenant.box.call("POST", "/api/v1/groups", { profile: { name: `team-${index}` } });
      if (index % 100 === 0) await tenant.box.pass(60_000);
    }
    await tenant.box.pass(60_000);
    tenant.requests();

    const found = await all(tenant.view().list("group", { objects: [], everything: true }));

    expect(new Set(found.map((live) => live.id)).size).toBe(252);
    expect(tenant.requests().filter((line) => line.startsWith("GET /api/v1/groups?"))).toHaveLength(2);
  });

  test("an imported group of the same name is never taken for ours", async () => {
    const tenant = connected();
    const [support] = [...tenant.box.okta.tenant.groups.values()].filter((one) => one.profile.name === "support");
    if (support === undefined) throw new Error("the seed has no group support");
    tenant.box.okta.tenant.groups.set("00gimported000000001", {
      ...support,
      id: "00gimported000000001",
      type: "APP_GROUP",
    });

    const found = await all(tenant.view().list("group", { objects: [{ key: "support", fields: [] }] }));
    const imported = await byId(tenant.view(), "group", "00gimported000000001");

    expect(found.map((live) => live.id)).toEqual([support.id]);
    expect(imported).toMatchObject({ readOnly: "imported from an application, which alone changes it" });
  });

  test("an id that nobody knows is gone", async () => {
    expect(await byId(connected().view(), "group", "00gnever")).toEqual({ gone: true, id: "00gnever" });
  });
});

describe("groups are changed", () => {
  test("made with its members and owners, and the id is told before anything else can fail", async () => {
    const tenant = connected();
    const ada = await tenant.idOf("ada@acme.example");
    const given = context({ "ada@acme.example": ada });
    const spec = {
      name: "prod",
      description: "Production",
      members: ["ada@acme.example"],
      owners: ["ada@acme.example"],
    };

    const live = await tenant.hands().create("group", spec, given);

    expect(given.ids).toEqual([live.id]);
    expect(await specOf(tenant.view(), "group", live.id, "members", "owners")).toEqual({ ...spec, profile: {} });
    expect(tenant.writes).toEqual([
      "POST /api/v1/groups",
      `PUT /api/v1/groups/${live.id}/users/${ada}`,
      `POST /api/v1/groups/${live.id}/owners`,
    ]);
  });

  test("each field alone, and attributes that the document does not name survive", async () => {
    const tenant = connected();
    for (const name of ["costCenter", "tier", "region"]) tenant.box.okta.tenant.groupAttributes.set(name, {});
    const profile = { name: "prod", costCenter: "42", region: "emea" };
    const id = textAt((await tenant.box.call("POST", "/api/v1/groups", { profile })).body, "id");
    const before = await byKey(tenant.view(), "group", "prod");

    const changes = [
      [{ description: "Production" }, set("Production", "description")],
      [{ name: "production" }, set("production", "name")],
      [{ profile: { tier: 1 } }, set(1, "profile", "tier")],
      [{ profile: { region: null } }, set(null, "profile", "region")],
    ] as const;
    for (const [spec, change] of changes) await tenant.hands().update("group", before, spec, [change], context());

    expect(await specOf(tenant.view(), "group", id)).toEqual({
      name: "production",
      description: "Production",
      profile: { costCenter: "42", tier: 1 },
    });
  });

  test("members come before others go, one call each", async () => {
    const tenant = connected();
    const ada = await tenant.idOf("ada@acme.example");
    const rosalind = await tenant.idOf("rosalind@acme.example");
    const before = await byKey(tenant.view(), "group", "support", "members");
    const fields = [remove("rosalind@acme.example", "members"), add("ada@acme.example", "members")];

    const after = await tenant
      .hands()
      .update(
        "group",
        before,
        { ...before.spec, members: ["ada@acme.example"] },
        fields,
        context({ "ada@acme.example": ada }),
      );

    expect(after.spec.members).toEqual(["ada@acme.example"]);
    expect(tenant.writes).toEqual([
      `PUT /api/v1/groups/${before.id}/users/${ada}`,
      `DELETE /api/v1/groups/${before.id}/users/${rosalind}`,
    ]);
  });

  test("a member whom a rule feeds is never removed by hand; the others are", async () => {
    const tenant = connected();
    const group = await tenant.idOf("engineering");
    const mallory = await tenant.idOf("mallory@acme.example");
    await tenant.box.call("PUT", `/api/v1/groups/${group}/users/${mallory}`);
    const before = await byKey(tenant.view(), "group", "engineering", "members");
    const fields = [remove("alan@acme.example", "members"), remove("mallory@acme.example", "members")];

    const problems = await refusal(tenant.hands().update("group", before, before.spec, fields, context()));

    expect(problems).toMatchInlineSnapshot(`
      [
        {
          "code": "rule-fed-member",
          "hint": "Change the rule, add the person to its \`exclude\`, or declare \`manage: { members: explained }\`.",
          "message": "member alan@acme.example: the rule "engineering" puts them into engineering, so they stay: Okta would write a removal by hand into the rule's exclusions.",
        },
      ]
    `);
    expect(tenant.writes).toEqual([`DELETE /api/v1/groups/${group}/users/${mallory}`]);
    expect(tenant.box.okta.tenant.rules.values().next().value?.excludedUsers).toEqual([]);
  });

  test("where Okta does not say who is fed, the rule is judged by the profile: who cannot match may go", async () => {
    const tenant = connected({}, { through: withoutRules });
    const group = await tenant.idOf("engineering");
    const mallory = await tenant.idOf("mallory@acme.example");
    await tenant.box.call("PUT", `/api/v1/groups/${group}/users/${mallory}`);
    const before = await byKey(tenant.view(), "group", "engineering", "members");
    const fields = [remove("alan@acme.example", "members"), remove("mallory@acme.example", "members")];

    const problems = await refusal(tenant.hands().update("group", before, before.spec, fields, context()));

    expect(before.explained?.members).toEqual({
      "alan@acme.example": "rule engineering, probably",
      "edsger@acme.example": "rule engineering, probably",
      "katherine@acme.example": "rule engineering, probably",
    });
    expect(problems.map(({ message }) => message)).toEqual([
      'member alan@acme.example: the rule "engineering" matches them and has probably put them into engineering, so they stay.',
    ]);
    expect(tenant.writes).toEqual([`DELETE /api/v1/groups/${group}/users/${mallory}`]);
  });

  test("and of whom it cannot be judged, nobody goes, one by one or many at once", async () => {
    const tenant = connected({}, { through: withoutRules });
    const [rule] = [...tenant.box.okta.tenant.rules.values()];
    if (rule === undefined) throw new Error("the seed has no rule");
    tenant.box.okta.tenant.rules.set(rule.id, { ...rule, expression: 'user.nickName == "x"' });
    const before = await byKey(tenant.view(), "group", "engineering", "members");

    for (const logins of [["alan@acme.example"], ["alan@acme.example", "edsger@acme.example"]]) {
      const fields = logins.map((login) => remove(login, "members"));
      const problems = await refusal(tenant.hands().update("group", before, before.spec, fields, context()));
      expect(problems.map(({ message }) => message.replace(/^member \S+ /, ""))).toEqual(
        logins.map(() => 'whether the rule "engineering" put them into engineering cannot be told, so they stay.'),
      );
    }
    expect(before.explained?.members).toMatchObject({ "alan@acme.example": "rule engineering, perhaps" });
    expect(tenant.writes).toEqual([]);
  });

  test("deleting it twice is fine", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "group", "support");

    await tenant.hands().delete("group", live, context());
    await tenant.hands().delete("group", live, context());

    expect(await byId(tenant.view(), "group", live.id)).toEqual({ gone: true, id: live.id });
  });

  test("a name that exists is a problem that says how to bind it", async () => {
    const problems = await refusal(connected().hands().create("group", { name: "support" }, context()));

    expect(problems).toMatchObject([{ code: "exists", hint: expect.stringContaining("accord import") }]);
  });
});

describe("owners need a licence", () => {
  test("without it they are a finding of the review, and no plan asks for them twice", async () => {
    const tenant = connected();
    tenant.box.okta.knobs.licensed.owners = false;
    const view = tenant.view();
    const live = await byKey(view, "group", "support", "owners");

    const findings = await view.review("group", { name: "support", owners: ["ada@acme.example"] }, live);

    expect(live.spec).not.toHaveProperty("owners");
    expect(findings).toMatchObject([{ code: "okta-owners-unsupported", path: ["owners"] }]);
    expect(tenant.requests().filter((line) => line.includes("/owners"))).toHaveLength(1);
  });

  test("with it each list is read once, and a new group asks for none", async () => {
    const tenant = connected();
    const view = tenant.view();
    const live = await byKey(view, "group", "support", "owners");
    const spec = { name: "support", owners: ["ada@acme.example"] };

    expect(await view.review("group", spec, live)).toEqual([]);
    expect(await view.review("group", { ...spec, name: "new" }, undefined)).toEqual([]);
    expect(tenant.requests().filter((line) => line.includes("/owners"))).toHaveLength(1);
  });

  test("owners that an application gives are neither shown nor ours to remove", async () => {
    const tenant = connected();
    const [support, ada, grace] = await Promise.all(
      ["support", "ada@acme.example", "grace@acme.example"].map((name) => tenant.idOf(name)),
    );
    if (support === undefined || ada === undefined || grace === undefined) throw new Error("the seed lacks someone");
    tenant.box.okta.tenant.owners.set(support, [
      { id: ada, type: "USER", sourceId: "0oaad", updated: 0 },
      { id: grace, type: "USER", updated: 0 },
    ]);

    expect((await byKey(tenant.view(), "group", "support", "owners")).spec.owners).toEqual(["grace@acme.example"]);
  });

  test("an owner who is there already is no failure", async () => {
    const tenant = connected();
    const ada = await tenant.idOf("ada@acme.example");
    const before = await byKey(tenant.view(), "group", "support", "owners");
    const given = context({ "ada@acme.example": ada });
    const spec = { ...before.spec, owners: ["ada@acme.example"] };

    await tenant.hands().update("group", before, spec, [add("ada@acme.example", "owners")], given);
    await tenant.hands().update("group", before, spec, [add("ada@acme.example", "owners")], given);

    expect((await specOf(tenant.view(), "group", before.id, "owners")).owners).toEqual(["ada@acme.example"]);
  });
});
