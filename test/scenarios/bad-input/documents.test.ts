/** What a stack's own files may get wrong: found before any call, with the line to look at. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { C1, type Files, GROUP, openScene, type Refusal, type Scene, STACK } from "./scene.ts";

let scene: Scene | undefined;
afterEach(() => scene?.close());

async function stack(files: Files): Promise<Scene> {
  scene = await openScene({ "accord.yaml": STACK, ...files });
  return scene;
}

const RULE = (groups: string): string => `kind: okta/group-rule
name: sre
spec:
  name: sre
  expression: user.department == "SRE"
  groups: [${groups}]
`;
const AUTOMATION = (cel: string): string => `kind: c1/membership-automation
name: sre
spec:
  profile: { name: On-call }
  grantAndRevoke: true
  cel: ${cel}
`;

/** One broken stack, and all that its author reads about it. */
type Case = readonly [what: string, files: Files, problems: readonly string[]];

const OFFLINE: readonly Case[] = [
  [
    "broken YAML",
    { "team.yaml": "kind: okta/group\nname: [ops\nspec: {}\n" },
    [
      "yaml-syntax team.yaml:3:1 team.yaml is not valid YAML: deficient indentation. → Align this line with its neighbours, or close the bracket or quote before it.",
    ],
  ],
  [
    "a tab",
    { "team.yaml": "kind: okta/group\nname: ops\nspec:\n\tname: ops\n" },
    [
      "yaml-syntax team.yaml:4:1 team.yaml is not valid YAML: tab characters must not be used in indentation. → Indent with spaces; YAML allows no tabs there.",
    ],
  ],
  [
    "an invisible character",
    { "team.yaml": "kind: okta/group\nname: ops\nspec: { name: \u0000ops }\n" },
    [
      "yaml-syntax team.yaml:3:15 team.yaml is not valid YAML: null byte is not allowed in input. → Remove the character that does not show here, or write it as an escape in double quotes.",
    ],
  ],
  [
    "a stack file that says nothing, and a document file that says nothing any more",
    { "accord.yaml": "# soon\n", "team.yaml": "---\n---\n" },
    [
      "empty-document accord.yaml:1:1 accord.yaml is empty: it declares nothing. → Write version, stack and providers, or remove it and run `accord init`.",
      "empty-document team.yaml:1:1 team.yaml is empty: it declares nothing. → Restore what it declared, or remove the file.",
    ],
  ],
  [
    "a version in quotes",
    { "accord.yaml": STACK.replace("version: 1", 'version: "1"') },
    ['wrong-value accord.yaml:1:1 version must be 1, and is the text "1". → Write it without quotes: 1.'],
  ],
  [
    "a field that nobody knows",
    { "team.yaml": GROUP.replace("members", "memebers") },
    ['unknown-field team.yaml:5:3 spec has no field "memebers". → Did you mean "members"?'],
  ],
  [
    "a kind that nobody knows",
    { "team.yaml": GROUP.replace("okta/group", "okta/gruop") },
    [
      'unknown-kind team.yaml:1:1 There is no kind okta/gruop. → Did you mean "okta/group"? `accord schema` lists every kind.',
    ],
  ],
  [
    "a key that reaches for a prototype",
    { "team.yaml": "kind: okta/group\nname: ops\nspec: { __proto__: { protect: true } }\n" },
    ['forbidden-key team.yaml:3:9 "__proto__" cannot be a key. → Choose another name.'],
  ],
  [
    "the same address twice",
    { "a.yaml": GROUP, "b.yaml": GROUP },
    [
      "duplicate-address b.yaml:1:1 okta/group/ops is declared twice: the first time in a.yaml:1. → Rename one of them, or merge the two documents.",
    ],
  ],
  [
    "a reference to nothing",
    { "team.yaml": `${GROUP}---\n${RULE("okta/group/opps")}` },
    [
      'unknown-address team.yaml:12:12 spec.groups[0]: there is no document okta/group/opps in this stack. → Did you mean "okta/group/ops"?',
    ],
  ],
  [
    "references in a circle",
    {
      "team.yaml": [
        "kind: okta/group\nname: a\nspec: { name: a, description: '${okta/group/b.id}' }\n",
        "kind: okta/group\nname: b\nspec: { name: b, description: '${okta/group/a.id}' }\n",
      ].join("---\n"),
    },
    [
      "cycle team.yaml:1:1 These documents need each other: okta/group/a → okta/group/b → okta/group/a. → Take one reference out, or split the object that both sides need.",
    ],
  ],
  [
    "a variable without a value",
    { "team.yaml": GROUP.replace("name: ops\n  ", "name: ${var:team}\n  ") },
    [
      "missing-variable team.yaml:4:3 There is no variable team. → The stack defines none. Add it under vars: in accord.yaml, or give --var team=…",
    ],
  ],
  [
    "a variable without a value, in the name of the document",
    { "team.yaml": GROUP.replace("name: ops\n", "name: ${var:team}\n") },
    [
      "missing-variable team.yaml:2:1 There is no variable team. → The stack defines none. Add it under vars: in accord.yaml, or give --var team=…",
    ],
  ],
  [
    "the environment where everybody may look",
    { "team.yaml": GROUP.replace("name: ops\n  ", "name: ${env:TEAM}\n  ") },
    [
      "misplaced-secret team.yaml:4:3 ${env:TEAM} is allowed in provider settings and secret fields only; spec.name is neither. → Use ${var:name} for what may be seen.",
    ],
  ],
  [
    "a setting whose variable is not set",
    { "accord.yaml": STACK.replace("OKTA_KEY", "OKTA_KEEY"), "team.yaml": GROUP },
    [
      "missing-environment accord.yaml:4:66 providers.okta.privateKey needs the environment variable OKTA_KEEY, which is not set. → Set OKTA_KEEY and run again.",
    ],
  ],
  [
    "a secret in plain sight",
    { "accord.yaml": STACK.replace("${env:OKTA_KEY}", "a-secret-that-everybody-reads") },
    [
      "literal-secret accord.yaml:4:66 providers.okta.privateKey is a secret, and secrets do not belong into files. → Write ${env:NAME} or ${file:path}.",
    ],
  ],
  [
    "a CEL name that does not exist",
    { "accord.yaml": STACK + C1, "team.yaml": AUTOMATION('subject.departmnt == "SRE"') },
    [
      'cel-no-such-key team.yaml:6:3 [subject.>departmnt< == "SRE"] CEL: No such key: departmnt. → Did you mean "department"?',
    ],
  ],
  [
    "a CEL comparison that cannot be, on the second line",
    { "accord.yaml": STACK + C1, "team.yaml": AUTOMATION("|\n    true &&\n    subject.department == 3") },
    [
      'cel-no-such-overload team.yaml:6:3 [>subject.department == 3<] CEL: no such overload: string == int. → Both sides have to be of one type: "3" is text, 3 is a number.',
    ],
  ],
  [
    "a policy without a baseline",
    { "accord.yaml": STACK + C1, "team.yaml": "kind: c1/policy\nname: p\nspec: { displayName: P, type: grant }\n" },
    [
      "no-baseline team.yaml:3:1 A policy without steps denies everything in C1, without saying so. → Say what happens where no rule applies: steps: [{ approval: { manager: {} } }], or [{ reject: {} }] to deny.",
    ],
  ],
  [
    "terminal escapes in a name",
    { "team.yaml": 'kind: okta/group\nname: "ops\\e[2J"\nspec: { name: ops }\n' },
    [
      'wrong-value team.yaml:2:1 name does not look as it must: "ops\\u001b[2J". → The stack\'s own name for it, the last part of its address: letters, digits, dots, dashes, `_`, `@` and `+`, starting with a letter or digit.',
    ],
  ],
  [
    "terminal escapes in a key",
    { "team.yaml": 'kind: okta/group\nname: ops\nspec: { name: ops, "\\e[2J": [] }\n' },
    [
      'unknown-field team.yaml:3:20 spec has no field "\u001b[2J". → It takes name, description, profile, members and owners.',
    ],
  ],
  [
    "a file without end",
    { "team.yaml": `# ${"x".repeat(33 * 1024 * 1024)}` },
    [
      "file-too-large team.yaml:1:1 team.yaml is larger than 32 MiB. → Split it into several files: any *.yaml below the stack directory is read.",
    ],
  ],
  [
    "a text of five megabytes",
    { "team.yaml": `${GROUP}  description: ${"x".repeat(5 * 1024 * 1024)}\n` },
    ["wrong-value team.yaml:6:3 spec.description must have at most 1024 characters. → What the group is for."],
  ],
  [
    "everything at once",
    {
      "a.yaml": GROUP.replace("okta/group", "okta/gruop"),
      "b.yaml": GROUP.replace("members", "memebers"),
      "c.yaml": "kind: [",
    },
    [
      // What cannot be parsed hides what the rest means, so it comes first and alone.
      "yaml-syntax c.yaml:1:8 c.yaml is not valid YAML: unexpected end of the stream within a flow collection. → Correct the text here. Quote values that hold `: `, ` #` or start with one of [ ] { } * & ! | > % @ `.",
    ],
  ],
];

describe("before any call", () => {
  test.each(OFFLINE)("%s", async (_what, files, problems) => {
    const { refusal, requests } = await stack(files);
    expect(await refusal("plan")).toEqual({ exit: 1, problems });
    expect(requests()).toEqual([]);
  });

  test("a place inside an expression has a caret below it", async () => {
    const { accord } = await stack({
      "accord.yaml": STACK + C1,
      "team.yaml": AUTOMATION('subject.departmnt == "SRE"'),
    });
    expect((await accord("validate")).stderr).toMatchInlineSnapshot(`
      "✗ CEL: No such key: departmnt.
          team.yaml:6:3  c1/membership-automation/sre
            subject.departmnt == "SRE"
                    ^^^^^^^^^
          → Did you mean "department"?

      1 problem.
      "
    `);
  });
});

describe("files that are not what they seem", () => {
  test("a link out of the stack is not followed", async () => {
    const { directory, refusal } = await stack({ "team.yaml": GROUP });
    await symlink("/etc/passwd", `${directory}/more.yaml`);
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "outside-stack more.yaml:1:1 more.yaml leads out of the stack directory. → Copy the file into the stack: what a stack says must be reviewed with it.",
      ],
    });
  });

  test("a link to itself, and one to nothing", async () => {
    const { directory, refusal } = await stack({ "team.yaml": GROUP });
    await symlink("loop.yaml", `${directory}/loop.yaml`);
    await symlink("gone", `${directory}/nothing.yaml`);
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: [
        "unreadable-file loop.yaml:1:1 loop.yaml is a link that leads back to itself. → Remove it, or point it at a file of the stack.",
        "missing-file nothing.yaml:1:1 nothing.yaml cannot be read: it is a directory, or a link that leads nowhere. → Restore the file or remove it.",
      ],
    });
  });

  // Root may read everything.
  test.skipIf(process.getuid?.() === 0)("a file that nobody may read", async () => {
    const { directory, refusal } = await stack({});
    await writeFile(`${directory}/team.yaml`, GROUP, { mode: 0o000 });
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: ["unreadable-file team.yaml:1:1 team.yaml cannot be read (EACCES). → Check the file's owner and mode."],
    });
  });

  test("bytes that are no text", async () => {
    const { directory, refusal } = await stack({});
    await writeFile(`${directory}/team.yaml`, Buffer.from([0xff, 0xfe, 0x41]));
    expect(await refusal("plan")).toEqual({
      exit: 1,
      problems: ["not-text team.yaml:1:1 team.yaml is no UTF-8 text. → Save it as UTF-8."],
    });
  });

  test.each<readonly [string, string, Refusal["problems"]]>([
    [
      "a directory without accord.yaml",
      "empty",
      [
        "no-stack There is no accord.yaml in this directory, so it is no stack. → Run `accord init` to write one, or name the stack's directory with --dir.",
      ],
    ],
    [
      "a directory that does not exist",
      "nowhere",
      ["no-directory There is no directory nowhere. → Check --dir; it was looked for as <stack>/nowhere."],
    ],
    [
      "a file in its place",
      "team.yaml",
      ["no-directory There is no directory team.yaml. → Check --dir; it was looked for as <stack>/team.yaml."],
    ],
  ])("%s", async (_what, dir, problems) => {
    const { directory, refusal } = await stack({ "team.yaml": GROUP });
    await mkdir(`${directory}/empty`);
    expect(await refusal("plan", "--dir", dir)).toEqual({ exit: 1, problems });
  });
});
