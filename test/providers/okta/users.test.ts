import { describe, expect, test } from "vitest";
import { all, byId, byKey, refusal, specOf } from "../../support/asked.ts";
import { set } from "../../support/field-changes.ts";
import { connected, context } from "./connected.ts";
import { textAt } from "./emulator/sandbox.ts";

const NEW = { login: "barbara@acme.example", email: "barbara@acme.example", firstName: "Barbara", lastName: "Liskov" };

describe("accounts are read", () => {
  test("by twenty logins a search, and ids likewise", async () => {
    const tenant = connected();
    const logins = Array.from({ length: 45 }, (_, index) => `nobody${index}@acme.example`);
    const objects = [...logins, "ADA@acme.example".toLowerCase()].map((key) => ({ key, fields: ["login"] }));

    const found = await all(tenant.view().list("user", { objects }));

    expect(found.map((live) => live.spec.login)).toEqual(["ada@acme.example"]);
    expect(tenant.requests()).toHaveLength(3);
  });

  test("in one sweep where that is cheaper", async () => {
    const tenant = connected();
    const view = tenant.view();
    await byKey(view, "group", "support");
    tenant.requests();

    const objects = Array.from({ length: 21 }, (_, index) => ({ key: `nobody${index}@acme.example`, fields: [] }));
    await all(view.list("user", { objects }));

    expect(tenant.requests()).toEqual(["GET /api/v1/users?limit=200&search=status%20pr"]);
  });

  test("all attributes of the profile but the four named ones stand under profile", async () => {
    const { spec } = await byKey(connected().view(), "user", "ada@acme.example");

    expect(spec).toMatchObject({
      login: "ada@acme.example",
      firstName: "Ada",
      profile: { department: "SRE", title: "Staff SRE" },
      status: "active",
    });
    expect(spec.profile).not.toHaveProperty("login");
  });
});

describe("an account", () => {
  test("is made without a mail, and counts as active before its owner set a password", async () => {
    const tenant = connected();

    const live = await tenant.hands().create("user", { ...NEW, profile: { department: "SRE" } }, context());

    expect(tenant.writes).toEqual([
      "POST /api/v1/users?activate=false",
      `POST /api/v1/users/${live.id}/lifecycle/activate?sendEmail=false`,
    ]);
    await tenant.sleep(60_000);
    const spec = await specOf(tenant.view(), "user", live.id);
    expect(spec).toMatchObject({ ...NEW, profile: { department: "SRE" }, status: "active" });
    expect(await tenant.view().progress("user", live)).toMatchObject({ state: "done" });
  });

  test("changes only what changed; null takes an attribute away", async () => {
    const tenant = connected();
    const before = await byKey(tenant.view(), "user", "ada@acme.example");
    const changes = [
      [{ firstName: "Augusta" }, set("Augusta", "firstName")],
      [{ email: "ada.l@acme.example" }, set("ada.l@acme.example", "email")],
      [{ profile: { title: "Principal SRE" } }, set("Principal SRE", "profile", "title")],
      [{ profile: { department: null } }, set(null, "profile", "department")],
    ] as const;

    for (const [spec, change] of changes) await tenant.hands().update("user", before, spec, [change], context());

    const after = await specOf(tenant.view(), "user", before.id);
    expect(after).toMatchObject({ firstName: "Augusta", email: "ada.l@acme.example", lastName: "Lovelace" });
    expect(after.profile).toMatchObject({ title: "Principal SRE" });
    expect(after.profile).not.toHaveProperty("department");
  });

  test("is suspended and let in again, each from the status it has", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "user", "ada@acme.example");
    const move = (status: string) =>
      tenant.hands().update("user", live, { status }, [set(status, "status")], context());

    await move("suspended");
    await move("suspended");
    expect((await specOf(tenant.view(), "user", live.id)).status).toBe("suspended");
    await move("active");
    await move("active");
    expect((await specOf(tenant.view(), "user", live.id)).status).toBe("active");
    expect(tenant.writes.map((line) => line.split("/").at(-1))).toEqual(["suspend", "unsuspend"]);
  });

  test("cannot go back to being staged", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "user", "ada@acme.example");

    const problems = await refusal(
      tenant.hands().update("user", live, { status: "staged" }, [set("staged", "status")], context()),
    );

    expect(problems).toMatchObject([{ code: "okta-user-status" }]);
    expect(tenant.writes).toEqual([]);
  });

  test("that is deactivated counts as gone, except to a document that speaks of the status", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "user", "mallory@acme.example");
    await tenant.hands().update("user", live, { status: "deactivated" }, [set("deactivated", "status")], context());
    await tenant.sleep(60_000);

    expect(await byId(tenant.view(), "user", live.id)).toEqual({ gone: true, id: live.id });
    expect(await all(tenant.view().list("user", { objects: [{ id: live.id, fields: [] }] }))).toEqual([]);
    expect((await specOf(tenant.view(), "user", live.id, "status")).status).toBe("deactivated");

    await tenant.hands().update("user", live, { status: "active" }, [set("active", "status")], context());
    await tenant.sleep(60_000);
    expect((await specOf(tenant.view(), "user", live.id)).status).toBe("active");
  });

  test("whose move takes time is converging until Okta is done", async () => {
    const tenant = connected();
    tenant.box.okta.knobs.lifecycleLagMs = 30_000;
    const live = await byKey(tenant.view(), "user", "mallory@acme.example");

    await tenant.hands().update("user", live, { status: "deactivated" }, [set("deactivated", "status")], context());

    expect(await tenant.view().progress("user", live)).toMatchObject({ state: "converging" });
    await tenant.sleep(30_000);
    expect(await tenant.view().progress("user", live)).toMatchObject({ state: "done" });
  });

  test("is suspended when its document goes, and erased only where that is said, with one DELETE", async () => {
    const tenant = connected();
    const ada = await byKey(tenant.view(), "user", "ada@acme.example");
    await tenant.hands().disable("user", ada, context());
    await tenant.hands().disable("user", ada, context());
    expect((await specOf(tenant.view(), "user", ada.id)).status).toBe("suspended");

    tenant.box.okta.knobs.lifecycleLagMs = 5_000;
    await tenant.hands().delete("user", ada, context());
    await tenant.hands().delete("user", ada, context());

    expect(tenant.writes.filter((line) => line.startsWith("DELETE"))).toHaveLength(1);
    expect(await byId(tenant.view(), "user", ada.id, "status")).toEqual({ gone: true, id: ada.id });
  });

  test("whose DELETE got no answer is never deleted again blindly", async () => {
    let drops = 0;
    const tenant = connected(
      {},
      {
        through: (fetch) => async (request) => {
          if (request.method !== "DELETE") return fetch(request);
          drops += 1;
          throw new TypeError("terminated");
        },
      },
    );
    const ada = await byKey(tenant.view(), "user", "ada@acme.example");

    const problems = await refusal(tenant.hands().delete("user", ada, context()));

    expect(problems).toMatchObject([{ code: "unclear-outcome" }]);
    expect(drops).toBe(1);
  });

  test("that exists is a problem that says how to bind it", async () => {
    const tenant = connected();
    const spec = { ...NEW, login: "ada@acme.example" };

    expect(await refusal(tenant.hands().create("user", spec, context()))).toMatchObject([
      { code: "exists", hint: expect.stringContaining("accord import") },
    ]);
  });
});

describe("people are resolved", () => {
  test("by login, else by exact primary e-mail, without regard to case", async () => {
    const tenant = connected();
    const ada = await tenant.idOf("ada@acme.example");
    await tenant.box.call("POST", `/api/v1/users/${ada}`, { profile: { email: "lovelace@acme.example" } });
    await tenant.sleep(60_000);

    const found = await tenant.view().people(["ADA@acme.example", "Lovelace@acme.example", "nobody@acme.example"]);

    expect(found).toEqual([
      { name: "ADA@acme.example", candidates: [{ id: ada, login: "ada@acme.example" }] },
      { name: "Lovelace@acme.example", candidates: [{ id: ada, login: "ada@acme.example" }] },
      { name: "nobody@acme.example", candidates: [] },
    ]);
  });

  test("without a call where a member list brought them along", async () => {
    const tenant = connected();
    const view = tenant.view();
    await byKey(view, "group", "support", "members");
    tenant.requests();

    await view.people(["rosalind@acme.example"]);

    expect(tenant.requests()).toEqual([]);
  });

  test("an e-mail that two people share names both, so that nobody is chosen", async () => {
    const tenant = connected();
    for (const login of ["one@acme.example", "two@acme.example"]) {
      const profile = { ...NEW, login, email: "shared@acme.example" };
      await tenant.box.call("POST", "/api/v1/users?activate=true&sendEmail=false", { profile });
    }
    await tenant.sleep(60_000);

    const [match] = await tenant.view().people(["shared@acme.example"]);

    expect(match?.candidates.map(({ login }) => login)).toEqual(["one@acme.example", "two@acme.example"]);
  });

  test("somebody made a moment ago is found although the search does not show them yet", async () => {
    const tenant = connected();
    tenant.box.okta.knobs.searchLagMs = 60_000;
    const made = await tenant.box.call("POST", "/api/v1/users?activate=true", { profile: NEW });

    const [match] = await tenant.view().people([NEW.login]);

    expect(match?.candidates).toEqual([{ id: textAt(made.body, "id"), login: NEW.login }]);
  });

  test("the deactivated are nobody", async () => {
    const tenant = connected();
    const mallory = await tenant.idOf("mallory@acme.example");
    await tenant.box.call("POST", `/api/v1/users/${mallory}/lifecycle/deactivate`);
    await tenant.sleep(60_000);

    expect(await tenant.view().people(["mallory@acme.example"])).toEqual([
      { name: "mallory@acme.example", candidates: [] },
    ]);
  });

  test("a lookup by e-mail finds the account", async () => {
    const found = await connected().view().find("user", { email: "grace@acme.example" });

    expect(found.exact.map(({ label }) => label)).toEqual(["grace@acme.example"]);
  });
});
