import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change, Plan } from "../../../engine/model.ts";
import { planMarkdown } from "../../../engine/report/markdown.ts";
import { code, prose } from "../../../engine/report/markdown-escape.ts";
import { ALLOWED_PLAN, CHANGES, create, EMPTY_PLAN, PLAN } from "./example.ts";
import { ATTACKS, hostilePlan, interpreted } from "./hostile.ts";

const COMMENT = 65_536;

test("a plan that is denied", () => {
  expect(planMarkdown({ plan: PLAN, savedAs: "plan.accord" })).toMatchInlineSnapshot(`
    "## ❌ Denied by \`no-direct-breakglass\`

    **2 people gain access, 1 of them privileged access; 3 people lose access, 1 of them privileged access.**

    \`acme-prod\`: 1 to create, 3 to change, 1 to delete, 1 to replace, 1 to adopt, 1 to forget

    ### 2 people gain access

    - 🔑 **privileged** \`AWS prod-admin\`<br>
      \`ada@acme.example\`<br>
      through \`c1/access-profile/on-call\`
    - 🔑 **privileged** \`member of prod-breakglass\`<br>
      \`ada@acme.example\`<br>
      through \`okta/group/prod-breakglass\`
    - \`member of engineering\`<br>
      \`alan@acme.example\`<br>
      through \`okta/group/engineering\`

    ### 3 people lose access

    - 🔑 **privileged** \`member of prod-breakglass\`<br>
      \`linus@acme.example\`<br>
      through \`okta/group/prod-breakglass\`
    - \`member of old-breakglass\`<br>
      \`mallory@acme.example\`, \`victor@acme.example\`<br>
      through \`okta/group/old-breakglass\`

    ### ❌ Denied

    - **\`no-direct-breakglass\`** on \`okta/group/prod-breakglass\`<br>
      \`ada@acme.example\` would be a direct member of prod-breakglass.<br>
      → Leave members empty; the on-call profile fills the group.

    ### ⚠️ Warnings

    - **\`budget:removals\`**<br>
      3 of 9 members leave: 33 % of the 30 % allowed without a reason.

    ### ⚠️ Let pass by an exception

    - **\`owner-in-every-profile\`** on \`c1/access-profile/on-call\`<br>
      \`c1/access-profile/on-call\` has one owner. Let pass by \`grace@acme.example\` until 2026-12-31 (OPS-7): two to come.

    ### Changed outside Accord

    - \`okta/group/prod-breakglass\`<br>
      \`members + linus@acme.example\`<br>
      by \`trent@acme.example\`, 2026-11-21 18:04 UTC (\`group.user_membership.add\`)
    - \`okta/group/lost\`<br>
      gone: somebody deleted it

    ### Changes

    <details open>
    <summary><code>c1/connector</code> 1 to replace</summary>

    \`\`\`diff
    - replace c1/connector/okta: it cannot be changed in place
        integration: okta_v2 → okta_ciam
    +   config.apiToken: •••• from \${env:OKTA_TOKEN}
    \`\`\`

    </details>

    <details open>
    <summary><code>okta/group</code> 2 to change, 1 to delete</summary>

    \`\`\`diff
    - delete okta/group/old-breakglass: its document is gone
    -   members: mallory@acme.example
    -   members: victor@acme.example
    -   name: old-breakglass
    ! update 🔑 okta/group/prod-breakglass
    -   members: linus@acme.example
    +   members: ada@acme.example
        description: "Production shell." → "Production shell. Members come from the on-call profile only."
    ! update okta/group/engineering
    +   members: alan@acme.example
    \`\`\`

    - \`okta/group/prod-breakglass\`: 1 member that a rule feeds is left alone.

    </details>

    <details open>
    <summary><code>c1/access-profile</code> 1 to create</summary>

    \`\`\`diff
    + create 🔑 c1/access-profile/on-call
    +   owners: ada@acme.example
    +   entitlements: (known after apply: made by c1/entitlement/prod-breakglass)
    +   entitlements: id app9/ent7
    +   entitlements: (known after apply: looked up as c1/entitlement { app: { name: AWS }, slug: assigned })
    +   displayName: On-call
    +   requests.enabled: true
    \`\`\`

    - \`c1/access-profile/on-call\`: Access follows a handover within 2 h: a sync, then an hourly automation.

    </details>

    <details open>
    <summary><code>okta/app</code> 1 to forget</summary>

    \`\`\`diff
    ! forget okta/app/aws: no longer managed; stays live as it is
    \`\`\`

    </details>

    <details open>
    <summary><code>okta/group-rule</code> 1 to change</summary>

    \`\`\`diff
    ! update okta/group-rule/engineering
    -   groups: "Everyone else" (00g9)
    +   groups: okta/group/engineering
        expression: user.department == "Engineering"
    -   expression: OR user.department == "SRE"
    +   expression: OR user.department == "Platform"
        expression: OR user.title == "CTO"
    \`\`\`

    </details>

    <details open>
    <summary><code>pagerduty/schedule</code> 1 to adopt</summary>

    \`\`\`diff
    ! adopt pagerduty/schedule/primary: bound to the existing object PJ7K2QX
    \`\`\`

    </details>

    <details>
    <summary>What undo cannot restore exactly</summary>

    - \`okta/group/old-breakglass\`: would come back with a new id
    - \`c1/connector/okta\`: cannot be undone

    </details>

    <details>
    <summary>1 note</summary>

    - Opsgenie ends its API in April 2027; \`pagerduty/schedule\` can take its place.

    </details>

    Next: change the stack as the denials say, then plan again; apply refuses this plan.

    <sub>Calls made: c1 12; okta 4 (groups 3, users 1)</sub>
    "
  `);
});

test("a plan that is allowed names the next command", () => {
  expect(planMarkdown({ plan: ALLOWED_PLAN, savedAs: "plan.accord" })).toContain("Next: `accord apply plan.accord`");
});

test("a plan without changes is two lines", () => {
  const plan = { ...EMPTY_PLAN, calls: {}, changes: CHANGES.filter((change) => change.action === "none") };
  expect(planMarkdown({ plan })).toMatchInlineSnapshot(`
    "## ✅ No changes

    \`acme-prod\`: 1 resource, live as declared.
    "
  `);
});

describe("what is too long for a comment", () => {
  const many = (size: number, more: readonly Change[] = []): Plan => ({
    ...EMPTY_PLAN,
    changes: [
      ...Array.from({ length: size }, (_, index) =>
        create(`okta/group/g${index}`, { name: `g${index}`, description: "A group among many.", members: [] }),
      ),
      ...more,
    ],
  });

  test("loses details before it loses a line", () => {
    const text = planMarkdown({ plan: many(900) });
    expect(text.length).toBeLessThanOrEqual(COMMENT);
    expect(text.match(/^\+ create/gm)).toHaveLength(900);
    expect(text).toMatch(/\*\*Left out for length: the details of \d+ changes\.\*\*/);
  });

  test("loses lines with a count, and never the destroying ones of another kind", () => {
    const deleted = CHANGES.filter((change) => change.action === "delete");
    // Of a kind that comes after the thousands in the report.
    const elsewhere = { kind: "okta/user", address: "okta/user/mallory" } as const;
    const urgent = [...deleted, ...deleted.map((change) => ({ ...change, ...elsewhere }))];
    const text = planMarkdown({ plan: many(10_000, urgent) });
    const shown = text.match(/^\+ create/gm)?.length ?? 0;
    expect(text.length).toBeLessThanOrEqual(COMMENT);
    expect(text.length).toBeGreaterThan(COMMENT * 0.8);
    expect(text).toContain("- delete okta/group/old-breakglass");
    expect(text).toContain("- delete okta/user/mallory");
    expect(text).toContain(`**Left out for length: ${10_000 - shown} more changes (${10_000 - shown} to create)`);
  });

  test("counts people and verdicts that do not fit", () => {
    const plan: Plan = {
      ...EMPTY_PLAN,
      changes: [create("okta/group/x", {})],
      impact: {
        gained: Array.from({ length: 5000 }, (_, index) => ({
          person: "ada@acme.example",
          entitlement: `member of group ${index}`,
          address: "okta/group/x" as const,
        })),
        lost: [],
      },
      verdicts: Array.from({ length: 3000 }, () => ({
        name: "no",
        outcome: "deny" as const,
        message: "Not like this.",
      })),
    };
    const text = planMarkdown({ plan });
    expect(text.length).toBeLessThanOrEqual(COMMENT);
    expect(text).toMatch(/- … and \d+ more entitlements/);
    expect(text).toMatch(/- … and \d+ more verdicts/);
    expect(text).toContain("+ create okta/group/x");
  });
});

describe("words from vendors and users", () => {
  test.each(ATTACKS)("stay words: %j", (attack) => {
    const rest = interpreted(planMarkdown({ plan: hostilePlan(attack), savedAs: attack }));
    expect(rest).not.toMatch(/[@<>[\]~$|_]|https?:|www\.|evil|gh-\d|deadbeef|:tada:|[^#]#\d/i);
    expect(rest).not.toContain("`");
  });

  test("stay words whatever they are, and the comment stays within its limit", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 3000 });
    fc.assert(
      fc.property(text, fc.integer({ min: 8000, max: COMMENT }), (words, limit) => {
        const markdown = planMarkdown({ plan: hostilePlan(words) }, { limit });
        expect(markdown.length).toBeLessThanOrEqual(limit);
        expect(interpreted(markdown)).not.toMatch(/[@<>[\]`]|https?:/);
      }),
      { numRuns: 60 },
    );
  });

  test("keep sentences readable", () => {
    expect(prose("ada@acme.example (SRE) would hold okta/group/x, at 18:04: 30 % more.")).toBe(
      "`ada@acme.example` (SRE) would hold `okta/group/x`, at 18:04: 30 % more.",
    );
    expect(code("a`b``c")).toBe("```a`b``c```");
  });
});
