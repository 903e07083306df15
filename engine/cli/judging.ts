/** Whether a plan may be: protection and lock-out, budgets, and the guardrails of `policies/`, all as they are today. */
import { instanceSeen } from "../graph/refs.ts";
import { budgetVerdicts, type Spent } from "../guardrails/budgets.ts";
import type { Administrators } from "../guardrails/facts.ts";
import type { Address, Owned, Plan, Verdict } from "../model.ts";
import { ownedByAddress } from "../plan/reading.ts";
import { safetyVerdicts } from "../plan/safety.ts";
import type { Standing, View } from "../provider.ts";
import type { Workspace } from "./workspace.ts";

interface JudgeContext {
  readonly workspace: Workspace;
  /** From the ledger, when it is asked for. */
  spent(): Promise<Spent>;
}

type Judged = Pick<Plan, "mode" | "complete" | "changes" | "impact" | "populations" | "held" | "names">;

/** `ordering`: what has to wait for something else may still be made to. */
export async function judge(
  judged: Judged,
  owned: readonly Owned[],
  viewOf: (instance: string) => View | undefined,
  context: JudgeContext,
  { ordering } = { ordering: true },
): Promise<{ readonly changes: Plan["changes"]; readonly verdicts: readonly Verdict[] }> {
  const { changes } = judged;
  // What changes nothing takes nothing, and needs no look at the record.
  if (changes.every(({ action }) => action === "none")) return { changes, verdicts: [] };
  const { limits, catalog, instanceProviders } = context.workspace;
  const { instancesLosingAdministrators, keepAdministrators } = await import("../plan/lock-out.ts");
  const rulesOf = (kind: string) => catalog.rulesOf(kind);
  const people = new Map(changes.map((change) => [change.address, change.people]));
  const source = {
    changes,
    limits,
    rulesOf,
    factsOf: (kind: string) => catalog.factsOf(kind),
    peopleOf: (address: Address) => people.get(address) ?? {},
    instanceFor: (kind: string, from: { readonly instance: string; readonly kind: string }) =>
      instanceSeen(kind, from, instanceProviders),
  };
  const standing = new Map<string, Standing>();
  const views = new Map<string, View>();
  for (const name of instancesLosingAdministrators(source)) {
    const view = viewOf(name);
    const stands = await view?.standing();
    if (view !== undefined) views.set(name, view);
    if (stands !== undefined) standing.set(name, stands);
  }
  const leaver = (instance: string, login: string) => views.get(instance)?.leaver(login);
  const kept = keepAdministrators({ ...source, standing, leaver, ordering });
  return {
    changes: kept.changes,
    verdicts: [
      ...safetyVerdicts({ ...judged, owned: ownedByAddress(owned), limits, standing, rulesOf }),
      ...kept.verdicts,
      ...budgetVerdicts({ ...judged, limits, spent: await context.spent(), rulesOf }),
      ...(await guardrailsOn({ ...judged, changes: kept.changes }, kept.administrators, context)),
    ],
  };
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
  const { catalog, limits, stack, environment, instanceProviders } = workspace;
  const facts = {
    ...{ ...judged, administrators, environment, stack: stack.name, breakGlass: limits.breakGlass },
    rulesOf: (kind: string) => catalog.rulesOf(kind),
    factsOf: (kind: string) => catalog.factsOf(kind),
    instanceFor: (kind: string, from: { readonly instance: string; readonly kind: string }) =>
      instanceSeen(kind, from, instanceProviders),
  };
  return judgeByGuardrails(guardrails, facts, workspace.moment());
}
