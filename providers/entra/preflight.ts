/** What must be so before a plan rests on answers of Graph: the token's `roles` against what the kinds read. */
import { type Problem, problemsOf } from "../../engine/problem.ts";
import type { EntraReader } from "./client.ts";
import { missingNeeds } from "./permissions.ts";

export async function preflight(reader: EntraReader, kinds: readonly string[]): Promise<readonly Problem[]> {
  try {
    const { roles, tenantId } = await reader.token();
    const missing = missingNeeds(kinds, roles, "read")
      .filter((need) => need.sometimes !== true)
      .map(({ what, anyOf }) => ({
        code: "entra-permission-missing",
        message: `The application may not ${what}: ${anyOf[0]} is not granted.`,
        hint: `Add the application permission ${anyOf[0]} (Microsoft Graph), and have an administrator grant consent: permissions without consent do not count.`,
        fatal: true,
      }));
    if (missing.length > 0) return missing;
    const { id } = await reader.organization();
    if (tenantId === undefined || tenantId.toLowerCase() === id.toLowerCase()) return [];
    return [
      {
        code: "entra-other-tenant",
        message: `The token is for the directory ${tenantId}, and Graph answers for ${id}.`,
        hint: "Something between here and Graph sends calls elsewhere; check baseUrl.",
        fatal: true,
      },
    ];
  } catch (error) {
    return problemsOf(error);
  }
}
