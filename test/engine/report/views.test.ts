/** The smaller reports: drift, history, health, state, graph, progress. */
import { describe, expect, test } from "vitest";
import type { LedgerEvent } from "../../../engine/ledger/event.ts";
import type { Owned } from "../../../engine/model.ts";
import { doctorText } from "../../../engine/report/doctor.ts";
import { driftText } from "../../../engine/report/drift.ts";
import { graphMermaid } from "../../../engine/report/graph.ts";
import { historyText } from "../../../engine/report/history.ts";
import { identitiesOf } from "../../../engine/report/plan-view.ts";
import { advance, barLine, NO_PROGRESS, type ProgressEvent, progressLine } from "../../../engine/report/progress.ts";
import { stateListText, stateShowText } from "../../../engine/report/state.ts";
import { EMPTY_PLAN, PLAN } from "./example.ts";

const PLAIN = { color: false };
const identities = identitiesOf({ plan: PLAN });

describe("drift", () => {
  test("names what moved and who did it", () => {
    expect(driftText({ drift: PLAN.drift, identities, checked: 12 }, PLAIN)).toMatchInlineSnapshot(`
      "Drift: 2 of 12 resources changed outside Accord.

        okta/group/lost  gone: somebody deleted it
        okta/group/prod-breakglass
            members + linus@acme.example
            by trent@acme.example, 2026-11-21 18:04 UTC (group.user_membership.add)

      Next: accord plan shows what an apply would take back; change the stack to keep it.
      "
    `);
  });

  test("none is a line", () => {
    expect(driftText({ drift: [], identities, checked: 12 }, PLAIN)).toBe(
      "No drift: 12 resources, live as last applied.\n",
    );
  });
});

describe("history", () => {
  const link = { at: "2026-11-22T09:31:00.000Z", prev: "0".repeat(64), hash: "1".repeat(64) };
  const events: readonly LedgerEvent[] = [
    {
      ...link,
      seq: 9,
      type: "run-started",
      run: "r-7f3c",
      actor: "trent@acme.example",
      command: "accord apply plan.accord",
      tool: "0.1.0",
      plan: "9a1b",
      verdicts: [],
    },
    {
      ...link,
      seq: 10,
      type: "change",
      run: "r-7f3c",
      address: "okta/group/prod-breakglass",
      action: "update",
      kind: "okta/group",
      id: "00g1",
      fields: ["ada", "grace", "linus", "alan", "edsger"].map((name) => ({
        op: "add" as const,
        path: ["members"],
        element: `${name}@acme.example`,
      })),
      outcome: "confirmed",
      requestIds: [],
    },
    {
      ...link,
      seq: 11,
      type: "run-finished",
      run: "r-7f3c",
      counts: { confirmed: 1, unconfirmed: 0, failed: 0, skipped: 0, awaiting: 0 },
    },
    { ...link, seq: 12, type: "override", name: "budget:removals", plan: "9a1b", actor: "katherine", reason: "INC-7" },
    {
      ...{ ...link, seq: 13, type: "observation", run: "r-7f3c", read: link.at, coverage: ["okta"], gaps: [] },
      ...{ instances: { okta: "okta" }, people: [], objects: {}, again: {}, gone: ["okta/group/old"], names: {} },
    },
  ];

  test("is an event a line", () => {
    expect(historyText(events, identities, PLAIN)).toMatchInlineSnapshot(`
      " 9  2026-11-22 09:31 UTC  run r-7f3c started by trent@acme.example: accord apply plan.accord
      10  2026-11-22 09:31 UTC  ~ okta/group/prod-breakglass  members + ada@acme.example, members + grace@acme.example, members + linus@acme.example, and 1 more  confirmed
      11  2026-11-22 09:31 UTC  run r-7f3c finished: 1 confirmed
      12  2026-11-22 09:31 UTC  override budget:removals by katherine: INC-7
      13  2026-11-22 09:31 UTC  observed who holds what in okta: 1 object
      "
    `);
  });

  test("an event of a newer Accord is told as one", () => {
    const newer: LedgerEvent = JSON.parse(JSON.stringify({ ...link, seq: 14, type: "certified" }));
    expect(historyText([newer], identities, PLAIN)).toContain("certified (recorded by a newer Accord)");
  });
});

test("doctor: a check a line, per instance", () => {
  expect(
    doctorText(
      [
        {
          instance: "okta-emea",
          provider: "okta",
          checks: [
            { name: "host", status: "ok", detail: "emea.okta.com answers" },
            { name: "credential", status: "warn", detail: "80 days old", hint: "Rotate the key." },
            { name: "scopes", status: "fail", detail: "okta.groups.manage is missing", hint: "Grant it." },
            { name: "address limits", status: "unknown", detail: "needs okta.policies.read" },
          ],
        },
      ],
      PLAIN,
    ),
  ).toMatchInlineSnapshot(`
    "okta-emea (okta)
      ✓ host            emea.okta.com answers
      ! credential      80 days old  → Rotate the key.
      ✗ scopes          okta.groups.manage is missing  → Grant it.
      ? address limits  needs okta.policies.read

    4 checks: 1 failed, 1 warning, 1 could not be told.
    "
  `);
});

describe("state", () => {
  const owned: Owned = {
    address: "okta/group/prod-breakglass",
    kind: "okta/group",
    id: "00g1breakglass",
    applied: { name: "prod-breakglass", members: ["ada@acme.example"], app: { id: "0oa1aws" } },
    people: { "ada@acme.example": "00u1ada" },
    secrets: { "/config/apiToken": { digest: "abc" } },
    protect: true,
    origin: "adopted",
    dependsOn: [],
  };

  test("list: an address a line", () => {
    const other: Owned = {
      ...owned,
      address: "c1/app/okta",
      kind: "c1/app",
      id: "app1",
      protect: false,
      origin: "created",
    };
    expect(
      stateListText({ stack: "acme-prod", environment: "default", serial: 7, resources: [other, owned] }, PLAIN),
    ).toMatchInlineSnapshot(`
      "c1/app/okta                 app1
      okta/group/prod-breakglass  00g1breakglass  protected, adopted
      2 resources in acme-prod, environment default, serial 7
      "
    `);
  });

  test("show: everything but secrets", () => {
    expect(stateShowText(owned, identities, PLAIN)).toMatchInlineSnapshot(`
      "okta/group/prod-breakglass
        kind      okta/group
        id        00g1breakglass
        origin    adopted, protected
      Last applied
        members   ada@acme.example
        name      prod-breakglass
        app       okta/app/aws
      Secrets sent
        /config/apiToken
      People
        ada@acme.example  00u1ada
      "
    `);
  });
});

test("graph: a Mermaid flowchart in which no name means anything", () => {
  expect(
    graphMermaid({
      nodes: ["okta/group/x", "c1/entitlement/x", 'c1/app/"] --> evil["`<b>' as "c1/app/x"],
      edges: [{ from: "okta/group/x", to: "c1/entitlement/x" }],
    }),
  ).toMatchInlineSnapshot(`
    "flowchart LR
      subgraph i0["c1"]
        n0["c1/app/#34;#93; --#62; evil#91;#34;#96;#60;b#62;"]
        n1["c1/entitlement/x"]
      end
      subgraph i1["okta"]
        n2["okta/group/x"]
      end
      n2 --> n1
    "
  `);
});

describe("progress", () => {
  const events: readonly ProgressEvent[] = [
    { type: "stage", title: "Applying", total: 4 },
    { type: "begun", what: "okta/group/a", action: "create" },
    { type: "begun", what: "okta/group/b", action: "update" },
    { type: "ended", what: "okta/group/a", action: "create", outcome: "confirmed" },
    { type: "waiting", note: "okta allows the next call in 12 s" },
    { type: "ended", what: "okta/group/b", action: "update", outcome: "failed" },
  ];

  test("as a bar", () => {
    let progress = NO_PROGRESS;
    const bars = events.map((event) => {
      progress = advance(progress, event);
      return barLine(progress, { color: false, columns: 72 });
    });
    expect(bars.join("\n")).toMatchInlineSnapshot(`
      "░░░░░░░░░░░░░░░░░░░░ Applying 0/4
      ░░░░░░░░░░░░░░░░░░░░ Applying 0/4  okta/group/a
      ░░░░░░░░░░░░░░░░░░░░ Applying 0/4  okta/group/a and 1 more
      █████░░░░░░░░░░░░░░░ Applying 1/4  okta/group/b
      █████░░░░░░░░░░░░░░░ Applying 1/4  okta allows the next call in 12 s
      ██████████░░░░░░░░░░ Applying 2/4, 1 not confirmed"
    `);
  });

  test("never longer than the terminal is wide", () => {
    const begun = advance(advance(NO_PROGRESS, { type: "stage", title: "Applying", total: 2 }), {
      type: "begun",
      what: "okta/group/".padEnd(300, "x"),
    });
    expect([...barLine(begun, { color: false, columns: 40 })]).toHaveLength(40);
  });

  test("as lines", () => {
    let progress = NO_PROGRESS;
    const lines = events.flatMap((event) => {
      progress = advance(progress, event);
      return progressLine(event, progress) ?? [];
    });
    expect(lines.join("\n")).toMatchInlineSnapshot(`
      "Applying (4)
      [1/4] + okta/group/a  confirmed
      waiting: okta allows the next call in 12 s
      [2/4] ~ okta/group/b  failed"
    `);
  });
});

test("names in small reports cannot break their line", () => {
  const hostile = "x\n\u001b[31m✓ fine";
  const texts = [
    doctorText(
      [{ instance: hostile, provider: hostile, checks: [{ name: hostile, status: "fail", detail: hostile }] }],
      PLAIN,
    ),
    driftText(
      {
        drift: [
          { ...(PLAN.drift[0] ?? failed()), by: [{ time: hostile, actor: hostile, action: hostile, targets: [] }] },
        ],
        identities: identitiesOf({ plan: EMPTY_PLAN }),
        checked: 1,
      },
      PLAIN,
    ),
    barLine(advance(NO_PROGRESS, { type: "stage", title: hostile, total: 1 }), { color: false, columns: 200 }),
  ];
  for (const text of texts) {
    expect(text).not.toContain("\u001b");
    expect(text).toContain("x\\n\\u001b[31m✓ fine");
  }
});

function failed(): never {
  throw new Error("the example plan has drift");
}
