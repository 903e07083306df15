/**
 * Triggers and steps of an automation, one arm each, as data (c1.md §9): our field, C1's, and what it holds. What is not
 * in these tables, or holds more than they know, is shown by its name and kept as it is.
 */

/** What a field holds, and so how it goes to C1 and back. */
export type Shape =
  | "text"
  | "condition"
  | "cel"
  | "template"
  | "templates"
  | "reference"
  | "connector"
  | "entitlements"
  | "anyEntitlements"
  | "revoked"
  | "exceptEntitlements"
  | "profiles"
  | "conflicts"
  | "automation"
  | "duration"
  | "status"
  | "user"
  | "users"
  | "account"
  | "jwks";

export interface ArmField {
  readonly ours: string;
  readonly theirs: string;
  readonly shape: Shape;
}

export interface Arm {
  /** C1's name where it is not ours. */
  readonly theirs?: string;
  /** Around all of the arm's fields. */
  readonly inside?: string;
  readonly fields: readonly ArmField[];
}

const field = (ours: string, theirs: string, shape: Shape): ArmField => ({ ours, theirs, shape });

const when = field("when", "condition", "condition");
const cron = field("cron", "cronSpec", "text");
const timezone = field("timezone", "timezone", "text");
const app = field("app", "appId", "reference");
const connector = field("connector", "connectorRef", "connector");
const action = field("action", "actionName", "text");
const user = field("user", "userRef", "user");
const users = field("users", "userRefs", "users");
const granted: Arm = { inside: "grantTriggerFilter", fields: [field("entitlements", "inclusion", "anyEntitlements")] };

export const TRIGGERS: Readonly<Record<string, Arm>> = {
  userProfileChange: { fields: [when] },
  userCreated: { fields: [when] },
  appUserCreated: { fields: [app, when] },
  appUserUpdated: { fields: [app, when] },
  schedule: { fields: [cron, timezone, when] },
  scheduleAppUser: { fields: [app, cron, timezone, when] },
  scheduleNoUser: { fields: [cron, timezone] },
  grantFound: granted,
  grantDeleted: granted,
  accessConflict: { fields: [field("conflicts", "conflictMonitorRefs", "conflicts")] },
  webhook: { fields: [field("jwksUrl", "jwt", "jwks")] },
};

export const STEPS: Readonly<Record<string, Arm>> = {
  connectorAction: {
    fields: [
      connector,
      action,
      field("resourceType", "resourceTypeId", "text"),
      field("arguments", "argsTemplate", "templates"),
    ],
  },
  accountLifecycleAction: { fields: [connector, action, field("accountCel", "accountRef", "account")] },
  waitForDuration: { fields: [field("duration", "duration", "duration")] },
  grantEntitlements: {
    fields: [
      field("entitlements", "inclusion", "entitlements"),
      field("except", "exclusion", "exceptEntitlements"),
      user,
    ],
  },
  createRevokeTasks: {
    theirs: "createRevokeTasksV2",
    fields: [field("entitlements", "inclusion", "revoked"), field("except", "exclusion", "exceptEntitlements"), user],
  },
  unenrollFromAllAccessProfiles: { fields: [field("profiles", "catalogIds", "profiles"), users] },
  sendEmail: {
    fields: [
      field("subject", "subject", "template"),
      field("title", "title", "template"),
      field("body", "body", "template"),
      users,
    ],
  },
  sendSlackMessage: { fields: [field("channel", "channelName", "text"), field("body", "body", "template")] },
  updateUser: { fields: [field("status", "userStatusEnum", "status"), user] },
  runAutomation: { fields: [field("automation", "automationTemplateRef", "automation")] },
  createAccessReview: {
    fields: [field("template", "accessReviewTemplateId", "reference"), field("campaign", "campaignName", "text")],
  },
  webhook: { fields: [field("webhook", "webhookId", "reference"), field("payload", "payload", "templates")] },
};
