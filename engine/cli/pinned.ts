/** ⇄ Are the instances still the tenants that state, or a saved plan, belongs to? */

import type { Tenant } from "../model.ts";
import { otherTenant } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { Workspace } from "./workspace.ts";

/** Asks each of these instances who it is; another tenant behind the same name ends it here, before any write. */
export async function refuseOtherTenants(
  workspace: Workspace,
  pinned: Readonly<Record<string, Tenant>>,
  instances: Iterable<string>,
): Promise<void> {
  const connected = await workspace.connect();
  const problems: Problem[] = [];
  await Promise.all(
    [...new Set(instances)].map(async (name) => {
      const before = pinned[name];
      const now = before === undefined ? undefined : await connected.get(name)?.connection.view().tenant();
      if (before !== undefined && now !== undefined && now.id !== before.id) {
        problems.push(otherTenant(name, before, now));
      }
    }),
  );
  if (problems.length > 0) throw new ProblemError(problems);
}
