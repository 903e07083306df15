/** Rows as the API shows them. `type` tells a full object from a reference to it. */
import type { PolicyRow, ScheduleRow, ShiftScheduleRow, Target, TeamRow, UserRow } from "./memory.ts";
import type { Tenant } from "./tenant.ts";

export const API = "https://api.pagerduty.com";
/** The account's own host: its subdomain is what identifies it (keys know no account id). */
export const WEB = "https://acme.pagerduty.com";

interface Shape {
  readonly id: string;
  readonly type: string;
  readonly summary: string;
  readonly self: string;
  readonly html_url: string;
}

export function shape(id: string, type: string, summary: string, api: string, web = api): Shape {
  return { id, type, summary, self: `${API}/${api}/${id}`, html_url: `${WEB}/${web}/${id}` };
}

export function userReference(user: UserRow): Shape {
  return shape(user.id, "user_reference", user.name, "users");
}

export function teamReference(team: TeamRow): Shape {
  return shape(team.id, "team_reference", team.name, "teams");
}

export function policyReference(policy: PolicyRow): Shape {
  return shape(policy.id, "escalation_policy_reference", policy.name, "escalation_policies");
}

export function scheduleReference(schedule: ScheduleRow): Shape {
  return shape(schedule.id, "schedule_reference", schedule.name, "schedules");
}

export function shiftScheduleReference(schedule: ShiftScheduleRow): Shape {
  return shape(schedule.id, "schedule_v3_reference", schedule.name, "v3/schedules", "schedules");
}

/** A user who has left keeps a place in old turns, as a reference that is no longer found. */
export function userReferenceById(tenant: Tenant, id: string): unknown {
  const user = tenant.memory.users.find((row) => row.id === id);
  return user === undefined
    ? { id, type: "user_reference", summary: null, self: null, html_url: null }
    : userReference(user);
}

export function targetReference(tenant: Tenant, target: Target): unknown {
  const { memory } = tenant;
  const schedule = memory.schedules.find((row) => row.id === target.id);
  if (schedule !== undefined) return scheduleReference(schedule);
  const shiftSchedule = memory.shiftSchedules.find((row) => row.id === target.id);
  return shiftSchedule === undefined ? userReferenceById(tenant, target.id) : shiftScheduleReference(shiftSchedule);
}

export function teamReferences(tenant: Tenant, ids: readonly string[]): readonly Shape[] {
  return tenant.memory.teams.filter((team) => ids.includes(team.id)).map(teamReference);
}

export function policiesUsing(tenant: Tenant, targetId: string): readonly PolicyRow[] {
  return tenant.memory.policies.filter((policy) =>
    policy.rules.some((rule) => rule.targets.some((target) => target.id === targetId)),
  );
}

export function fullUser(tenant: Tenant, user: UserRow, withTeams = false): unknown {
  const teams = tenant.memory.teams.filter((team) => team.members.some((member) => member.userId === user.id));
  return {
    ...shape(user.id, "user", user.name, "users"),
    name: user.name,
    email: user.email,
    time_zone: user.timeZone,
    color: user.color,
    role: user.role,
    avatar_url: "https://pd-static-assets.pagerduty.com/users/blank-avatar.png",
    description: user.description,
    invitation_sent: user.invitationSent,
    created_via_sso: false,
    job_title: user.jobTitle,
    contact_methods: [],
    notification_rules: [],
    teams: teams.map((team) => (withTeams ? fullTeam(team) : teamReference(team))),
  };
}

export function fullTeam(team: TeamRow): unknown {
  return {
    ...shape(team.id, "team", team.name, "teams"),
    name: team.name,
    description: team.description,
    default_role: team.defaultRole,
  };
}

export function fullPolicy(tenant: Tenant, policy: PolicyRow): unknown {
  return {
    ...shape(policy.id, "escalation_policy", policy.name, "escalation_policies"),
    name: policy.name,
    description: policy.description,
    num_loops: 0,
    on_call_handoff_notifications: "if_has_services",
    escalation_rules: policy.rules.map((rule) => ({
      id: rule.id,
      escalation_delay_in_minutes: rule.delayMinutes,
      targets: rule.targets.map((target) => targetReference(tenant, target)),
    })),
    services: [],
    teams: teamReferences(tenant, policy.teams),
  };
}
