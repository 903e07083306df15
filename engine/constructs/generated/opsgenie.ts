// Written by `npm run generate:constructs` from schemas/: change those, not this.
import type { Construct } from "constructs";
import { DeclaredResource, type Treatment } from "../resource.ts";


/** Opsgenie schedule. An on-call schedule that exists already. It is bound by its exact name and never created, changed or deleted. Its rotations and who is on call now are outputs, not fields: declared people would drift at every hand-over. */
export interface ScheduleSpec {
  /** The schedule's name, exactly as Opsgenie shows it. */
  readonly name: string;
}

/** Opsgenie schedule. An on-call schedule that exists already. It is bound by its exact name and never created, changed or deleted. Its rotations and who is on call now are outputs, not fields: declared people would drift at every hand-over. */
export class Schedule extends DeclaredResource {
  readonly kind = "opsgenie/schedule";

  constructor(scope: Construct, id: string, spec: ScheduleSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "opsgenie/schedule", spec, treatment);
  }

  /** The schedule's name, exactly as Opsgenie shows it. */
  get name(): string {
    return this.output("name");
  }

  /** False: nobody on the schedule is woken. */
  get enabled(): string {
    return this.output("enabled");
  }

  /** The schedule's IANA time zone. */
  get timeZone(): string {
    return this.output("timeZone");
  }

  /** Name of the team that owns it; empty where none does. */
  get ownerTeam(): string {
    return this.output("ownerTeam");
  }

  /** Rotations in their order: name, type (daily, weekly, hourly), length, startDate, endDate, restricted, and participants as e-mails, "team NAME", "escalation NAME" or "nobody". */
  get rotations(): string {
    return this.output("rotations");
  }

  /** E-mails of those on call at the time of reading, teams and escalations expanded. */
  get onCall(): string {
    return this.output("onCall");
  }
}

/** Opsgenie team. A team that exists already, bound by its exact name and never created, changed or deleted. A field beside the name only checks: a difference is shown as a change that cannot be made. */
export interface TeamSpec {
  /** The team's name, exactly as Opsgenie shows it. */
  readonly name: string;
  /** What the team is for. */
  readonly description?: string;
  /** Everybody in the team, whichever role they have there, by e-mail. Reading them takes a call for each team that declares them or `admins`. */
  readonly members?: readonly string[];
  /** Those of the members who may change the team, by e-mail. */
  readonly admins?: readonly string[];
}

/** Opsgenie team. A team that exists already, bound by its exact name and never created, changed or deleted. A field beside the name only checks: a difference is shown as a change that cannot be made. */
export class Team extends DeclaredResource {
  readonly kind = "opsgenie/team";

  constructor(scope: Construct, id: string, spec: TeamSpec, treatment: Treatment<"members" | "admins"> = {}) {
    super(scope, id, "opsgenie/team", spec, treatment);
  }

  /** The team's name, exactly as Opsgenie shows it. */
  get name(): string {
    return this.output("name");
  }

  /** What the team is for. */
  get description(): string {
    return this.output("description");
  }
}
