// Written by `npm run generate:constructs` from schemas/: change those, not this.
import type { Construct } from "constructs";
import { DeclaredResource, type Treatment } from "../resource.ts";

/** A custom role (Enterprise). */
export type CustomRoleLookup = string | {
  /** Exact name of a custom role, system roles included. */
  readonly name: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Zendesk's id. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** A group. */
export type GroupLookup = string | {
  /** Exact name of a group that is not deleted. */
  readonly name: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Zendesk's id. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** Zendesk agent. A team member: role, custom role, default group. Making one sends no mail. Removing the document suspends the account. */
export interface AgentSpec {
  /** Primary e-mail, with which the person signs in, without regard to case. A new one takes the place of the old. */
  readonly email: string;
  /** Full name. */
  readonly name: string;
  /** agent; admin: administers the account; end-user: is not on the team any more, which ends every group membership. Default: "agent". */
  readonly role?: "agent" | "admin" | "end-user";
  /** A custom role (Enterprise). */
  readonly customRole?: CustomRole | CustomRoleLookup;
  /** A group. */
  readonly defaultGroup?: Group | GroupLookup;
  /** May the person not sign in? Groups and role stay. Default: false. */
  readonly suspended?: boolean;
  /** Id in another system, unique whatever its letter case. Single sign-on may match people by it. */
  readonly externalId?: string;
  /** Name that customers see instead of the person's own. */
  readonly alias?: string;
  /** Which tickets the person sees, where no custom role says it. */
  readonly ticketRestriction?: "organization" | "groups" | "assigned" | "requested";
  /** May the person comment in private only? Default: false. */
  readonly onlyPrivateComments?: boolean;
  /** May the person moderate the community? Default: false. */
  readonly moderator?: boolean;
}

/** Zendesk agent. A team member: role, custom role, default group. Making one sends no mail. Removing the document suspends the account. */
export class Agent extends DeclaredResource {
  readonly kind = "zendesk/agent";

  constructor(scope: Construct, id: string, spec: AgentSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "zendesk/agent", spec, treatment);
  }

  /** Primary e-mail, with which the person signs in, without regard to case. A new one takes the place of the old. */
  get email(): string {
    return this.output("email");
  }

  /** Full name. */
  get name(): string {
    return this.output("name");
  }

  /** Id in another system, unique whatever its letter case. Single sign-on may match people by it. */
  get externalId(): string {
    return this.output("externalId");
  }

  /** Name that customers see instead of the person's own. */
  get alias(): string {
    return this.output("alias");
  }
}

/** Zendesk custom role. A custom agent role (Enterprise). System roles can be bound by id and looked at, not changed; a role that somebody holds is not deleted. */
export interface CustomRoleSpec {
  /** Name, compared exactly. */
  readonly name: string;
  /** What the role is for. */
  readonly description?: string;
  /** What the role allows, by Zendesk's own names (ticket_access, view_access, manage_business_rules…). What is not named here stays as it is. */
  readonly configuration?: { readonly [name: string]: string | boolean };
}

/** Zendesk custom role. A custom agent role (Enterprise). System roles can be bound by id and looked at, not changed; a role that somebody holds is not deleted. */
export class CustomRole extends DeclaredResource {
  readonly kind = "zendesk/custom-role";

  constructor(scope: Construct, id: string, spec: CustomRoleSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "zendesk/custom-role", spec, treatment);
  }

  /** Name, compared exactly. */
  get name(): string {
    return this.output("name");
  }

  /** What the role is for. */
  get description(): string {
    return this.output("description");
  }

  /** How many team members hold the role. */
  get teamMembers(): string {
    return this.output("teamMembers");
  }
}

/** Zendesk group. A group of agents. Deleting one is for good: its tickets lose their group. */
export interface GroupSpec {
  /** Name, compared exactly. Zendesk lets two groups share one; Accord binds to neither then. */
  readonly name: string;
  /** What the group is for. */
  readonly description?: string;
  /** May every agent see its tickets? A public group can be made private, never the other way round. Default: true. */
  readonly isPublic?: boolean;
  /** Agents and administrators in the group, by primary e-mail. The list is the whole truth unless `manage` says otherwise. Whoever leaves loses the tickets they work on in this group. */
  readonly members?: readonly string[];
}

/** Zendesk group. A group of agents. Deleting one is for good: its tickets lose their group. */
export class Group extends DeclaredResource {
  readonly kind = "zendesk/group";

  constructor(scope: Construct, id: string, spec: GroupSpec, treatment: Treatment<"members"> = {}) {
    super(scope, id, "zendesk/group", spec, treatment);
  }

  /** Name, compared exactly. Zendesk lets two groups share one; Accord binds to neither then. */
  get name(): string {
    return this.output("name");
  }

  /** What the group is for. */
  get description(): string {
    return this.output("description");
  }
}

/** Zendesk organization. An organization of customers. Its external id carries Accord's mark where the document gives it none. */
export interface OrganizationSpec {
  /** Name, unique in the account whatever its letter case. */
  readonly name: string;
  /** Id in another system, unique whatever its letter case. */
  readonly externalId?: string;
  /** Domains whose users join by themselves when they verify an address. */
  readonly domainNames?: readonly string[];
  /** Details that agents see, such as an address. */
  readonly details?: string;
  /** Notes that agents see. Agents write them too: declare them only to take them over. */
  readonly notes?: string;
  /** Tags. Other tools set them too: declared, the list is the whole truth. */
  readonly tags?: readonly string[];
  /** A group. */
  readonly group?: Group | GroupLookup;
  /** Do its members see each other's tickets? Default: false. */
  readonly sharedTickets?: boolean;
  /** May its members comment on each other's tickets? Default: false. */
  readonly sharedComments?: boolean;
  /** Custom organization fields, by key. Fields that are not named here stay as they are; null empties one. */
  readonly fields?: { readonly [name: string]: string | number | boolean | null };
  /** Users in the organization, end users and agents, by primary e-mail. The list is the whole truth unless `manage` says otherwise. Whoever leaves loses the organization on their working tickets. */
  readonly members?: readonly string[];
}

/** Zendesk organization. An organization of customers. Its external id carries Accord's mark where the document gives it none. */
export class Organization extends DeclaredResource {
  readonly kind = "zendesk/organization";

  constructor(scope: Construct, id: string, spec: OrganizationSpec, treatment: Treatment<"domainNames" | "tags" | "members"> = {}) {
    super(scope, id, "zendesk/organization", spec, treatment);
  }

  /** Name, unique in the account whatever its letter case. */
  get name(): string {
    return this.output("name");
  }

  /** Id in another system, unique whatever its letter case. */
  get externalId(): string {
    return this.output("externalId");
  }

  /** Details that agents see, such as an address. */
  get details(): string {
    return this.output("details");
  }

  /** Notes that agents see. Agents write them too: declare them only to take them over. */
  get notes(): string {
    return this.output("notes");
  }
}
