/** How applying a pull request ends, from the best to the worst. */
import type { StepResult } from "../../../engine/apply/result.ts";
import type { Ending } from "../../../engine/gitops/model.ts";
import { hostilePlan } from "../report/hostile.ts";
import { PLANS } from "../report/plans.ts";
import { HALF, LAPSED, target } from "./outlooks.ts";

const at = target("acme-prod", { directory: "stacks/acme-prod" });

const RESULTS: readonly StepResult[] = [
  { address: "okta/group/prod-breakglass", action: "update", outcome: "confirmed" },
  {
    address: "okta/group/engineering",
    action: "update",
    outcome: "failed",
    problems: [
      {
        code: "refused",
        message: "Okta refused to add alan@acme.example: user is suspended.",
        hint: "Unsuspend the user, or take them off the list.",
        address: "okta/group/engineering",
        source: { file: "groups.yaml", line: 7, column: 5 },
        requestId: "req-7",
      },
    ],
  },
  { address: "c1/entitlement/engineering", action: "create", outcome: "skipped", because: "okta/group/engineering" },
];

export function applied(results: readonly StepResult[], more: Partial<Ending> = {}): Ending {
  const ending = {
    kind: "applied",
    target: at,
    run: "r-7f3c",
    results,
    notes: [],
    approvedBy: ["ben", "cleo"],
  } as const;
  return { ...ending, ...more } as Ending;
}

export const ENDINGS = {
  "applied-whole": [applied(RESULTS.slice(0, 1))],
  "applied-with-a-failure": [applied(RESULTS), { kind: "unchanged", target: target("acme-lab") }],
  "applied-awaiting": [
    applied([
      {
        address: "c1/connector/slack",
        action: "create",
        outcome: "awaiting",
        url: "https://acme.conductor.one/oauth/1",
      },
    ]),
  ],
  "not-applied-grown": [{ kind: "unapproved", target: at, standing: LAPSED }],
  "not-applied-denied": [{ kind: "denied", target: at, plan: PLANS["mass-removal"].plan }],
  "not-applied-stale": [
    {
      kind: "failed",
      target: at,
      problems: [
        {
          code: "stale-plan",
          message: "okta/group/platform has moved since the plan was made: members: linus@acme.example is there now.",
          hint: "Nothing was applied. Plan again, and have the new plan reviewed.",
          address: "okta/group/platform",
          source: { file: "groups.yaml", line: 1, column: 1 },
        },
      ],
    },
  ],
} satisfies Readonly<Record<string, readonly Ending[]>>;

export function hostileEndings(text: string): readonly Ending[] {
  const where = target(text, { environment: text, directory: text });
  const problems = [{ code: "x", message: text, hint: text, requestId: text }];
  const address = `okta/group/${text}` as const;
  return [
    {
      ...{ kind: "applied", target: where, run: text, notes: [text], approvedBy: [text] },
      results: [
        { address, action: "create", outcome: "failed", problems, note: text },
        { address, action: "create", outcome: "awaiting", url: text },
        { address, action: "create", outcome: "skipped", because: address },
        { address, action: "create", outcome: "confirmed" },
      ],
    },
    { kind: "denied", target: where, plan: hostilePlan(text) },
    {
      kind: "unapproved",
      target: where,
      standing: { ...HALF, refusing: [text], lapsed: [{ login: text, why: text }] },
    },
    {
      kind: "unapproved",
      target: where,
      standing: { ...HALF, needs: [{ name: text, group: text, count: 2, by: [] }] },
    },
    { kind: "failed", target: where, problems },
    { kind: "unchanged", target: where },
  ];
}
