/** What adoption writes of one tenant makes the same tenant elsewhere, as far as its kinds can be created. */
import { rm } from "node:fs/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { applied, type Company, company, nothingLeft } from "../support/company.ts";

const STAFF = ["ada", "grace", "alan", "edsger", "linus"];
const DEPARTMENTS = ["SRE", "Sales", "Nowhere"];
const KINDS = ["okta/group", "okta/group-rule"];
/** What these tests made, beside what the sandbox holds. */
const OURS = "rnd ?*";

interface RandomGroup {
  readonly name: string;
  readonly description: string;
  readonly members: readonly string[];
}

interface RandomRule {
  readonly department: string;
  /** Positions in the list of groups. */
  readonly groups: readonly number[];
  readonly active: boolean;
}

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 16 }),
  fc.constantFrom("${env:HOME}", "a: b #c", "true"),
);
// Okta trims what people type, and so do they.
const trimmed = text.map((word) => word.trim());
const group = fc.record({
  name: trimmed.map((word) => `rnd :${word}`),
  description: trimmed,
  members: fc.uniqueArray(fc.constantFrom(...STAFF)),
});
const rule = fc.record({
  department: fc.constantFrom(...DEPARTMENTS),
  groups: fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1 }),
  active: fc.boolean(),
});
const tenant = fc.record({
  groups: fc.uniqueArray(group, { minLength: 1, maxLength: 4, selector: ({ name }) => name }),
  rules: fc.array(rule, { maxLength: 2 }),
});

async function furnish({ okta, clock }: Company, groups: readonly RandomGroup[], rules: readonly RandomRule[]) {
  const ids: string[] = [];
  for (const { name, description, members } of groups) ids.push(await okta.makeGroup(name, members, description));
  for (const [number, { department, groups: targets, active }] of rules.entries()) {
    const groupIds = targets.flatMap((target) => ids[target % ids.length] ?? []);
    const made = await okta.send("POST", "/api/v1/groups/rules", {
      type: "group_rule",
      name: `rnd rule ${number}`,
      conditions: { expression: { type: "urn:okta:expression:1.0", value: `user.department=="${department}"` } },
      actions: { assignUserToGroups: { groupIds: [...new Set(groupIds)] } },
    });
    const id = typeof made === "object" && made !== null && "id" in made ? String(made.id) : "";
    if (active) await okta.send("POST", `/api/v1/groups/rules/${id}/lifecycle/activate`);
  }
  // Rules are evaluated in the background.
  await clock.sleep(300_000);
}

async function adopted(acme: Company): Promise<Readonly<Record<string, string>>> {
  const { code, stdout, stderr } = await acme.accord("adopt", ...KINDS, "--match", OURS);
  expect({ code, said: code === 0 ? "" : `${stdout}${stderr}` }).toEqual({ code: 0, said: "" });
  await nothingLeft(acme);
  return Object.fromEntries(
    [...(await acme.files())].flatMap(([path, content]) => {
      const name = path.slice(acme.directory.length + 1);
      return name.startsWith(".accord/") ? [] : [[name, content]];
    }),
  );
}

async function emptyStack(): Promise<Company> {
  const acme = await company("");
  await rm(`${acme.directory}/main.yaml`);
  return acme;
}

test("groups and rules", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(tenant, async ({ groups, rules }) => {
      const here = await emptyStack();
      await furnish(here, groups, rules);
      const files = await adopted(here);

      const elsewhere = await emptyStack();
      for (const [path, content] of Object.entries(files)) {
        if (path !== "accord.yaml") await elsewhere.write(path, content);
      }
      // Variables are in accord.yaml, credentials too.
      const variables = files["accord.yaml"]?.split(/^vars:/m)[1];
      if (variables !== undefined) {
        await elsewhere.write("accord.yaml", `${await elsewhere.read("accord.yaml")}vars:${variables}`);
      }
      await applied(elsewhere);
      await elsewhere.clock.sleep(300_000);
      await nothingLeft(elsewhere);

      // Forgotten and adopted anew, it reads the same.
      const again = await elsewhere.files();
      for (const path of again.keys()) if (/okta-[\w-]+\.yaml$/.test(path)) await rm(path);
      await rm(`${elsewhere.directory}/.accord`, { recursive: true });
      const [settings = ""] = (await elsewhere.read("accord.yaml")).split(/^vars:/m);
      await elsewhere.write("accord.yaml", settings);
      expect(await adopted(elsewhere)).toEqual({ ...files, "accord.yaml": await elsewhere.read("accord.yaml") });
    }),
    { numRuns: 5, endOnFailure: true },
  );
});
