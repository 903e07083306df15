import { describe, expect, test } from "vitest";
import type { FieldChange, Live, Spec } from "../../../engine/model.ts";
import { entra } from "../../../providers/entra/provider.ts";
import { isFields } from "../../../providers/shared/narrow.ts";
import { all, refusal } from "../../support/asked.ts";
import { remove, set } from "../../support/field-changes.ts";
import { byId, connected, context } from "./connected.ts";

type Tenant = ReturnType<typeof connected>;

const BASE = "/identityGovernance/entitlementManagement";
const people = (tenant: Tenant) => context({ "ada@acme.example": tenant.personId("ada") });
const spec = (tenant: Tenant): Spec => ({
  displayName: "Joiner",
  catalog: "Joiners",
  groups: [{ id: tenant.groupId("Engineering") }],
  policies: { Staff: { allowedTargetScope: "allMemberUsers", approvers: ["ada@acme.example"] } },
});
const make = (tenant: Tenant, more: Spec = {}) =>
  tenant.hands().create("access-package", { ...spec(tenant), ...more }, people(tenant));
const rows = (tenant: Tenant, collection: string) =>
  [...tenant.emulator.tenant.entitlements.values()].filter((row) => row.collection === collection);
const steps = (tenant: Tenant) =>
  tenant.writes.map((line) =>
    line
      .replace("/v1.0", "")
      .replace(BASE, "")
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "…"),
  );

function policyOf(tenant: Tenant): Readonly<Record<string, unknown>> {
  const [row] = rows(tenant, "assignmentPolicies");
  if (row === undefined) throw new Error("There is no policy");
  return row.properties;
}

/** Somebody gets the package by hand. */
async function assigned(tenant: Tenant, live: Live): Promise<void> {
  const assignment = {
    targetId: tenant.personId("grace"),
    assignmentPolicyId: policyOf(tenant).id,
    accessPackageId: live.id,
  };
  await tenant.byHand("POST", `${BASE}/assignmentRequests`, { requestType: "adminAdd", assignment });
}

function change(tenant: Tenant, live: Live, goal: Spec, ...fields: FieldChange[]): Promise<Live> {
  return tenant.hands().update("access-package", live, goal, fields, people(tenant));
}

test("a package is made in the order of what it rests on, and waits until its resources show", async () => {
  const tenant = connected();
  await make(tenant);
  expect(steps(tenant)).toEqual([
    "POST /catalogs",
    "POST /resourceRequests",
    "POST /accessPackages",
    "POST /accessPackages/…/resourceRoleScopes",
    "POST /assignmentPolicies",
  ]);
  expect(tenant.waits).toEqual([1_000, 2_000]);
});

describe("a change of a policy", () => {
  test("sends back what no field of ours holds", async () => {
    const tenant = connected();
    const live = await make(tenant);
    const before = policyOf(tenant);
    const further = { primaryApprovers: [], durationBeforeAutomaticDenial: "P2D" };
    const approval = isFields(before.requestApprovalSettings) ? before.requestApprovalSettings : {};
    const stages = Array.isArray(approval.stages) ? [...approval.stages, further] : [];
    await tenant.byHand("PUT", `${BASE}/assignmentPolicies/${String(before.id)}`, {
      ...before,
      questions: [{ text: "Why?" }],
      reviewSettings: { isEnabled: true },
      requestApprovalSettings: { ...approval, isRequestorJustificationRequired: true, stages },
      accessPackage: { id: live.id },
    });
    const goal = { ...spec(tenant), policies: { Staff: { expiresAfter: "P30D" } } };
    await change(tenant, live, goal, set("P30D", "policies", "Staff", "expiresAfter"));
    expect(policyOf(tenant)).toMatchObject({
      allowedTargetScope: "allMemberUsers",
      expiration: { type: "afterDuration", duration: "P30D" },
      questions: [{ text: "Why?" }],
      reviewSettings: { isEnabled: true },
      requestApprovalSettings: {
        isApprovalRequiredForAdd: true,
        isRequestorJustificationRequired: true,
        stages: [{ primaryApprovers: [{ userId: tenant.personId("ada") }] }, further],
      },
    });
  });

  test("leaves policies alone that the document does not name", async () => {
    const tenant = connected();
    const live = await make(tenant);
    await tenant.byHand("POST", `${BASE}/assignmentPolicies`, {
      displayName: "By hand",
      accessPackage: { id: live.id },
    });
    const goal = { ...spec(tenant), policies: { Staff: null } };
    await change(tenant, live, goal, set(null, "policies", "Staff"));
    expect(rows(tenant, "assignmentPolicies").map((row) => row.properties.displayName)).toEqual(["By hand"]);
  });

  test("to automatic assignment takes self-service away", async () => {
    const tenant = connected();
    const rule = 'user.department -eq "SRE"';
    const automatic = { allowedTargetScope: "specificDirectoryUsers", membershipRule: rule };
    await make(tenant, { policies: { Rule: automatic } });
    expect(policyOf(tenant)).toMatchObject({
      specificAllowedTargets: [{ membershipRule: rule }],
      automaticRequestSettings: { requestAccessForAllowedTargets: true, gracePeriodBeforeAccessRemoval: "P7D" },
      requestorSettings: { enableTargetsToSelfAddAccess: false },
    });
  });
});

test("a rule without its scope, or with approvers, is refused before any call", () => {
  const check = (policy: Spec) =>
    [...(entra.kinds.get("access-package")?.check?.({ policies: { Rule: policy } }) ?? [])].map(
      ({ message }) => message,
    );
  const rule = { membershipRule: 'user.department -eq "SRE"', allowedTargetScope: "specificDirectoryUsers" };
  expect(check(rule)).toEqual([]);
  expect(check({ ...rule, membershipRule: 'user.departmnt -eq "SRE"' })).toEqual([
    "rules know no user.departmnt (line 1, column 1).",
  ]);
  expect(check({ ...rule, allowedTargetScope: "allMemberUsers", approvers: ["ada@acme.example"] })).toEqual([
    "policies.Rule.allowedTargetScope: a policy with a membershipRule needs specificDirectoryUsers.",
    "policies.Rule.membershipRule: nobody approves what a rule assigns.",
  ]);
  expect(check({ allowedTargetScope: "allMemberUsers", targetUsers: ["ada@acme.example"] })).toEqual([
    "policies.Rule.targetUsers: they count with specificDirectoryUsers only.",
  ]);
});

describe("the end of a package", () => {
  test("is the end of its assignments first, then of all that it was made of", async () => {
    const tenant = connected();
    const live = await make(tenant);
    await assigned(tenant, live);
    const made = tenant.writes.length;
    await tenant.hands().delete("access-package", live, people(tenant));
    expect(steps(tenant).slice(made)).toEqual([
      "POST /assignmentRequests",
      "DELETE /assignmentPolicies/…",
      "DELETE /accessPackages/…/resourceRoleScopes/…",
      "DELETE /accessPackages/…",
      "POST /resourceRequests",
      "DELETE /catalogs/…",
    ]);
    expect(rows(tenant, "accessPackages")).toEqual([]);
  });

  test("leaves a catalog that somebody else made, or that holds another package", async () => {
    const tenant = connected();
    const live = await make(tenant);
    const other = await make(tenant, { displayName: "Mover" });
    await tenant.hands().delete("access-package", live, people(tenant));
    expect(rows(tenant, "catalogs")).toHaveLength(1);
    await tenant.hands().delete("access-package", other, people(tenant));
    expect(rows(tenant, "catalogs")).toEqual([]);
    await tenant.byHand("POST", `${BASE}/catalogs`, { displayName: "Joiners", description: "Of the help desk" });
    await tenant.hands().delete("access-package", await make(tenant), people(tenant));
    expect(rows(tenant, "catalogs")).toHaveLength(1);
  });

  test("counts who has it, for the budgets", async () => {
    const tenant = connected();
    const live = await make(tenant);
    await assigned(tenant, live);
    const [listed] = await all(tenant.view().list("access-package", { objects: [], everything: true }));
    expect(listed?.computed).toEqual({ assignments: 1 });
  });
});

test("whoever has the package keeps a role that stays, and a policy that they have it by", async () => {
  const tenant = connected();
  const live = await make(tenant);
  await assigned(tenant, live);
  const engineering = { id: tenant.groupId("Engineering") };
  await change(tenant, live, { ...spec(tenant), groups: [] }, remove(engineering, "groups"));
  expect(rows(tenant, "resourceRoleScopes")).toEqual([]);
  const goal = { ...spec(tenant), policies: { Staff: null } };
  const problems = await refusal(change(tenant, live, goal, set(null, "policies", "Staff")));
  expect(problems[0]?.message).toContain("has active assignments");
  expect(await byId(tenant.view(), "access-package", live.id)).toMatchObject({ spec: { catalog: "Joiners" } });
});

test("another package of the name in the catalog is somebody's", async () => {
  const tenant = connected();
  await make(tenant);
  tenant.clock.pass(600_000);
  expect((await refusal(make(tenant)))[0]?.code).toBe("exists");
});

describe("a licence that is missing is named", () => {
  test("for access packages at all, and for automatic assignment", async () => {
    const tenant = connected();
    const said = async (document: Spec) =>
      (await tenant.view().review("access-package", document, undefined)).map(({ message }) => message);
    const ruled = { ...spec(tenant), policies: { Rule: { membershipRule: "user.objectId -ne null" } } };
    expect(await said(ruled)).toEqual([]);
    tenant.emulator.tenant.plans = ["eec0eb4f-6444-4f95-aba0-50c24d67f998"];
    expect(await said(ruled)).toEqual([
      "policies.Rule.membershipRule: automatic assignment needs Microsoft Entra ID Governance, which the directory has not.",
    ]);
    tenant.emulator.tenant.plans = [];
    expect(await all(tenant.view().list("access-package", { objects: [], everything: true }))).toEqual([]);
    expect(await said(spec(tenant))).toEqual([
      "Access packages need Microsoft Entra ID P2 or Microsoft Entra ID Governance, which the directory has not.",
    ]);
  });
});
