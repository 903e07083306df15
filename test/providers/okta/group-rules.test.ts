import { describe, expect, test } from "vitest";
import { all, byId, byKey, refusal, specOf } from "../../support/asked.ts";
import { add, set } from "../../support/field-changes.ts";
import { connected, context } from "./connected.ts";

const expression = 'user.department=="Sales"';

describe("a rule", () => {
  test("is made inactive, read back, and only then set to work", async () => {
    const tenant = connected();
    const support = await tenant.idOf("support");
    const given = context();
    const spec = { name: "sales", expression, groups: [{ id: support }] };

    const live = await tenant.hands().create("group-rule", spec, given);

    expect(given.ids).toEqual([live.id]);
    expect(tenant.requests().map((line) => line.replace(live.id, "{id}"))).toEqual([
      "POST /api/v1/groups/rules",
      "GET /api/v1/groups/rules/{id}",
      "POST /api/v1/groups/rules/{id}/lifecycle/activate",
    ]);
    expect(await specOf(tenant.view(), "group-rule", live.id)).toEqual({ ...spec, status: "active" });
    await tenant.sleep(60_000);
    const { members } = (await byKey(tenant.view(), "group", "support", "members")).spec;
    expect(members).toEqual(expect.arrayContaining(["mallory@acme.example", "victor@acme.example"]));
  });

  test("may stay inactive, and each field changes alone", async () => {
    const tenant = connected();
    const [support, engineering, ada] = await Promise.all(
      ["support", "engineering", "ada@acme.example"].map((name) => tenant.idOf(name)),
    );
    if (support === undefined || engineering === undefined || ada === undefined)
      throw new Error("the seed lacks someone");
    const start = { name: "sales", expression, groups: [{ id: support }], status: "inactive" };
    const live = await tenant.hands().create("group-rule", start, context());
    const people = { "ada@acme.example": ada };
    const steps = [
      [{ name: "sales people" }, [set("sales people", "name")]],
      [{ expression: "true" }, [set("true", "expression")]],
      [{ exclude: ["ada@acme.example"] }, [add("ada@acme.example", "exclude")]],
      [
        { groups: [{ id: support }, { id: engineering }] },
        [{ op: "add", path: ["groups"], element: { id: engineering } }],
      ],
      [{ status: "active" }, [set("active", "status")]],
      [{ expression }, [set(expression, "expression")]],
    ] as const;

    let spec: Record<string, unknown> = start;
    for (const [change, fields] of steps) {
      const before = await byId(tenant.view(), "group-rule", live.id, "exclude");
      if ("gone" in before) throw new Error("gone");
      spec = { ...spec, ...change };
      await tenant.hands().update("group-rule", before, { ...before.spec, ...change }, fields, context(people));
      expect(await specOf(tenant.view(), "group-rule", live.id, "exclude")).toEqual({ exclude: [], ...spec });
    }
  });

  test("that runs stops for its edit and goes on, or goes back to what it was when the edit is refused", async () => {
    const tenant = connected();
    const before = await byKey(tenant.view(), "group-rule", "engineering");
    tenant.requests();

    await tenant.hands().update("group-rule", before, before.spec, [set("true", "expression")], context());
    expect(tenant.writes.map((line) => line.replace(before.id, "{id}"))).toEqual([
      "POST /api/v1/groups/rules/{id}/lifecycle/deactivate",
      "PUT /api/v1/groups/rules/{id}",
      "POST /api/v1/groups/rules/{id}/lifecycle/activate",
    ]);

    const spec = { ...before.spec, expression: "user.department ==" };
    await refusal(
      tenant.hands().update("group-rule", before, spec, [set("user.department ==", "expression")], context()),
    );
    expect((await specOf(tenant.view(), "group-rule", before.id)).status).toBe("active");
  });

  test("keeps the exclusions that it does not declare, without the ids of deleted people", async () => {
    const tenant = connected();
    const [rule] = [...tenant.box.okta.tenant.rules.values()];
    if (rule === undefined) throw new Error("the seed has no rule");
    const alan = await tenant.idOf("alan@acme.example");
    tenant.box.okta.tenant.rules.set(rule.id, { ...rule, excludedUsers: [alan, "00udeleted0000000000"] });
    const before = await byKey(tenant.view(), "group-rule", "engineering");

    await tenant.hands().update("group-rule", before, { ...before.spec, name: "eng" }, [set("eng", "name")], context());

    expect(tenant.box.okta.tenant.rules.get(rule.id)?.excludedUsers).toEqual([alan]);
  });

  test("keeps what its document leaves to others: targets, exclusions and an expression that are not its changes", async () => {
    const tenant = connected();
    const [support, engineering, ada, alan] = await Promise.all(
      ["support", "engineering", "ada@acme.example", "alan@acme.example"].map((name) => tenant.idOf(name)),
    );
    const [rule] = [...tenant.box.okta.tenant.rules.values()];
    if (rule === undefined || support === undefined || ada === undefined || alan === undefined) {
      throw new Error("the seed lacks someone");
    }
    tenant.box.okta.tenant.rules.set(rule.id, { ...rule, excludedUsers: [alan] });
    const before = await byKey(tenant.view(), "group-rule", "engineering", "exclude");
    // As `manage: { groups: additive, exclude: additive }` and `ignore: [expression]` leave it.
    const spec = { name: "eng", expression: "false", groups: [{ id: support }], exclude: ["ada@acme.example"] };
    const fields = [
      set("eng", "name"),
      { op: "add", path: ["groups"], element: { id: support } },
      add("ada@acme.example", "exclude"),
    ] as const;

    await tenant.hands().update("group-rule", before, spec, fields, context({ "ada@acme.example": ada }));

    expect(tenant.box.okta.tenant.rules.get(rule.id)).toMatchObject({
      name: "eng",
      expression: rule.expression,
      groupIds: [engineering, support],
      excludedUsers: [alan, ada],
    });
    expect(tenant.writes).toHaveLength(3);
  });

  test("that can neither be edited nor go on says both", async () => {
    const tenant = connected(
      {},
      {
        through: (fetch) => (request) =>
          request.url.endsWith("/lifecycle/activate")
            ? Promise.resolve(Response.json({ errorCode: "E0000006", errorSummary: "Denied" }, { status: 403 }))
            : fetch(request),
      },
    );
    const before = await byKey(tenant.view(), "group-rule", "engineering");
    const spec = { ...before.spec, expression: "user.department ==" };

    const problems = await refusal(
      tenant.hands().update("group-rule", before, spec, [set("user.department ==", "expression")], context()),
    );

    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("Invalid expression"),
      expect.stringMatching(/^the rule "engineering" is inactive now and feeds nobody: Okta refused POST/),
    ]);
  });

  test("that Okta changed and would not set to work is not taken for an older organization's", async () => {
    const tenant = connected(
      {},
      {
        through: (fetch) => (request) =>
          request.url.endsWith("/lifecycle/activate")
            ? Promise.resolve(Response.json({ errorCode: "E0000001", errorSummary: "No" }, { status: 400 }))
            : fetch(request),
      },
    );
    const before = await byKey(tenant.view(), "group-rule", "engineering");
    const support = await tenant.idOf("support");
    const fields = [{ op: "add", path: ["groups"], element: { id: support } }] as const;

    await refusal(tenant.hands().update("group-rule", before, before.spec, fields, context()));

    expect(tenant.writes.map((line) => line.replace(before.id, "{id}"))).toEqual([
      "POST /api/v1/groups/rules/{id}/lifecycle/deactivate",
      "PUT /api/v1/groups/rules/{id}",
      "POST /api/v1/groups/rules/{id}/lifecycle/activate",
    ]);
  });

  test("with many excluded people costs a search for twenty of them, not a call each", async () => {
    const tenant = connected();
    const [rule] = [...tenant.box.okta.tenant.rules.values()];
    if (rule === undefined) throw new Error("the seed has no rule");
    const excludedUsers = [...tenant.box.okta.tenant.users.keys()];
    tenant.box.okta.tenant.rules.set(rule.id, { ...rule, excludedUsers });
    tenant.requests();

    const live = await byKey(tenant.view(), "group-rule", "engineering", "exclude");

    expect(live.spec.exclude).toHaveLength(excludedUsers.length);
    expect(tenant.requests()).toHaveLength(1 + Math.ceil(excludedUsers.length / 20));
  });

  test("whose target was deleted is replaced by a new one of the same name", async () => {
    const tenant = connected();
    const support = await tenant.idOf("support");
    const engineering = await byKey(tenant.view(), "group", "engineering");
    await tenant.hands().delete("group", engineering, context());
    const view = tenant.view();
    const before = await byKey(view, "group-rule", "engineering");
    const spec = { name: "engineering", expression, groups: [{ id: support }], status: "active" };

    expect(await view.review("group-rule", spec, before)).toMatchObject([
      { code: "okta-rule-invalid", severity: "warning" },
    ]);
    const fields = [
      set("active", "status"),
      set(expression, "expression"),
      { op: "add", path: ["groups"], element: { id: support } },
      { op: "remove", path: ["groups"], element: { id: engineering.id } },
    ] as const;
    const after = await tenant.hands().update("group-rule", before, spec, fields, context());

    expect(after.id).not.toBe(before.id);
    expect(await byId(tenant.view(), "group-rule", before.id)).toEqual({ gone: true, id: before.id });
    expect(await specOf(tenant.view(), "group-rule", after.id)).toEqual(spec);
  });

  test("in an older organization gives way to a second one that feeds the new target first", async () => {
    const tenant = connected(
      {},
      {
        // Before August 2026 a PUT kept the targets that a rule was made with (okta.md §4.5).
        through: (fetch) => async (request) => {
          const { pathname } = new URL(request.url);
          if (request.method !== "PUT" || !pathname.includes("/groups/rules/")) return fetch(request);
          const rule = tenant.box.okta.tenant.rules.get(pathname.split("/").at(-1) ?? "");
          const body: unknown = JSON.parse(await request.clone().text());
          const actions = { assignUserToGroups: { groupIds: rule?.groupIds ?? [] } };
          const kept = typeof body === "object" && body !== null ? { ...body, actions } : body;
          return fetch(
            new Request(request.url, { method: "PUT", headers: request.headers, body: JSON.stringify(kept) }),
          );
        },
      },
    );
    const support = await tenant.idOf("support");
    const engineering = await tenant.idOf("engineering");
    const before = await byKey(tenant.view(), "group-rule", "engineering");
    const spec = { ...before.spec, groups: [{ id: support }] };

    const after = await tenant.hands().update(
      "group-rule",
      before,
      spec,
      [
        { op: "add", path: ["groups"], element: { id: support } },
        { op: "remove", path: ["groups"], element: { id: engineering } },
      ],
      context(),
    );

    const order = tenant.writes.map((line) => line.replace(before.id, "{old}").replace(after.id, "{new}"));
    expect(order.indexOf("POST /api/v1/groups/rules/{new}/lifecycle/activate")).toBeLessThan(
      order.indexOf("DELETE /api/v1/groups/rules/{old}?removeUsers=false"),
    );
    const found = await all(tenant.view().list("group-rule", { objects: [], everything: true }));
    expect(found.map((live) => live.spec)).toEqual([{ ...spec, exclude: [] }]);
    expect((await byKey(tenant.view(), "group", "engineering", "members")).spec.members).toHaveLength(3);
  });

  test("is deleted without taking its members along, and twice is fine", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "group-rule", "engineering");

    await tenant.hands().delete("group-rule", live, context());
    await tenant.hands().delete("group-rule", live, context());

    expect(await byId(tenant.view(), "group-rule", live.id)).toEqual({ gone: true, id: live.id });
    expect((await byKey(tenant.view(), "group", "engineering", "members")).spec.members).toHaveLength(3);
  });

  test("waits for Okta's lock on all rules instead of giving up", async () => {
    const tenant = connected();
    tenant.box.okta.knobs.ruleLockMs = 3_000;
    const groups = [{ id: await tenant.idOf("support") }];

    const live = await tenant.hands().create("group-rule", { name: "sales", expression, groups }, context());

    expect((await specOf(tenant.view(), "group-rule", live.id)).status).toBe("active");
    expect(tenant.box.okta.lastRequests.filter(({ status }) => status === 423).length).toBeGreaterThan(0);
  });
});

describe("a rule is reviewed", () => {
  test("for standing idle where its document does not say so: an interrupted edit may have left it", async () => {
    const tenant = connected();
    const [rule] = [...tenant.box.okta.tenant.rules.values()];
    if (rule === undefined) throw new Error("the seed has no rule");
    tenant.box.okta.tenant.rules.set(rule.id, { ...rule, status: "INACTIVE" });
    const live = await byKey(tenant.view(), "group-rule", "engineering");
    const { status, ...silent } = live.spec;

    expect(status).toBe("inactive");
    expect(await tenant.view().review("group-rule", silent, live)).toMatchObject([
      { code: "okta-rule-inactive", severity: "warning" },
    ]);
    expect(await tenant.view().review("group-rule", live.spec, live)).toEqual([]);
  });

  test("against what its targets are", async () => {
    const tenant = connected();
    const view = tenant.view();
    await byKey(view, "group", "support");
    const everyone = await tenant.idOf("Everyone");

    const spec = { name: "all", expression: "true", groups: [{ id: everyone }] };

    expect(await view.review("group-rule", spec, undefined)).toMatchObject([
      { code: "okta-rule-target", message: "Everyone was not made in Okta; a rule cannot put people into it." },
    ]);
  });
});
