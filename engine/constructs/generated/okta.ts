// Written by `npm run generate:constructs` from schemas/: change those, not this.
import type { Construct } from "constructs";
import { DeclaredResource, type Treatment } from "../resource.ts";

/** An application. */
export type AppLookup = string | {
  /** Exact label, as the dashboard shows it. */
  readonly label: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Okta's id. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** A custom role with the resource set that it is bound to. */
export type CustomRoleLookup = string | {
  /** Exact label of the role. */
  readonly label: string;
  /** Exact label of the resource set, where the role is bound to several. */
  readonly resourceSet?: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Okta's id. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** A group. */
export type GroupLookup = string | {
  /** Exact name of a group made in Okta, case included. */
  readonly name: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Okta's id. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** Okta admin role assignment. Gives an admin role, without limit of targets, to one group, user or client. For a limited role, declare okta/custom-role. */
export interface AdminRoleSpec {
  /** Type of the role; CUSTOM takes `role`. */
  readonly type: "SUPER_ADMIN" | "ORG_ADMIN" | "APP_ADMIN" | "USER_ADMIN" | "HELP_DESK_ADMIN" | "GROUP_MEMBERSHIP_ADMIN" | "READ_ONLY_ADMIN" | "REPORT_ADMIN" | "API_ACCESS_MANAGEMENT_ADMIN" | "WORKFLOWS_ADMIN" | "ACCESS_REQUESTS_ADMIN" | "ACCESS_CERTIFICATIONS_ADMIN" | "CUSTOM";
  /** A custom role with the resource set that it is bound to. */
  readonly role?: CustomRole | CustomRoleLookup;
  /** A group. */
  readonly group?: Group | GroupLookup;
  /** The person, by login or primary e-mail. */
  readonly user?: string;
  /** Client id of a service app. */
  readonly client?: string;
}

/** Okta admin role assignment. Gives an admin role, without limit of targets, to one group, user or client. For a limited role, declare okta/custom-role. */
export class AdminRole extends DeclaredResource {
  readonly kind = "okta/admin-role";

  constructor(scope: Construct, id: string, spec: AdminRoleSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "okta/admin-role", spec, treatment);
  }

  /** The person, by login or primary e-mail. */
  get user(): string {
    return this.output("user");
  }

  /** Client id of a service app. */
  get client(): string {
    return this.output("client");
  }
}

/** Okta application. An application that exists already: bound by its label, never made or deleted. */
export interface AppSpec {
  /** Label as the dashboard shows it, compared exactly. */
  readonly label: string;
  /** Whether people can use the application. Deactivating it takes away the assignments that groups gave. */
  readonly status?: "active" | "inactive";
}

/** Okta application. An application that exists already: bound by its label, never made or deleted. */
export class App extends DeclaredResource {
  readonly kind = "okta/app";

  constructor(scope: Construct, id: string, spec: AppSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "okta/app", spec, treatment);
  }

  /** Label as the dashboard shows it, compared exactly. */
  get label(): string {
    return this.output("label");
  }

  /** Key of the application in Okta's catalogue. */
  get name(): string {
    return this.output("name");
  }
}

/** Okta application assignment. Gives an application to a group. */
export interface AppAssignmentSpec {
  /** An application. */
  readonly app: App | AppLookup;
  /** A group. */
  readonly group: Group | GroupLookup;
  /** Position among the groups of the application, 0 first: who is in several gets the profile of the first. Okta numbers the positions without gaps. */
  readonly priority?: number;
  /** Attributes that the assignment sets in the application. Attributes that are not named here stay as they are; null removes one. */
  readonly profile?: { readonly [name: string]: string | number | boolean | readonly (string | number | boolean)[] | null };
}

/** Okta application assignment. Gives an application to a group. */
export class AppAssignment extends DeclaredResource {
  readonly kind = "okta/app-assignment";

  constructor(scope: Construct, id: string, spec: AppAssignmentSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "okta/app-assignment", spec, treatment);
  }
}

/** Okta custom role. A role of chosen permissions, the resources that it covers, and who holds it: a custom role, a resource set and the binding between them, as one document. */
export interface CustomRoleSpec {
  /** Label of the role, compared exactly. */
  readonly label: string;
  /** What the role is for. */
  readonly description: string;
  /** Permissions, such as okta.groups.members.manage. */
  readonly permissions: readonly string[];
  /** What the role covers. */
  readonly resourceSet: {
    /** Label of the resource set, compared exactly. */
    readonly label: string;
    /** What the set holds. */
    readonly description: string;
    /** Groups that are covered themselves. */
    readonly groups?: readonly (Group | GroupLookup)[];
    /** Groups whose users are covered. */
    readonly usersOf?: readonly (Group | GroupLookup)[];
    /** Everything else: a path below the organization (/api/v1/users, /api/v1/apps/0oa…), or an ORN where the resource has no path. */
    readonly resources?: readonly string[];
  };
  /** Who holds the role on the set. */
  readonly members?: {
    /** Groups whose members hold the role. */
    readonly groups?: readonly (Group | GroupLookup)[];
    /** People who hold the role. */
    readonly users?: readonly string[];
  };
}

/** Okta custom role. A role of chosen permissions, the resources that it covers, and who holds it: a custom role, a resource set and the binding between them, as one document. */
export class CustomRole extends DeclaredResource {
  readonly kind = "okta/custom-role";

  constructor(scope: Construct, id: string, spec: CustomRoleSpec, treatment: Treatment<"permissions" | "resourceSet.groups" | "resourceSet.usersOf" | "resourceSet.resources" | "members.groups" | "members.users"> = {}) {
    super(scope, id, "okta/custom-role", spec, treatment);
  }

  /** Label of the role, compared exactly. */
  get label(): string {
    return this.output("label");
  }

  /** What the role is for. */
  get description(): string {
    return this.output("description");
  }
}

/** Okta group. A group made in Okta. Groups imported from applications and the built-in ones can be bound by id and looked at, not changed. */
export interface GroupSpec {
  /** Name, compared exactly among the groups made in Okta. */
  readonly name: string;
  /** What the group is for. */
  readonly description?: string;
  /** Custom attributes of the organization's group schema. Attributes that are not named here stay as they are; null removes one. */
  readonly profile?: { readonly [name: string]: string | number | boolean | readonly (string | number | boolean)[] | null };
  /** People in the group, by login or primary e-mail. The list is the whole truth unless `manage` says otherwise; who is put there by a group rule is never removed by hand. */
  readonly members?: readonly string[];
  /** People who own the group (Okta Identity Governance). Owners that come from a source application are left alone. */
  readonly owners?: readonly string[];
}

/** Okta group. A group made in Okta. Groups imported from applications and the built-in ones can be bound by id and looked at, not changed. */
export class Group extends DeclaredResource {
  readonly kind = "okta/group";

  constructor(scope: Construct, id: string, spec: GroupSpec, treatment: Treatment<"members" | "owners"> = {}) {
    super(scope, id, "okta/group", spec, treatment);
  }

  /** Name, compared exactly among the groups made in Okta. */
  get name(): string {
    return this.output("name");
  }

  /** What the group is for. */
  get description(): string {
    return this.output("description");
  }

  /** OKTA_GROUP, APP_GROUP or BUILT_IN. */
  get type(): string {
    return this.output("type");
  }
}

/** Okta group rule. Puts everybody whose profile matches an expression into groups. Removing the rule leaves the members that it brought in. */
export interface GroupRuleSpec {
  /** Name, compared exactly. */
  readonly name: string;
  /** Who matches, in Okta's expression language, such as user.department=="Engineering". */
  readonly expression: string;
  /** Groups made in Okta that whoever matches is put into. */
  readonly groups: readonly (Group | GroupLookup)[];
  /** People whom the rule never puts anywhere. Where it is left out, the live exclusions stay: Okta adds to them by itself when somebody removes a member by hand. */
  readonly exclude?: readonly string[];
  /** Whether the rule runs. Default: "active". */
  readonly status?: "active" | "inactive";
}

/** Okta group rule. Puts everybody whose profile matches an expression into groups. Removing the rule leaves the members that it brought in. */
export class GroupRule extends DeclaredResource {
  readonly kind = "okta/group-rule";

  constructor(scope: Construct, id: string, spec: GroupRuleSpec, treatment: Treatment<"groups" | "exclude"> = {}) {
    super(scope, id, "okta/group-rule", spec, treatment);
  }

  /** Name, compared exactly. */
  get name(): string {
    return this.output("name");
  }

  /** Who matches, in Okta's expression language, such as user.department=="Engineering". */
  get expression(): string {
    return this.output("expression");
  }

  /** ACTIVE, INACTIVE or INVALID (a target group was deleted). */
  get state(): string {
    return this.output("state");
  }
}

/** Okta user. A person's account. Making one sends no mail. */
export interface UserSpec {
  /** Login, without regard to case. */
  readonly login: string;
  /** Primary e-mail. */
  readonly email: string;
  /** Given name. */
  readonly firstName: string;
  /** Family name. */
  readonly lastName: string;
  /** Every other attribute of the profile. Attributes that are not named here stay as they are; null removes one. */
  readonly profile?: { readonly [name: string]: string | number | boolean | readonly (string | number | boolean)[] | null };
  /** active: activated (whether or not a password was set yet); staged: made, not activated; suspended: disabled, keeps groups and assignments; deactivated: loses applications, cannot sign in. Default: "active". */
  readonly status?: "active" | "staged" | "suspended" | "deactivated";
}

/** Okta user. A person's account. Making one sends no mail. */
export class User extends DeclaredResource {
  readonly kind = "okta/user";

  constructor(scope: Construct, id: string, spec: UserSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "okta/user", spec, treatment);
  }

  /** Login, without regard to case. */
  get login(): string {
    return this.output("login");
  }

  /** Primary e-mail. */
  get email(): string {
    return this.output("email");
  }

  /** Given name. */
  get firstName(): string {
    return this.output("firstName");
  }

  /** Family name. */
  get lastName(): string {
    return this.output("lastName");
  }

  /** Okta's own status, such as PROVISIONED or LOCKED_OUT. */
  get state(): string {
    return this.output("state");
  }
}
