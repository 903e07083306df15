/**
 * The same of the other systems: a random tenant, adopted, makes the same tenant elsewhere. It is furnished by documents of
 * its own, whose marks and state are then taken away: what adoption finds is nobody's.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applied, nothingLeft } from "../support/company.ts";
import { c1Of, entraOf, zendeskOf } from "../support/emulated.ts";
import { type Vendor, type VendorStack, type VendorWorld, vendorWorld } from "../support/vendors.ts";

const LOGINS = ["ada", "grace", "linus", "alan", "victor"].map((name) => `${name}@acme.example`);
const AGENTS = ["grace", "linus", "rosalind"].map((name) => `${name}@acme.example`);
/** Longer than any vendor's reads lag. */
const SETTLED = 20 * 60_000;

type Spec = Readonly<Record<string, unknown>>;
interface Document {
  readonly kind: string;
  readonly name: string;
  readonly spec: Spec;
}

interface System {
  readonly vendor: Vendor;
  readonly kinds: readonly string[];
  readonly documents: fc.Arbitrary<readonly Document[]>;
  /** Takes our marks off, as a console does that does not keep them. */
  unmark(world: VendorWorld): void;
}

// Vendors trim what people type, and so do they.
const text = fc
  .oneof(fc.string({ unit: "grapheme", maxLength: 12 }), fc.constantFrom("${env:HOME}", "a: b #c", "true", "1e3"))
  .map((word) => word.trim());
const people = (of: readonly string[]): fc.Arbitrary<string[]> => fc.subarray([...of]);
/** Fields that a person left out are not in the document. */
const part = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });

/** So many documents of a kind, each of a name of its own: `rnd 0 …`. */
function several(kind: string, key: string, spec: fc.Arbitrary<Spec>, most = 2): fc.Arbitrary<readonly Document[]> {
  return fc.array(fc.tuple(text, spec), { minLength: 1, maxLength: most }).map((all) =>
    all.map(([word, fields], at) => ({
      kind,
      name: `n${at}`,
      spec: { [key]: `rnd ${at} ${word}`.trim(), ...fields },
    })),
  );
}

const entraGroups = several(
  "entra/group",
  "displayName",
  fc.oneof(
    fc.record({
      description: part(text.filter((word) => word !== "")),
      visibility: fc.constantFrom("Private", "Public"),
      members: people(LOGINS),
      owners: people(LOGINS),
    }),
    fc.record({
      membershipRule: fc.constantFrom('user.department -eq "SRE"', 'user.city -eq "Oslo"'),
      owners: people(LOGINS),
    }),
    fc.record({ type: fc.constant("microsoft365"), members: people(LOGINS), owners: fc.constant(LOGINS.slice(0, 1)) }),
  ),
);
const appRole = fc
  .tuple(fc.constantFrom("Salesforce", "Wiki"), fc.constantFrom("Admin", "Standard User"))
  .map(([app, role]) => ({ app: { displayName: app }, ...(app === "Wiki" ? {} : { role }), group: "entra/group/n0" }))
  .map((spec) => [{ kind: "entra/app-role-assignment", name: "role", spec }]);

const SYSTEMS: readonly System[] = [
  {
    vendor: "entra",
    kinds: ["entra/group", "entra/app-role-assignment"],
    documents: fc.tuple(entraGroups, part(appRole)).map(([groups, roles = []]) => [...groups, ...roles]),
    unmark({ tenants }) {
      const { tenant } = entraOf(tenants);
      for (const [id, group] of [...tenant.groups.all()]) {
        if (group.uniqueName !== undefined) tenant.groups.put(id, { ...group, uniqueName: null }, Date.UTC(2026, 0));
      }
    },
  },
  {
    vendor: "zendesk",
    kinds: ["zendesk/group", "zendesk/organization"],
    documents: fc
      .tuple(
        several(
          "zendesk/group",
          "name",
          fc.record({ description: text, isPublic: fc.boolean(), members: people(AGENTS) }),
        ),
        several(
          "zendesk/organization",
          "name",
          fc.record({
            details: text,
            notes: text,
            tags: fc.subarray(["blue", "green"]),
            fields: part(fc.record({ region: fc.constantFrom("north", "south") })),
            sharedTickets: fc.boolean(),
            group: part(fc.constant("zendesk/group/n0")),
            members: people(LOGINS),
          }),
        ),
      )
      .map((parts) => parts.flat()),
    unmark({ tenants }) {
      const { memory } = zendeskOf(tenants);
      memory.organizations = memory.organizations.map((one) => ({ ...one, externalId: null }));
    },
  },
  {
    vendor: "pagerduty",
    kinds: ["pagerduty/team"],
    documents: several(
      "pagerduty/team",
      "name",
      fc
        .record({
          description: text,
          defaultRole: fc.constantFrom("manager", "none"),
          roles: fc.array(fc.constantFrom("managers", "responders", "observers"), { minLength: 3, maxLength: 3 }),
        })
        .map(({ roles, ...own }) => {
          const held = (role: string): string[] => LOGINS.filter((_, at) => roles[at] === role);
          return { ...own, managers: held("managers"), responders: held("responders"), observers: held("observers") };
        }),
    ),
    unmark() {},
  },
  {
    vendor: "c1",
    kinds: ["c1/policy", "c1/access-profile"],
    // One of each: polls that wait beside each other would take their times one after the other on this clock.
    documents: fc
      .tuple(
        several(
          "c1/policy",
          "displayName",
          fc.record({
            description: text,
            type: fc.constant("grant"),
            steps: fc.array(
              fc.oneof(
                people(LOGINS)
                  .filter((users) => users.length > 0)
                  .map((users) => ({ approval: { users: { users } } })),
                text.filter((word) => word !== "").map((name) => ({ wait: { name, duration: "1h" } })),
              ),
              { minLength: 1, maxLength: 2 },
            ),
          }),
          1,
        ),
        several(
          "c1/access-profile",
          "displayName",
          fc.record({
            description: text,
            owners: people(LOGINS),
            entitlements: fc.subarray([
              { app: { name: "AWS" }, resource: { type: "Role", name: "prod-admin" }, slug: "assigned" },
            ]),
            joiner: part(fc.constant({ approvalPolicy: "c1/policy/n0", entitlementPolicies: "bypass" })),
            leaver: part(fc.record({ access: fc.constantFrom("leave", "revoke-all", "revoke-unjustified") })),
          }),
          1,
        ),
      )
      .map((parts) => parts.flat()),
    unmark({ tenants }) {
      const { tenant } = c1Of(tenants);
      for (const row of tenant.policies.rows()) tenant.policies.put({ ...row, annotations: {} });
      for (const row of tenant.catalogs.rows()) tenant.catalogs.put({ ...row, annotations: {} });
    },
  },
];

/** JSON is YAML; only templates are not meant. */
function yaml(documents: readonly Document[]): string {
  return documents.map((document) => JSON.stringify(document).replaceAll("${", () => "$${")).join("\n---\n");
}

/** What the tenant was furnished by finds all of it in the other one, and nothing to change. */
async function isFurnished(world: VendorWorld, vendor: Vendor, furniture: readonly Document[]): Promise<void> {
  const documents = furniture.map((document) => ({ ...document, adopt: { prune: true } }));
  const { accord } = await world.stack(vendor, { "furniture.yaml": yaml(documents) });
  const { code, stdout, stderr } = await accord("plan");
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`Plan: 0 to create, 0 to change, 0 to delete, ${furniture.length} to adopt.`);
  // Fields stand below their object; notes begin with a dot.
  expect(stdout.split("\n").filter((line) => /^ {6}[^ ·]/.test(line))).toEqual([]);
}

/** The files that adoption wrote, by path. */
async function adopted(stack: VendorStack, kinds: readonly string[]): Promise<Readonly<Record<string, string>>> {
  // What is assigned is called by what it joins; the names of ours are somewhere inside.
  const { code, stdout, stderr } = await stack.accord("adopt", ...kinds, "--match", "rnd ?*", "--match", "*/rnd ?*");
  expect({ code, said: code === 0 ? "" : `${stdout}${stderr}` }).toEqual({ code: 0, said: "" });
  const names = (await readdir(stack.directory)).filter((name) => name.endsWith(".yaml"));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(stack.directory, name), "utf8")] as const)),
  );
}

test.each(SYSTEMS)("$vendor", { timeout: 120_000 }, async ({ vendor, kinds, documents, unmark }) => {
  await fc.assert(
    fc.asyncProperty(documents, async (furniture) => {
      const here = await vendorWorld([vendor]);
      await applied(await here.stack(vendor, { "furniture.yaml": yaml(furniture) }));
      here.clock.pass(SETTLED);
      unmark(here);
      const found = await here.stack(vendor);
      const files = await adopted(found, kinds);
      await nothingLeft(found);
      expect(
        (
          Object.values(files)
            .join("\n")
            .match(/^kind: /gm) ?? []
        ).length,
      ).toBe(furniture.length);

      const elsewhere = await vendorWorld([vendor]);
      const there = await elsewhere.stack(vendor, files);
      await applied(there);
      elsewhere.clock.pass(SETTLED);
      await nothingLeft(there);

      await isFurnished(elsewhere, vendor, furniture);
      // Adopted anew, by a stack that knows nothing of it, it reads the same.
      expect(await adopted(await elsewhere.stack(vendor), kinds)).toEqual(files);
    }),
    { numRuns: vendor === "c1" ? 1 : 2, endOnFailure: true },
  );
});
