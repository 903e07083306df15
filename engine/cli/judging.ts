/** Whether a plan may be: protection and lock-out, budgets, and the guardrails of `policies/`, all as they are today. */
import { instanceSeen } from "../graph/refs.ts";
import { budgetVerdicts, type Spent } from "../guardrails/budgets.ts";
import type { Administrators } from "../guardrails/facts.ts";
import { impactOf } from "../impact/edges.ts";
import type { Owned, Plan, Verdict } from "../model.ts";
import { ownedByAddress } from "../plan/reading.ts";
import { administratorsLeft, instancesLosingAdministrators, safetyVerdicts } from "../plan/safety.ts";
import type { Standing, View } from "../provider.ts";
import type { Workspace } from "./workspace.ts";

interface JudgeContext {
  readonly workspace: Workspace;
  /** From the ledger, when it is asked for. */
  spent(): Promise<Spent>;
}

type Judged = Pick<Plan, "mode" | "complete" | "changes" | "impact" | "populations" | "held" | "names">;

export async function judge(
  judged: Judged,
  owned: readonly Owned[],
  viewOf: (instance: string) => View | undefined,
  context: JudgeContext,
): Promise<readonly Verdict[]> {
  // What changes nothing takes nothing, and needs no look at the record.
  if (judged.changes.every(({ action }) => action === "none")) return [];
  const { limits, catalog } = context.workspace;
  const rulesOf = (kind: string) => catalog.rulesOf(kind);
  const standing = new Map<string, Standing>();
  const principal = { ...judged, impact: withPrincipals(judged, context) };
  for (const name of instancesLosingAdministrators({ ...principal, rulesOf })) {
    const stands = await viewOf(name)?.standing();
    if (stands !== undefined) standing.set(name, stands);
  }
  const safety = { ...principal, owned: ownedByAddress(owned), limits, standing, rulesOf };
  return [
    ...safetyVerdicts(safety),
    ...budgetVerdicts({ ...judged, limits, spent: await context.spent(), rulesOf }),
    ...(await guardrailsOn(judged, administratorsLeft(safety), context)),
  ];
}

/** What asks them is loaded where there are any. */
async function guardrailsOn(
  judged: Judged,
  administrators: readonly Administrators[],
  { workspace }: JudgeContext,
): Promise<readonly Verdict[]> {
  const { guardrails } = await workspace.policies();
  if (guardrails.length === 0) return [];
  const { judgeByGuardrails } = await import("../guardrails/judge.ts");
  const { catalog, limits, stack, environment, instanceProviders, outside } = workspace;
  const facts = {
    ...{ ...judged, administrators, environment, stack: stack.name, breakGlass: limits.breakGlass },
    rulesOf: (kind: string) => catalog.rulesOf(kind),
    factsOf: (kind: string) => catalog.factsOf(kind),
    instanceFor: (kind: string, from: { readonly instance: string; readonly kind: string }) =>
      instanceSeen(kind, from, instanceProviders),
  };
  return judgeByGuardrails(guardrails, facts, outside.clock.now());
}

/** Who administers may be a group: what it loses counts beside what its people lose. */
function withPrincipals({ changes, impact }: Judged, { workspace: { catalog } }: JudgeContext): Plan["impact"] {
  const people = new Map(changes.map((change) => [change.address, change.people]));
  const direct = impactOf(changes, {
    rulesOf: (kind) => catalog.rulesOf(kind),
    factsOf: (kind) => catalog.factsOf(kind),
    peopleOf: (address) => people.get(address) ?? {},
  });
  return { ...impact, lost: [...impact.lost, ...direct.lost.filter(({ holder }) => holder !== undefined)] };
}
