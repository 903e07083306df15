/** Review templates: known by id, owned once, and replaced message by message. */
import { expect, it } from "vitest";
import type { FieldChange, Gone, Live, Spec } from "../../../engine/model.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { changes, complaints } from "./contract.ts";
import { context, find, recorder, resolved, type Stage, stage, watched } from "./tenant.ts";

const KIND = "access-review-template";
const ADA = "ada@acme.example";
const REVIEW = { displayName: "Quarterly", owners: [ADA] };
const check = (spec: Spec) => [...(c1.kinds.get(KIND)?.check?.({ ...REVIEW, ...spec }) ?? [])];

async function made(all: Stage, spec: Spec): Promise<Live> {
  const people = await resolved(all.connection, ADA);
  return all.connection.hands(recorder).create(KIND, { ...REVIEW, ...spec }, context(people));
}

async function read(all: Stage, id: string, known: readonly Spec[]): Promise<Live> {
  const answers: (Live | Gone)[] = [];
  for await (const answer of all.connection.view().get(KIND, [{ id, fields: ["scope", "owners"], known }])) {
    answers.push(answer);
  }
  const [live] = answers;
  if (live === undefined || "gone" in live) throw new Error("the template is gone");
  return live;
}

const set = (path: readonly string[], before: FieldChange["path"][number] | undefined, after: string): FieldChange => ({
  op: "set",
  path,
  before,
  after,
});

it("shows the owners that were applied, and sends them once", async () => {
  const all = stage();
  const { connection, sent } = watched(all);
  const { id } = await made(all, {});
  const live = await read(all, id, [{ ...REVIEW, owners: ["grace@acme.example"] }, REVIEW]);
  expect(live.spec.owners).toEqual([ADA]);
  expect(changes(KIND, { ...REVIEW, owners: ["grace@acme.example"] }, live).length).toBeGreaterThan(0);
  const spec = { ...REVIEW, displayName: "Yearly" };
  await connection
    .hands(recorder)
    .update(KIND, live, spec, [set(["displayName"], "Quarterly", "Yearly")], context(live.people));
  expect(sent.findLast(({ method, path }) => method === "POST" && path.endsWith(live.id))?.body).toMatchObject({
    accessReviewTemplate: { displayName: "Yearly" },
    updateMask: "displayName,annotations",
  });
  expect(JSON.stringify(sent)).not.toContain("ownerIds");
});

it("keeps what only C1's console can set, beside a part of the scope that changes", async () => {
  const all = stage();
  const { reviewTemplates } = all.emulator.tenant;
  const live = await made(all, { scope: { users: { by: "all" }, grants: { by: "criteria", sinceReviewed: "90d" } } });
  const row = reviewTemplates.get(live.id);
  if (row?.scope == null) throw new Error("the template has no scope");
  reviewTemplates.put({
    ...row,
    scope: { ...row.scope, excludedSpecificResources: {}, principalTypeFilter: "PRINCIPAL_TYPE_FILTER_RESOURCES" },
  });
  const spec = { ...REVIEW, scope: { grants: { by: "criteria", sinceAdded: "30d" } } };
  const change = set(["scope", "grants", "sinceAdded"], undefined, "30d");
  const now = await all.connection.hands(recorder).update(KIND, live, spec, [change], context());
  // C1 takes one of the two: the new one replaces the old one, though the document does not name that.
  expect(now.spec.scope).toMatchObject({ users: { by: "all" }, grants: { sinceAdded: "30d", sinceReviewed: null } });
  expect(reviewTemplates.get(live.id)?.scope).toMatchObject({
    allUsers: {},
    excludedSpecificResources: {},
    principalTypeFilter: "PRINCIPAL_TYPE_FILTER_RESOURCES",
  });
});

it("changes the listed entitlements and leaves the rest of the scope", async () => {
  const all = stage();
  const { connection } = all;
  const [one, ...more] = all.emulator.tenant.entitlements.rows().map((row) => ({ id: `${row.appId}/${row.id}` }));
  const [other] = more;
  if (one === undefined || other === undefined) throw new Error("the sandbox has no two entitlements");
  const scope = { apps: { by: "entitlements", entitlements: [one] }, accounts: { by: "criteria", types: ["user"] } };
  const live = await made(all, { scope });
  const spec = { ...REVIEW, scope: { apps: { by: "entitlements", entitlements: [one, other] } } };
  const added: FieldChange = { op: "add", path: ["scope", "apps", "entitlements"], element: other };
  const now = await connection.hands(recorder).update(KIND, live, spec, [added], context());
  expect(now.spec.scope).toMatchObject({ ...scope, apps: { by: "entitlements", entitlements: [one, other] } });
});

it("warns of a policy that reviews nothing, and says that no list shows it", async () => {
  const all = stage();
  const [row] = all.emulator.tenant.policies.rows().filter(({ policyType }) => policyType === "POLICY_TYPE_GRANT");
  const policy = { id: await find(all.connection, "policy", { name: row?.displayName ?? "" }) };
  const findings = await all.connection.view().review(KIND, { ...REVIEW, policy }, undefined);
  expect(findings).toMatchObject([{ code: "not-a-review-policy", severity: "warning" }]);
  const told = c1.kinds.get(KIND)?.describe?.({ action: "create", before: undefined, after: REVIEW, fields: [] });
  expect(told?.notes?.join()).toContain("cannot list");
});

it("checks an expression for what it is about: people or accounts", () => {
  const users = (cel: string) => check({ scope: { users: { by: "cel", cel } } });
  const accounts = (cel: string) => check({ scope: { accounts: { by: "cel", cel } } });
  expect(users('subject.department == "SRE"')).toEqual([]);
  expect(accounts("subject.app_user_type == AppUserType.SERVICE_ACCOUNT")).toEqual([]);
  expect(accounts('subject.department == "SRE"')).toMatchObject([{ path: ["scope", "accounts", "cel"] }]);
});

it.each([
  { scope: { users: { by: "people" } } },
  { scope: { users: { by: "all", cel: "true" } } },
  { scope: { grants: { by: "criteria", sinceAdded: "1d", sinceReviewed: "1d" } } },
  { schedule: { end: "2027-01-01T00:00:00Z", occurrences: 3 } },
  { schedule: { start: "2027-01-01" } },
  { owners: [] },
])("says no two things at once: %o", (spec) => {
  expect(complaints(KIND, REVIEW)).toEqual([]);
  expect(complaints(KIND, { ...REVIEW, ...spec })).not.toEqual([]);
});
