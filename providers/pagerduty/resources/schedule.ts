/**
 * A schedule of either generation, bound by its exact name and never written. Who is on call is a computed fact, not a
 * field: a plan that held it would drift at every hand-over (oncall.md §5).
 */
import type { Finding, Kind } from "../../../engine/kind.ts";
import type { Live, Spec } from "../../../engine/model.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textAt } from "../../shared/spec.ts";
import { turnsOf } from "../../shared/turns.ts";
import type { Schedule } from "../client/rows.ts";
import { fold, type PagerdutyReader } from "../client.ts";

export type ScheduleSpec = Spec & { readonly name: string };

type Generation = "layers" | "shifts";

export const schedule: Kind<PagerdutyReader, PagerdutyReader, ScheduleSpec> = {
  name: "schedule",
  proof: { by: "read" },
  key: (spec) => spec.name,

  async *list(reader, want) {
    const ids = new Set(want.objects.flatMap((object) => object.id ?? []));
    const names = new Set(want.objects.flatMap((object) => object.key ?? []));
    const wanted = ({ id, name }: { readonly id: string; readonly name: string }): boolean =>
      want.everything === true || ids.has(id) || names.has(name);
    const [legacy, shifts] = await Promise.all([reader.schedules(), reader.shiftSchedules()]);
    const read = await Promise.all(shifts.filter(wanted).map((reference) => reader.shiftSchedule(reference.id)));
    for (const row of legacy.filter(wanted)) yield toLive(reader, row, "layers");
    for (const row of read) if (row !== undefined) yield toLive(reader, row, "shifts");
  },

  async *get(reader, wanted) {
    for (const { id } of wanted) {
      const legacy = await reader.schedule(id);
      const row = legacy ?? (await reader.shiftSchedule(id));
      if (row === undefined) yield { gone: true, id };
      else yield toLive(reader, row, legacy === undefined ? "shifts" : "layers");
    }
  },

  async find(reader, lookup) {
    const all = [...(await reader.schedules()), ...(await reader.shiftSchedules())];
    return candidatesFor(all, textAt(lookup, "name"), (row) => row.name);
  },

  lookups: ({ spec }) => [{ name: spec.name }],

  async rota(reader, live, ahead) {
    const generation = live.computed?.generation === "shifts" ? "shifts" : "layers";
    const shifts = await reader.shiftsAhead(live.id, generation, ahead);
    const now = reader.now();
    const ids = [...new Set(shifts.flatMap(({ userId }) => userId ?? []))];
    const users = new Map(await Promise.all(ids.map(async (id) => [id, await reader.user(id)] as const)));
    const held = shifts.flatMap(({ start, end, userId }) => {
      const user = userId === undefined ? undefined : users.get(userId);
      return userId === undefined ? [] : [{ start, end, person: user === undefined ? userId : fold(user.email) }];
    });
    return turnsOf(held, now, now + ahead);
  },

  async review(_reader, _spec, live): Promise<readonly Finding[]> {
    return live === undefined ? [] : warnings(live);
  },
};

async function toLive(reader: PagerdutyReader, row: Schedule, generation: Generation): Promise<Live<ScheduleSpec>> {
  const now = reader.now();
  const covering = row.shifts.filter((shift) => shift.start <= now && now < shift.end);
  const ids = [...new Set(covering.flatMap((shift) => shift.userId ?? []))];
  const users = await Promise.all(ids.map((id) => reader.user(id)));
  return {
    id: row.id,
    spec: { name: row.name },
    computed: {
      generation,
      timeZone: row.timeZone,
      escalationPolicies: row.policies,
      onCall: users.flatMap((user) => (user === undefined ? [] : [fold(user.email)])).sort(),
    },
    readOnly: "Accord reads schedules; PagerDuty is where they are made",
  };
}

function warnings({ spec, computed }: Live<ScheduleSpec>): readonly Finding[] {
  const findings: Finding[] = [];
  if (computed?.generation === "shifts") {
    findings.push({
      code: "pagerduty-shift-based",
      message: `"${spec.name}" is a shift-based (v3) schedule, which C1's PagerDuty connector does not list as far as is known.`,
      hint: "Check in C1 that the schedule is there before a profile or an automation relies on it.",
      path: ["name"],
      severity: "warning",
    });
  }
  if (Array.isArray(computed?.escalationPolicies) && computed.escalationPolicies.length === 0) {
    findings.push({
      code: "pagerduty-unused-schedule",
      message: `No escalation policy uses the schedule "${spec.name}": nobody on it is woken.`,
      hint: "Add it to an escalation policy in PagerDuty, or name the schedule that is in use.",
      path: ["name"],
      severity: "warning",
    });
  }
  return findings;
}
