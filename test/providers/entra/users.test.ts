import { describe, expect, test } from "vitest";
import { generatePassword } from "../../../providers/entra/resources/password.ts";
import { GLOBAL_ADMINISTRATOR, USER_ADMINISTRATOR } from "../../../providers/entra/roles.ts";
import { all, refusal } from "../../support/asked.ts";
import { set } from "../../support/field-changes.ts";
import { byId, connected, context } from "./connected.ts";

const spec = {
  userPrincipalName: "jane.doe@acme.example",
  displayName: "Jane Doe",
  usageLocation: "NO",
  manager: "ada@acme.example",
  extensionAttributes: { extensionAttribute3: "blue" },
  passwordSink: "ops",
};

type Tenant = ReturnType<typeof connected>;

function passwordOf(tenant: Tenant, login = spec.userPrincipalName): string | null | undefined {
  return [...tenant.emulator.tenant.users.all()].find(([, row]) => row.properties.userPrincipalName === login)?.[1]
    .password;
}

const people = (tenant: Tenant) => ({ "ada@acme.example": tenant.personId("ada") });

describe("the first password", () => {
  test("is in the sink before Graph gets it, and in force there after", async () => {
    const order: string[] = [];
    const tenant = connected({
      through: (pass) => async (request) => {
        if (request.method === "POST" && request.url.endsWith("/users")) order.push("POST /users");
        return pass(request);
      },
    });
    const step = context(people(tenant));
    const deliver: typeof step.deliver = async (...given) => {
      order.push("delivered");
      const { inForce } = await step.deliver(...given);
      return { inForce: () => inForce().then(() => void order.push("in force")) };
    };
    const live = await tenant.hands().create("user", spec, { ...step, deliver });
    expect(order).toEqual(["delivered", "POST /users", "in force"]);
    const [delivery] = step.delivered;
    expect(delivery?.secrets).toEqual({ [`password of ${spec.userPrincipalName}`]: passwordOf(tenant) });
    expect(step.ids).toEqual([live.id]);
    const said = JSON.stringify([live, tenant.writes]);
    expect(said).not.toContain(passwordOf(tenant));
    expect(live.spec).not.toHaveProperty("passwordSink");
  });

  test("that the banned list refuses is made anew, three times at most", async () => {
    const tenant = connected();
    tenant.emulator.knobs.refusePasswords = 2;
    const step = context(people(tenant));
    await tenant.hands().create("user", spec, step);
    expect(step.delivered.map(({ inForce }) => inForce)).toEqual([false, false, true]);
    expect(Object.values(step.delivered[2]?.secrets ?? {})).toEqual([passwordOf(tenant)]);
    const other = connected();
    other.emulator.knobs.refusePasswords = 3;
    const problems = await refusal(other.hands().create("user", spec, context(people(other))));
    expect(problems[0]?.message).toContain("password complexity");
  });

  test("is right although the answer was lost: the account is looked for, and not made again", async () => {
    let posts = 0;
    const tenant = connected({
      through: (pass) => async (request) => {
        const answer = await pass(request);
        if (request.method !== "POST" || !request.url.endsWith("/users")) return answer;
        posts += 1;
        throw new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
      },
    });
    const step = context(people(tenant));
    await tenant.hands().create("user", spec, step);
    expect(posts).toBe(1);
    expect(tenant.waits.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000]);
    expect(step.delivered).toHaveLength(1);
    expect(step.delivered[0]).toMatchObject({
      inForce: true,
      secrets: { [`password of ${spec.userPrincipalName}`]: passwordOf(tenant) },
    });
  });

  test("is in no problem, even where Graph quotes what it was sent", async () => {
    const sent: string[] = [];
    const tenant = connected({
      through: (pass) => async (request) => {
        if (request.method !== "POST" || !request.url.endsWith("/users")) return pass(request);
        const body = (await request.json()) as { passwordProfile: { password: string } };
        sent.push(body.passwordProfile.password);
        const message = `Invalid value ${body.passwordProfile.password} specified.`;
        return new Response(JSON.stringify({ error: { code: "Request_BadRequest", message } }), { status: 400 });
      },
    });
    const problems = await refusal(tenant.hands().create("user", spec, context(people(tenant))));
    expect(JSON.stringify(problems)).toContain("••••");
    expect(sent.some((password) => JSON.stringify(problems).includes(password))).toBe(false);
  });

  test("has no place to go: refused while planning, and nothing is sent", async () => {
    const tenant = connected();
    const { passwordSink: _, ...without } = spec;
    expect(await tenant.view().review("user", without, undefined)).toEqual([
      expect.objectContaining({ code: "entra-no-sink" }),
    ]);
    const [problem] = await refusal(tenant.hands().create("user", without, context(people(tenant))));
    expect(problem?.code).toBe("entra-no-sink");
    expect(tenant.writes).toEqual([]);
  });

  test("of a federated domain is delivered to nobody, and the account needs an onPremisesImmutableId", async () => {
    const tenant = connected();
    const federated = { userPrincipalName: "jane@fed.acme.example", displayName: "Jane" };
    expect(await tenant.view().review("user", federated, undefined)).toEqual([
      expect.objectContaining({ code: "entra-federated" }),
    ]);
    const step = context();
    await tenant.hands().create("user", { ...federated, onPremisesImmutableId: "aWQ=" }, step);
    expect(step.delivered).toEqual([]);
  });

  test("has four classes, 24 characters, and nothing of the name", () => {
    for (let n = 0; n < 200; n += 1) {
      const password = generatePassword(["abc@acme.example", "Abc De"]);
      expect(password).toHaveLength(24);
      for (const one of [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/]) expect(password).toMatch(one);
      expect(password.toLowerCase()).not.toContain("abc");
    }
  });
});

describe("the end of an account", () => {
  test("is to be disabled, then signed out, in this order", async () => {
    const tenant = connected({ lag: 0 });
    const id = tenant.personId("linus");
    const live = await byId(tenant.view(), "user", id);
    await tenant.hands().disable("user", live, context());
    expect(tenant.writes).toEqual([`PATCH /v1.0/users/${id}`, `POST /v1.0/users/${id}/revokeSignInSessions`]);
    expect(tenant.emulator.tenant.users.now(id)?.properties.accountEnabled).toBe(false);
  });

  test("deleting shuts out first, and can be taken back for 30 days", async () => {
    const tenant = connected({ lag: 0 });
    const id = tenant.personId("linus");
    await tenant.hands().delete("user", await byId(tenant.view(), "user", id), context());
    expect(tenant.writes.at(-1)).toBe(`DELETE /v1.0/users/${id}`);
    expect(tenant.writes).toHaveLength(3);
    const findings = await tenant
      .view()
      .review("user", { ...spec, userPrincipalName: "linus@acme.example" }, undefined);
    expect(findings).toEqual([expect.objectContaining({ code: "entra-deleted-namesake", severity: "warning" })]);
    await tenant.byHand("POST", `/directory/deletedItems/${id}/restore`);
    expect(tenant.emulator.tenant.links.holders("members", id)).not.toEqual([]);
  });

  test("switching accountEnabled off ends the sessions too", async () => {
    const tenant = connected({ lag: 0 });
    const id = tenant.personId("linus");
    const live = await byId(tenant.view(), "user", id);
    await tenant.hands().update("user", live, { accountEnabled: false }, [set(false, "accountEnabled")], context());
    expect(tenant.emulator.tenant.users.now(id)?.properties.signInSessionsValidFromDateTime).toBeDefined();
  });
});

describe("whose account it is", () => {
  async function readOnly(tenant: Tenant, name: string): Promise<string | undefined> {
    return (await byId(tenant.view(), "user", tenant.personId(name))).readOnly;
  }

  test("one that holds a directory role is left alone, directly or through a group", async () => {
    const tenant = connected({ lag: 0 });
    expect(await readOnly(tenant, "trent")).toContain("Global Administrator");
    expect(await readOnly(tenant, "mallory")).toBeUndefined();
    const groupId = tenant.groupId("Sales");
    tenant.emulator.tenant.roleAssignments.set("r", {
      id: "r",
      principalId: groupId,
      roleDefinitionId: USER_ADMINISTRATOR,
      directoryScopeId: "/",
    });
    expect(await readOnly(tenant, "mallory")).toBe(
      "holds User Administrator, through the group Sales, and the application has no role that may change administrators (Privileged Authentication Administrator)",
    );
  });

  test("unless our own application holds a role that reaches administrators", async () => {
    const tenant = connected({ lag: 0 });
    const [app] = tenant.emulator.tenant.apps.values();
    tenant.emulator.tenant.roleAssignments.set("r", {
      id: "r",
      principalId: app?.principalId ?? "",
      roleDefinitionId: GLOBAL_ADMINISTRATOR,
      directoryScopeId: "/",
    });
    expect(await readOnly(tenant, "trent")).toBeUndefined();
    const live = await byId(tenant.view(), "user", tenant.personId("trent"));
    await tenant.hands().update("user", live, { mobilePhone: "+47 1" }, [set("+47 1", "mobilePhone")], context());
  });

  test("of a synced one only usageLocation is ours: the rest is refused while planning", async () => {
    const tenant = connected({ lag: 0 });
    const id = tenant.personId("linus");
    const row = tenant.emulator.tenant.users.now(id);
    if (row === undefined) throw new Error("nobody");
    tenant.emulator.tenant.users.put(
      id,
      { ...row, properties: { ...row.properties, onPremisesSyncEnabled: true } },
      tenant.clock.now(),
    );
    const live = await byId(tenant.view(), "user", id);
    expect(live.synced).toBe(true);
    const wanted = {
      userPrincipalName: "linus@acme.example",
      displayName: "Linus Pauling",
      department: "Sales",
      usageLocation: "NO",
    };
    expect((await tenant.view().review("user", wanted, live)).map(({ code, path }) => [code, path])).toEqual([
      ["entra-synced", ["department"]],
    ]);
    await tenant.hands().update("user", live, { usageLocation: "NO" }, [set("NO", "usageLocation")], context());
    const [refused] = await refusal(
      tenant.hands().update("user", live, { department: "Sales" }, [set("Sales", "department")], context()),
    );
    expect(refused?.code).toBe("entra-synced");
    expect((await refusal(tenant.hands().disable("user", live, context())))[0]?.code).toBe("entra-synced");
  });

  test("a login in a domain that is not verified is refused while planning, with those that are", async () => {
    const tenant = connected();
    const findings = await tenant
      .view()
      .review("user", { ...spec, userPrincipalName: "jane@other.example" }, undefined);
    expect(findings).toContainEqual(
      expect.objectContaining({ code: "entra-domain", hint: expect.stringContaining("acme.example") }),
    );
  });
});

test("people are known by login, else by exact e-mail, and many are asked for in one batch", async () => {
  const tenant = connected({ lag: 0 });
  await tenant.byHand("PATCH", `/users/${tenant.personId("ada")}`, { mail: "ada.lovelace@mail.example" });
  const strangers = Array.from({ length: 40 }, (_, n) => `nobody-${n}@acme.example`);
  tenant.requests();
  const found = await tenant.view().people(["ada.lovelace@mail.example", "GRACE@acme.example", ...strangers]);
  expect(found[0]?.candidates).toEqual([{ id: tenant.personId("ada"), login: "ada@acme.example" }]);
  expect(found[1]?.candidates).toHaveLength(1);
  expect(found.slice(2).every(({ candidates }) => candidates.length === 0)).toBe(true);
  expect(tenant.requests().filter((line) => line === "POST /v1.0/$batch")).toHaveLength(2);
});

test("a quote in a name is part of the name", async () => {
  const tenant = connected({ lag: 0 });
  const [match] = await tenant.view().people(["o'neill@acme.example"]);
  expect(match?.candidates).toEqual([]);
  const lives = await all(tenant.view().list("user", { objects: [{ key: "o'neill@acme.example", fields: [] }] }));
  expect(lives).toEqual([]);
});
