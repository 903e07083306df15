/** Separation of duties in a plan: loaded only where the stack has pairs and something changes. */
import { instanceSeen } from "../graph/refs.ts";
import type { Known, Separation } from "../guardrails/separation.ts";
import type { Address, Owned, Plan } from "../model.ts";
import type { Objects } from "../plan/objects.ts";
import type { Separated } from "../plan/separations.ts";
import type { Instances } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import type { Workspace } from "./workspace.ts";

export interface Separating extends Pick<Plan, "changes"> {
  readonly separations: readonly Separation[];
  readonly populations?: Plan["populations"];
  readonly instances: Instances;
  /** All of state: what the plan is not about may be in a set. */
  readonly remembered: readonly Owned[];
  /** Display names of vendor ids, `<instance> <id>` → name. */
  readonly names: ReadonlyMap<string, string>;
  peopleOf(address: Address): Readonly<Record<string, string>>;
  /** What was read for the plan; absent for one that was made at another time. */
  readonly objects?: Objects;
}

/** The verdicts, and the changes with what they wait for. */
export async function separate(plan: Separating, workspace: Workspace): Promise<Separated> {
  const { changes, separations } = plan;
  const still = changes.every(({ action }) => action === "none" || action === "forget");
  if (still || separations.length === 0) return { changes, verdicts: [] };
  const { readSeparations } = await import("../plan/separations.ts");
  const about = new Set(changes.map(({ address }) => address));
  return readSeparations({
    ...plan,
    populations: plan.populations ?? [],
    catalog: workspace.catalog,
    instanceFor: (kind, from) => instanceSeen(kind, from, workspace.instanceProviders),
    beside: plan.remembered.filter(({ address }) => !about.has(address)),
    later: plan.objects === undefined,
    now: workspace.moment(),
  });
}

/** Ready to be judged. Throws ProblemError with all that is wrong in any of them; without `documents` no name is. */
export async function separationsIn(
  workspace: Workspace,
  documents: readonly { readonly address: Address }[] | undefined,
): Promise<readonly Separation[]> {
  const { separations } = await workspace.policies();
  if (separations.length === 0) return [];
  const { separationOf, separationProblems } = await import("../guardrails/separation.ts");
  if (documents === undefined) return separations.map(separationOf);
  const { catalog, instanceProviders } = workspace;
  const known: Known = {
    addresses: new Set(documents.map(({ address }) => address)),
    isInstance: (name) => instanceProviders.has(name),
    gives(address) {
      const kind = workspace.kindOf(address);
      return kind !== undefined && catalog.factsOf(kind).edges !== undefined;
    },
  };
  const problems = separations.flatMap((one) => separationProblems(one, known));
  if (problems.length > 0) throw new ProblemError(problems);
  return separations.map(separationOf);
}
