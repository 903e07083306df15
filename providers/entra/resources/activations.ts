/**
 * Who is in a group only for a while, by PIM: they look like any member and must never be taken out (entra.md §9). A
 * directory without P2, and a cloud without PIM for groups, has none; a credential that may not look cannot tell.
 */

import { hasCode } from "../client/errors.ts";
import type { Activation } from "../client/pim.ts";
import type { EntraReader } from "../client.ts";
import { hasLicence } from "../licences.ts";
import { holds } from "../permissions.ts";

/** Undefined: it cannot be told. Read anew each time. */
export async function activationsIn(
  reader: EntraReader,
  groupIds: readonly string[],
): Promise<readonly Activation[] | undefined> {
  if (groupIds.length === 0 || !reader.settings.cloud.pimForGroups) return [];
  if (!hasLicence((await reader.organization()).plans, "P2")) return [];
  if (!(await maySeeActivations(reader))) return undefined;
  try {
    return await reader.activations(groupIds);
  } catch (error) {
    if (hasCode(error, "entra-not-licensed")) return [];
    if (hasCode(error, "entra-forbidden")) return undefined;
    throw error;
  }
}

async function maySeeActivations(reader: EntraReader): Promise<boolean> {
  return holds((await reader.token()).roles, "tell live PIM activations in groups from standing members");
}

/** Is somebody there of whom a removal might be planned without our knowing why they are there? */
export async function isBlind(reader: EntraReader): Promise<boolean> {
  if (!reader.settings.cloud.pimForGroups || (await maySeeActivations(reader))) return false;
  return hasLicence((await reader.organization()).plans, "P2");
}
