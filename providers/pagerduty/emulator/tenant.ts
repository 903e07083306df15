/** What every group of routes is given. */
import { randomBytes } from "node:crypto";
import type { Exchange, TenantWorld } from "../../shared/emulator.ts";
import { type Principal, principalOf } from "./keys.ts";
import type { Memory, ScheduleRow, ShiftScheduleRow, TeamRow, UserRow } from "./memory.ts";
import { notFound, Refusal } from "./refusal.ts";

export interface Tenant {
  readonly memory: Memory;
  readonly world: TenantWorld;
}

/** The caller; the dispatcher has let nobody else through. */
export function callerOf(tenant: Tenant, exchange: Exchange): Principal {
  const principal = principalOf(tenant.memory, exchange.request);
  if (principal === undefined) throw new Refusal(401, 2006, "Unauthorized");
  return principal;
}

export function userById(tenant: Tenant, id: string | undefined): UserRow {
  return existing(tenant.memory.users, id);
}

export function teamById(tenant: Tenant, id: string | undefined): TeamRow {
  return existing(tenant.memory.teams, id);
}

export function scheduleById(tenant: Tenant, id: string | undefined): ScheduleRow {
  return existing(tenant.memory.schedules, id);
}

export function shiftScheduleById(tenant: Tenant, id: string | undefined): ShiftScheduleRow {
  return existing(tenant.memory.shiftSchedules, id);
}

export function existing<Row extends { readonly id: string }>(rows: readonly Row[], id: string | undefined): Row {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) throw notFound();
  return row;
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

/** Newer accounts get ids of fourteen characters. */
export function newId(prefix: "P" | "Q" = "P"): string {
  return prefix + [...randomBytes(13)].map((byte) => ALPHABET[byte % 32]).join("");
}
