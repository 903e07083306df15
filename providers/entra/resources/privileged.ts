/**
 * Whose accounts an application may not touch: who holds a directory role, directly or through a group (entra.md §4.4).
 * Graph refuses some changes to them to any application without a role of its own, so a plan refuses them all.
 */
import { createMemo } from "../../shared/memo.ts";
import type { EntraReader } from "../client.ts";
import { GLOBAL_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR } from "../roles.ts";
import { idsOf } from "./group-spec.ts";

/** User id → "Global Administrator". Empty where our own credential holds a role that reaches administrators. */
export type Protected = ReadonlyMap<string, string>;

const kept = new WeakMap<EntraReader, ReturnType<typeof createMemo<Protected>>>();

export function protectedUsers(reader: EntraReader): Promise<Protected> {
  const memo = kept.get(reader) ?? createMemo<Protected>();
  kept.set(reader, memo);
  return memo("", () => readProtected(reader));
}

async function readProtected(reader: EntraReader): Promise<Protected> {
  const [definitions, assignments, { principalId }] = await Promise.all([
    reader.roleDefinitions(),
    reader.roleAssignments(),
    reader.token(),
  ]);
  const names = new Map(definitions.map(({ id, name }) => [id, name]));
  const templates = new Map(definitions.map(({ id, templateId }) => [id, templateId]));
  const reaching = new Set([GLOBAL_ADMINISTRATOR, PRIVILEGED_AUTHENTICATION_ADMINISTRATOR]);
  const ours = assignments.filter((one) => one.principalId === principalId && one.scope === "/");
  if (ours.some(({ roleId }) => reaching.has(templates.get(roleId) ?? roleId))) return new Map();

  const roleOf = (roleId: string): string => names.get(roleId) ?? roleId;
  const held = new Map<string, string>();
  for (const { principalId: id, principal, roleId } of assignments) {
    if (principal?.type !== "group") held.set(id, roleOf(roleId));
  }
  const groups = assignments.filter(({ principal }) => principal?.type === "group");
  if (groups.length === 0) return held;
  const links = await reader.links([...new Set(groups.map((one) => one.principalId))], ["members", "owners"]);
  for (const { principalId: group, principal, roleId } of groups) {
    const found = links.get(group);
    if (found === undefined) continue;
    for (const id of [...idsOf(found.members, "user"), ...idsOf(found.owners, "user")]) {
      if (!held.has(id)) held.set(id, `${roleOf(roleId)}, through the group ${principal?.label ?? group}`);
    }
  }
  return held;
}
