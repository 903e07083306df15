/** Who we are, and who could let us in again: they must survive every plan. */
import type { Standing } from "../../engine/provider.ts";
import { hasCode } from "./client/errors.ts";
import type { EntraReader } from "./client.ts";
import { GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR } from "./roles.ts";

/** Roles that can give any role to anybody. */
const REACHING: readonly string[] = [GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR];

export async function standing(reader: EntraReader): Promise<Standing> {
  const { principalId } = await reader.token();
  const { clientId } = reader.settings;
  return {
    self: { id: principalId ?? clientId, label: `app ${clientId}` },
    administrators: await administrators(reader),
  };
}

/** Without the right to read roles nobody is known, which is not the same as nobody. */
async function administrators(reader: EntraReader): Promise<Standing["administrators"]> {
  try {
    const roles = await reader.roleDefinitions();
    const global = new Set(roles.filter(({ templateId }) => REACHING.includes(templateId)).map((role) => role.id));
    const held = (await reader.roleAssignments()).filter(({ roleId, scope }) => global.has(roleId) && scope === "/");
    const holders = held.map(({ principalId, principal }) => {
      const label = principal?.label ?? principalId;
      return { id: principalId, label: principal?.type === "group" ? `group ${label}` : label };
    });
    return [...new Map(holders.map((holder) => [holder.id, holder])).values()];
  } catch (error) {
    if (hasCode(error, "entra-forbidden")) return [];
    throw error;
  }
}
