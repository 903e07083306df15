import fc from "fast-check";
import { dump } from "js-yaml";
import { describe, expect, test } from "vitest";
import { specOf, validated, wrong } from "./small-world.ts";

const team = (spec: string, more = "") => `kind: shop/team\nname: crew\n${more}spec: ${spec}\n`;

describe("a document", () => {
  test("becomes a resource, with the place of every node", async () => {
    const { resources } = await validated(
      team(
        "{ name: Crew, members: [ada] }",
        "protect: true\nmanage: { members: explained, settings.watchers: additive }\nignore: [description]\nlabels: { tier: gold }\nonRemoval: delete\nadopt: { prune: true }\ndependsOn: [shop/team/other]\n",
      ),
    );
    expect(resources).toEqual([
      {
        address: "shop/team/crew",
        instance: "shop",
        kind: "shop/team",
        spec: { name: "Crew", members: ["ada"] },
        protect: true,
        manage: { members: "explained", "settings.watchers": "additive" },
        ignore: ["description"],
        labels: { tier: "gold" },
        onRemoval: "delete",
        adopt: { prune: true },
        dependsOn: ["shop/team/other"],
        source: { file: "a.yaml", line: 1, column: 1 },
        sources: expect.anything(),
      },
    ]);
    expect(resources[0]?.sources.get("/spec/members/0")).toEqual({ file: "a.yaml", line: 10, column: 31 });
  });

  test("lives in the instance named after its provider, or in the one it names", async () => {
    const { resources } = await validated(`${team("{ name: A }")}---\n${team("{ name: A }", "provider: shop-eu\n")}`);
    expect(resources.map(({ address, kind }) => [address, kind])).toEqual([
      ["shop/team/crew", "shop/team"],
      ["shop-eu/team/crew", "shop/team"],
    ]);
  });

  test("list items get the defaults of the form they have; fields left out stay out", async () => {
    expect(
      await specOf("kind: shop/flow\nname: f\nspec: { steps: [{ accept: {} }, { approve: { by: owner } }] }"),
    ).toEqual({
      steps: [{ accept: { message: "Welcome" }, note: "a" }, { approve: { by: "owner", days: 3 } }],
    });
  });

  test("a kind's own findings stop the plan or warn", async () => {
    expect((await validated(team('{ name: A, description: "" }'))).warnings).toEqual([
      { code: "blank", message: "Say something.", source: { file: "a.yaml", line: 3, column: 18 } },
    ]);
    expect(await wrong(validated(team("{ name: forbidden }")))).toEqual([
      "a.yaml:3:9 bad-team No such team. | Choose another.",
    ]);
  });
});

describe("values", () => {
  test("a whole-string variable keeps its type, one inside text becomes text", async () => {
    const spec = await specOf(
      team('{ name: "${var:region}-${var:seats}", seats: "${var:seats}", members: "${var:crew}" }'),
    );
    expect(spec).toEqual({ name: "eu-5", seats: 5, members: ["ada", "bob"] });
  });

  test("variables reach kind, name and labels", async () => {
    const { resources } = await validated(
      'kind: shop/team\nname: "crew-${var:region}"\nlabels: { r: "${var:region}" }\nspec: { name: A }',
    );
    expect(resources[0]).toMatchObject({ address: "shop/team/crew-eu", labels: { r: "eu" } });
  });

  test("references, escapes and the text of variables stay templates until the graph reads them", async () => {
    const spec = await specOf(
      team('{ name: A, description: "see ${shop/team/other.url}, $${literal}, ${var:price}" }'),
    );
    expect(spec?.description).toBe("see ${shop/team/other.url}, $${literal}, $${5}");
  });

  test("text that is not known yet passes what its schema says about text", async () => {
    expect(
      await specOf(
        team(
          '{ name: "a very long ${shop/team/other.name}", contact: "${shop/team/other.url}", seats: "${shop/team/other.id}", type: "${shop/team/other.id}" }',
        ),
      ),
    ).toBeDefined();
    expect(await wrong(specOf(team('{ name: A, seats: "x-${shop/team/other.id}" }')))).toEqual([
      "a.yaml:3:18 wrong-type spec.seats must be a whole number, and is text. | Write it without quotes.",
    ]);
  });

  test("a secret is kept as where it comes from", async () => {
    expect(await specOf(team('{ name: A, password: "${env:PASSWORD}" }'))).toEqual({
      ...{ name: "A", password: { $secret: "${env:PASSWORD}" } },
    });
  });

  test.each([
    [
      '{ name: "${var:regoin}" }',
      'a.yaml:3:9 missing-variable There is no variable regoin. | Did you mean "region"? The stack defines crew, owner, price, region and seats. Add it under vars: in accord.yaml, or give --var regoin=…',
    ],
    [
      '{ name: "${var:owner}" }',
      "a.yaml:3:9 missing-variable The variable owner has no value. | Give it one: --var owner=…",
    ],
    [
      '{ name: "a ${var:crew}" }',
      "a.yaml:3:9 wrong-type The variable crew is a list and cannot stand inside text. | Make ${var:crew} the whole value.",
    ],
    [
      '{ name: "${env:NAME}" }',
      "a.yaml:3:9 misplaced-secret ${env:NAME} is allowed in provider settings and secret fields only; spec.name is neither. | Use ${var:name} for what may be seen.",
    ],
    ['{ name: "${nope" }', "a.yaml:3:9 bad-template ${nope is never closed. | Write $${ for a literal ${."],
    [
      "{ name: A, password: hunter2 }",
      "a.yaml:3:18 literal-secret spec.password is a secret, and secrets do not belong into files. | Write ${env:NAME} or ${file:path}.",
    ],
    [
      '{ name: A, password: "${var:region}" }',
      "a.yaml:3:18 literal-secret spec.password is a secret, and secrets do not belong into files. | Write ${env:NAME} or ${file:path}.",
    ],
    [
      '{ name: A, password: "${file:../key}" }',
      "a.yaml:3:18 outside-stack ${file:../key} leads out of the stack directory. | Give a path below the stack directory, or use ${env:NAME}.",
    ],
    [
      '{ name: A, password: "${shop/team/x.id}" }',
      "a.yaml:3:18 misplaced-reference ${shop/team/x.id} stands where no other document may be named: spec.password. | References belong into specs.",
    ],
    [
      '{ name: { $secret: "${env:X}" } }',
      'a.yaml:3:17 forbidden-key "$secret" cannot be a key. | Choose another name.',
    ],
  ])("%s", async (spec, problem) => {
    expect(await wrong(validated(team(spec)))).toContain(problem);
  });
});

describe("what bad input gets", () => {
  test.each([
    ["{ nam: A }", ['a.yaml:3:9 unknown-field spec has no field "nam". | Did you mean "name"?']],
    [
      "{ name: A, colour: red }",
      [
        'a.yaml:3:18 unknown-field spec has no field "colour". | It takes name, description, type, members, order, parent, seats, contact, password and settings.',
      ],
    ],
    ["{}", ["a.yaml:3:1 missing-field spec needs name. | name: Its name."]],
    ["{ name: 12 }", ['a.yaml:3:9 wrong-type spec.name must be text, and is 12. | Quote it to make it text: "12".']],
    [
      "{ name: }",
      ["a.yaml:3:9 wrong-type spec.name must be text, and is empty. | Give it a value, or remove the key."],
    ],
    [
      "{ name: A, members: ada }",
      ["a.yaml:3:18 wrong-type spec.members must be a list, and is text. | Write it as a list: [ada]."],
    ],
    [
      "{ name: A, members: [ada, { a: 1 }] }",
      [
        "a.yaml:3:33 wrong-type spec.members[1] must be text, and is a mapping. | `accord explain shop/team` describes every field.",
      ],
    ],
    [
      "{ name: A, type: gant }",
      ['a.yaml:3:18 wrong-value spec.type must be grant or revoke, and is gant. | Did you mean "grant"?'],
    ],
    ["{ name: A, seats: 0 }", ["a.yaml:3:18 wrong-value spec.seats must be at least 1. | A field."]],
    ["{ name: A, contact: nobody }", ["a.yaml:3:18 wrong-value spec.contact is no valid email: nobody. | A field."]],
    ['{ name: "" }', ["a.yaml:3:9 wrong-value spec.name must not be empty. | Its name."]],
    [
      "{ name: A, parent: { nme: X } }",
      ['a.yaml:3:28 unknown-field spec.parent has no field "nme". | Did you mean "name"?'],
    ],
    ["{ name: A, parent: {} }", ["a.yaml:3:18 missing-field spec.parent needs name or id. | Add name or id."]],
    [
      "{ name: A, parent: 5 }",
      ['a.yaml:3:18 wrong-type spec.parent must be text or a mapping, and is 5. | Quote it to make it text: "5".'],
    ],
  ])("%s", async (spec, problems) => {
    expect(await wrong(validated(team(spec)))).toEqual(problems);
  });

  test("of several forms, the one that was meant is explained", async () => {
    const flow = (steps: string) => wrong(validated(`kind: shop/flow\nname: f\nspec:\n  steps: [${steps}]\n`));
    expect(await flow("{ approve: { by: ceo } }")).toEqual([
      "a.yaml:4:24 wrong-value spec.steps[0].approve.by must be manager or owner, and is ceo. | A field.",
    ]);
    expect(await flow("{ acept: {} }")).toEqual([
      'a.yaml:4:13 unknown-field spec.steps[0] has no field "acept". | Did you mean "accept"?',
    ]);
    expect(await flow("wait")).toEqual([
      "a.yaml:4:11 wrong-type spec.steps[0] must be a mapping, and is text. | `accord explain shop/flow` describes every field.",
    ]);
  });

  test.each([
    [
      "- a\n- b",
      "a.yaml:1:1 no-document A document is a mapping of kind, name and spec, and this one is a list. | Write each item as a document of its own, separated by `---`.",
    ],
    [
      "spec: {}\nname: a",
      "a.yaml:1:1 missing-field The document needs kind. | kind: What it is: <provider>/<kind>, for example okta/group.",
    ],
    [
      "kind: shop/taem\nname: a\nspec: {}",
      'a.yaml:1:1 unknown-kind There is no kind shop/taem. | Did you mean "shop/team"? `accord schema` lists every kind.',
    ],
    [
      "kind: ../../etc\nname: a\nspec: {}",
      "a.yaml:1:1 wrong-value kind does not look as it must: ../../etc. | What it is: <provider>/<kind>, for example okta/group.",
    ],
    [
      "kind: shop/settings\nname: a\nspec: {}",
      "a.yaml:1:1 unknown-kind There is no kind shop/settings. | `accord schema` lists every kind.",
    ],
    [
      "kind: shop-eu/team\nname: a\nspec: {}",
      "a.yaml:1:1 unknown-kind There is no kind shop-eu/team: shop-eu is an instance. | Write kind: shop/team and provider: shop-eu.",
    ],
    [
      team("{ name: A }", "provider: shop-ue\n"),
      'a.yaml:3:1 unknown-instance accord.yaml has no instance shop-ue. | Did you mean "shop-eu"?',
    ],
    [
      team("{ name: A }", "provider: cafe\n"),
      "a.yaml:3:1 wrong-instance cafe is an instance of cafe, which has no kind shop/team. | Say which one it lives in: provider: one of shop and shop-eu.",
    ],
    [
      team("{ name: A }", "protct: true\n"),
      'a.yaml:3:1 unknown-field The document has no field "protct". | Did you mean "protect"?',
    ],
    [
      team("{ name: A }", "manage: { order: additive }\n"),
      "a.yaml:3:11 not-a-collection manage: order is no collection. | Collections of shop/team: members and settings.watchers.",
    ],
    [
      team("{ name: A }", "manage: { member: additive }\n"),
      'a.yaml:3:11 not-a-collection manage: shop/team has no field "member". | Did you mean "members"? Collections of shop/team: members and settings.watchers.',
    ],
    [
      team("{ name: A }", "manage: { members: explaned }\n"),
      'a.yaml:3:11 wrong-value manage.members must be exclusive, explained, additive or observe, and is explaned. | Did you mean "explained"?',
    ],
    [
      team("{ name: A }", "ignore: [descripton]\n"),
      'a.yaml:3:10 unknown-field ignore: shop/team has no field "descripton". | Did you mean "description"?',
    ],
    [
      team("{ name: A }", "onRemoval: disable\n"),
      "a.yaml:3:1 missing-capability shop/team cannot be disabled. | Say onRemoval: forget, or leave it out.",
    ],
    [
      "kind: shop/team\nname: a/b\nspec: { name: A }",
      "a.yaml:2:1 wrong-value name does not look as it must: a/b. | The stack's own name for it, the last part of its address: letters, digits, dots, dashes, `_`, `@` and `+`, starting with a letter or digit.",
    ],
  ])("%j", async (documents, problem) => {
    expect(await wrong(validated(documents))).toEqual([problem]);
  });

  test("an address that is declared twice names both places", async () => {
    expect(await wrong(validated(`${team("{ name: A }")}---\n${team("{ name: B }")}`))).toEqual([
      "a.yaml:5:1 duplicate-address shop/team/crew is declared twice: the first time in a.yaml:1. | Rename one of them, or merge the two documents.",
    ]);
  });

  test("everything wrong in every document comes at once, in the order of the files", async () => {
    const problems = await wrong(
      validated(
        `${team("{ nam: A, seats: x }", "protct: true\n")}---\nkind: shop/flw\nname: f\nspec: {}\n---\n${team("{ name: 1 }")}`,
      ),
    );
    expect(problems.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "a.yaml:3:1 unknown-field",
      "a.yaml:4:9 unknown-field",
      "a.yaml:4:17 wrong-type",
      "a.yaml:6:1 unknown-kind",
      "a.yaml:10:1 duplicate-address",
      "a.yaml:12:9 wrong-type",
    ]);
  });
});

test("whatever a spec holds, it is a resource or problems with place and next step", async () => {
  const field = fc.constantFrom(
    "name",
    "members",
    "parent",
    "seats",
    "steps",
    "accept",
    "approve",
    "by",
    "id",
    "password",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("A", 5, null, true, "${var:region}", "${shop/team/x.id}", "${env:X}", "${", "", "$${"),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(field, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("shop/team", "shop/flow"), tree, async (kind, spec) => {
      for (const problem of await wrong(validated(dump({ kind, name: "x", spec }, { noRefs: true })))) {
        expect(problem).toMatch(/^a\.yaml:\d+:\d+ [a-z-]+ .+\. \| (?!undefined).+/s);
      }
    }),
    { numRuns: 300 },
  );
});
