/**
 * A schedule, bound by its exact name and never written. Its rotations and who is on call are computed facts, not fields:
 * a plan that held them would drift at every hand-over (oncall.md §5).
 */
import type { Finding, Kind } from "../../../engine/kind.ts";
import type { Live, Spec, Value } from "../../../engine/model.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textAt } from "../../shared/spec.ts";
import { turnsOf } from "../../shared/turns.ts";
import type { Participant, Rotation, Schedule } from "../client/rows.ts";
import { fold, type OpsgenieReader } from "../client.ts";

const DAY = 86_400_000;

export type ScheduleSpec = Spec & { readonly name: string };

export const schedule: Kind<OpsgenieReader, OpsgenieReader, ScheduleSpec> = {
  name: "schedule",
  proof: { by: "read" },
  key: (spec) => spec.name,

  async *list(reader, want) {
    const ids = new Set(want.objects.flatMap((object) => object.id ?? []));
    const names = new Set(want.objects.flatMap((object) => object.key ?? []));
    const [all, onCalls] = await Promise.all([reader.schedules(), reader.onCalls()]);
    for (const row of all) {
      if (want.everything !== true && !ids.has(row.id) && !names.has(row.name)) continue;
      yield toLive(row, onCalls.get(row.id) ?? []);
    }
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async ({ id }) => {
      const row = await reader.schedule(id);
      return row === undefined ? { gone: true as const, id } : toLive(row, await reader.onCall(id));
    });
  },

  async find(reader, lookup) {
    return candidatesFor(await reader.schedules(), textAt(lookup, "name"), (row) => row.name);
  },

  lookups: ({ spec }) => [{ name: spec.name }],

  async rota(reader, live, ahead) {
    const periods = await reader.timeline(live.id, Math.ceil(ahead / DAY));
    const now = reader.now();
    const shifts = periods.flatMap(({ start, end, recipient }) =>
      recipient.type === "none" ? [] : [{ start, end, person: inWords(recipient) }],
    );
    return turnsOf(shifts, now, now + ahead);
  },

  async review(reader, _spec, live): Promise<readonly Finding[]> {
    return live === undefined
      ? []
      : warnings(
          live,
          (await reader.schedules()).find((row) => row.id === live.id),
        );
  },
};

function toLive(row: Schedule, onCall: readonly string[]): Live<ScheduleSpec> {
  return {
    id: row.id,
    spec: { name: row.name },
    computed: {
      enabled: row.enabled,
      timeZone: row.timeZone,
      ownerTeam: row.ownerTeam ?? "",
      rotations: row.rotations.map(rotationValue),
      onCall: [...new Set(onCall.map(fold))].sort(),
    },
    readOnly: "Accord reads schedules; Opsgenie is where they are made",
  };
}

function rotationValue({ endDate, participants, ...rest }: Rotation): Value {
  return { ...rest, ...(endDate === undefined ? {} : { endDate }), participants: participants.map(inWords) };
}

function inWords({ type, name }: Participant): string {
  switch (type) {
    case "user":
      return fold(name);
    case "none":
      return "nobody";
    default:
      return `${type} ${name}`;
  }
}

/** What else than its people a name in a stack may rest on. */
function warnings({ spec, computed }: Live<ScheduleSpec>, row: Schedule | undefined): readonly Finding[] {
  const warning = (code: string, message: string, hint: string): Finding => ({
    code,
    message,
    hint,
    path: ["name"],
    severity: "warning",
  });
  const named = (type: Participant["type"]): readonly string[] => [
    ...new Set(
      (row?.rotations ?? []).flatMap(({ participants }) =>
        participants.filter((one) => one.type === type).map(({ name }) => `"${name}"`),
      ),
    ),
  ];
  const findings: Finding[] = [];
  if (computed?.enabled === false) {
    findings.push(
      warning(
        "opsgenie-disabled-schedule",
        `The schedule "${spec.name}" is disabled: nobody on it is woken.`,
        "Enable it in Opsgenie, or name the schedule that is in use.",
      ),
    );
  }
  const escalations = named("escalation");
  if (escalations.length > 0) {
    findings.push(
      warning(
        "opsgenie-escalation-on-call",
        `In the schedule "${spec.name}" escalations take turns (${escalations.join(", ")}): C1's Opsgenie connector passes over them, so that whoever they wake is not on call there.`,
        "Put people or teams into the rotation, where C1 has to see them.",
      ),
    );
  }
  const teams = named("team");
  if (teams.length > 0) {
    findings.push(
      warning(
        "opsgenie-team-on-call",
        `In the schedule "${spec.name}" teams take turns (${teams.join(", ")}): C1's Opsgenie connector takes all their members for on call.`,
        "Put people into the rotation, where C1 has to tell them apart.",
      ),
    );
  }
  return findings;
}
