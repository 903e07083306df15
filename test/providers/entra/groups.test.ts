import { describe, expect, test } from "vitest";
import type { Live } from "../../../engine/model.ts";
import { all, refusal } from "../../support/asked.ts";
import { add, remove, set } from "../../support/field-changes.ts";
import { byId, connected, context, memoryCache } from "./connected.ts";

const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";
const MALLORY = "mallory@acme.example";
const TRENT = "trent@acme.example";
const KATHERINE = "katherine@acme.example";

async function listed(tenant: ReturnType<typeof connected>, name: string, ...fields: string[]): Promise<Live> {
  const [live] = await all(tenant.view().list("group", { objects: [{ key: name, fields }] }));
  if (live === undefined) throw new Error(`No group is called ${name}`);
  return live;
}

describe("reading groups", () => {
  test("members only of groups that declare them, and never of dynamic ones", async () => {
    const tenant = connected();
    const live = await all(
      tenant.view().list("group", {
        objects: [
          { key: "Engineering", fields: ["displayName", "members"] },
          { key: "Sales", fields: ["displayName"] },
          { key: "SRE (dynamic)", fields: ["displayName", "members", "owners"] },
        ],
      }),
    );
    const asked = tenant.requests().filter((line) => line.includes("/groups/delta"));
    expect(asked).toHaveLength(3);
    expect(asked[0]).not.toMatch(/[,=](?:members|owners)\b/);
    expect(asked[1]).toContain(`$select=id,members&$filter=id eq '${tenant.groupId("Engineering")}'`);
    expect(asked[2]).toContain(`$select=id,owners&$filter=id eq '${tenant.groupId("SRE (dynamic)")}'`);
    expect(live.find(({ spec }) => spec.displayName === "Engineering")?.spec.members).toContain(ADA);
    expect(live.find(({ spec }) => spec.displayName === "Sales")?.spec.members).toBeUndefined();
    expect(live.find(({ spec }) => spec.displayName === "SRE (dynamic)")?.spec).not.toHaveProperty("members");
  });

  test("a later run asks only for what changed, and sees who was added and removed by hand", async () => {
    const cache = memoryCache();
    const tenant = connected({ cache });
    await listed(tenant, "Engineering", "members");
    await tenant.byHand("DELETE", `/groups/${tenant.groupId("Engineering")}/members/${tenant.personId("ada")}/$ref`);
    await tenant.byHand("POST", `/groups/${tenant.groupId("Engineering")}/members/$ref`, {
      "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${tenant.personId("mallory")}`,
    });
    tenant.settle();
    tenant.requests();
    const live = await listed(tenant, "Engineering", "members");
    expect(
      tenant
        .requests()
        .filter((line) => line.includes("/delta"))
        .every((line) => line.includes("$deltatoken=")),
    ).toBe(true);
    expect(live.spec.members).toContain(MALLORY);
    expect(live.spec.members).not.toContain(ADA);
  });

  test.each([
    [
      "Graph has forgotten the link (410)",
      (tenant: ReturnType<typeof connected>) => {
        tenant.emulator.knobs.forgetDelta = true;
      },
    ],
    ["the link is older than a week", (tenant: ReturnType<typeof connected>) => tenant.clock.pass(8 * 86_400_000)],
  ])("reads everything again when %s", async (_why, happen) => {
    const cache = memoryCache();
    const tenant = connected({ cache });
    const before = await listed(tenant, "Engineering", "members");
    happen(tenant);
    expect((await listed(tenant, "Engineering", "members")).spec).toEqual(before.spec);
  });

  test("a cache that is damaged, or fails, is no cache", async () => {
    const cache = memoryCache();
    const tenant = connected({ cache });
    const before = await listed(tenant, "Engineering", "members");
    for (const key of cache.entries.keys()) cache.entries.set(key, '{"link":"/x","rows":');
    expect((await listed(tenant, "Engineering", "members")).spec).toEqual(before.spec);
    const failing = connected({
      cache: { get: () => Promise.reject(new Error("disk")), set: () => Promise.reject(new Error("disk")) },
    });
    expect((await listed(failing, "Engineering", "members")).spec).toEqual(before.spec);
  });

  test("a group that is cut over rows and pages is put together by its id", async () => {
    const tenant = connected();
    tenant.emulator.knobs.linksPerRow = 2;
    tenant.emulator.knobs.deltaPage = 1;
    const live = await listed(tenant, "Engineering", "members", "owners");
    expect([...(live.spec.members as string[])].sort()).toEqual(
      ["ada", "alan", "edsger", "grace", "linus"].map((name) => `${name}@acme.example`),
    );
    expect(live.spec.owners).toEqual([KATHERINE]);
  });

  test("names people a thousand in a call where it may, else by the fifteen", async () => {
    const narrow = connected({ lag: 0 });
    const wide = connected({ lag: 0, app: { roles: ["Directory.Read.All"] } });
    const fields = ["members", "memberGroups"];
    for (const tenant of [narrow, wide]) {
      await tenant.byHand("POST", `/groups/${tenant.groupId("Engineering")}/members/$ref`, {
        "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${tenant.groupId("Sales")}`,
      });
      tenant.requests();
    }
    const one = await listed(narrow, "Engineering", ...fields);
    expect(narrow.requests().filter((line) => line.includes("getByIds"))).toEqual([]);
    const other = await listed(wide, "Engineering", ...fields);
    expect(wide.requests().filter((line) => line.includes("getByIds"))).toHaveLength(1);
    expect(other.spec).toEqual(one.spec);
    expect(one.names).toEqual({ [narrow.groupId("Sales")]: "Sales" });
  });

  test("synced groups and those of Exchange are only looked at, and say why", async () => {
    const tenant = connected();
    expect((await listed(tenant, "Domain Users")).readOnly).toContain("Active Directory");
    expect((await listed(tenant, "Domain Users")).synced).toBe(true);
    expect((await listed(tenant, "Announcements")).readOnly).toContain("distribution list");
    expect((await listed(tenant, "Engineering")).readOnly).toBeUndefined();
  });

  test("another tool's uniqueName is another tool's mark", async () => {
    const tenant = connected({ lag: 0 });
    await tenant.byHand("PATCH", `/groups/${tenant.groupId("Sales")}`, { uniqueName: "bicep-sales" });
    expect((await listed(tenant, "Sales")).marker?.tool).toContain("bicep-sales");
  });
});

describe("writing to a directory that lags", () => {
  const spec = { displayName: "On call", members: [ADA, GRACE], owners: [TRENT] };

  async function made(tenant: ReturnType<typeof connected>, more: number) {
    const logins = Array.from({ length: more }, (_, n) => `person-${n}@acme.example`);
    const people: Record<string, string> = {
      [ADA]: tenant.personId("ada"),
      [GRACE]: tenant.personId("grace"),
      [TRENT]: tenant.personId("trent"),
    };
    for (const login of logins) {
      const user = await tenant.byHand("POST", "/users", {
        accountEnabled: true,
        displayName: "Somebody",
        mailNickname: "somebody",
        userPrincipalName: login,
        passwordProfile: { password: "Xy7!Xy7!Xy7!" },
      });
      people[login] = String((user as { id: unknown }).id);
    }
    tenant.settle();
    tenant.requests();
    return { people, spec: { ...spec, members: [...spec.members, ...logins] } };
  }

  test("a new group is not read to confirm it, and its members come with it", async () => {
    const tenant = connected();
    const { people } = await made(tenant, 0);
    const live = await tenant.hands().create("group", spec, context(people));
    expect(tenant.requests().map((line) => line.split("?")[0])).toEqual([
      "GET /v1.0/groups",
      "PATCH /v1.0/groups(uniqueName='accord.acme-prod.entra.group.one')",
    ]);
    expect(tenant.waits).toEqual([]);
    expect(live.marker).toEqual({ tool: "accord", stack: "acme-prod", address: "entra/group/one" });
  });

  test("what does not fit waits until the new group is known: 1, 2, 4, 8, 15, 30 s", async () => {
    const tenant = connected();
    const { people, spec: large } = await made(tenant, 30);
    const live = await tenant.hands().create("group", large, context(people));
    expect(tenant.waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 30_000]);
    expect(tenant.emulator.tenant.links.now(live.id, "members")).toHaveLength(32);
    expect(tenant.emulator.lastRequests.some(({ status, lagged }) => status === 404 && lagged.includes(live.id))).toBe(
      true,
    );
  });

  test("a reference to what this run did not make is refused at once, by name, and keeps nobody else out", async () => {
    const tenant = connected();
    const { people } = await made(tenant, 0);
    const gone = { ...people, "gone@acme.example": "acc0fd00-0000-4000-8000-ffffffffffff" };
    const problems = await refusal(
      tenant.hands().create("group", { ...spec, members: [ADA, "gone@acme.example", GRACE] }, context(gone)),
    );
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining("member gone@acme.example")]);
    const [id = ""] = [...tenant.emulator.tenant.groups.all()]
      .filter(([, one]) => one.displayName === "On call")
      .map(([one]) => one);
    expect(tenant.emulator.tenant.links.now(id, "members").toSorted()).toEqual([people[ADA], people[GRACE]].sort());
  });

  test("one who is there already does not keep the other nineteen out", async () => {
    const tenant = connected({ lag: 0 });
    const { people } = await made(tenant, 0);
    const id = tenant.groupId("Sales");
    const live = await byId(tenant.view(), "group", id, "members");
    // Added by hand after the plan has read.
    await tenant.byHand("POST", `/groups/${id}/members/$ref`, {
      "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${people[ADA]}`,
    });
    await tenant
      .hands()
      .update("group", live, {}, [add(ADA, "members"), add(GRACE, "members"), add(TRENT, "members")], context(people));
    const now = tenant.emulator.tenant.links.now(id, "members");
    for (const login of [ADA, GRACE, TRENT]) expect(now).toContain(people[login]);
  });

  test("a create whose answer was lost is the same group", async () => {
    let lose = true;
    const tenant = connected({
      through: (pass) => async (request) => {
        const answer = await pass(request);
        if (request.method !== "PATCH" || !lose) return answer;
        lose = false;
        throw new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
      },
    });
    const { people } = await made(tenant, 0);
    await tenant.hands().create("group", spec, context(people));
    expect([...tenant.emulator.tenant.groups.all()].filter(([, one]) => one.displayName === "On call")).toHaveLength(1);
  });

  test("a name that somebody else's group has is refused, with the line that binds it", async () => {
    const tenant = connected();
    const [problem] = await refusal(tenant.hands().create("group", { displayName: "Sales" }, context()));
    expect(problem).toMatchObject({
      code: "exists",
      hint: expect.stringContaining(`accord import entra/group/one ${tenant.groupId("Sales")}`),
    });
  });

  test("removals are links in batches of twenty, and who has left already is no problem", async () => {
    const tenant = connected();
    const { people, spec: large } = await made(tenant, 30);
    const { id } = await tenant.hands().create("group", large, context(people));
    tenant.settle();
    const live = await byId(tenant.view(), "group", id, "members");
    await tenant.byHand("DELETE", `/groups/${id}/members/${people["person-3@acme.example"]}/$ref`);
    tenant.requests();
    const leaving = large.members.filter((login) => login.startsWith("person-"));
    await tenant.hands().update(
      "group",
      live,
      spec,
      leaving.map((login) => remove(login, "members")),
      context(people),
    );
    const sent = tenant.requests();
    expect(sent.filter((line) => line === "POST /v1.0/$batch")).toHaveLength(2 + 1);
    const removals = sent.filter((line) => line.startsWith("DELETE"));
    expect(removals).toHaveLength(30);
    expect(removals.every((line) => /\/members\/[^/]+\/\$ref$/.test(line))).toBe(true);
    expect(tenant.emulator.tenant.links.now(id, "members")).toHaveLength(2);
  });
});

describe("owners", () => {
  test("new ones come before old ones go, and the last one stays", async () => {
    const tenant = connected({ lag: 0 });
    const id = tenant.groupId("Sales");
    const live = await byId(tenant.view(), "group", id, "owners");
    const people = { "victor@acme.example": tenant.personId("victor"), [TRENT]: tenant.personId("trent") };
    await tenant
      .hands()
      .update(
        "group",
        live,
        { owners: [TRENT] },
        [add(TRENT, "owners"), remove("victor@acme.example", "owners")],
        context(people),
      );
    expect(tenant.emulator.tenant.links.now(id, "owners")).toEqual([people[TRENT]]);
    const alone = await byId(tenant.view(), "group", id, "owners");
    const [problem] = await refusal(
      tenant.hands().update("group", alone, {}, [remove(TRENT, "owners")], context(people)),
    );
    expect(problem).toMatchObject({ code: "entra-last-owner", message: expect.stringContaining(TRENT) });
  });
});

describe("PIM activations", () => {
  function activated(app?: { readonly roles: readonly string[] }) {
    const tenant = connected({ lag: 0, ...(app === undefined ? {} : { app }) });
    const groupId = tenant.groupId("Engineering");
    const endsAt = tenant.clock.now() + 3_600_000;
    tenant.emulator.tenant.activations.push({
      groupId,
      accessId: "member",
      principalId: tenant.personId("grace"),
      assignmentType: "activated",
      endsAt,
    });
    return { tenant, groupId };
  }

  test("who is there by one is not listed as a member, and the plan says so", async () => {
    const { tenant } = activated();
    const live = await listed(tenant, "Engineering", "members");
    expect(live.spec.members).not.toContain(GRACE);
    expect(live.computed?.activated).toEqual([expect.stringContaining(`${GRACE}, member until`)]);
  });

  test("who is declared counts as a member while they are there by one", async () => {
    const { tenant } = activated();
    const known = [{ members: [GRACE] }];
    const [live] = await all(
      tenant.view().list("group", { objects: [{ key: "Engineering", fields: ["members"], known }] }),
    );
    expect(live?.spec.members).toContain(GRACE);
  });

  test("one that began after the plan is not ended by a removal", async () => {
    const { tenant, groupId } = activated();
    const grace = tenant.personId("grace");
    const live: Live = {
      id: groupId,
      spec: { displayName: "Engineering", members: [GRACE] },
      people: { [GRACE]: grace },
    };
    const [problem] = await refusal(tenant.hands().update("group", live, {}, [remove(GRACE, "members")], context()));
    expect(problem).toMatchObject({ code: "entra-activated", message: expect.stringContaining("PIM activation") });
    expect(tenant.emulator.tenant.links.has(groupId, "members", grace)).toBe(true);
  });

  test("a credential that may not look removes nobody, where the directory has P2", async () => {
    const roles = ["Group.ReadWrite.All", "User.Read.All", "Organization.Read.All"];
    const { tenant, groupId } = activated({ roles });
    const ada = tenant.personId("ada");
    const live: Live = { id: groupId, spec: { displayName: "Engineering", members: [ADA] }, people: { [ADA]: ada } };
    const [problem] = await refusal(tenant.hands().update("group", live, {}, [remove(ADA, "members")], context()));
    expect(problem?.code).toBe("entra-activation-unknown");
    expect(await tenant.view().review("group", { displayName: "Engineering", members: [] }, live)).toEqual([
      expect.objectContaining({ code: "entra-activation-unknown", severity: "warning" }),
    ]);
    tenant.emulator.tenant.plans = [];
    const anew = connected({ lag: 0, app: { roles } });
    anew.emulator.tenant.plans = [];
    await anew
      .hands()
      .update(
        "group",
        { ...live, id: anew.groupId("Engineering"), people: { [ADA]: anew.personId("ada") } },
        {},
        [remove(ADA, "members")],
        context(),
      );
    expect(anew.emulator.tenant.links.has(anew.groupId("Engineering"), "members", anew.personId("ada"))).toBe(false);
  });
});

describe("what a plan refuses or says", () => {
  test("members of a dynamic group", async () => {
    const { entra } = await import("../../../providers/entra/provider.ts");
    const check = (spec: object) =>
      [...(entra.kinds.get("group")?.check?.(spec as never) ?? [])].map(({ code, path }) => [code, path]);
    expect(check({ displayName: "x", membershipRule: 'user.department -eq "SRE"', members: [ADA] })).toEqual([
      ["entra-dynamic-members", ["members"]],
    ]);
    expect(check({ displayName: "x", membershipRule: null, members: [ADA] })).toEqual([]);
    expect(check({ displayName: "x", type: "microsoft365", memberGroups: [{ id: "g" }] })).toEqual([
      ["entra-m365-members", ["memberGroups"]],
    ]);
    expect(check({ displayName: "x", roleAssignable: true, visibility: "Public" })).toEqual([
      ["entra-role-assignable", ["visibility"]],
    ]);
    expect(check({ displayName: "x", membershipRuleProcessingState: "Paused" })).toEqual([
      ["entra-rule-state", ["membershipRuleProcessingState"]],
    ]);
  });

  test("a rule without the licence, by its name", async () => {
    const tenant = connected();
    tenant.emulator.tenant.plans = [];
    const findings = await tenant
      .view()
      .review("group", { displayName: "x", membershipRule: 'user.city -eq "Oslo"' }, undefined);
    expect(findings).toEqual([
      expect.objectContaining({
        code: "entra-not-licensed",
        message: expect.stringContaining("Microsoft Entra ID P1"),
      }),
    ]);
  });

  test("a deleted group of the same name, which could be restored", async () => {
    const tenant = connected({ lag: 0 });
    const id = tenant.groupId("Sales");
    await tenant.byHand("DELETE", `/groups/${id}`);
    expect(await tenant.view().review("group", { displayName: "Sales" }, undefined)).toEqual([
      expect.objectContaining({
        code: "entra-deleted-namesake",
        message: expect.stringContaining(id),
        severity: "warning",
      }),
    ]);
  });

  test("a member who is disabled", async () => {
    const tenant = connected({ lag: 0 });
    await tenant.byHand("PATCH", `/users/${tenant.personId("linus")}`, { accountEnabled: false });
    const view = tenant.view();
    await view.people(["linus@acme.example", "ada@acme.example"]);
    expect(["Linus@acme.example", "ada@acme.example"].map(view.leaver)).toEqual(["disabled", undefined]);
  });

  test("going dynamic replaces the membership, and takes types, rule and state together", async () => {
    const tenant = connected({ lag: 0 });
    const id = tenant.groupId("Sales");
    const live = await byId(tenant.view(), "group", id);
    const rule = 'user.department -eq "Sales"';
    await tenant.hands().update("group", live, { membershipRule: rule }, [set(rule, "membershipRule")], context());
    expect(tenant.emulator.tenant.groups.now(id)).toMatchObject({
      groupTypes: ["DynamicMembership"],
      membershipRule: rule,
      membershipRuleProcessingState: "On",
    });
    expect(tenant.emulator.tenant.links.now(id, "members")).toEqual([]);
  });
});

test("an application that may only create groups owns those that it makes, and can change them", async () => {
  const tenant = connected({
    lag: 0,
    app: { roles: ["Group.Create", "User.Read.All", "GroupMember.Read.All", "Organization.Read.All"] },
  });
  const people = { [ADA]: tenant.personId("ada"), [GRACE]: tenant.personId("grace") };
  const live = await tenant.hands().create("group", { displayName: "Ours", members: [ADA] }, context(people));
  await tenant.hands().update("group", live, {}, [add(GRACE, "members")], context(people));
  expect(tenant.emulator.tenant.links.now(live.id, "members")).toHaveLength(2);
});
