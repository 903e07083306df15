import { describe, expect, test } from "vitest";
import type { Spec } from "../../../engine/model.ts";
import { GLOBAL_ADMINISTRATOR, HELPDESK_ADMINISTRATOR } from "../../../providers/entra/roles.ts";
import { all, refusal } from "../../support/asked.ts";
import { set } from "../../support/field-changes.ts";
import { byId, connected, context } from "./connected.ts";

type Tenant = ReturnType<typeof connected>;

const ada = (tenant: Tenant) => context({ "ada@acme.example": tenant.personId("ada") });
const spec = { role: "Helpdesk Administrator", assignment: "active", user: "ada@acme.example" };

function activation(tenant: Tenant, id = "live-activation"): string {
  const principalId = tenant.personId("ada");
  const role = { principalId, roleDefinitionId: HELPDESK_ADMINISTRATOR, directoryScopeId: "/" };
  const until = tenant.clock.now() + 3_600_000;
  const row = { id, ...role, holding: "active", createdAt: 0, endsAt: until, activated: true } as const;
  tenant.emulator.tenant.roleSchedules.put(id, row, 0);
  tenant.emulator.tenant.roleAssignments.set(id, { id, ...role });
  return id;
}

async function said(tenant: Tenant, document: Spec): Promise<readonly string[]> {
  const findings = await tenant.view().review("directory-role", document, undefined);
  return findings.map(({ path = [], message }) => `${path.join(".")}: ${message}`);
}

describe("an activation by the holder", () => {
  test("is neither listed nor read as the declared assignment", async () => {
    const tenant = connected();
    const id = activation(tenant);
    const everything = await all(tenant.view().list("directory-role", { objects: [], everything: true }));
    expect(everything.map((live) => live.spec.role)).toEqual(["Global Administrator", "Exchange Administrator"]);
    expect(await all(tenant.view().get("directory-role", [{ id: `active/${id}`, fields: [] }]))).toEqual([
      { gone: true, id: `active/${id}` },
    ]);
  });

  test("that took the place of the assignment is left alone by its removal", async () => {
    const tenant = connected();
    const live = await tenant.hands().create("directory-role", spec, ada(tenant));
    const id = live.id.split("/")[1] ?? "";
    tenant.emulator.tenant.roleSchedules.remove(id, tenant.clock.now());
    activation(tenant, id);
    tenant.settle();
    const before = tenant.writes.length;
    await tenant.hands().delete("directory-role", live, ada(tenant));
    expect(tenant.writes.length).toBe(before);
    expect(tenant.emulator.tenant.roleAssignments.has(id)).toBe(true);
  });
});

describe("a request", () => {
  test("is followed by its id until the service has worked it off", async () => {
    const tenant = connected();
    const live = await tenant.hands().create("directory-role", { ...spec, assignment: "eligible" }, ada(tenant));
    expect(tenant.waits).toEqual([1_000, 2_000]);
    expect(tenant.writes).toEqual(["POST /v1.0/roleManagement/directory/roleEligibilityScheduleRequests"]);
    expect(
      tenant.requests().filter((line) => line.startsWith("GET") && line.includes("ScheduleRequests/")),
    ).toHaveLength(2);
    tenant.settle();
    expect(await byId(tenant.view(), "directory-role", live.id)).toMatchObject({ spec: { assignment: "eligible" } });
  });

  test("is tried in the plan and changes nothing there", async () => {
    const tenant = connected();
    expect(await said(tenant, spec)).toEqual([]);
    expect(tenant.writes).toEqual([]);
    expect(tenant.emulator.tenant.roleAssignments.size).toBe(2);
    expect(tenant.requests().filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });

  test("is not tried by a credential that may only read", async () => {
    const roles = ["Organization.Read.All", "RoleManagement.Read.Directory", "User.Read.All"];
    const tenant = connected({ app: { roles } });
    expect(await said(tenant, { ...spec, role: "Global Administrator", assignment: "eligible" })).toEqual([]);
    expect(tenant.requests().filter((line) => line.startsWith("POST"))).toEqual([]);
  });

  test("that the role's policy refuses is refused by the plan, in its words", async () => {
    const tenant = connected();
    const global = { role: "Global Administrator", assignment: "eligible", user: "ada@acme.example" };
    expect(await said(tenant, { ...global, expires: "2099-01-01T00:00:00Z" })).toEqual([
      "expires: expires: the policy of Global Administrator does not let it be held for good, or for so long.",
    ]);
    expect(await said(tenant, global)).toEqual([
      "role: expires: the policy of Global Administrator does not let it be held for good, or for so long.",
    ]);
    const problems = await refusal(tenant.hands().create("directory-role", global, ada(tenant)));
    expect(problems.map(({ code }) => code)).toEqual(["entra-role-policy"]);
  });

  test("changes the end of what is there, and keeps its id", async () => {
    const tenant = connected();
    const made = await tenant.hands().create("directory-role", spec, ada(tenant));
    tenant.settle();
    const goal = { ...spec, expires: "2099-01-01T00:00:00Z" };
    const change = set("2099-01-01T00:00:00Z", "expires");
    await tenant.hands().update("directory-role", made, goal, [change], ada(tenant));
    tenant.settle();
    expect((await byId(tenant.view(), "directory-role", made.id)).spec.expires).toBe("2099-01-01T00:00:00Z");
  });
});

describe("a directory without P2", () => {
  const plain = (): Tenant => {
    const tenant = connected();
    tenant.emulator.tenant.plans = [];
    return tenant;
  };

  test("says which licence eligibility and an end need", async () => {
    const tenant = plain();
    expect(await said(tenant, { ...spec, assignment: "eligible", expires: "2099-01-01T00:00:00Z" })).toEqual([
      "assignment: assignment: eligibility needs Microsoft Entra ID P2, which the directory has not.",
      "expires: expires: an end needs Microsoft Entra ID P2, which the directory has not.",
    ]);
  });

  test("assigns and removes directly", async () => {
    const tenant = plain();
    const live = await tenant.hands().create("directory-role", spec, ada(tenant));
    expect(await byId(tenant.view(), "directory-role", live.id)).toMatchObject({ spec });
    await tenant.hands().delete("directory-role", live, ada(tenant));
    expect(tenant.writes.map((line) => line.split("/").slice(0, 5).join("/"))).toEqual([
      "POST /v1.0/roleManagement/directory/roleAssignments",
      "DELETE /v1.0/roleManagement/directory/roleAssignments",
    ]);
    expect(tenant.emulator.tenant.roleAssignments.size).toBe(2);
  });
});

test("a name that no role has is a problem with the nearest one", async () => {
  const tenant = connected();
  const findings = await tenant.view().review("directory-role", { ...spec, role: "Helpdesk Admin" }, undefined);
  expect(findings[0]?.message).toBe('role: the directory has no role "Helpdesk Admin".');
});

test("the last Global Administrator stays", async () => {
  const tenant = connected();
  const [live] = await all(tenant.view().list("directory-role", { objects: [], everything: true }));
  if (live === undefined) throw new Error("ACME has no administrator");
  const problems = await refusal(tenant.hands().delete("directory-role", live, context()));
  expect(problems[0]?.message).toContain("last Global Administrator");
  expect([...tenant.emulator.tenant.roleAssignments.values()][0]?.roleDefinitionId).toBe(GLOBAL_ADMINISTRATOR);
});
