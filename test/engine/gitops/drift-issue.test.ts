import { expect, test } from "vitest";
import { backDoorsOf } from "../../../engine/gitops/back-doors.ts";
import { type DriftIssueView, driftIssueOf } from "../../../engine/gitops/drift-issue.ts";
import { isDriftIssueOf, isOurs } from "../../../engine/gitops/marker.ts";
import type { Drift, Impact, Move } from "../../../engine/model.ts";
import { ATTACKS, interpreted } from "../report/hostile.ts";
import { target } from "./outlooks.ts";

const trent = (time: string, action: string) => [{ time, actor: "trent@acme.example", action, targets: [] }];

const drifted = (address: Drift["address"], more: Partial<Drift> = {}): Drift => ({
  address,
  kind: "okta/group",
  id: address,
  fields: [],
  gone: false,
  ...more,
});

const add = (element: string) => ({ op: "add", path: ["members"], element }) as const;
const remove = (element: string) => ({ op: "remove", path: ["members"], element }) as const;
const move = (address: Drift["address"], person: string, entitlement: string, more: Partial<Move> = {}): Move => ({
  ...{ address, person, entitlement },
  ...more,
});

const DRIFT: readonly Drift[] = [
  drifted("okta/app/wiki", { fields: [{ op: "set", path: ["label"], before: "Wiki", after: "The wiki" }], by: [] }),
  drifted("okta/group/support", { fields: [remove("ada@acme.example")] }),
  drifted("okta/group/platform", {
    fields: [add("linus@acme.example"), add("grace@acme.example")],
    by: trent("2026-11-21T17:40:00Z", "group.user_membership.add"),
  }),
  drifted("okta/group/prod-breakglass", {
    fields: [add("mallory@acme.example")],
    by: trent("2026-11-21T18:04:11Z", "group.user_membership.add"),
  }),
  drifted("okta/group/old", { gone: true }),
];

const BACK: Impact = {
  lost: [
    move("okta/group/platform", "linus@acme.example", "member of platform"),
    move("okta/group/platform", "grace@acme.example", "member of platform"),
    move("okta/group/prod-breakglass", "mallory@acme.example", "member of prod-breakglass", { privileged: true }),
    move("okta/group/prod-breakglass", "mallory@acme.example", "AWS prod-admin", {
      administers: true,
      paths: [["member of prod-breakglass"]],
    }),
    // By what the documents say, not by anybody's hand.
    move("okta/group/platform", "victor@acme.example", "member of platform", { privileged: true }),
  ],
  gained: [
    move("okta/group/support", "ada@acme.example", "member of support"),
    move("okta/group/old", "alan@acme.example", "member of old"),
  ],
};

const viewOf = (more: Partial<DriftIssueView> = {}): DriftIssueView => ({
  target: target("acme-prod", { environment: "eu", directory: "stacks/prod" }),
  drift: DRIFT,
  back: { impact: BACK },
  identities: { addressOf: () => undefined, nameOf: () => undefined },
  checked: 40,
  at: "2026-11-22T09:30:00Z",
  adopt: { pull: 13, command: "accord adopt okta/group --dir stacks/prod --env eu" },
  revert: { command: "accord apply --dir stacks/prod --env eu" },
  run: "https://github.com/acme/access/actions/runs/4713",
  ...more,
});

test("privileged access first, each with who did it; then the two ways out", () => {
  const { title, body, open } = driftIssueOf(viewOf());
  expect(open).toBe(true);
  expect(title).toMatchInlineSnapshot(
    `"Drift in \`acme-prod\` in \`eu\`: 3 people hold access that nobody reviewed, 1 of them privileged access; 2 people lost access"`,
  );
  expect(body).toMatchInlineSnapshot(`
    "<!-- accord drift %5B%22acme-prod%22%2C%22eu%22%2C%22stacks%2Fprod%22%5D -->

    **3 people hold access that nobody reviewed, 1 of them privileged access; 2 people lost access.** 5 of 40 resources differ from what was last applied.

    ### 🔑 Privileged access given by hand

    - \`okta/group/prod-breakglass\`<br>
      \`mallory@acme.example\` holds 🔑 **administrator** \`AWS prod-admin\`<br>
      \`mallory@acme.example\` holds 🔑 **privileged** \`member of prod-breakglass\`<br>
      \`members + mallory@acme.example\`<br>
      by \`trent@acme.example\`, 2026-11-21 18:04 UTC (\`group.user_membership.add\`)

    ### Access given by hand

    - \`okta/group/platform\`<br>
      \`grace@acme.example\`, \`linus@acme.example\` hold \`member of platform\`<br>
      \`members + linus@acme.example\`<br>
      \`members + grace@acme.example\`<br>
      by \`trent@acme.example\`, 2026-11-21 17:40 UTC (\`group.user_membership.add\`)

    ### Access taken by hand

    - \`okta/group/old\`<br>
      \`alan@acme.example\` lost \`member of old\`<br>
      gone: somebody deleted it
    - \`okta/group/support\`<br>
      \`ada@acme.example\` lost \`member of support\`<br>
      \`members - ada@acme.example\`

    ### Settings changed by hand

    - \`okta/app/wiki\`<br>
      \`label Wiki → "The wiki"\`<br>
      by unknown

    ### What to do

    - **Take it back** (changes the tenants): \`accord apply --dir stacks/prod --env eu\`
    - **Keep it** (changes the documents): merge #13, or \`accord adopt okta/group --dir stacks/prod --env eu\`

    <sub>Looked at 2026-11-22 09:30 UTC · [the workflow run](https://github.com/acme/access/actions/runs/4713)</sub>
    "
  `);
});

test("without drift it is closed, and says so", () => {
  expect(driftIssueOf(viewOf({ drift: [], back: { impact: { gained: [], lost: [] } } }))).toMatchInlineSnapshot(`
    {
      "body": "<!-- accord drift %5B%22acme-prod%22%2C%22eu%22%2C%22stacks%2Fprod%22%5D -->

    ✅ **No drift any more.** 40 resources, live as last applied.

    <sub>Looked at 2026-11-22 09:30 UTC · [the workflow run](https://github.com/acme/access/actions/runs/4713)</sub>
    ",
      "open": false,
      "title": "Drift in \`acme-prod\` in \`eu\`: none any more",
    }
  `);
});

test("what the documents say moves nobody by hand, unless an object or a setting came in between", () => {
  const sorts = (drift: Drift) => backDoorsOf([drift], { impact: BACK }).map(({ sort, given }) => [sort, given.length]);
  expect(sorts(drifted("okta/group/platform", { fields: [add("LINUS@acme.example")] }))).toEqual([["given", 1]]);
  const nested = { op: "add", path: ["groups"], element: { id: "00g9" } } as const;
  expect(sorts(drifted("okta/group/platform", { fields: [nested] }))).toEqual([["privileged", 3]]);
});

test("thousands of objects stay within the limit, privileged ones to the last that fits, the rest counted", () => {
  const many = Array.from({ length: 1500 }, (_, index) => `okta/group/g-${index}` as const);
  const back: Impact = {
    gained: [],
    lost: many.map((address, index) =>
      move(address, `p${index}@acme.example`, "x", index % 2 ? { privileged: true } : {}),
    ),
  };
  const drift = many.map((address, index) => drifted(address, { fields: [add(`p${index}@acme.example`)] }));
  const { body, title } = driftIssueOf(viewOf({ drift, back: { impact: back } }));
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(title.length).toBeLessThan(256);
  expect(body).toMatch(
    /### 🔑[\s\S]*more objects[\s\S]*### Access given by hand[\s\S]*more objects[\s\S]*### What to do/u,
  );
});

test("an issue is found by its target alone", () => {
  const { body } = driftIssueOf(viewOf());
  const { target: at } = viewOf();
  expect(isDriftIssueOf(at, body)).toBe(true);
  expect(isDriftIssueOf({ ...at, environment: "us" }, body)).toBe(false);
  expect(isDriftIssueOf(at, `> ${body}`)).toBe(false);
  expect(isOurs(body), "and is not the comment of a pull request").toBe(false);
});

test.each(ATTACKS)("words stay words: %j", (attack) => {
  const address = `okta/group/${attack}` as const;
  const { body } = driftIssueOf(
    viewOf({
      target: target(attack, { environment: attack, directory: attack }),
      drift: [
        drifted(address, { fields: [add(attack)], by: [{ time: attack, actor: attack, action: attack, targets: [] }] }),
      ],
      back: { impact: { gained: [], lost: [move(address, attack, attack, { privileged: true })] } },
      adopt: { command: attack },
      revert: { command: attack },
    }),
  );
  const [marker = "", ...rest] = body.split("\n");
  expect(marker).toMatch(/^<!-- accord drift [\w%.!~*'()-]+ -->$/);
  const left = interpreted(rest.join("\n").replace(/\[the workflow run\]\([^)]*\)/, ""));
  expect(left).not.toMatch(/[@<>[\]~$|_`]|https?:|www\.|evil|gh-\d|deadbeef|:tada:|[^#]#\d/i);
});
