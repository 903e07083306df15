/** Pull requests that reviewers meet: plans of `report/plans.ts`, with what has been said about them. */
import type { CommentView } from "../../../engine/gitops/comment.ts";
import type { Outlook, Standing, Target } from "../../../engine/gitops/model.ts";
import type { Plan } from "../../../engine/model.ts";
import { hostilePlan } from "../report/hostile.ts";
import { PLANS } from "../report/plans.ts";

type Planned = Extract<Outlook, { readonly kind: "planned" }>;

export const DIGEST = "5f2a9c017b3e64d0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718";
const DELTA = "3f2a9c017b3e64d0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718";

export const MET: Standing = { needs: [], lapsed: [], refusing: [], met: true };

export function target(stack: string, more: Partial<Target> = {}): Target {
  return { stack, environment: "default", directory: "", ...more };
}

export function planned(plan: Plan, standing: Standing = MET, remarks: readonly string[] = []): Planned {
  return {
    kind: "planned",
    target: target(plan.stack, { environment: plan.environment, directory: `stacks/${plan.stack}` }),
    plan,
    digest: DIGEST,
    delta: { digest: DELTA, elements: [] },
    standing,
    remarks,
  };
}

export const named = (plan: Plan, stack: string, environment = "default"): Plan => ({ ...plan, stack, environment });

const securityOf = (by: readonly string[]): Standing["needs"] => [
  { name: "reviews", count: 1, by },
  { name: "privileged-grants", group: "security", count: 2, by },
];

export const HALF: Standing = { needs: securityOf(["ben"]), lapsed: [], refusing: [], met: false };
const full: Standing = { needs: securityOf(["ben", "cleo"]), lapsed: [], refusing: [], met: true };
export const LAPSED: Standing = {
  needs: securityOf([]),
  lapsed: [
    {
      login: "ben",
      why: 'approved a smaller plan: this one also gives ada@acme.example "member of production" in okta, which is privileged',
    },
    { login: "dora", why: "wrote some of this pull request, and nobody approves their own" },
  ],
  refusing: [],
  met: false,
};

const reviewed: Standing = { needs: [{ name: "reviews", count: 1, by: ["ben"] }], lapsed: [], refusing: [], met: true };

const failed: Outlook = {
  kind: "failed",
  target: target("acme-prod", { directory: "stacks/acme-prod" }),
  problems: [
    {
      code: "unknown-key",
      message: '"membrs" is no field of okta/group.',
      hint: 'Did you mean "members"?',
      source: { file: "groups.yaml", line: 14, column: 5 },
      address: "okta/group/platform",
    },
    {
      code: "type",
      message: "An operator is missing.",
      source: { file: "rules.yaml", line: 3, column: 9 },
      excerpt: { line: 'user.department "Engineering"', from: 16, to: 29 },
    },
    { code: "unauthorized", message: "Okta refused the token.", hint: "Make a new one.", requestId: "req-7" },
  ],
};

const withheld: Outlook = {
  kind: "withheld",
  target: target("acme-prod"),
  why: "It comes from a fork, and those are evaluated without credentials.",
  next: "Somebody who may write looks at it and comments `/accord plan`.",
};

const removed: Outlook = { kind: "removed", target: target("acme-old"), owned: 12 };

export const PULLS = {
  allowed: [planned(PLANS["small-grant"].plan, reviewed)],
  "two-stacks-one-denied": [
    planned(named(PLANS.rule.plan, "acme-dev"), reviewed),
    planned(PLANS["mass-removal"].plan, HALF),
    planned(named(PLANS["no-changes"].plan, "acme-lab")),
  ],
  "needs-approval": [
    planned(PLANS.approval.plan, HALF, [
      "limits: of this pull request do not hold yet; those of the base branch were used.",
    ]),
  ],
  approved: [planned(PLANS.approval.plan, full)],
  lapsed: [planned(PLANS.approval.plan, LAPSED)],
  "changes-requested": [planned(PLANS["small-grant"].plan, { ...reviewed, refusing: ["cleo"], met: false })],
  failed: [failed],
  withheld: [withheld],
  removed: [removed, planned(named(PLANS["small-grant"].plan, "acme-prod"), reviewed)],
  "no-changes": [planned(PLANS["no-changes"].plan)],
} satisfies Readonly<Record<string, readonly Outlook[]>>;

export const HUGE = planned(PLANS.thousands.plan, HALF);

export const viewOf = (outlooks: readonly Outlook[], more: Partial<CommentView> = {}): CommentView => ({
  outlooks,
  commit: "9c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d",
  base: "main",
  when: "on-merge",
  run: "https://github.com/acme/access/actions/runs/4711",
  artifact: "accord-plan-12",
  remarks: [],
  ...more,
});

/** Everybody's words are somebody's who wishes the reader ill. */
export function hostileOutlooks(text: string): readonly Outlook[] {
  const at = target(text, { environment: text, directory: text });
  const standing: Standing = {
    needs: [
      { name: text, group: text, count: 3, by: [text] },
      { name: text, count: 1, by: [text] },
    ],
    lapsed: [{ login: text, why: text }],
    refusing: [text],
    met: false,
  };
  const plan = hostilePlan(text);
  return [
    { ...planned(plan, standing, [text]), target: at },
    { ...planned({ ...plan, verdicts: [] }, standing, [text]), target: at },
    { ...planned({ ...plan, verdicts: [] }, { ...standing, refusing: [] }, [text]), target: at },
    { ...planned({ ...plan, verdicts: [] }, { ...standing, refusing: [], met: true }, [text]), target: at },
    { kind: "withheld", target: at, why: text, next: text },
    { kind: "removed", target: at, owned: 2 },
    {
      kind: "failed",
      target: at,
      problems: [
        {
          code: "x",
          message: text,
          hint: text,
          requestId: text,
          address: `okta/group/${text}`,
          source: { file: text, line: 1, column: 1 },
          excerpt: { line: text, from: 0, to: 1 },
        },
      ],
    },
  ];
}
