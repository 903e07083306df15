/** Adoption of a small shop whose tenant is a map: what is written, and that it always plans to nothing. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Live, Value } from "../../../engine/model.ts";
import { adoptShop, liveTeam, shopWith, type Tenant } from "./shop.ts";

const PEOPLE = new Map([
  ["ada@shop", "p1"],
  ["grace@shop", "p2"],
  ["alan@shop", "p3"],
]);

async function written(tenant: Tenant, options: Parameters<typeof adoptShop>[1] = {}) {
  const { adoption, files, plan } = await adoptShop(tenant, options);
  expect(adoption.proof?.problems ?? []).toEqual([]);
  expect(await plan()).toEqual({ changes: [], problems: [] });
  return { files, adoption };
}

describe("a document says", () => {
  test("nothing that means the same when it is left out, and always who is in", async () => {
    const spec = {
      ...{ name: "Ops", description: "", active: true, seats: 5, mode: "open", tags: [], parent: null, labels: {} },
      ...{ members: [], friends: [], settings: { color: "", loud: false, watchers: [] }, steps: [] },
    };
    const { files } = await written(shopWith([liveTeam("t1", spec)]));
    expect(files["shop-team.yaml"]).toMatchInlineSnapshot(`
      "kind: shop/team
      name: ops
      spec: { name: Ops, members: [], friends: [], settings: { watchers: [] } }
      "
    `);
  });

  test("what differs from the default, blank or not", async () => {
    const spec = { name: "Ops", active: false, seats: 0, mode: "", labels: { a: "", b: false, c: "${x}" } };
    const { files } = await written(shopWith([liveTeam("t1", spec)]));
    expect(files["shop-team.yaml"]).toMatchInlineSnapshot(`
      "kind: shop/team
      name: ops
      spec: { name: Ops, active: false, seats: 0, mode: "", labels: { b: false, c: "$\${x}" } }
      "
    `);
  });

  test("which form an item has, even where the form is empty", async () => {
    const steps = [{ say: { text: "" } }, { wait: { days: 1, who: [] } }, { wait: { days: 2, who: ["ada@shop"] } }];
    const { files } = await written(shopWith([liveTeam("t1", { name: "Ops", steps })], { people: PEOPLE }));
    expect(files["shop-team.yaml"]).toMatchInlineSnapshot(`
      "kind: shop/team
      name: ops
      spec: { name: Ops, steps: [{ say: {} }, { wait: {} }, { wait: { days: 2, who: [ada@shop] } }] }
      "
    `);
  });

  test("members without those whom a rule or another system put there", async () => {
    const spec = { name: "Ops", members: ["ada@shop", "grace@shop", "alan@shop"] };
    const people = Object.fromEntries(PEOPLE);
    const team = liveTeam("t1", spec, { people, explained: { members: { "Ada@shop": "rule everybody" } } });
    const { files } = await written(shopWith([team], { people: PEOPLE, grants: new Map([["t1", ["Grace@shop"]]]) }));
    expect(files["shop-team.yaml"]).toMatchInlineSnapshot(`
      "kind: shop/team
      name: ops
      manage: { members: explained }
      spec: { name: Ops, members: [alan@shop] }
      "
    `);
  });

  test("where a secret comes from that is in use and not shown", async () => {
    const team = liveTeam("t1", { name: "Ops", settings: {} }, { secrets: ["settings.key"] });
    const { files, adoption } = await written(shopWith([team]));
    expect(files["shop-team.yaml"]).toMatchInlineSnapshot(`
      "kind: shop/team
      name: ops
      spec: { name: Ops, settings: { key: "\${env:SHOP_OPS_KEY}" } }
      "
    `);
    expect(adoption.proof?.bindings[0]?.secrets).toEqual({ "/settings/key": {} });
  });
});

describe("references", () => {
  const team = (id: string, name: string, more: { readonly [field: string]: Value } = {}): Live =>
    liveTeam(id, { name, ...more });

  test("are addresses, and lookups where addresses would close a circle", async () => {
    const { files } = await written(
      shopWith([
        team("t1", "a", { parent: { id: "t2" } }),
        team("t2", "b", { parent: { id: "t3" } }),
        team("t3", "c", { parent: { id: "t1" }, friends: [{ id: "t3" }, { id: "t1" }] }),
      ]),
    );
    expect(files["shop-team.yaml"]).toMatchInlineSnapshot(`
      "kind: shop/team
      name: a
      spec: { name: a, parent: shop/team/b }
      ---
      kind: shop/team
      name: b
      spec: { name: b, parent: shop/team/c }
      ---
      kind: shop/team
      name: c
      spec: { name: c, friends: [{ name: a }, { name: c }], parent: { name: a } }
      "
    `);
  });

  test("are names outside of what is adopted, ids where a name is not enough", async () => {
    const teams = [team("t1", "a", { friends: [{ id: "t2" }, { id: "t3" }, { id: "gone" }] })];
    const others = [team("t2", "b"), team("t3", "twin"), team("t4", "twin")];
    const { files, adoption } = await written(shopWith([...teams, ...others]), { matches: (label) => label === "a" });
    expect(files["shop-team.yaml"]).toMatchInlineSnapshot(`
      "kind: shop/team
      name: a
      spec: { name: a, friends: [{ id: gone }, { id: t3 }, { name: b }] }
      "
    `);
    expect(adoption.coverage[0]).toMatchObject({ adopted: 1, unmanaged: 1, unmanageable: 2 });
  });

  test("name what is called by ids alone", async () => {
    const door: Live = { id: "d1", spec: { team: { id: "t1" }, level: 3 } };
    const { files } = await written(shopWith([team("t1", "Front desk")], { doors: new Map([["d1", door]]) }));
    expect(files["shop-door.yaml"]).toMatchInlineSnapshot(`
      "kind: shop/door
      name: front-desk-3
      spec: { team: shop/team/front-desk, level: 3 }
      "
    `);
  });
});

describe("what does not come out even", () => {
  test("an object that its own schema refuses is left alone, and who refers to it names it", async () => {
    const teams = [
      liveTeam("t1", { name: "form", steps: [{ form: {} }] }),
      liveTeam("t2", { name: "ops", parent: { id: "t1" } }),
    ];
    const { files, adoption } = await written(shopWith(teams));
    expect(files["shop-team.yaml"]).toMatchInlineSnapshot(`
      "kind: shop/team
      name: ops
      spec: { name: ops, parent: { name: form } }
      "
    `);
    expect(adoption.objects.map(({ standing }) => standing)).toMatchInlineSnapshot(`
      [
        {
          "reason": "no document can say it: spec.steps[0] has no field "form"",
          "state": "unmanageable",
        },
        {
          "state": "unmanaged",
        },
      ]
    `);
  });

  test("a plan that would not be empty is a problem for each address that differs, or stands in the way", async () => {
    const refused = await adoptShop(shopWith([liveTeam("t1", { name: "Ops" })]), {
      tricks: { review: () => [{ code: "odd", message: "The shop does not like it.", hint: "Ask the shop." }] },
    });
    expect(refused.adoption.proof?.problems).toMatchObject([{ code: "odd", address: "shop/team/ops" }]);
    // The list calls her by another name than the directory.
    const stranger = shopWith([liveTeam("t1", { name: "Ops", members: ["ada@other"] })], {
      people: new Map([...PEOPLE, ["ada@other", "p1"]]),
    });
    const differing = await adoptShop(stranger);
    expect(differing.adoption.proof?.problems).toMatchObject([
      { code: "not-empty", address: "shop/team/ops", message: expect.stringContaining("members + ada@shop") },
    ]);
  });

  test("lists are read once", async () => {
    const lists: (string | number)[] = [];
    await adoptShop(shopWith([liveTeam("t1", { name: "Ops" })]), { tricks: { lists } });
    expect(lists).toEqual(["everything"]);
  });
});

describe("files that are there", () => {
  const tenant = shopWith([
    liveTeam("t1", { name: "a", tags: ["x", "y"] }),
    liveTeam("t2", { name: "b", tags: ["y", "x"] }),
  ]);

  test.each([
    [
      "a text block without its last line break",
      "kind: shop/team\nname: z\nadopt: true\nspec:\n  name: z\n  description: |\n    open end",
    ],
    ["an end that is marked", "kind: shop/team\nname: z\nspec: { name: z }\n...\n"],
    ["a document mark too many", "kind: shop/team\nname: z\nspec: { name: z }\n---\n"],
    ["comments only behind it", "kind: shop/team\nname: z\nspec: { name: z }\n# The end."],
    ["a byte order mark", "\uFEFFkind: shop/team\nname: z\nspec: { name: z }\n"],
  ])("%s: every byte stays", async (_, before) => {
    const { files, adoption } = await adoptShop(tenant, { files: { "shop-team.yaml": before } });
    expect(adoption.proof?.problems).toEqual([]);
    expect(files["shop-team.yaml"]?.startsWith(before)).toBe(true);
    expect(adoption.composed.files.map(({ path }) => path)).toEqual(["accord.yaml", "shop-team.yaml"]);
  });

  const shared = "a-tags: [x, y]";
  test.each([
    [
      "no variables",
      "version: 1\nstack: corner\nproviders: { shop: {} }\n# The end.",
      `# The end.\nvars:\n  ${shared}\n`,
    ],
    [
      "some",
      "version: 1\nstack: corner\nvars: # Ours\n    b: 1\nproviders: { shop: {} }\n",
      `vars: # Ours\n    ${shared}\n    b: 1\n`,
    ],
    ["carriage returns", "version: 1\r\nstack: corner\r\nproviders: { shop: {} }\r\n", `vars:\r\n  ${shared}\r\n`],
  ])("a shared list goes into a stack file with %s", async (_, before, after) => {
    const { files } = await written(tenant, { files: { "accord.yaml": before } });
    expect(files["accord.yaml"]).toContain(after);
    expect(files["shop-team.yaml"]).toContain("${var:a-tags}");
  });

  test("one that has the name already keeps it, and one that says the same by chance is left alone", async () => {
    const before = "version: 1\nstack: corner\nproviders: { shop: {} }\nvars:\n  a-tags: 1\n  mine: [x, y]\n";
    const { files } = await written(tenant, { files: { "accord.yaml": before } });
    expect(files["accord.yaml"]).toContain("a-tags-2: [x, y]\n");
    expect(files["shop-team.yaml"]).toContain("${var:a-tags-2}");
  });

  test.each([
    ["in braces", "{ version: 1, stack: corner, providers: { shop: {} } }\n"],
    ["with no variable in braces", "version: 1\nstack: corner\nproviders: { shop: {} }\nvars: {}\n"],
    ["with variables in braces", "version: 1\nstack: corner\nproviders: { shop: {} }\nvars: { b: 1 }\n"],
    ["with an end that is marked", "version: 1\nstack: corner\nproviders: { shop: {} }\n...\n"],
  ])("a stack file %s stays as it is, and the lists are written out", async (_, before) => {
    const { files } = await written(tenant, { files: { "accord.yaml": before } });
    expect(files["accord.yaml"]).toBe(before);
    expect(files["shop-team.yaml"]).toContain("tags: [x, y]");
  });
});

const login = fc.constantFrom(...PEOPLE.keys());
const people = fc.uniqueArray(login, { maxLength: 3 });
const word = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.constantFrom(
    "",
    "${env:HOME}",
    "$${",
    "true",
    "12",
    "a: b",
    "x # y",
    "one\ntwo\n",
    " padded ",
    "{ }",
    "${shop/team/a.id}",
  ),
);
const ID = fc.constantFrom("team-000001", "team-000002", "team-000003", "team-000004", "nobody-here");
const reference = ID.map((id) => ({ id }));
const key = fc.stringMatching(/^[a-z]{1,4}$/);

const spec = fc.record(
  {
    name: fc.oneof(
      fc.constantFrom("Ops", "ops", "Front desk", "ops!", "Öps"),
      word.filter((text) => text !== ""),
    ),
    description: word,
    active: fc.boolean(),
    seats: fc.integer({ min: -2, max: 6 }),
    mode: fc.constantFrom("open", "closed", ""),
    members: people,
    tags: fc.uniqueArray(word, { maxLength: 3 }),
    friends: fc.uniqueArray(reference, { maxLength: 3, selector: ({ id }) => id }),
    parent: fc.option(reference),
    settings: fc.record({ color: fc.oneof(word, ID), loud: fc.boolean(), watchers: people }, { requiredKeys: [] }),
    labels: fc.dictionary(key, fc.oneof(word, fc.boolean(), fc.constant(null), fc.integer()), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    steps: fc.array(
      fc.oneof(
        word.map((text) => ({ say: { text } })),
        fc.record({ days: fc.integer({ min: 0, max: 2 }), who: people }).map((wait) => ({ wait })),
        reference.map((team) => ({ ask: { team } })),
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ["name"] },
);

const tenant = fc
  .record({
    teams: fc.array(fc.record({ spec, byRule: people, secret: fc.boolean(), foreign: fc.boolean() }), { maxLength: 4 }),
    doors: fc.uniqueArray(fc.record({ team: reference, level: fc.integer({ min: 0, max: 1 }), note: word }), {
      maxLength: 3,
      selector: ({ team, level }) => `${team.id} ${level}`,
    }),
    lent: fc.dictionary(ID, people, { maxKeys: 2, noNullPrototype: true }),
  })
  .map(({ teams, doors, lent }): Tenant => {
    const lives = teams.map(({ spec, byRule, secret, foreign }, index): Live => {
      const id = `team-00000${index + 1}`;
      return {
        ...{ id, people: Object.fromEntries(PEOPLE) },
        spec: secret ? { ...spec, settings: spec.settings ?? {} } : spec,
        explained: { members: Object.fromEntries(byRule.map((name) => [name, "rule"])) },
        ...(secret ? { secrets: ["settings.key"] } : {}),
        ...(foreign ? { marker: { tool: "terraform" } } : {}),
      };
    });
    return shopWith(lives, {
      doors: new Map(doors.map((one, index) => [`door-00000${index}`, { id: `door-00000${index}`, spec: one }])),
      ...{ people: PEOPLE, grants: new Map(Object.entries(lent)) },
    });
  });

test("whatever a tenant holds, what is written of it plans to nothing", async () => {
  await fc.assert(
    fc.asyncProperty(tenant, async (shop) => {
      const { adoption, plan } = await adoptShop(shop);
      expect(adoption.proof?.problems ?? []).toEqual([]);
      expect(await plan()).toEqual({ changes: [], problems: [] });
      for (const { unmanaged } of adoption.coverage) expect(unmanaged).toBe(0);
    }),
    { numRuns: 100 },
  );
});
