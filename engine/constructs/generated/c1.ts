// Written by `npm run generate:constructs` from schemas/: change those, not this.
import type { Construct } from "constructs";
import { DeclaredResource, type Treatment } from "../resource.ts";

/** An access conflict; C1 cannot list them, so there is no lookup. */
export type AccessConflictLookup = string | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** An access profile. */
export type AccessProfileLookup = string | {
  /** Display name of the profile, exact. */
  readonly name: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** An access review template; C1 cannot list them, so there is no lookup. */
export type AccessReviewTemplateLookup = string | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** An app. */
export type AppLookup = string | {
  /** Display name of the app, exact. */
  readonly name: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** An automation. */
export type AutomationLookup = string | {
  /** Display name of the automation, exact. */
  readonly name: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** A compliance framework. */
export type ComplianceFrameworkLookup = string | {
  /** The word itself, exact. */
  readonly value: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** A connector. */
export type ConnectorLookup = string | {
  /** App that the object belongs to. */
  readonly app: App | AppLookup;
  /** Display name of the connector, exact. */
  readonly name?: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** An entitlement. */
export type EntitlementLookup = string | {
  /** App that the object belongs to. */
  readonly app: App | AppLookup;
  /** Resource of the app: which one, by name, externalId or id. */
  readonly resource: {
    /** Display name of the resource type, as C1 shows it: Group, Role, Schedule. */
    readonly type: string;
    /** Display name of the resource. Some connectors change its letter case: prefer externalId. */
    readonly name?: string;
    /** Id of the resource in its own system, for example of an Okta group. */
    readonly externalId?: string;
    /** Id of the resource in C1. */
    readonly id?: string;
    /** A construct stands for itself. */
    readonly kind?: never;
  };
  /** Which entitlement of the resource: member, assigned, on-call. */
  readonly slug: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** App that the object belongs to. */
  readonly app: App | AppLookup;
  /** Alias of the entitlement, exact. */
  readonly alias: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** Who carries it out, and how. */
export type EntitlementProvision = {
  /** Who does it: the connector, its removal of the account, a person, another entitlement, a webhook, a ticket system, an action of a connector, or nobody yet. */
  readonly by: "connector" | "deleteAccount" | "manual" | "delegated" | "webhook" | "externalTicket" | "action" | "unconfigured";
  /** by: connector, deleteAccount, externalTicket or action. Which one; the only one of the app where left out. */
  readonly connector?: Connector | null | ConnectorLookup;
  /** by: manual or externalTicket. What is to be done. */
  readonly instructions?: string;
  /** by: manual. Who is asked. */
  readonly assignees?: "users" | "group" | "appOwners" | "entitlementOwners" | "manager" | "expression";
  /** by: manual, assignees: users. The people who are asked. */
  readonly users?: readonly string[];
  /** by: manual, assignees: group. Entitlement whose holders are asked. */
  readonly group?: Entitlement | Group | null | EntitlementLookup;
  /** by: manual, assignees: expression. CEL over subject, entitlement, task and appOwners; each gives a user or a list of users. */
  readonly cel?: readonly string[];
  /** by: manual, assignees other than users. Asked when nobody is found. */
  readonly fallbackUsers?: readonly string[];
  /** by: manual. Whoever is asked may hand it on. */
  readonly allowReassignment?: boolean;
  /** by: delegated. Entitlement that is granted instead. */
  readonly to?: Entitlement | Group | null | EntitlementLookup;
  /** by: delegated. Whoever is granted that one holds this one too, without a task of its own. */
  readonly implicit?: boolean;
  /** by: webhook. What is called. */
  readonly webhook?: Webhook | WebhookLookup;
  /** by: externalTicket. Id of the configuration in C1 by which tickets are opened. */
  readonly ticketConfig?: string;
  /** by: action. Name of the action of the connector. */
  readonly action?: string;
  /** by: action. What the action is called in C1. */
  readonly label?: string;
};

/** An approval policy. */
export type PolicyLookup = string | {
  /** Display name of the policy, exact. */
  readonly name: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** One step: exactly one of approval, accept, reject and wait. */
export type PolicyStep = {
  /** Somebody approves. Exactly one of manager, users, group, appOwners, entitlementOwners, resourceOwners, self, expression, webhook, agent. */
  readonly approval?: {
    /** The manager of the person concerned. */
    readonly manager?: {
      /** The person concerned may approve, being one of those asked. Default: false. */
      readonly allowSelfApproval?: boolean;
      /** Nobody approves two steps. Default: false. */
      readonly requireDistinctApprovers?: boolean;
      /** Asked when nobody is found. Default: []. */
      readonly fallbackUsers?: readonly string[];
      /** Members of these are asked when nobody is found. Default: []. */
      readonly fallbackGroups?: readonly (Entitlement | Group | EntitlementLookup)[];
    };
    /** These people. */
    readonly users?: {
      /** The person concerned may approve, being one of those asked. Default: false. */
      readonly allowSelfApproval?: boolean;
      /** Nobody approves two steps. Default: false. */
      readonly requireDistinctApprovers?: boolean;
      /** One to 32 people. */
      readonly users: readonly string[];
    };
    /** The members of a group; with more than 128 the fallback is asked. */
    readonly group?: {
      /** The person concerned may approve, being one of those asked. Default: false. */
      readonly allowSelfApproval?: boolean;
      /** Nobody approves two steps. Default: false. */
      readonly requireDistinctApprovers?: boolean;
      /** Asked when nobody is found. Default: []. */
      readonly fallbackUsers?: readonly string[];
      /** Members of these are asked when nobody is found. Default: []. */
      readonly fallbackGroups?: readonly (Entitlement | Group | EntitlementLookup)[];
      /** Entitlement whose holders are asked. */
      readonly group: Entitlement | Group | EntitlementLookup;
    };
    /** The owners of the app. */
    readonly appOwners?: {
      /** The person concerned may approve, being one of those asked. Default: false. */
      readonly allowSelfApproval?: boolean;
      /** Nobody approves two steps. Default: false. */
      readonly requireDistinctApprovers?: boolean;
    };
    /** The owners of the entitlement. */
    readonly entitlementOwners?: {
      /** The person concerned may approve, being one of those asked. Default: false. */
      readonly allowSelfApproval?: boolean;
      /** Nobody approves two steps. Default: false. */
      readonly requireDistinctApprovers?: boolean;
      /** Asked when nobody is found. Default: []. */
      readonly fallbackUsers?: readonly string[];
      /** Members of these are asked when nobody is found. Default: []. */
      readonly fallbackGroups?: readonly (Entitlement | Group | EntitlementLookup)[];
    };
    /** The owners of the resource. */
    readonly resourceOwners?: {
      /** The person concerned may approve, being one of those asked. Default: false. */
      readonly allowSelfApproval?: boolean;
      /** Nobody approves two steps. Default: false. */
      readonly requireDistinctApprovers?: boolean;
      /** Asked when nobody is found. Default: []. */
      readonly fallbackUsers?: readonly string[];
      /** Members of these are asked when nobody is found. Default: []. */
      readonly fallbackGroups?: readonly (Entitlement | Group | EntitlementLookup)[];
    };
    /** The person concerned. */
    readonly self?: {
      /** Asked when nobody is found. Default: []. */
      readonly fallbackUsers?: readonly string[];
      /** Members of these are asked when nobody is found. Default: []. */
      readonly fallbackGroups?: readonly (Entitlement | Group | EntitlementLookup)[];
    };
    /** Whom CEL expressions name: a user, or a list of users. An empty result silently skips the step. */
    readonly expression?: {
      /** The person concerned may approve, being one of those asked. Default: false. */
      readonly allowSelfApproval?: boolean;
      /** Nobody approves two steps. Default: false. */
      readonly requireDistinctApprovers?: boolean;
      /** Asked when nobody is found. Default: []. */
      readonly fallbackUsers?: readonly string[];
      /** Members of these are asked when nobody is found. Default: []. */
      readonly fallbackGroups?: readonly (Entitlement | Group | EntitlementLookup)[];
      /** Tried in order. */
      readonly cel: readonly string[];
    };
    /** A webhook decides. */
    readonly webhook?: Webhook | WebhookLookup;
    /** An AI agent of C1. */
    readonly agent?: {
      /** What it should go by. */
      readonly instructions?: string;
      /** How far it may go. Default: "comment_only". */
      readonly mode?: "full_control" | "change_policy_only" | "comment_only";
      /** Who takes over when it fails. Default: "reassign_to_super_admins". */
      readonly onFailure?: "reassign_to_users" | "reassign_to_super_admins" | "skip_policy_step";
      /** onFailure: reassign_to_users. Those people. Default: []. */
      readonly reassignTo?: readonly string[];
      /** mode: change_policy_only. Policies that it may choose. Default: []. */
      readonly policies?: readonly (Policy | PolicyLookup)[];
    };
    /** Approvers may hand it on. Default: false. */
    readonly allowReassignment?: boolean;
    /** Delegates of an approver may act for them. Default: false. */
    readonly allowDelegation?: boolean;
    /** Only to these people may it be handed on. Default: []. */
    readonly allowedReassignees?: readonly string[];
    /** Approving needs a reason. Default: false. */
    readonly requireApprovalReason?: boolean;
    /** Denying needs a reason. Default: false. */
    readonly requireDenialReason?: boolean;
    /** Handing on needs a reason. Default: false. */
    readonly requireReassignmentReason?: boolean;
    /** Id of the step-up authentication that approving needs. Default: "". */
    readonly stepUpProvider?: string;
    /** What happens when nobody acts in time; null: nothing. Default: null. */
    readonly escalation?: null | {
      /** How long to wait. */
      readonly after: string;
      /** Posted then. Default: "". */
      readonly comment?: string;
      /** cancel the request, skip the step, hand it to people, or start another policy. */
      readonly do: "cancel" | "skip" | "reassign" | "replace";
      /** do: reassign. Those people. Default: []. */
      readonly people?: readonly string[];
      /** do: replace. That policy. Default: null. */
      readonly policy?: Policy | null | PolicyLookup;
    };
  };
  /** Approves. */
  readonly accept?: {
    /** Posted as a comment. Default: "". */
    readonly message?: string;
  };
  /** Denies. */
  readonly reject?: {
    /** Posted as a comment. Default: "". */
    readonly message?: string;
  };
  /** Waits: for a condition, a time span, or a time of day. */
  readonly wait?: {
    /** Shown on the task. Default: "". */
    readonly name?: string;
    /** CEL that must become true. */
    readonly condition?: string;
    /** How long. */
    readonly duration?: string;
    /** Time of day. */
    readonly until?: {
      /** Hour. Default: 0. */
      readonly hours?: number;
      /** Minute. Default: 0. */
      readonly minutes?: number;
      /** IANA name of the time zone. Default: "UTC". */
      readonly timezone?: string;
    };
    /** Gives up after this long. */
    readonly timeout?: string;
    /** Posted when it first has to wait. Default: "". */
    readonly commentOnFirstWait?: string;
    /** Posted when it gives up. Default: "". */
    readonly commentOnTimeout?: string;
  };
};

/** Resource of the app: which one, by name, externalId or id. */
export type ResourceLookup = {
  /** Display name of the resource type, as C1 shows it: Group, Role, Schedule. */
  readonly type: string;
  /** Display name of the resource. Some connectors change its letter case: prefer externalId. */
  readonly name?: string;
  /** Id of the resource in its own system, for example of an Okta group. */
  readonly externalId?: string;
  /** Id of the resource in C1. */
  readonly id?: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** A risk level. */
export type RiskLevelLookup = string | {
  /** The word itself, exact. */
  readonly value: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** A webhook. */
export type WebhookLookup = string | {
  /** Display name of the webhook, exact. */
  readonly name: string;
  /** A construct stands for itself. */
  readonly kind?: never;
} | {
  /** Id in C1; entitlements and connectors are written <app id>/<id>. */
  readonly id: string;
  /** A construct stands for itself. */
  readonly kind?: never;
};

/** ConductorOne access conflict. Separation of duties: nobody should hold something of both groups. C1 cannot list what is bound, so only declared entitlements are seen. */
export interface AccessConflictSpec {
  /** Name shown in C1. */
  readonly displayName: string;
  /** Why the two groups do not go together. */
  readonly description?: string;
  /** One side. */
  readonly groupA?: readonly (Entitlement | Group | EntitlementLookup)[];
  /** The other side. */
  readonly groupB?: readonly (Entitlement | Group | EntitlementLookup)[];
  /** Who is told of a violation. */
  readonly notifications?: {
    /** By e-mail. */
    readonly email?: {
      /** Send e-mails. Default: false. */
      readonly enabled?: boolean;
      /** People who receive them. */
      readonly people?: readonly string[];
    };
    /** By Slack. */
    readonly slack?: {
      /** Post messages. Default: false. */
      readonly enabled?: boolean;
      /** Id of the channel. */
      readonly channelId?: string;
      /** Name of the channel. */
      readonly channelName?: string;
    };
  };
}

/** ConductorOne access conflict. Separation of duties: nobody should hold something of both groups. C1 cannot list what is bound, so only declared entitlements are seen. */
export class AccessConflict extends DeclaredResource {
  readonly kind = "c1/access-conflict";

  constructor(scope: Construct, id: string, spec: AccessConflictSpec, treatment: Treatment<"groupA" | "groupB" | "notifications.email.people"> = {}) {
    super(scope, id, "c1/access-conflict", spec, treatment);
  }

  /** Name shown in C1. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** Why the two groups do not go together. */
  get description(): string {
    return this.output("description");
  }

  /** Whether C1 is looking for violations; switched on in its console only. */
  get enabled(): string {
    return this.output("enabled");
  }
}

/** ConductorOne access profile. A set of entitlements that people join and leave together, and the rules of doing so. */
export interface AccessProfileSpec {
  /** Name shown in C1; how the object is recognised, compared exactly. */
  readonly displayName: string;
  /** Shown to who requests the profile. */
  readonly description?: string;
  /** People who own the profile. */
  readonly owners?: readonly string[];
  /** Entitlements whose holders own it too; at most 32. */
  readonly ownerEntitlements?: readonly (Entitlement | Group | EntitlementLookup)[];
  /** What members of the profile hold. */
  readonly entitlements?: readonly (Entitlement | Group | EntitlementLookup)[];
  /** Who may request the profile and what it holds. */
  readonly requests?: {
    /** Allow requests. Default: false. */
    readonly enabled?: boolean;
    /** Everybody may see and request it; excludes visibleTo. Default: false. */
    readonly visibleToEveryone?: boolean;
    /** Holders of any of these may see and request it. */
    readonly visibleTo?: readonly (Entitlement | Group | EntitlementLookup)[];
    /** The profile may be requested as a whole (needs the bundles feature). Default: false. */
    readonly bundle?: boolean;
  };
  /** What happens when somebody joins. */
  readonly joiner?: {
    /** Policy of joining. null: the default of C1 itself. */
    readonly approvalPolicy?: Policy | null | PolicyLookup;
    /** Whether the policies of each entitlement apply too. Default: "enforce". */
    readonly entitlementPolicies?: "bypass" | "enforce";
    /** How long somebody stays at most: 30d, or standing. Default: "standing". */
    readonly maxDuration?: string;
  };
  /** What happens when somebody leaves. */
  readonly leaver?: {
    /** leave: access stays; revoke-all: it goes; revoke-unjustified: it goes where no other profile gives it (a direct grant is no justification). */
    readonly access?: "leave" | "revoke-all" | "revoke-unjustified";
    /** Policy of leaving. null: the default of C1 itself. */
    readonly revocationPolicy?: Policy | null | PolicyLookup;
    /** Whether the revocation policies of each entitlement apply too. Default: "enforce". */
    readonly entitlementPolicies?: "bypass" | "enforce";
  };
  /** Request newly added entitlements for those who are members already; without it they do not receive them. Default: false. */
  readonly backfill?: boolean;
}

/** ConductorOne access profile. A set of entitlements that people join and leave together, and the rules of doing so. */
export class AccessProfile extends DeclaredResource {
  readonly kind = "c1/access-profile";

  constructor(scope: Construct, id: string, spec: AccessProfileSpec, treatment: Treatment<"owners" | "ownerEntitlements" | "entitlements" | "requests.visibleTo"> = {}) {
    super(scope, id, "c1/access-profile", spec, treatment);
  }

  /** Name shown in C1; how the object is recognised, compared exactly. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** Shown to who requests the profile. */
  get description(): string {
    return this.output("description");
  }

  /** How many members the profile has. */
  get memberCount(): string {
    return this.output("memberCount");
  }
}

/** ConductorOne access review template. What campaigns of an access review are made from: what is reviewed, by which policy, how often. C1 cannot list templates: one that this stack did not make is bound by its id, with `accord import`. Access review is a draft of C1's API. */
export interface AccessReviewTemplateSpec {
  /** Name shown in C1; campaigns take it over. */
  readonly displayName: string;
  /** What it is for. */
  readonly description?: string;
  /** People who manage it; one at least. C1 takes them only when the template is made and never shows them: other owners mean another template. */
  readonly owners: readonly string[];
  /** Policy of type certify: who reviews. null: C1's own. */
  readonly policy?: Policy | null | PolicyLookup;
  /** Whether the review policy of an entitlement, or else of its app, goes before this one. Default: false. */
  readonly policyOverride?: boolean;
  /** What a campaign goes by. */
  readonly scopeType?: "entitlements" | "access-conflicts" | "resource" | "inheritance" | "users";
  /** Which access is reviewed, by five questions. A question that is left out stays as it is. */
  readonly scope?: {
    /** Access to what. */
    readonly apps?: {
      /** access: whether somebody is in the app at all; entitlements: those listed; criteria: those of some risk or framework; resource-types: chosen in C1's console, whose API shows none of them. */
      readonly by: "access" | "entitlements" | "criteria" | "resource-types";
      /** by: entitlements. Each of them is reviewed. */
      readonly entitlements?: readonly (Entitlement | Group | EntitlementLookup)[];
      /** by: criteria. Entitlements of these levels. */
      readonly riskLevels?: readonly (RiskLevel | RiskLevelLookup)[];
      /** by: criteria. Entitlements under these frameworks. */
      readonly complianceFrameworks?: readonly (ComplianceFramework | ComplianceFrameworkLookup)[];
    };
    /** Access of whom. */
    readonly users?: {
      /** all: everybody; people: those listed; criteria: whoever meets all of them; cel: whom an expression matches. */
      readonly by: "all" | "people" | "criteria" | "cel";
      /** by: people. Whose access is reviewed. */
      readonly people?: readonly string[];
      /** by: criteria. People with one of these statuses. */
      readonly statuses?: readonly ("enabled" | "disabled" | "deleted")[];
      /** by: criteria. Reports of these people. */
      readonly managers?: readonly string[];
      /** by: criteria. Holders of these entitlements. */
      readonly groups?: readonly (Entitlement | Group | EntitlementLookup)[];
      /** by: criteria. Profile attribute, and which values of it. Those that are left out stay; one with an empty list goes away. */
      readonly attributes?: { readonly [name: string]: readonly string[] };
      /** by: cel. Over `subject`, a user; true for whose access is reviewed. */
      readonly cel?: string;
    };
    /** Through which accounts. */
    readonly accounts?: {
      /** all: any account; criteria: those that meet all of them; cel: those that an expression matches. */
      readonly by: "all" | "criteria" | "cel";
      /** by: criteria. Accounts of these types. */
      readonly types?: readonly ("user" | "service-account" | "system-account")[];
      /** by: criteria. Accounts with one of these statuses. */
      readonly statuses?: readonly ("enabled" | "disabled" | "deleted")[];
      /** by: criteria. Accounts with an e-mail outside or inside the tenant's domains. null: either. */
      readonly domain?: "external" | "trusted" | null;
      /** by: criteria. Only accounts that belong to nobody. Default: false. */
      readonly withoutOwner?: boolean;
      /** by: cel. Over `subject`, an account; true for those that are reviewed. */
      readonly cel?: string;
    };
    /** Which grants. */
    readonly grants?: {
      /** all: any grant; criteria: those that meet all of them. */
      readonly by: "all" | "criteria";
      /** by: criteria. C1's "days since added": 30d. null: any. Takes the place of sinceReviewed. */
      readonly sinceAdded?: string | null;
      /** by: criteria. C1's "days since reviewed": 90d. null: any. Takes the place of sinceAdded. */
      readonly sinceReviewed?: string | null;
      /** by: criteria. C1's "days since last used": 60d. null: any. */
      readonly unusedFor?: string | null;
      /** by: criteria. Held directly, or through something else. null: either. */
      readonly source?: "direct" | "inherited" | null;
      /** by: criteria. With or without an end. null: either. */
      readonly lasting?: "permanent" | "temporary" | null;
    };
    /** scopeType: access-conflicts. Which of them. */
    readonly accessConflicts?: {
      /** all: every conflict; specific: those chosen in C1's console, whose API shows none of them. */
      readonly by: "all" | "specific";
    };
  };
  /** When C1 makes a campaign by itself. */
  readonly schedule?: {
    /** Whether it does. Default: false. */
    readonly enabled?: boolean;
    /** How often; none: once, at the start. */
    readonly frequency?: "none" | "daily" | "weekly" | "monthly" | "yearly";
    /** Every so many days, weeks, months or years. */
    readonly every?: number;
    /** Time of the first one, UTC: 2026-01-05T09:00:00Z. null: none. */
    readonly start?: string | null;
    /** No more after this time. null: no end. Takes the place of occurrences. */
    readonly end?: string | null;
    /** No more after so many. null: no end. Takes the place of end. */
    readonly occurrences?: number | null;
  };
  /** What each campaign is like. */
  readonly campaign?: {
    /** How long reviewers have: 14d. */
    readonly duration?: string;
    /** Whether one that was scheduled starts by itself. Default: false. */
    readonly autoStart?: boolean;
    /** Whether one ends by itself when its duration is over. Default: false. */
    readonly autoClose?: boolean;
    /** What becomes of access that nobody reviewed, where autoClose ends one. revoked takes it away. */
    readonly closeDecision?: "revoked" | "skip" | "no-action";
    /** Whether a report is made at the end. Default: false. */
    readonly report?: boolean;
    /** How reviewers see it first. */
    readonly view?: "by-app" | "by-user" | "by-resource" | "unstructured";
    /** What reviewers should know. */
    readonly instructions?: string;
    /** What happens where connectors' data is not up to date. */
    readonly accuracyIssues?: "continue" | "wait";
    /** scopeType: access-conflicts. Whether a conflict that was certified is left out from then on. Default: false. */
    readonly exemptCertifiedConflicts?: boolean;
    /** Which e-mails are sent: at the start, while reviews are open, at the end. */
    readonly notifications?: readonly ("kickoff" | "reminders" | "close")[];
  };
}

/** ConductorOne access review template. What campaigns of an access review are made from: what is reviewed, by which policy, how often. C1 cannot list templates: one that this stack did not make is bound by its id, with `accord import`. Access review is a draft of C1's API. */
export class AccessReviewTemplate extends DeclaredResource {
  readonly kind = "c1/access-review-template";

  constructor(scope: Construct, id: string, spec: AccessReviewTemplateSpec, treatment: Treatment<"owners" | "scope.apps.entitlements" | "scope.apps.riskLevels" | "scope.apps.complianceFrameworks" | "scope.users.people" | "scope.users.statuses" | "scope.users.managers" | "scope.users.groups" | "scope.accounts.types" | "scope.accounts.statuses" | "campaign.notifications"> = {}) {
    super(scope, id, "c1/access-review-template", spec, treatment);
  }

  /** Name shown in C1; campaigns take it over. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** What it is for. */
  get description(): string {
    return this.output("description");
  }

  /** What a campaign goes by. */
  get scopeType(): string {
    return this.output("scopeType");
  }

  /** How many campaigns were made of it. */
  get campaigns(): string {
    return this.output("campaigns");
  }

  /** When the next one is due; empty where none is. */
  get nextCampaignAt(): string {
    return this.output("nextCampaignAt");
  }
}

/** ConductorOne app. An application whose access C1 manages. One that a connector made is bound by its name. */
export interface AppSpec {
  /** Name shown in C1; how the object is recognised, compared exactly. */
  readonly displayName: string;
  /** What the app is. */
  readonly description?: string;
  /** Policy of requests, where an entitlement has none. null: the tenant default. */
  readonly grantPolicy?: Policy | null | PolicyLookup;
  /** Policy of revocations, where an entitlement has none. null: the tenant default. */
  readonly revokePolicy?: Policy | null | PolicyLookup;
  /** Policy of access reviews, where an entitlement has none. null: the tenant default. */
  readonly certifyPolicy?: Policy | null | PolicyLookup;
  /** People who own the app. The creator becomes an owner too. */
  readonly owners?: readonly string[];
  /** Entitlements whose holders own it too; at most 32. */
  readonly ownerEntitlements?: readonly (Entitlement | Group | EntitlementLookup)[];
  /** Directory app whose connector discovered this app: it is promoted instead of made anew, keeping what is known of it. */
  readonly promoteFrom?: App | null | AppLookup;
  /** How accounts are matched to people. Default: "strict". */
  readonly identityMatching?: "unspecified" | "strict" | "display_name" | "custom";
  /** Shown to who requests access. */
  readonly instructions?: string;
  /** Cost of one seat a month, in US dollars. Default: 0. */
  readonly monthlyCostUsd?: number;
  /** Every grant also includes the app's access entitlement. Default: false. */
  readonly strictAccessProvisioning?: boolean;
  /** Owners of resources come from the connector. Default: false. */
  readonly connectorOwnership?: boolean;
  /** Revoking a grant also revokes the grants that it comes from. Default: false. */
  readonly revokeGrantSources?: boolean;
}

/** ConductorOne app. An application whose access C1 manages. One that a connector made is bound by its name. */
export class App extends DeclaredResource {
  readonly kind = "c1/app";

  constructor(scope: Construct, id: string, spec: AppSpec, treatment: Treatment<"owners" | "ownerEntitlements"> = {}) {
    super(scope, id, "c1/app", spec, treatment);
  }

  /** Name shown in C1; how the object is recognised, compared exactly. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** What the app is. */
  get description(): string {
    return this.output("description");
  }

  /** How accounts are matched to people. */
  get identityMatching(): string {
    return this.output("identityMatching");
  }

  /** Shown to who requests access. */
  get instructions(): string {
    return this.output("instructions");
  }

  /** How many people have access to the app. */
  get userCount(): string {
    return this.output("userCount");
  }
}

/** ConductorOne app settings. How access to one app is asked for: rules that choose a policy, defaults of its entitlements, and what happens to access that nobody uses. One document for each app; removing it takes its settings back. */
export interface AppSettingsSpec {
  /** App whose settings they are. */
  readonly app: App | AppLookup;
  /** Configuration rules, in order: the first whose condition is true decides. A rule is recognised by its name. */
  readonly rules?: readonly ({
    /** Name shown in C1; each rule has its own. */
    readonly name: string;
    /** What it is for. Default: "". */
    readonly description?: string;
    /** CEL over `entitlement`; empty for every entitlement that no rule before took. Default: "". */
    readonly when?: string;
    /** Whether it counts. Default: true. */
    readonly enabled?: boolean;
    /** Policy of requests. null: none chosen here. Default: null. */
    readonly policy?: Policy | null | PolicyLookup;
    /** Access in an emergency, past the usual policy. Default: {"enabled":false,"policy":null}. */
    readonly emergencyGrant?: {
      /** People may ask for it. Default: false. */
      readonly enabled?: boolean;
      /** Policy of such requests. null: none. Default: null. */
      readonly policy?: Policy | null | PolicyLookup;
    };
    /** Longest grant: 8h, 30d. null: none chosen here. Default: null. */
    readonly maxDuration?: string | null;
    /** Id of the request form in C1. null: none. Default: null. */
    readonly form?: string | null;
  })[];
  /** What entitlements of some resource types have where they do not keep their own (overrideAppDefaults). C1 applies them a while after they are set. */
  readonly defaults?: {
    /** Whether they are applied. Default: false. */
    readonly enabled?: boolean;
    /** Display names of the resource types concerned. */
    readonly resourceTypes?: readonly string[];
    /** Access profiles to which the entitlements are added. */
    readonly profiles?: readonly (AccessProfile | AccessProfileLookup)[];
    /** Policy of requests. null: the app's. */
    readonly policy?: Policy | null | PolicyLookup;
    /** How long a grant lasts: 8h, 30d, or standing for no end. */
    readonly duration?: string;
    /** Access in an emergency, past the usual policy. */
    readonly emergencyGrant?: {
      /** People may ask for it. Default: false. */
      readonly enabled?: boolean;
      /** Policy of such requests. null: none. */
      readonly policy?: Policy | null | PolicyLookup;
    };
    /** Id of the request form in C1. null: none. */
    readonly form?: string | null;
  };
  /** Access that nobody uses. */
  readonly usage?: {
    /** Tell somebody. Default: false. */
    readonly notify?: boolean;
    /** After this many days. */
    readonly notifyAfterDays?: number;
    /** Take it away. Default: false. */
    readonly revoke?: boolean;
    /** After this many days. */
    readonly revokeAfterDays?: number;
  };
}

/** ConductorOne app settings. How access to one app is asked for: rules that choose a policy, defaults of its entitlements, and what happens to access that nobody uses. One document for each app; removing it takes its settings back. */
export class AppSettings extends DeclaredResource {
  readonly kind = "c1/app-settings";

  constructor(scope: Construct, id: string, spec: AppSettingsSpec, treatment: Treatment<"defaults.resourceTypes" | "defaults.profiles"> = {}) {
    super(scope, id, "c1/app-settings", spec, treatment);
  }

  /** How the last application of the defaults went: running, success or failed. */
  get defaultsState(): string {
    return this.output("defaultsState");
  }

  /** Whether C1 knows how the app is used. */
  get hasUsageData(): string {
    return this.output("hasUsageData");
  }
}

/** ConductorOne automation. What C1 does by itself when something happens: triggers and steps. Read-only administrators see none. */
export interface AutomationSpec {
  /** Name shown in C1; how the object is recognised, compared exactly. */
  readonly displayName: string;
  /** What it is for. */
  readonly description?: string;
  /** App that it belongs to. null: the whole tenant. */
  readonly app?: App | null | AppLookup;
  /** Whether it runs. */
  readonly enabled?: boolean;
  /** Not published yet: it does not run by its triggers. */
  readonly draft?: boolean;
  /** What starts it. */
  readonly triggers?: readonly ({
    /** Somebody's profile changes. */
    readonly userProfileChange?: {
      /** CEL over `ctx.trigger`; empty: always. Default: "". */
      readonly when?: string;
    };
    /** Somebody comes. */
    readonly userCreated?: {
      /** CEL over `ctx.trigger`; empty: always. Default: "". */
      readonly when?: string;
    };
    /** An account comes. */
    readonly appUserCreated?: {
      /** App whose accounts are meant. */
      readonly app: App | AppLookup;
      /** CEL over `ctx.trigger`; empty: always. Default: "". */
      readonly when?: string;
    };
    /** An account changes. */
    readonly appUserUpdated?: {
      /** App whose accounts are meant. */
      readonly app: App | AppLookup;
      /** CEL over `ctx.trigger`; empty: always. Default: "". */
      readonly when?: string;
    };
    /** At set times, for every person for whom the condition is true. */
    readonly schedule?: {
      /** Five cron fields. */
      readonly cron: string;
      /** IANA name of the time zone. Default: "UTC". */
      readonly timezone?: string;
      /** CEL over `ctx.trigger`; empty: always. Default: "". */
      readonly when?: string;
    };
    /** At set times, for every account of an app for which the condition is true. */
    readonly scheduleAppUser?: {
      /** App whose accounts are meant. */
      readonly app: App | AppLookup;
      /** Five cron fields. */
      readonly cron: string;
      /** IANA name of the time zone. Default: "UTC". */
      readonly timezone?: string;
      /** CEL over `ctx.trigger`; empty: always. Default: "". */
      readonly when?: string;
    };
    /** At set times, for nobody in particular. */
    readonly scheduleNoUser?: {
      /** Five cron fields. */
      readonly cron: string;
      /** IANA name of the time zone. Default: "UTC". */
      readonly timezone?: string;
    };
    /** A grant of one of these is found. */
    readonly grantFound?: {
      /** Which; none: any. Default: []. */
      readonly entitlements?: readonly (Entitlement | Group | EntitlementLookup)[];
    };
    /** A grant of one of these ends. */
    readonly grantDeleted?: {
      /** Which; none: any. Default: []. */
      readonly entitlements?: readonly (Entitlement | Group | EntitlementLookup)[];
    };
    /** Somebody holds what does not go together. */
    readonly accessConflict?: {
      /** Which conflicts; none: any. Default: []. */
      readonly conflicts?: readonly (AccessConflict | AccessConflictLookup)[];
    };
    /** A call from outside, signed with a key that is published. C1 gives other ways of signing a secret that is shown once, which no document can hold: make those in its console. */
    readonly webhook?: {
      /** Address of the keys. */
      readonly jwksUrl: string;
    };
    /** A trigger that only C1's console can make, by the name that C1 has for it. It is kept as it is. */
    readonly other?: string;
  })[];
  /** What it does, in order. */
  readonly steps?: readonly ({
    /** By which later steps find what it gave: `ctx.<name>`. */
    readonly name: string;
    /** Name shown in C1. Default: "". */
    readonly title?: string;
    /** CEL over `ctx`: true passes the step over. Default: "". */
    readonly skipIf?: string;
    /** Performs an action of a connector. */
    readonly connectorAction?: {
      /** Which connector. */
      readonly connector: Connector | ConnectorLookup;
      /** Name of the action, as the connector says it: disable_user, set_manager. */
      readonly action: string;
      /** Id of the resource type that the action is of; empty: of none. Default: "". */
      readonly resourceType?: string;
      /** Arguments of the action, by their names. C1 documents none: its console and the connector's metadata show them. Default: {}. */
      readonly arguments?: { readonly [name: string]: string };
    };
    /** Performs an action of a connector on an account. */
    readonly accountLifecycleAction?: {
      /** Which connector. */
      readonly connector: Connector | ConnectorLookup;
      /** Name of the action, as the connector says it. */
      readonly action: string;
      /** CEL over `ctx` that gives the id of the account; left out: the one that the trigger is about. */
      readonly accountCel?: string;
    };
    /** Waits. */
    readonly waitForDuration?: {
      /** How long: 8h, 30d. */
      readonly duration: string;
    };
    /** Grants entitlements. */
    readonly grantEntitlements?: {
      /** What. */
      readonly entitlements: readonly (Entitlement | Group | EntitlementLookup)[];
      /** What is left alone. Default: []. */
      readonly except?: readonly (Entitlement | Group | EntitlementLookup)[];
      /** Primary e-mail of the person concerned; neither user nor userCel: whom the trigger is about. */
      readonly user?: string;
      /** CEL over `ctx` that gives the id of the person concerned. */
      readonly userCel?: string;
    };
    /** Opens a task for each grant to be taken away. */
    readonly createRevokeTasks?: {
      /** Everything that the person holds. Excludes entitlements. */
      readonly everything?: true;
      /** What. Excludes everything. */
      readonly entitlements?: readonly (Entitlement | Group | EntitlementLookup)[];
      /** What is left alone. Default: []. */
      readonly except?: readonly (Entitlement | Group | EntitlementLookup)[];
      /** Primary e-mail of the person concerned; neither user nor userCel: whom the trigger is about. */
      readonly user?: string;
      /** CEL over `ctx` that gives the id of the person concerned. */
      readonly userCel?: string;
    };
    /** Ends memberships in access profiles. */
    readonly unenrollFromAllAccessProfiles?: {
      /** Which; none: all. Default: []. */
      readonly profiles?: readonly (AccessProfile | AccessProfileLookup)[];
      /** The people concerned; neither users nor usersCel: whom the trigger is about. */
      readonly users?: readonly string[];
      /** CEL over `ctx` that gives the ids of the people concerned. */
      readonly usersCel?: string;
    };
    /** Sends an e-mail. */
    readonly sendEmail?: {
      /** Subject. `{{ cel }}` inside is filled in. */
      readonly subject: string;
      /** Headline. `{{ cel }}` inside is filled in. Default: "". */
      readonly title?: string;
      /** Text. `{{ cel }}` inside is filled in. Default: "". */
      readonly body?: string;
      /** The people concerned; neither users nor usersCel: whom the trigger is about. */
      readonly users?: readonly string[];
      /** CEL over `ctx` that gives the ids of the people concerned. */
      readonly usersCel?: string;
    };
    /** Posts to a Slack channel. */
    readonly sendSlackMessage?: {
      /** Name of the channel. */
      readonly channel: string;
      /** Text. `{{ cel }}` inside is filled in. */
      readonly body: string;
    };
    /** Sets a person's status in C1. */
    readonly updateUser?: {
      /** The status. */
      readonly status: "enabled" | "disabled" | "deleted";
      /** Primary e-mail of the person concerned; neither user nor userCel: whom the trigger is about. */
      readonly user?: string;
      /** CEL over `ctx` that gives the id of the person concerned. */
      readonly userCel?: string;
    };
    /** Runs another automation. */
    readonly runAutomation?: {
      /** Which. */
      readonly automation: Automation | AutomationLookup;
    };
    /** Makes a campaign of an access review, about whomever its template says. */
    readonly createAccessReview?: {
      /** What it is made from. */
      readonly template: AccessReviewTemplate | AccessReviewTemplateLookup;
      /** Name of the campaign; the template's where it is left out. Default: "". */
      readonly campaign?: string;
    };
    /** Calls a webhook. */
    readonly webhook?: {
      /** Which. */
      readonly webhook: Webhook | WebhookLookup;
      /** What is sent. Default: {}. */
      readonly payload?: { readonly [name: string]: string };
    };
    /** A step that only C1's console can make, by the name that C1 has for it. It is kept as it is. */
    readonly other?: string;
  })[];
  /** Stops it when it runs too often. */
  readonly circuitBreaker?: {
    /** Most runs within the period; 0: no limit. */
    readonly max?: number;
    /** Rolling. */
    readonly period?: "hour" | "day" | "week" | "month";
  };
}

/** ConductorOne automation. What C1 does by itself when something happens: triggers and steps. Read-only administrators see none. */
export class Automation extends DeclaredResource {
  readonly kind = "c1/automation";

  constructor(scope: Construct, id: string, spec: AutomationSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "c1/automation", spec, treatment);
  }

  /** Name shown in C1; how the object is recognised, compared exactly. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** What it is for. */
  get description(): string {
    return this.output("description");
  }

  /** Whether the circuit breaker has stopped it. */
  get tripped(): string {
    return this.output("tripped");
  }

  /** When it last ran. */
  get lastExecutedAt(): string {
    return this.output("lastExecutedAt");
  }

  /** Number of the published version. */
  get version(): string {
    return this.output("version");
  }
}

/** ConductorOne compliance framework. A set of rules that entitlements fall under, such as SOX. C1 cannot rename one: another value makes another framework. */
export interface ComplianceFrameworkSpec {
  /** Its name; how the framework is recognised, compared exactly. */
  readonly value: string;
}

/** ConductorOne compliance framework. A set of rules that entitlements fall under, such as SOX. C1 cannot rename one: another value makes another framework. */
export class ComplianceFramework extends DeclaredResource {
  readonly kind = "c1/compliance-framework";

  constructor(scope: Construct, id: string, spec: ComplianceFrameworkSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "c1/compliance-framework", spec, treatment);
  }

  /** Its name; how the framework is recognised, compared exactly. */
  get value(): string {
    return this.output("value");
  }
}

/** ConductorOne connector. Connects an app to the system behind it: C1 runs it, or you do (baton). */
export interface ConnectorSpec {
  /** App that it feeds. */
  readonly app: App | AppLookup;
  /** What it connects to; baton is any connector that you host yourself. */
  readonly integration: "okta_v2" | "okta" | "microsoft_entra" | "azure_ad" | "zendesk_v2" | "zendesk" | "pagerduty" | "opsgenie_v2" | "opsgenie" | "slack" | "google_workspace_v2" | "incident_io" | "rootly" | "github_v2" | "baton";
  /** Name shown in C1. */
  readonly displayName?: string;
  /** What it is for. */
  readonly description?: string;
  /** People who are told when it fails; they need the role Connector Administrator. */
  readonly owners?: readonly string[];
  /** Entitlements whose holders own it too; at most 32. */
  readonly ownerEntitlements?: readonly (Entitlement | Group | EntitlementLookup)[];
  /** Settings of the integration. Each says for which integrations it is. */
  readonly config?: {
    /** okta_v2: domain of the org, acme.okta.com. */
    readonly domain?: string;
    /** okta_v2, zendesk_v2, pagerduty: API token. */
    readonly apiToken?: string;
    /** opsgenie_v2: API key. */
    readonly apiKey?: string;
    /** okta_v2: also sync custom admin roles. Default: false. */
    readonly syncCustomRoles?: boolean;
    /** okta_v2: leave secondary e-mails out. Default: false. */
    readonly skipSecondaryEmails?: boolean;
    /** okta_v2: also sync API tokens. Default: false. */
    readonly syncSecrets?: boolean;
    /** microsoft_entra: consent of an administrator (oauth), or an app registration of your own (client_secret). */
    readonly auth?: "oauth" | "client_secret";
    /** microsoft_entra: tenant id. */
    readonly tenantId?: string;
    /** microsoft_entra: application id of the app registration. */
    readonly clientId?: string;
    /** microsoft_entra: client secret of the app registration. */
    readonly clientSecret?: string;
    /** microsoft_entra: leave groups out that come from on-premises AD. Default: false. */
    readonly skipAdGroups?: boolean;
    /** microsoft_entra: Graph host of a national cloud. */
    readonly graphDomain?: string;
    /** microsoft_entra: sync last sign-ins. Default: false. */
    readonly signInActivity?: boolean;
    /** microsoft_entra: start SCIM provisioning of apps. Default: false. */
    readonly scheduleScimProvisioning?: boolean;
    /** microsoft_entra: do not read the audit log. Default: false. */
    readonly disableAuditLogFeed?: boolean;
    /** zendesk_v2: subdomain of the account. */
    readonly subdomain?: string;
    /** zendesk_v2: e-mail of the agent whose token it is. */
    readonly email?: string;
    /** zendesk_v2: only these organizations. */
    readonly orgs?: readonly string[];
  };
  /** Further settings by C1's own key, checked against its connector catalog when planning. */
  readonly extraConfig?: { readonly [name: string]: string };
  /** Further secret settings by C1's own key. */
  readonly extraSecrets?: { readonly [name: string]: string };
  /** Any version of the secrets above. Where no ACCORD_STATE_KEY lets a change of them be seen, they are sent again when this moves. */
  readonly secretVersion?: string | number;
  /** When it syncs, where not hourly. */
  readonly schedule?: {
    /** Cron expression. */
    readonly cron: string;
    /** IANA name of the time zone. Default: "UTC". */
    readonly timezone?: string;
  };
  /** integration: baton. How `accord render` writes the Kubernetes manifests; nothing of it is sent to C1. */
  readonly hosting?: {
    /** Image of the connector, for example conductorone/baton-okta. */
    readonly image: string;
    /** Namespace. Default: "conductorone". */
    readonly namespace?: string;
    /** May change the system behind it, not only read it. Default: true. */
    readonly provisioning?: boolean;
    /** Name of the Kubernetes Secret with the credentials; made by you or by a secret operator. */
    readonly secret?: string;
    /** Further environment variables. */
    readonly env?: { readonly [name: string]: string };
  };
}

/** ConductorOne connector. Connects an app to the system behind it: C1 runs it, or you do (baton). */
export class Connector extends DeclaredResource {
  readonly kind = "c1/connector";

  constructor(scope: Construct, id: string, spec: ConnectorSpec, treatment: Treatment<"owners" | "ownerEntitlements" | "config.orgs"> = {}) {
    super(scope, id, "c1/connector", spec, treatment);
  }

  /** What it connects to; baton is any connector that you host yourself. */
  get integration(): string {
    return this.output("integration");
  }

  /** Name shown in C1. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** What it is for. */
  get description(): string {
    return this.output("description");
  }

  /** How the last sync ended. */
  get status(): string {
    return this.output("status");
  }

  /** What the last sync complained about. */
  get lastError(): string {
    return this.output("lastError");
  }

  /** When the configuration last changed. */
  get configUpdatedAt(): string {
    return this.output("configUpdatedAt");
  }

  /** Id within the app. */
  get connectorId(): string {
    return this.output("connectorId");
  }
}

/** ConductorOne entitlement. What can be granted: a resource of an app, with a slug. May be declared before the connector has seen it. */
export interface EntitlementSpec {
  /** App that the entitlement belongs to. */
  readonly app: App | AppLookup;
  /** Resource of the app: which one, by name, externalId or id; externalId also works ahead of the sync. */
  readonly resource: ResourceLookup;
  /** Which entitlement of the resource: member, assigned, on-call. */
  readonly slug: string;
  /** Name shown in C1. A connector's sync overwrites it. */
  readonly displayName?: string;
  /** What it gives. A connector's sync overwrites it. */
  readonly description?: string;
  /** Handle for the command line, unique in the app. */
  readonly alias?: string;
  /** What kind of access it is. */
  readonly purpose?: "assignment" | "permission" | "ownership";
  /** Policy of requests. null: the app's. */
  readonly grantPolicy?: Policy | null | PolicyLookup;
  /** Policy of revocations. null: the app's. */
  readonly revokePolicy?: Policy | null | PolicyLookup;
  /** Policy of access reviews. null: the app's. */
  readonly certifyPolicy?: Policy | null | PolicyLookup;
  /** Break-glass requests. */
  readonly emergencyGrant?: {
    /** May be requested in an emergency. Default: false. */
    readonly enabled?: boolean;
    /** Policy of emergency requests. */
    readonly policy?: Policy | null | PolicyLookup;
  };
  /** How long a grant lasts: 8h, 30d, or standing for no end. Default: "standing". */
  readonly duration?: string;
  /** Risk level; High and Critical make it privileged. null: none. */
  readonly riskLevel?: RiskLevel | null | RiskLevelLookup;
  /** Compliance frameworks that it falls under. */
  readonly complianceFrameworks?: readonly (ComplianceFramework | ComplianceFrameworkLookup)[];
  /** Keep these settings when the app's request defaults are applied. Default: false. */
  readonly overrideAppDefaults?: boolean;
  /** How access is given once a request is approved. */
  readonly provision?: EntitlementProvision;
  /** How access is taken away, where not as it is given. null: as it is given. */
  readonly deprovision?: null | EntitlementProvision;
  /** People who own the entitlement. */
  readonly owners?: readonly string[];
  /** Entitlements whose holders own it too; at most 32. */
  readonly ownerEntitlements?: readonly (Entitlement | Group | EntitlementLookup)[];
}

/** ConductorOne entitlement. What can be granted: a resource of an app, with a slug. May be declared before the connector has seen it. */
export class Entitlement extends DeclaredResource {
  readonly kind = "c1/entitlement";

  constructor(scope: Construct, id: string, spec: EntitlementSpec, treatment: Treatment<"complianceFrameworks" | "provision.users" | "provision.fallbackUsers" | "deprovision.users" | "deprovision.fallbackUsers" | "owners" | "ownerEntitlements"> = {}) {
    super(scope, id, "c1/entitlement", spec, treatment);
  }

  /** Which entitlement of the resource: member, assigned, on-call. */
  get slug(): string {
    return this.output("slug");
  }

  /** Name shown in C1. A connector's sync overwrites it. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** What it gives. A connector's sync overwrites it. */
  get description(): string {
    return this.output("description");
  }

  /** Handle for the command line, unique in the app. */
  get alias(): string {
    return this.output("alias");
  }

  /** What kind of access it is. */
  get purpose(): string {
    return this.output("purpose");
  }

  /** How long a grant lasts: 8h, 30d, or standing for no end. */
  get duration(): string {
    return this.output("duration");
  }

  /** Id of the app. */
  get appId(): string {
    return this.output("appId");
  }

  /** Id within the app. */
  get entitlementId(): string {
    return this.output("entitlementId");
  }

  /** Id of the resource within the app. */
  get resourceId(): string {
    return this.output("resourceId");
  }

  /** Whether a connector finds it, so that it can be neither made nor deleted. */
  get synced(): string {
    return this.output("synced");
  }

  /** How many grants it has. */
  get grantCount(): string {
    return this.output("grantCount");
  }
}

/** ConductorOne group. A group of C1 itself: its resource, the entitlement that being a member is, and the rule that keeps its members. Members whom somebody added by hand or who asked for it stay, whatever the rule says. */
export interface GroupSpec {
  /** Name shown in C1; how the object is recognised, compared exactly. */
  readonly displayName: string;
  /** What it is for. */
  readonly description?: string;
  /** People who may manage it in C1. */
  readonly owners?: readonly string[];
  /** Entitlements whose holders own it too; at most 32. */
  readonly ownerEntitlements?: readonly (Entitlement | Group | EntitlementLookup)[];
  /** CEL over `subject`, a person in C1: whoever it is true of is a member. Excludes holders. null: no rule. */
  readonly cel?: string | null;
  /** Whoever holds any of these is a member. Excludes cel. []: no rule. */
  readonly holders?: readonly (Entitlement | Group | EntitlementLookup)[];
  /** People whom the rule never makes members. */
  readonly exclude?: readonly string[];
  /** Policy of requests to join. null: that of C1's own app. */
  readonly grantPolicy?: Policy | null | PolicyLookup;
  /** Policy of leaving. null: that of C1's own app. */
  readonly revokePolicy?: Policy | null | PolicyLookup;
  /** Longest membership that a request gives, or standing for no end. */
  readonly duration?: string;
}

/** ConductorOne group. A group of C1 itself: its resource, the entitlement that being a member is, and the rule that keeps its members. Members whom somebody added by hand or who asked for it stay, whatever the rule says. */
export class Group extends DeclaredResource {
  readonly kind = "c1/group";

  constructor(scope: Construct, id: string, spec: GroupSpec, treatment: Treatment<"owners" | "ownerEntitlements" | "holders" | "exclude"> = {}) {
    super(scope, id, "c1/group", spec, treatment);
  }

  /** Name shown in C1; how the object is recognised, compared exactly. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** What it is for. */
  get description(): string {
    return this.output("description");
  }

  /** Longest membership that a request gives, or standing for no end. */
  get duration(): string {
    return this.output("duration");
  }

  /** Id of C1's own app, in which the group is; the first argument of CEL functions that ask for a member. */
  get appId(): string {
    return this.output("appId");
  }

  /** Id of the membership within that app; the second argument of CEL functions that ask for a member. */
  get entitlementId(): string {
    return this.output("entitlementId");
  }

  /** Id of the group's resource within that app. */
  get resourceId(): string {
    return this.output("resourceId");
  }

  /** How many members it has. */
  get memberCount(): string {
    return this.output("memberCount");
  }

  /** How the rule's last run ended. */
  get lastRun(): string {
    return this.output("lastRun");
  }
}

/** ConductorOne membership automation. Who is a member of an access profile, kept up hourly: holders of entitlements, or a CEL expression over people. */
export interface MembershipAutomationSpec {
  /** Profile whose members it keeps. */
  readonly profile: AccessProfile | AccessProfileLookup;
  /** Whoever holds any of these is a member. Excludes cel. */
  readonly holders?: readonly (Entitlement | Group | EntitlementLookup)[];
  /** CEL over `subject`, a person in C1. Excludes holders. */
  readonly cel?: string;
  /** People whom it never makes members. */
  readonly exclude?: readonly string[];
  /** Runs hourly, and once when it is switched on. Default: true. */
  readonly enabled?: boolean;
  /** Grant and revoke the profile's entitlements on joining and leaving. false: only the list of members changes. */
  readonly grantAndRevoke: boolean;
  /** Stops the automation when it would remove too many members within an hour. */
  readonly circuitBreaker?: {
    /** Share of members, in percent; 0: the tenant default (20). Default: 0. */
    readonly percent?: number;
    /** Also for profiles of fewer than 100 members. Default: false. */
    readonly enforceOnSmallProfiles?: boolean;
    /** Never stop it. Default: false. */
    readonly disabled?: boolean;
  };
}

/** ConductorOne membership automation. Who is a member of an access profile, kept up hourly: holders of entitlements, or a CEL expression over people. */
export class MembershipAutomation extends DeclaredResource {
  readonly kind = "c1/membership-automation";

  constructor(scope: Construct, id: string, spec: MembershipAutomationSpec, treatment: Treatment<"holders" | "exclude"> = {}) {
    super(scope, id, "c1/membership-automation", spec, treatment);
  }

  /** CEL over `subject`, a person in C1. Excludes holders. */
  get cel(): string {
    return this.output("cel");
  }

  /** How the last run ended. */
  get status(): string {
    return this.output("status");
  }

  /** When it last ran. */
  get lastRunAt(): string {
    return this.output("lastRunAt");
  }

  /** How many people the expression matched at the last evaluation. */
  get matchedUsers(): string {
    return this.output("matchedUsers");
  }
}

/** ConductorOne policy. How a request, a revocation or a review is decided: steps, and rules that choose other steps. */
export interface PolicySpec {
  /** Name shown in C1; how the object is recognised, compared exactly. */
  readonly displayName: string;
  /** What it is for. */
  readonly description?: string;
  /** What it decides. */
  readonly type: "grant" | "revoke" | "certify";
  /** What happens where no rule applies. Without it C1 would deny everything, silently, so it is required. */
  readonly steps?: readonly PolicyStep[];
  /** Other steps, by a name that rules use. */
  readonly branches?: { readonly [name: string]: readonly PolicyStep[] };
  /** Tried in order; the first that is true decides which branch is taken. */
  readonly rules?: readonly {
    /** CEL over subject, account, entitlement, task and ip; `true` catches all. */
    readonly when: string;
    /** Name of a branch. */
    readonly then: string;
  }[];
  /** type: certify. Revocations that a review decides start at once. Default: false. */
  readonly remediateImmediately?: boolean;
}

/** ConductorOne policy. How a request, a revocation or a review is decided: steps, and rules that choose other steps. */
export class Policy extends DeclaredResource {
  readonly kind = "c1/policy";

  constructor(scope: Construct, id: string, spec: PolicySpec, treatment: Treatment<never> = {}) {
    super(scope, id, "c1/policy", spec, treatment);
  }

  /** Name shown in C1; how the object is recognised, compared exactly. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** What it is for. */
  get description(): string {
    return this.output("description");
  }

  /** What it decides. */
  get type(): string {
    return this.output("type");
  }

  /** Whether C1 ships it; it cannot be changed then. */
  get systemBuiltin(): string {
    return this.output("systemBuiltin");
  }
}

/** ConductorOne risk level. A word for how risky an entitlement is. C1 cannot rename one: another value makes another level. */
export interface RiskLevelSpec {
  /** The word itself; how the level is recognised, compared exactly. */
  readonly value: string;
}

/** ConductorOne risk level. A word for how risky an entitlement is. C1 cannot rename one: another value makes another level. */
export class RiskLevel extends DeclaredResource {
  readonly kind = "c1/risk-level";

  constructor(scope: Construct, id: string, spec: RiskLevelSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "c1/risk-level", spec, treatment);
  }

  /** The word itself; how the level is recognised, compared exactly. */
  get value(): string {
    return this.output("value");
  }
}

/** ConductorOne vault. A place for credentials that C1 hands out. C1 cannot list vaults: one that this stack did not make is bound by its id, with `accord import`. */
export interface VaultSpec {
  /** Name shown in C1. */
  readonly displayName: string;
  /** What it is for. */
  readonly description?: string;
  /** Who reads what is in it: group, those whom C1 lets; magic, whoever has the link. */
  readonly access: "group" | "magic";
  /** access: magic. How often, and by whom, a link may be used. */
  readonly magic?: {
    /** Also by somebody who has not signed in. Default: false. */
    readonly allowUnauthenticated?: boolean;
    /** Most views of one credential; 0: no limit. */
    readonly views?: number;
  };
  /** People who manage it. C1 takes them only when the vault is made and never shows them: other owners mean another vault. */
  readonly owners?: readonly string[];
}

/** ConductorOne vault. A place for credentials that C1 hands out. C1 cannot list vaults: one that this stack did not make is bound by its id, with `accord import`. */
export class Vault extends DeclaredResource {
  readonly kind = "c1/vault";

  constructor(scope: Construct, id: string, spec: VaultSpec, treatment: Treatment<"owners"> = {}) {
    super(scope, id, "c1/vault", spec, treatment);
  }

  /** Name shown in C1. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** What it is for. */
  get description(): string {
    return this.output("description");
  }

  /** Who reads what is in it: group, those whom C1 lets; magic, whoever has the link. */
  get access(): string {
    return this.output("access");
  }
}

/** ConductorOne webhook. An address of yours that C1 calls: to decide a step, to provision, or from an automation. */
export interface WebhookSpec {
  /** Name shown in C1; how the object is recognised, compared exactly. */
  readonly displayName: string;
  /** Where it is: https, on port 443. */
  readonly url: string;
  /** What it is for. */
  readonly description?: string;
  /** How long C1 waits for the answer that comes later; 1d to 30d. C1's default: 8d. */
  readonly callbackTimeout?: string;
}

/** ConductorOne webhook. An address of yours that C1 calls: to decide a step, to provision, or from an automation. */
export class Webhook extends DeclaredResource {
  readonly kind = "c1/webhook";

  constructor(scope: Construct, id: string, spec: WebhookSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "c1/webhook", spec, treatment);
  }

  /** Name shown in C1; how the object is recognised, compared exactly. */
  get displayName(): string {
    return this.output("displayName");
  }

  /** Where it is: https, on port 443. */
  get url(): string {
    return this.output("url");
  }

  /** What it is for. */
  get description(): string {
    return this.output("description");
  }

  /** How long C1 waits for the answer that comes later; 1d to 30d. C1's default: 8d. */
  get callbackTimeout(): string {
    return this.output("callbackTimeout");
  }
}
