/** What every group of routes is given, and the few things that all of them do. */
import type { TenantWorld } from "../../shared/emulator.ts";
import type { GroupRow, Memory, OrganizationRow, UserRow } from "./memory.ts";
import { notFound } from "./refusal.ts";

export interface Tenant {
  readonly memory: Memory;
  readonly world: TenantWorld;
  readonly host: string;
}

export const SEARCH_LAG = 120_000;

export function newId({ memory }: Tenant): string {
  const id = memory.nextId;
  // Odd steps of two: beyond 2^53 every second integer is one that a number cannot hold.
  memory.nextId = String(BigInt(id) + 2n);
  return id;
}

export function iso(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

export function addressOf({ host }: Tenant, path: string): string {
  return `https://${host}/api/v2/${path}.json`;
}

export function userById({ memory }: Tenant, id: string | undefined): UserRow {
  return existing(memory.users, id);
}

export function activeUser(tenant: Tenant, id: string | undefined): UserRow {
  const user = userById(tenant, id);
  if (!user.active) throw notFound();
  return user;
}

export function groupById({ memory }: Tenant, id: string | undefined): GroupRow {
  return existing(memory.groups, id);
}

export function organizationById({ memory }: Tenant, id: string | undefined): OrganizationRow {
  return existing(memory.organizations, id);
}

export function existing<Row extends { readonly id: string }>(rows: readonly Row[], id: string | undefined): Row {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) throw notFound();
  return row;
}

export function emailOf(user: UserRow): string | undefined {
  return user.identities.find(({ type, primary }) => type === "email" && primary)?.value;
}

export function isTeam(user: UserRow): boolean {
  return user.active && user.role !== "end-user";
}

/** The search will know of it only minutes later. */
export function touchUser({ world }: Tenant, user: UserRow): void {
  user.updatedAt = world.now();
  user.reindexAt ??= world.now() + SEARCH_LAG;
}

export function note(
  tenant: Tenant,
  actor: UserRow,
  action: "create" | "update" | "destroy",
  source: { readonly type: string; readonly id: string; readonly label: string },
  description = "",
): void {
  tenant.memory.auditLogs.push({
    id: newId(tenant),
    action,
    actorId: actor.id,
    sourceType: source.type,
    sourceId: source.id,
    sourceLabel: source.label,
    description,
    createdAt: tenant.world.now(),
  });
}
