// Written by `npm run generate:constructs` from schemas/: change those, not this.
import type { Construct } from "constructs";
import { DeclaredResource, type Treatment } from "../resource.ts";

/** An enterprise application. */
export type EnterpriseAppLookup = string | {
  /** Exact display name, case included. Names are not unique: two of one name are a problem. */
  readonly displayName: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Application (client) id, the same in every directory. */
  readonly appId: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Object id. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** A group. */
export type GroupLookup = string | {
  /** Exact display name, case included. Names are not unique: two of one name are a problem. */
  readonly displayName: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Object id. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** Entra access package. An access package of entitlement management, with its catalog, the roles that it gives and the policies by which people come by it. */
export interface AccessPackageSpec {
  /** Name, unique in its catalog. */
  readonly displayName: string;
  /** Name of the catalog that it is in. Made where there is none, and deleted again with the last package in it. */
  readonly catalog: string;
  /** What people get with it, as they read it when they ask. */
  readonly description?: string;
  /** Not shown to who may ask for it; they need its link. */
  readonly hidden?: boolean;
  /** Groups whose members people become with it. */
  readonly groups?: readonly (Group | GroupLookup)[];
  /** Groups whose owners people become with it. */
  readonly ownedGroups?: readonly (Group | GroupLookup)[];
  /** Roles of applications that people get with it. */
  readonly applications?: readonly ({
    /** The enterprise application. */
    readonly app: EnterpriseApp | EnterpriseAppLookup;
    /** The role by its value, or by its display name where it has no value. */
    readonly role: string;
  })[];
  /** Policies by name. One that is not named here stays as it is; null ends one that nobody has the package by. */
  readonly policies?: { readonly [name: string]: {
    /** What the policy is for. */
    readonly description?: string;
    /** Who may have it: notSpecified (only whom an administrator assigns), specificDirectoryUsers (targetUsers, targetGroups, or the rule), allMemberUsers, allDirectoryUsers (guests too), or people of connected organizations. */
    readonly allowedTargetScope?: "notSpecified" | "specificDirectoryUsers" | "allMemberUsers" | "allDirectoryUsers" | "allConfiguredConnectedOrganizationUsers" | "allExternalUsers";
    /** People who may ask for it, with specificDirectoryUsers. */
    readonly targetUsers?: readonly string[];
    /** Groups whose members may ask for it, with specificDirectoryUsers. */
    readonly targetGroups?: readonly (Group | GroupLookup)[];
    /** Automatic assignment: whoever the rule lets in has the package, such as user.department -eq "SRE". With specificDirectoryUsers, and without approvers. Needs Microsoft Entra ID Governance. null for none. */
    readonly membershipRule?: string | null;
    /** Whom the rule no longer lets in loses the package, after the grace period. */
    readonly removeWhenRuleEnds?: boolean;
    /** How long they keep it then, such as P7D. */
    readonly gracePeriod?: string;
    /** How long an assignment lasts, such as P365D; null for good. */
    readonly expiresAfter?: string | null;
    /** People any of whom approves a request. Without any approver, nobody has to. */
    readonly approvers?: readonly string[];
    /** Groups any of whose members approves. */
    readonly approverGroups?: readonly (Group | GroupLookup)[];
    /** The requestor's manager may approve. */
    readonly managerApproves?: boolean;
    /** How long a request waits before it is denied, such as P14D. */
    readonly denyAfter?: string;
  } | null };
}

/** Entra access package. An access package of entitlement management, with its catalog, the roles that it gives and the policies by which people come by it. */
export class AccessPackage extends DeclaredResource {
  readonly kind = "entra/access-package";

  constructor(scope: Construct, id: string, spec: AccessPackageSpec, treatment: Treatment<"groups" | "ownedGroups" | "applications"> = {}) {
    super(scope, id, "entra/access-package", spec, treatment);
  }

  /** Name, unique in its catalog. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** Name of the catalog that it is in. Made where there is none, and deleted again with the last package in it. */
  get catalog(): string {
    return this.output("catalog");
  }

  /** What people get with it, as they read it when they ask. */
  get description(): string {
    return this.output("description");
  }

  /** How many people have it, where a plan has counted them. */
  get assignments(): string {
    return this.output("assignments");
  }
}

/** Entra app role assignment. Gives one user, group or application a role of an enterprise application. There is nothing to change in it: another role is another assignment. */
export interface AppRoleAssignmentSpec {
  /** The enterprise application. */
  readonly app: EnterpriseApp | EnterpriseAppLookup;
  /** The role by its value (the claim that the application gets), or by its display name where it has no value. Left out: default access, where the application has no roles for such a principal. */
  readonly role?: string;
  /** A person, by login or primary e-mail. */
  readonly user?: string;
  /** A group: its direct members get the role, those of groups in it do not. */
  readonly group?: Group | GroupLookup;
  /** An application that gets the role, as an application permission. */
  readonly application?: EnterpriseApp | EnterpriseAppLookup;
}

/** Entra app role assignment. Gives one user, group or application a role of an enterprise application. There is nothing to change in it: another role is another assignment. */
export class AppRoleAssignment extends DeclaredResource {
  readonly kind = "entra/app-role-assignment";

  constructor(scope: Construct, id: string, spec: AppRoleAssignmentSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "entra/app-role-assignment", spec, treatment);
  }

  /** The role by its value (the claim that the application gets), or by its display name where it has no value. Left out: default access, where the application has no roles for such a principal. */
  get role(): string {
    return this.output("role");
  }

  /** A person, by login or primary e-mail. */
  get user(): string {
    return this.output("user");
  }
}

/** Entra directory role. Gives one user, group or application a directory role, or makes them eligible to activate it. Activations by the holders themselves are never read as declared and never touched. */
export interface DirectoryRoleSpec {
  /** Display name of the role as the admin center shows it, such as Helpdesk Administrator; built in or custom. */
  readonly role: string;
  /** active: held at once; eligible: may be activated for a while, by the policy of the role. Eligibility needs P2. */
  readonly assignment: "active" | "eligible";
  /** A person, by login or primary e-mail. */
  readonly user?: string;
  /** A role-assignable group: everybody in it holds the role. */
  readonly group?: Group | GroupLookup;
  /** An application that holds the role. */
  readonly application?: EnterpriseApp | EnterpriseAppLookup;
  /** Where it counts: / for the whole directory, /administrativeUnits/<id> or /<object id of an application>. Default: "/". */
  readonly scope?: string;
  /** When it ends, such as 2027-01-31T00:00:00Z; null or left out: never. Needs P2. */
  readonly expires?: string | null;
  /** Why, for PIM's own record; sent with every change. Left out: the document's address. */
  readonly justification?: string;
}

/** Entra directory role. Gives one user, group or application a directory role, or makes them eligible to activate it. Activations by the holders themselves are never read as declared and never touched. */
export class DirectoryRole extends DeclaredResource {
  readonly kind = "entra/directory-role";

  constructor(scope: Construct, id: string, spec: DirectoryRoleSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "entra/directory-role", spec, treatment);
  }

  /** Display name of the role as the admin center shows it, such as Helpdesk Administrator; built in or custom. */
  get role(): string {
    return this.output("role");
  }

  /** A person, by login or primary e-mail. */
  get user(): string {
    return this.output("user");
  }

  /** Where it counts: / for the whole directory, /administrativeUnits/<id> or /<object id of an application>. */
  get scope(): string {
    return this.output("scope");
  }

  /** Why, for PIM's own record; sent with every change. Left out: the document's address. */
  get justification(): string {
    return this.output("justification");
  }
}

/** Entra distribution list. A distribution list or a mail-enabled security group of Exchange Online. Only for an instance with `exchange: true`. */
export interface DistributionListSpec {
  /** Name in the address book. */
  readonly displayName: string;
  /** Its address, by which it is recognised. */
  readonly primarySmtpAddress: string;
  /** Mail alias; what stands before the @ where it is left out. */
  readonly alias?: string;
  /** distribution (mail only) or security (can also be given access). Default: "distribution". */
  readonly type?: "distribution" | "security";
  /** Not shown in address lists. Default: false. */
  readonly hidden?: boolean;
  /** People who get its mail. Contacts and groups in it are left alone. */
  readonly members?: readonly string[];
  /** People who manage it. */
  readonly owners?: readonly string[];
}

/** Entra distribution list. A distribution list or a mail-enabled security group of Exchange Online. Only for an instance with `exchange: true`. */
export class DistributionList extends DeclaredResource {
  readonly kind = "entra/distribution-list";

  constructor(scope: Construct, id: string, spec: DistributionListSpec, treatment: Treatment<"members" | "owners"> = {}) {
    super(scope, id, "entra/distribution-list", spec, treatment);
  }

  /** Name in the address book. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** Its address, by which it is recognised. */
  get primarySmtpAddress(): string {
    return this.output("primarySmtpAddress");
  }

  /** Mail alias; what stands before the @ where it is left out. */
  get alias(): string {
    return this.output("alias");
  }

  /** Object id in Entra; empty until it has arrived there. */
  get objectId(): string {
    return this.output("objectId");
  }

  /** Contacts and groups among the members, which documents do not name and updates leave alone. */
  get otherMembers(): string {
    return this.output("otherMembers");
  }
}

/** Entra enterprise application. An application of the directory (service principal) that exists already: bound by its display name, never made, changed or deleted. */
export interface EnterpriseAppSpec {
  /** Name, compared exactly. Names are not unique: two applications of one name are a problem. */
  readonly displayName: string;
}

/** Entra enterprise application. An application of the directory (service principal) that exists already: bound by its display name, never made, changed or deleted. */
export class EnterpriseApp extends DeclaredResource {
  readonly kind = "entra/enterprise-app";

  constructor(scope: Construct, id: string, spec: EnterpriseAppSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "entra/enterprise-app", spec, treatment);
  }

  /** Name, compared exactly. Names are not unique: two applications of one name are a problem. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** Application (client) id. */
  get appId(): string {
    return this.output("appId");
  }

  /** Only who is assigned may sign in. Where it is false, everybody may. */
  get assignmentRequired(): string {
    return this.output("assignmentRequired");
  }
}

/** Entra group. A security or Microsoft 365 group, with assigned or dynamic membership. Groups that are synced from Active Directory, distribution lists and mail-enabled security groups can be looked at, not changed. */
export interface GroupSpec {
  /** Name, compared exactly. Graph does not keep it unique: two groups of one name are a problem. */
  readonly displayName: string;
  /** security, or microsoft365 (with mailbox and site; people only as members). Default: "security". */
  readonly type?: "security" | "microsoft365";
  /** What the group is for; null for none. Microsoft fills it in for new Microsoft 365 groups. */
  readonly description?: string | null;
  /** Mail alias: ASCII without @ ( ) \ [ ] " ; : < > , and spaces. Made of the name where it is left out. */
  readonly mailNickname?: string;
  /** Who sees and joins it. HiddenMembership only for a new Microsoft 365 group. */
  readonly visibility?: "Public" | "Private" | "HiddenMembership";
  /** One of the classifications that the directory's group settings list; null for none. */
  readonly classification?: string | null;
  /** Language of a Microsoft 365 group, such as en-US; null for none. */
  readonly preferredLanguage?: string | null;
  /** Can hold directory roles. Its members and owners are then protected like administrators. Needs P1. Default: false. */
  readonly roleAssignable?: boolean;
  /** Rule of a dynamic group, such as user.department -eq "SRE"; its members are then whom the rule lets in. null turns a dynamic group into an assigned one. Needs P1. */
  readonly membershipRule?: string | null;
  /** On: the rule decides; Paused: the membership stays as it is. Default: "On". */
  readonly membershipRuleProcessingState?: "On" | "Paused";
  /** People in the group, by login or primary e-mail. Who is there by a PIM activation is never removed. */
  readonly members?: readonly string[];
  /** Groups in the group. Nested groups do not count for apps, licences and Microsoft 365. */
  readonly memberGroups?: readonly (Group | GroupLookup)[];
  /** People who own the group, at most 100. Applications that own it are left alone. */
  readonly owners?: readonly string[];
}

/** Entra group. A security or Microsoft 365 group, with assigned or dynamic membership. Groups that are synced from Active Directory, distribution lists and mail-enabled security groups can be looked at, not changed. */
export class Group extends DeclaredResource {
  readonly kind = "entra/group";

  constructor(scope: Construct, id: string, spec: GroupSpec, treatment: Treatment<"members" | "memberGroups" | "owners"> = {}) {
    super(scope, id, "entra/group", spec, treatment);
  }

  /** Name, compared exactly. Graph does not keep it unique: two groups of one name are a problem. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** Mail alias: ASCII without @ ( ) \ [ ] " ; : < > , and spaces. Made of the name where it is left out. */
  get mailNickname(): string {
    return this.output("mailNickname");
  }

  /** Has a mailbox or a mail address. */
  get mailEnabled(): string {
    return this.output("mailEnabled");
  }

  /** Can be given access. */
  get securityEnabled(): string {
    return this.output("securityEnabled");
  }

  /** Applications and devices among members and owners, which documents do not name and updates leave alone. */
  get otherMembers(): string {
    return this.output("otherMembers");
  }

  /** Who is there by a PIM activation, which updates leave alone. */
  get activated(): string {
    return this.output("activated");
  }
}

/** Entra user. A person's account in the directory. Of people whom Active Directory masters only usageLocation is changed here; accounts that hold a directory role are left alone, unless the application has a role that reaches them. */
export interface UserSpec {
  /** Login: a name in a verified domain of the directory, without regard to case. */
  readonly userPrincipalName: string;
  /** Name as others see it. */
  readonly displayName: string;
  /** Can sign in. Switching it off ends all sessions as well. Default: true. */
  readonly accountEnabled?: boolean;
  /** Given name; null for none. */
  readonly givenName?: string | null;
  /** Family name; null for none. */
  readonly surname?: string | null;
  /** Mail alias: ASCII without @ ( ) \ [ ] " ; : < > , and spaces. Made of the login where it is left out. */
  readonly mailNickname?: string;
  /** Primary e-mail. It drives the proxy addresses; of people with a mailbox it is changed in Exchange. */
  readonly mail?: string | null;
  /** Title; null for none. */
  readonly jobTitle?: string | null;
  /** Department; null for none. */
  readonly department?: string | null;
  /** Company; null for none. */
  readonly companyName?: string | null;
  /** Number among the employees; null for none. */
  readonly employeeId?: string | null;
  /** Employee, Contractor, Consultant, Vendor…; null for none. */
  readonly employeeType?: string | null;
  /** Office; null for none. */
  readonly officeLocation?: string | null;
  /** Street and number; null for none. */
  readonly streetAddress?: string | null;
  /** City; null for none. */
  readonly city?: string | null;
  /** State or province; null for none. */
  readonly state?: string | null;
  /** Postal code; null for none. */
  readonly postalCode?: string | null;
  /** Country; null for none. */
  readonly country?: string | null;
  /** Country of use, two capitals (ISO 3166). Licences need it; of a synced user it is still changed here. */
  readonly usageLocation?: string | null;
  /** Language, such as en-US; null for none. */
  readonly preferredLanguage?: string | null;
  /** Mobile phone; null for none. */
  readonly mobilePhone?: string | null;
  /** Phone at work (Graph keeps one); null for none. */
  readonly businessPhone?: string | null;
  /** Fax; null for none. */
  readonly faxNumber?: string | null;
  /** Manager, by login or primary e-mail; null for none. */
  readonly manager?: string | null;
  /** Extension attributes 1 to 15. Those that are not named here stay as they are; null clears one. */
  readonly extensionAttributes?: {
    /** Extension attribute 1; null for none. */
    readonly extensionAttribute1?: string | null;
    /** Extension attribute 2; null for none. */
    readonly extensionAttribute2?: string | null;
    /** Extension attribute 3; null for none. */
    readonly extensionAttribute3?: string | null;
    /** Extension attribute 4; null for none. */
    readonly extensionAttribute4?: string | null;
    /** Extension attribute 5; null for none. */
    readonly extensionAttribute5?: string | null;
    /** Extension attribute 6; null for none. */
    readonly extensionAttribute6?: string | null;
    /** Extension attribute 7; null for none. */
    readonly extensionAttribute7?: string | null;
    /** Extension attribute 8; null for none. */
    readonly extensionAttribute8?: string | null;
    /** Extension attribute 9; null for none. */
    readonly extensionAttribute9?: string | null;
    /** Extension attribute 10; null for none. */
    readonly extensionAttribute10?: string | null;
    /** Extension attribute 11; null for none. */
    readonly extensionAttribute11?: string | null;
    /** Extension attribute 12; null for none. */
    readonly extensionAttribute12?: string | null;
    /** Extension attribute 13; null for none. */
    readonly extensionAttribute13?: string | null;
    /** Extension attribute 14; null for none. */
    readonly extensionAttribute14?: string | null;
    /** Extension attribute 15; null for none. */
    readonly extensionAttribute15?: string | null;
  };
  /** By what the identity provider of a federated domain recognises the account. */
  readonly onPremisesImmutableId?: string;
  /** Sink of accord.yaml that the first password of a new account goes to, encrypted for the sink's key. It is generated, has to be changed at the first sign-in, and is shown nowhere. Accounts of federated domains need none. */
  readonly passwordSink?: string;
}

/** Entra user. A person's account in the directory. Of people whom Active Directory masters only usageLocation is changed here; accounts that hold a directory role are left alone, unless the application has a role that reaches them. */
export class User extends DeclaredResource {
  readonly kind = "entra/user";

  constructor(scope: Construct, id: string, spec: UserSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "entra/user", spec, treatment);
  }

  /** Login: a name in a verified domain of the directory, without regard to case. */
  get userPrincipalName(): string {
    return this.output("userPrincipalName");
  }

  /** Name as others see it. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** Mail alias: ASCII without @ ( ) \ [ ] " ; : < > , and spaces. Made of the login where it is left out. */
  get mailNickname(): string {
    return this.output("mailNickname");
  }

  /** By what the identity provider of a federated domain recognises the account. */
  get onPremisesImmutableId(): string {
    return this.output("onPremisesImmutableId");
  }

  /** Sink of accord.yaml that the first password of a new account goes to, encrypted for the sink's key. It is generated, has to be changed at the first sign-in, and is shown nowhere. Accounts of federated domains need none. */
  get passwordSink(): string {
    return this.output("passwordSink");
  }

  /** Member or Guest. */
  get userType(): string {
    return this.output("userType");
  }
}
