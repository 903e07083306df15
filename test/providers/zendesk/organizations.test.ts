import { describe, expect, test } from "vitest";
import { zendesk } from "../../../providers/zendesk/provider.ts";
import { all, byKey, refusal, specOf } from "../../support/asked.ts";
import { add, remove, set } from "../../support/field-changes.ts";
import { connected, context, ids } from "./connected.ts";

describe("an organization", () => {
  test("carries our mark where the document gives it no external id of its own", async () => {
    const tenant = connected();
    const given = context();
    const marked = await tenant.hands().create("organization", { name: "One" }, given);
    const named = await tenant.hands().create("organization", { name: "Two", externalId: "crm-2" }, given);

    expect(tenant.memory.organizations.map(({ externalId }) => externalId)).toEqual([
      null,
      "accord/acme/zendesk/kind/name",
      "crm-2",
    ]);
    const lives = await all(tenant.view().list("organization", { objects: [], everything: true }));
    expect(lives.find(({ id }) => id === marked.id)).toMatchObject({ marker: { tool: "accord", stack: "acme" } });
    expect(lives.find(({ id }) => id === marked.id)?.spec).not.toHaveProperty("externalId");
    expect(lives.find(({ id }) => id === named.id)).toMatchObject({ spec: { externalId: "crm-2" } });
    expect(lives.find(({ id }) => id === named.id)).not.toHaveProperty("marker");
  });

  test("keeps the domains that somebody added since the plan was made", async () => {
    const tenant = connected();
    const live = await tenant
      .hands()
      .create("organization", { name: "One", domainNames: ["a.example", "b.example"] }, context());
    const before = await byKey(tenant.view(), "organization", "one");
    await tenant.call("PUT", `/organizations/${live.id}`, {
      organization: { domain_names: ["a.example", "b.example", "byhand.example"] },
    });

    const changes = [remove("b.example", "domainNames"), add("c.example", "domainNames")];
    await tenant.hands().update("organization", before, before.spec, changes, context());
    expect((await specOf(tenant.view(), "organization", live.id)).domainNames).toEqual([
      "a.example",
      "byhand.example",
      "c.example",
    ]);
  });

  test("travels in one call, however many of its fields change", async () => {
    const tenant = connected();
    const live = await tenant.hands().create("organization", { name: "One", tags: ["x"] }, context());
    const spec = { name: "Uno", notes: "N", sharedTickets: true, tags: ["x", "y"], fields: { tier: "gold" } };
    const changes = [
      set("Uno", "name"),
      set("N", "notes"),
      set(true, "sharedTickets"),
      add("y", "tags"),
      set("gold", "fields", "tier"),
    ];
    await tenant.hands().update("organization", live, spec, changes, context());
    expect(tenant.writes).toEqual(["POST /organizations", `PUT /organizations/${live.id}`]);
    expect(tenant.sent.at(-1)).toEqual({
      organization: {
        name: "Uno",
        notes: "N",
        shared_tickets: true,
        tags: ["x", "y"],
        organization_fields: { tier: "gold" },
      },
    });
  });

  test("of a name that is taken in any case exists already", async () => {
    const tenant = connected();
    expect(await refusal(tenant.hands().create("organization", { name: "ACME" }, context()))).toMatchObject([
      { code: "exists", hint: expect.stringContaining("accord import") },
    ]);
    expect((await byKey(tenant.view(), "organization", "acme")).spec.name).toBe("Acme");
  });

  test("whose external id another one has, in any case, is refused in the plan", async () => {
    const tenant = connected();
    await tenant.hands().create("organization", { name: "One", externalId: "CRM-1" }, context());
    expect(await tenant.view().review("organization", { name: "Uno", externalId: "crm-1" }, undefined)).toMatchObject([
      { code: "zendesk-external-id-taken", message: expect.stringContaining('"One"'), path: ["externalId"] },
    ]);
  });

  test("is deleted once, and twice is fine", async () => {
    const tenant = connected();
    const live = await byKey(tenant.view(), "organization", "acme");
    await tenant.hands().delete("organization", live, context());
    await tenant.hands().delete("organization", live, context());
    expect(tenant.memory.organizationMemberships).toEqual([]);
    expect(tenant.person("ada").organizationId).toBeNull();
  });

  test("says what leaving it, and giving it a domain, will do", () => {
    const facts = zendesk.kinds.get("organization");
    const fields = [remove("ada@acme.example", "members"), add("acme.example", "domainNames")];
    expect(facts?.describe?.({ action: "update", before: undefined, after: { name: "Acme" }, fields })).toMatchObject({
      notes: [
        expect.stringContaining("takes the organization off the working tickets of ada@acme.example"),
        expect.stringContaining("acme.example from now on joins by themselves"),
      ],
    });
  });
});

describe("members of an organization", () => {
  test("are end users and agents; the default of a membership is true or null, never false", async () => {
    const tenant = connected();
    const people = ids(tenant, "ada", "grace");
    const live = await tenant
      .hands()
      .create("organization", { name: "Two", members: Object.keys(people) }, context(people));
    const { body } = await tenant.call("GET", `/organizations/${live.id}/organization_memberships`);
    expect(body).toMatchObject({ organization_memberships: [{ default: null }, { default: true }] });
    expect((await specOf(tenant.view(), "organization", live.id, "members")).members).toEqual([
      "ada@acme.example",
      "grace@acme.example",
    ]);
  });

  test("are one of each where the account has no multiple organizations: each refusal says so, the others are in", async () => {
    const tenant = connected();
    tenant.memory.multipleOrganizations = false;
    const people = ids(tenant, "ada", "grace");
    const given = context(people);
    const problems = await refusal(
      tenant.hands().create("organization", { name: "Two", members: Object.keys(people) }, given),
    );
    expect(problems).toMatchObject([
      {
        code: "zendesk-member-refused",
        message: expect.stringContaining("ada@acme.example"),
        hint: expect.stringContaining("multiple organizations"),
      },
    ]);
    expect((await specOf(tenant.view(), "organization", given.ids[0] ?? "", "members")).members).toEqual([
      "grace@acme.example",
    ]);
  });

  test("who have no address at all go by their id, and can be taken out", async () => {
    const tenant = connected();
    const { body } = await tenant.call("POST", "/users", { user: { name: "By phone" } });
    const id = tenant.memory.users.at(-1)?.id ?? "";
    expect(body).toMatchObject({ user: { email: null } });
    const acme = await byKey(tenant.view(), "organization", "acme");
    await tenant.call("POST", "/organization_memberships", {
      organization_membership: { user_id: Number(id), organization_id: Number(acme.id) },
    });
    const live = await byKey(tenant.view(), "organization", "acme", "members");
    expect(live.spec.members).toContain(`user ${id}`);
    await tenant.hands().update("organization", live, live.spec, [remove(`user ${id}`, "members")], context());
    expect((await specOf(tenant.view(), "organization", acme.id, "members")).members).not.toContain(`user ${id}`);
  });
});
