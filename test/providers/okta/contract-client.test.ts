/** A life of every kind through the provider, each exchange held against Okta's own OpenAPI description. */
import { expect, test } from "vitest";
import type { Spec } from "../../../engine/model.ts";
import { readContract, type Tolerance } from "../../contract/openapi.ts";
import { all, byKey } from "../../support/asked.ts";
import { set } from "../../support/field-changes.ts";
import { type Connected, connected, context } from "./connected.ts";

const TOLERATED: readonly Tolerance[] = [
  {
    mismatch: /^GET \/api\/v1\/groups\/\{groupId\}\/users request query expand: not in/,
    reason: "newer than the description (okta.md §4.4)",
  },
  { mismatch: / response /, reason: "answers are the emulator's, and held against the description in its own test" },
];

const contract = readContract("okta.openapi.yaml", TOLERATED);

test("every request fits the official description", async ({ skip }) => {
  if (contract === undefined) return skip("ACCORD_SPECS does not name the folder of descriptions");
  const tenant = connected({}, { through: (fetch) => contract.watch(fetch) });
  const [ada, support] = await Promise.all(["ada@acme.example", "support"].map((name) => tenant.idOf(name)));
  const people = { "ada@acme.example": ada ?? "" };
  const group = { id: support ?? "" };

  await live(
    tenant,
    "group",
    { name: "prod", members: ["ada@acme.example"], owners: ["ada@acme.example"] },
    "Production",
  );
  await live(tenant, "group-rule", { name: "sre", expression: 'user.department=="SRE"', groups: [group] });
  const app = { id: (await byKey(tenant.view(), "app", "AWS")).id };
  await live(tenant, "app-assignment", { app, group, priority: 0, profile: { role: "agent" } });
  const login = "barbara@acme.example";
  await live(tenant, "user", { login, email: login, firstName: "Barbara", lastName: "Liskov" });
  await live(tenant, "admin-role", { type: "HELP_DESK_ADMIN", group });
  await live(tenant, "custom-role", {
    label: "Desk",
    description: "Desk",
    permissions: ["okta.groups.read"],
    resourceSet: { label: "Support", description: "Support", groups: [group] },
    members: { users: ["ada@acme.example"] },
  });
  const view = tenant.view();
  await view.people(["ada@acme.example", "nobody@acme.example"]);
  await view.standing();
  await view.audit([group.id], 0);
  await all(view.doctor(["group"]));

  expect(contract.mismatches()).toEqual([]);
  expect(contract.unusedTolerances()).toEqual([]);

  /** Made, listed, read, changed where it has a description, and deleted. */
  async function live({ hands, view }: Connected, kind: string, spec: Spec, description?: string): Promise<void> {
    const made = await hands().create(kind, spec, context(people));
    const fields = Object.keys(spec);
    await all(view().list(kind, { objects: [{ id: made.id, fields }], everything: true }));
    const [found] = await all(view().get(kind, [{ id: made.id, fields }]));
    if (found === undefined || "gone" in found) throw new Error(`${kind} ${made.id} is not there`);
    if (description !== undefined) {
      await hands().update(kind, found, { ...spec, description }, [set(description, "description")], context(people));
    }
    await hands().delete(kind, found, context(people));
  }
});
