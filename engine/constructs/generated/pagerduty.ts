// Written by `npm run generate:constructs` from schemas/: change those, not this.
import type { Construct } from "constructs";
import { DeclaredResource, type Treatment } from "../resource.ts";


/** PagerDuty schedule. An on-call schedule that exists already, legacy or shift-based. It is bound by its exact name and never created, changed or deleted. Who is on call now is an output, not a field: declared people would drift at every hand-over. */
export interface ScheduleSpec {
  /** The schedule's name, exactly as PagerDuty shows it. Names are not unique there; several matches are a problem. */
  readonly name: string;
}

/** PagerDuty schedule. An on-call schedule that exists already, legacy or shift-based. It is bound by its exact name and never created, changed or deleted. Who is on call now is an output, not a field: declared people would drift at every hand-over. */
export class Schedule extends DeclaredResource {
  readonly kind = "pagerduty/schedule";

  constructor(scope: Construct, id: string, spec: ScheduleSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "pagerduty/schedule", spec, treatment);
  }

  /** The schedule's name, exactly as PagerDuty shows it. Names are not unique there; several matches are a problem. */
  get name(): string {
    return this.output("name");
  }

  /** "layers" (legacy) or "shifts" (v3, which C1's connector is not known to list). */
  get generation(): string {
    return this.output("generation");
  }

  /** The schedule's IANA time zone. */
  get timeZone(): string {
    return this.output("timeZone");
  }

  /** Names of the escalation policies that use it. */
  get escalationPolicies(): string {
    return this.output("escalationPolicies");
  }

  /** E-mails of those on call at the time of reading. */
  get onCall(): string {
    return this.output("onCall");
  }
}

/** PagerDuty team. A team and who is in it. Everybody has one role in a team, so each role is a list of its own, and nobody is in two. A plan that includes teams is needed, and a key that may write. */
export interface TeamSpec {
  /** The team's name, exactly as PagerDuty shows it. Names are not unique there; several matches are a problem. */
  readonly name: string;
  /** What the team is for. */
  readonly description?: string;
  /** Role of people whom PagerDuty itself puts into the team, because they are on its schedules or escalation policies: manager, or none (they keep what their base role gives). */
  readonly defaultRole?: "manager" | "none";
  /** Who may change the team and what belongs to it, by e-mail. The list is the whole truth unless `manage` says otherwise. */
  readonly managers?: readonly string[];
  /** Who acts on the team's incidents, by e-mail. The list is the whole truth unless `manage` says otherwise. */
  readonly responders?: readonly string[];
  /** Who sees the team's incidents, by e-mail. The list is the whole truth unless `manage` says otherwise. */
  readonly observers?: readonly string[];
}

/** PagerDuty team. A team and who is in it. Everybody has one role in a team, so each role is a list of its own, and nobody is in two. A plan that includes teams is needed, and a key that may write. */
export class Team extends DeclaredResource {
  readonly kind = "pagerduty/team";

  constructor(scope: Construct, id: string, spec: TeamSpec, treatment: Treatment<"managers" | "responders" | "observers"> = {}) {
    super(scope, id, "pagerduty/team", spec, treatment);
  }

  /** The team's name, exactly as PagerDuty shows it. Names are not unique there; several matches are a problem. */
  get name(): string {
    return this.output("name");
  }

  /** What the team is for. */
  get description(): string {
    return this.output("description");
  }
}

/** PagerDuty user. A user who exists already, bound by e-mail and never created, changed or deleted. */
export interface UserSpec {
  /** The user's login e-mail; letter case does not matter. */
  readonly email: string;
  /** The user's full name. Declaring it only checks it: another name in PagerDuty is shown as a change that cannot be made. */
  readonly name?: string;
  /** The base role. Declaring it only checks it. In PagerDuty's pages: admin is Global Admin, user is Manager, limited_user is Responder, read_only_user and read_only_limited_user are stakeholders. */
  readonly role?: "admin" | "limited_user" | "observer" | "owner" | "read_only_user" | "restricted_access" | "read_only_limited_user" | "user";
}

/** PagerDuty user. A user who exists already, bound by e-mail and never created, changed or deleted. */
export class User extends DeclaredResource {
  readonly kind = "pagerduty/user";

  constructor(scope: Construct, id: string, spec: UserSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "pagerduty/user", spec, treatment);
  }

  /** The user's login e-mail; letter case does not matter. */
  get email(): string {
    return this.output("email");
  }

  /** The user's full name. Declaring it only checks it: another name in PagerDuty is shown as a change that cannot be made. */
  get name(): string {
    return this.output("name");
  }
}
