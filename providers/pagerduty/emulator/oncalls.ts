/**
 * Who is on call, as the escalation policies see it: a row per policy × level × user, so a schedule that three policies
 * use gives three rows, one that none uses gives none, and a user named directly has no schedule (oncall.md §1.5).
 */
import type { Exchange, Route } from "../../shared/emulator.ts";
import { formatTime } from "../../shared/zone.ts";
import { includes, windowAsked, zoneAsked } from "./input.ts";
import { finalTurns } from "./layers.ts";
import type { PolicyRow, Target } from "./memory.ts";
import { page } from "./paging.ts";
import { invalid } from "./refusal.ts";
import { EVERY_PART, fullSchedule } from "./schedule-shape.ts";
import { fullPolicy, fullUser, policyReference, targetReference, userReferenceById } from "./shapes.ts";
import { finalShifts } from "./shifts.ts";
import type { Span } from "./spans.ts";
import type { Tenant } from "./tenant.ts";

interface OnCall {
  readonly policy: PolicyRow;
  readonly level: number;
  readonly userId: string;
  /** Absent: named directly, for ever. */
  readonly from?: { readonly target: Target; readonly span: Span };
}

const DAY = 86_400_000;
const FURTHEST = 90 * DAY;

export function oncallRoutes(tenant: Tenant): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/oncalls",
      handle: (exchange) => {
        const zone = zoneAsked(exchange, "UTC");
        const all = filtered(exchange, rowsOf(tenant, windowOf(tenant, exchange)));
        const rows = exchange.url.searchParams.get("earliest") === "true" ? earliest(all) : all;
        return page(exchange, "oncalls", rows, (row) => render(tenant, exchange, row, zone));
      },
    },
  ];
}

function windowOf(tenant: Tenant, exchange: Exchange): Span {
  const now = tenant.world.now();
  const asked = windowAsked(exchange, 0);
  if (asked === undefined) return { start: now, end: now };
  const window = { ...asked, end: exchange.url.searchParams.has("until") ? asked.end : Math.max(asked.start, now) };
  if (window.end > now + FURTHEST) throw invalid("until", "On-call shifts are limited to 90 days in the future");
  return window;
}

function rowsOf(tenant: Tenant, window: Span): OnCall[] {
  return tenant.memory.policies.flatMap((policy) =>
    policy.rules.flatMap((rule, index) =>
      rule.targets.flatMap((target) => {
        const base = { policy, level: index + 1 };
        if (target.type === "user_reference") return [{ ...base, userId: target.id }];
        return turnsOf(tenant, target, window).map(({ userId, start, end }) => ({
          ...base,
          userId,
          from: { target, span: { start, end } },
        }));
      }),
    ),
  );
}

function turnsOf(tenant: Tenant, target: Target, window: Span): readonly (Span & { readonly userId: string })[] {
  const schedule = tenant.memory.schedules.find((row) => row.id === target.id);
  if (schedule !== undefined) return finalTurns(schedule, window);
  const shiftSchedule = tenant.memory.shiftSchedules.find((row) => row.id === target.id);
  if (shiftSchedule === undefined) return [];
  return finalShifts(shiftSchedule, window).flatMap(({ userId, start, end }) =>
    userId === null ? [] : [{ userId, start, end }],
  );
}

function filtered(exchange: Exchange, rows: readonly OnCall[]): OnCall[] {
  const query = exchange.url.searchParams;
  const [schedules, policies, users] = ["schedule_ids[]", "escalation_policy_ids[]", "user_ids[]"].map((name) =>
    query.getAll(name),
  );
  const allows = (wanted: readonly string[] | undefined, id: string): boolean =>
    wanted === undefined || wanted.length === 0 || wanted.includes(id);
  return rows.filter(
    (row) =>
      // A literal null entry asks for those that come from no schedule.
      allows(schedules, row.from?.target.id ?? "null") && allows(policies, row.policy.id) && allows(users, row.userId),
  );
}

/** The first of each policy × level × user. */
function earliest(rows: readonly OnCall[]): OnCall[] {
  const first = new Map<string, OnCall>();
  for (const row of rows) {
    const key = JSON.stringify([row.policy.id, row.level, row.userId]);
    const known = first.get(key);
    if (known === undefined || (row.from?.span.start ?? 0) < (known.from?.span.start ?? 0)) first.set(key, row);
  }
  return [...first.values()];
}

function render(tenant: Tenant, exchange: Exchange, row: OnCall, zone: string): unknown {
  const user = tenant.memory.users.find((candidate) => candidate.id === row.userId);
  const whole = (name: string): boolean => includes(exchange, name);
  return {
    escalation_policy: whole("escalation_policies") ? fullPolicy(tenant, row.policy) : policyReference(row.policy),
    escalation_level: row.level,
    schedule: row.from === undefined ? null : scheduleShape(tenant, row.from.target, whole("schedules")),
    user: user !== undefined && whole("users") ? fullUser(tenant, user) : userReferenceById(tenant, row.userId),
    start: row.from === undefined ? null : formatTime(row.from.span.start, zone),
    end: row.from === undefined ? null : formatTime(row.from.span.end, zone),
  };
}

/** `include[]=schedules` fills in legacy schedules only. */
function scheduleShape(tenant: Tenant, target: Target, whole: boolean): unknown {
  const schedule = tenant.memory.schedules.find((row) => row.id === target.id);
  if (!whole || schedule === undefined) return targetReference(tenant, target);
  const parts = EVERY_PART.filter((part) => part === "schedule_layers");
  return fullSchedule(tenant, schedule, { zone: schedule.timeZone, window: undefined, overflow: false, parts });
}
