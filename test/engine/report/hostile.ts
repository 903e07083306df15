/** A plan all of whose words are somebody's who wishes the reader ill. */
import type { Plan } from "../../../engine/model.ts";
import { CHANGES, create, PLAN } from "./example.ts";

/** Names by which somebody could try to speak in a comment. */
export const ATTACKS: readonly string[] = [
  "@acme/security",
  "<img src=x onerror=alert(1)>",
  "[click](https://evil.example)",
  "https://evil.example",
  "www.evil.example",
  "``` </details> ```",
  "`@team`",
  "#12 GH-12 acme/app#3",
  "fixes #12, closes acme/app#3",
  "a\n```\n@team",
  "1. list",
  "- list",
  "~~x~~ **x** __x__ $x$ :tada: &lt;b&gt; |a|",
  "deadbeefcafe",
  "-->",
  "<script>alert(1)</script>",
  "a\u202Egpj.exe",
  "| a | b |\n|---|---|\n| 1 | 2 |",
  `${"very-long-login-".repeat(16)}@acme.example`,
];

/** What GitHub would still interpret: everything outside fences and code spans. */
export function interpreted(markdown: string): string {
  return markdown
    .replace(/^```diff\n(?:(?! {0,3}```).*\n)*```$/gm, "")
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "")
    .replaceAll(/<\/?(?:details|summary|code|sub|br)(?: open)?>/g, "");
}

/** Says nothing but `text`, wherever a vendor or a user has the word. */
export const hostilePlan = (text: string): Plan => ({
  ...PLAN,
  stack: text,
  changes: [
    ...CHANGES,
    create("okta/group/x", { name: text, [text]: [text, `${text}\n${text}`] }, { notes: [text], reason: text }),
  ],
  impact: {
    gained: [
      { person: text, entitlement: text, address: "okta/group/x", paths: [[text, text], [text]] },
      { person: text, entitlement: `${text} too`, privileged: true, address: "okta/group/x" },
    ],
    lost: [],
  },
  populations: [
    {
      address: "okta/group-rule/x",
      entitlement: text,
      enters: [{ person: text, personId: text, by: [{ attribute: text, value: text }] }],
      leaves: [],
      uncertain: [{ person: text, personId: text, by: [], held: true, why: text }],
      held: 1,
      matches: { least: 1, most: 2 },
      remarks: [text],
    },
  ],
  rotas: [{ address: "okta/group/x", turns: [{ from: "2026-11-22T09:30:00Z", people: [text] }] }],
  verdicts: [
    { name: text, outcome: "deny", message: text, hint: text },
    { name: text, outcome: "approve", approvers: { group: text, count: 2 }, message: text },
  ],
  drift: [
    {
      address: "okta/group/y",
      kind: "okta/group",
      id: text,
      gone: false,
      fields: [{ op: "add", path: [text], element: text }],
      by: [{ time: text, actor: text, action: text, targets: [] }],
    },
  ],
  notes: [text],
  calls: { [text]: { [text]: 1 } },
});
