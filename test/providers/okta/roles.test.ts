import { describe, expect, test } from "vitest";
import { okta } from "../../../providers/okta/provider.ts";
import { all, byId, byKey, refusal, specOf } from "../../support/asked.ts";
import { add, remove, set } from "../../support/field-changes.ts";
import { connected, context } from "./connected.ts";
import { textAt } from "./emulator/sandbox.ts";

describe("an admin role", () => {
  test("is given to a group, a person and a client, and known by who holds what", async () => {
    const tenant = connected();
    const ada = await tenant.idOf("ada@acme.example");
    const support = await tenant.idOf("support");
    const client = tenant.box.okta.addClient({ label: "Deployer" });
    const people = { "ada@acme.example": ada };
    const specs = [
      [{ type: "HELP_DESK_ADMIN", group: { id: support } }, `group:${support}:HELP_DESK_ADMIN`],
      [{ type: "APP_ADMIN", user: "ada@acme.example" }, `user:${ada}:APP_ADMIN`],
      [{ type: "READ_ONLY_ADMIN", client }, `client:${client}:READ_ONLY_ADMIN`],
    ] as const;

    for (const [spec, id] of specs) {
      const live = await tenant.hands().create("admin-role", spec, context(people));
      expect(live.id).toBe(id);
      expect(await specOf(tenant.view(), "admin-role", id)).toEqual(spec);
      const key = okta.kinds.get("admin-role")?.key(spec) ?? "";
      const [found] = await all(tenant.view().list("admin-role", { objects: [{ key, fields: [] }] }));
      expect(found?.id).toBe(id);

      await tenant.hands().delete("admin-role", live, context());
      await tenant.hands().delete("admin-role", live, context());
      expect(await byId(tenant.view(), "admin-role", id)).toEqual({ gone: true, id });
    }
  });

  test("given twice is a problem that says how to bind it", async () => {
    const tenant = connected();
    const spec = { type: "APP_ADMIN", group: { id: await tenant.idOf("support") } };
    await tenant.hands().create("admin-role", spec, context());

    expect(await refusal(tenant.hands().create("admin-role", spec, context()))).toMatchObject([{ code: "exists" }]);
  });

  test("is privileged access, and that of a super administrator administers", () => {
    const edges = (spec: Record<string, string>) => [...(okta.kinds.get("admin-role")?.edges?.({ spec }) ?? [])];

    expect(edges({ type: "SUPER_ADMIN", user: "ada@acme.example" })).toEqual([
      { person: "ada@acme.example", entitlement: "admin role SUPER_ADMIN", privileged: true, administers: true },
    ]);
    expect(edges({ type: "APP_ADMIN", user: "ada@acme.example" })[0]).not.toHaveProperty("administers");
  });
});

describe("a custom role", () => {
  async function made() {
    const tenant = connected();
    const [support, engineering, ada, grace] = await Promise.all(
      ["support", "engineering", "ada@acme.example", "grace@acme.example"].map((name) => tenant.idOf(name)),
    );
    if (support === undefined || engineering === undefined || ada === undefined || grace === undefined) {
      throw new Error("the seed lacks someone");
    }
    const people = { "ada@acme.example": ada, "grace@acme.example": grace };
    const spec = {
      label: "Support desk",
      description: "May manage who is in support",
      permissions: ["okta.groups.read", "okta.groups.members.manage"],
      resourceSet: {
        label: "Support",
        description: "The support group",
        groups: [{ id: support }],
        usersOf: [{ id: support }],
        resources: ["/api/v1/apps"],
      },
      members: { groups: [{ id: engineering }], users: ["ada@acme.example"] },
    };
    const given = context(people);
    const live = await tenant.hands().create("custom-role", spec, given);
    return { tenant, spec, live, people, given, support, engineering };
  }

  test("is made with its resource set and its members, and read back the same", async () => {
    const { tenant, spec, live, given } = await made();

    expect(given.ids).toEqual([live.id]);
    expect(await specOf(tenant.view(), "custom-role", live.id)).toEqual(spec);
    expect((await byKey(tenant.view(), "custom-role", "Support desk on Support")).id).toBe(live.id);
    expect((await tenant.view().find("custom-role", { label: "Support desk" })).exact).toEqual([
      { id: live.id, label: "Support desk on Support" },
    ]);
  });

  test("changes element by element", async () => {
    const { tenant, spec, live, people, support, engineering } = await made();
    const ref = (op: "add" | "remove", id: string, ...path: string[]) => ({ op, path, element: { id } });
    const steps = [
      [{ label: "Desk" }, [set("Desk", "label")]],
      [
        { permissions: ["okta.groups.read", "okta.users.read"] },
        [add("okta.users.read", "permissions"), remove("okta.groups.members.manage", "permissions")],
      ],
      [
        { resourceSet: { ...spec.resourceSet, groups: [{ id: engineering }], resources: [] } },
        [
          ref("add", engineering, "resourceSet", "groups"),
          ref("remove", support, "resourceSet", "groups"),
          remove("/api/v1/apps", "resourceSet", "resources"),
        ],
      ],
      [
        { members: { groups: [], users: ["grace@acme.example"] } },
        [
          add("grace@acme.example", "members", "users"),
          remove("ada@acme.example", "members", "users"),
          ref("remove", engineering, "members", "groups"),
        ],
      ],
    ] as const;

    let wanted: Record<string, unknown> = spec;
    for (const [change, fields] of steps) {
      wanted = { ...wanted, ...change };
      const before = await byId(tenant.view(), "custom-role", live.id);
      if ("gone" in before) throw new Error("gone");
      await tenant.hands().update("custom-role", before, { ...before.spec, ...change }, fields, context(people));
      expect(await specOf(tenant.view(), "custom-role", live.id)).toEqual(wanted);
    }
  });

  test("says of which permission it does not tell everything, and leaves its conditions alone", async () => {
    const { tenant, spec, live } = await made();
    const [role = ""] = live.id.split("/");
    const conditions = { include: { "okta:ResourceAttribute/User/Profile": ["city"] } };
    await tenant.box.call("POST", `/api/v1/iam/roles/${role}/permissions/okta.users.read`, { conditions });
    const view = tenant.view();
    const shown = await byKey(view, "custom-role", "Support desk on Support");
    tenant.requests();

    const wanted = { ...spec, permissions: [...spec.permissions, "okta.users.read"] };
    expect(shown.spec.permissions).toEqual(wanted.permissions);
    expect(await view.review("custom-role", wanted, shown)).toMatchObject([
      { code: "okta-conditional", path: ["permissions", 2], severity: "warning" },
    ]);
    expect(tenant.requests()).toEqual([]);
    await tenant.hands().update("custom-role", shown, { ...wanted, label: "Desk" }, [set("Desk", "label")], context());
    expect(tenant.box.okta.tenant.customRoles.get(role)?.permissions.get("okta.users.read")?.conditions).toEqual(
      conditions,
    );
  });

  test("sends back the text that is not its change as it is live", async () => {
    const { tenant, spec, live } = await made();
    const change = {
      ...spec,
      label: "Desk",
      description: "ignored",
      resourceSet: { label: "Desk", description: "too" },
    };
    const fields = [set("Desk", "label"), set("Desk", "resourceSet", "label")];

    await tenant.hands().update("custom-role", live, change, fields, context());

    const { description, resourceSet } = await specOf(tenant.view(), "custom-role", live.id);
    expect([description, resourceSet]).toEqual([spec.description, { ...spec.resourceSet, label: "Desk" }]);
  });

  test("goes with its resource set, unless somebody else's access hangs on either", async () => {
    const { tenant, live } = await made();
    const [role = "", set = ""] = live.id.split("/");
    const other = await tenant.box.call("POST", "/api/v1/iam/roles", {
      label: "Other",
      description: "Another",
      permissions: ["okta.groups.read"],
    });
    const otherId = textAt(other.body, "id");
    const members = [`https://acme.okta.com/api/v1/groups/${await tenant.idOf("support")}`];
    await tenant.box.call("POST", `/api/v1/iam/resource-sets/${set}/bindings`, { role: otherId, members });

    expect(await refusal(tenant.hands().delete("custom-role", live, context()))).toMatchObject([
      { code: "okta-shared-role" },
    ]);
    await tenant.box.call("DELETE", `/api/v1/iam/resource-sets/${set}/bindings/${otherId}`);
    await tenant.hands().delete("custom-role", live, context());
    await tenant.hands().delete("custom-role", live, context());

    expect(await byId(tenant.view(), "custom-role", live.id)).toEqual({ gone: true, id: live.id });
    expect(tenant.box.okta.tenant.customRoles.has(role)).toBe(false);
  });

  test("of which the set was refused leaves no role behind", async () => {
    const { tenant, spec, given } = await made();
    const again = { ...spec, label: "Second desk" };

    expect(await refusal(tenant.hands().create("custom-role", again, given))).toMatchObject([{ code: "exists" }]);
    expect([...tenant.box.okta.tenant.customRoles.values()].map((role) => role.label)).toEqual(["Support desk"]);
  });

  test("that names somebody whom nobody resolved is not begun", async () => {
    const { tenant, spec } = await made();
    const again = { ...spec, label: "Second desk", resourceSet: { ...spec.resourceSet, label: "Second" } };

    expect(await refusal(tenant.hands().create("custom-role", again, context()))).toMatchObject([
      { code: "unknown-person" },
    ]);
    expect(tenant.box.okta.tenant.customRoles.size).toBe(1);
  });

  test("asks for the path of a resource that has one", () => {
    const resources = ["orn:okta:directory:00o1:users", "orn:okta:idp:00o1:apps:slack", "/api/v1/users"];
    const spec = { resourceSet: { resources } };

    expect([...(okta.kinds.get("custom-role")?.check?.(spec) ?? [])].map(({ message }) => message)).toEqual([
      "resourceSet.resources: orn:okta:directory:00o1:users is /api/v1/users, which is how Okta shows it.",
    ]);
  });
});
