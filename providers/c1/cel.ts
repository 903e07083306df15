/** C1's CEL environments (c1.md §12), as data. Both spellings of each field and enum compile there, so they do here. */
import type { CelEnvironment, CelFields, CelFunction } from "../../engine/cel/environment.ts";

const USER: CelFields = bothCases({
  id: "string",
  email: "string",
  displayName: "string",
  username: "string",
  department: "string",
  jobTitle: "string",
  employmentType: "string",
  employmentStatus: "string",
  manager: "string",
  managerId: "string",
  emails: "list<string>",
  usernames: "list<string>",
  status: "int",
  directoryStatus: "int",
  type: "int",
  profile: "map<string, dyn>",
  attributes: "map<string, dyn>",
});

const ACCOUNT: CelFields = bothCases({
  id: "string",
  displayName: "string",
  username: "string",
  email: "string",
  usernames: "list<string>",
  emails: "list<string>",
  employeeIds: "list<string>",
  appUserType: "int",
  status: "AppUserStatus",
  profile: "map<string, dyn>",
  attributes: "map<string, dyn>",
  securityInsights: "list<dyn>",
  riskScore: "map<string, int>",
  riskScores: "list<dyn>",
});

const TASK: CelFields = bothCases({
  id: "string",
  numericId: "string",
  displayName: "string",
  origin: "int",
  isGrantPermanent: "bool",
  grantDuration: "google.protobuf.Duration",
  subjectUserId: "string",
  requestorUserId: "string",
  createdAt: "google.protobuf.Timestamp",
  analysis: "TaskAnalysis",
});

const ENTITLEMENT: CelFields = bothCases({
  id: "string",
  appId: "string",
  riskLevelValueId: "string",
  appResourceTypeId: "string",
  appResourceId: "string",
  appResourceType: "string",
  displayName: "string",
  description: "string",
  annotations: "map<string, string>",
});

const ADDRESS_TESTS = [
  "is4",
  "is6",
  "isPrivate",
  "isLoopback",
  "isGlobalUnicast",
  "isMulticast",
  "isInterfaceLocalMulticast",
  "isLinkLocalMulticast",
  "isUnspecified",
];

const TYPES: Readonly<Record<string, CelFields>> = {
  User: USER,
  AppUserStatus: { status: "int", details: "string" },
  AppUser: ACCOUNT,
  TaskAnalysis: bothCases({ id: "string", hasConflictViolations: "bool", conflictViolations: "list<string>" }),
  Task: TASK,
  Entitlement: ENTITLEMENT,
  Group: bothCases({ id: "string", appId: "string", displayName: "string" }),
  IP: Object.fromEntries(ADDRESS_TESTS.map((name) => [name, "bool"])),
  CIDR: { prefix: "string" },
};

export const USER_STATUS = both("USER_STATUS", ["ENABLED", "DISABLED", "DELETED"]);

export const USER_TYPE = both("USER_TYPE", ["SYSTEM", "HUMAN", "SERVICE", "AGENT"]);

const ENUMS = {
  UserStatus: USER_STATUS,
  UserType: USER_TYPE,
  AppUserType: both("APP_USER_TYPE", ["USER", "SERVICE_ACCOUNT", "SYSTEM_ACCOUNT"]),
  Status: both("APP_USER_STATUS", ["ENABLED", "DISABLED", "DELETED"]),
  TaskOrigin: both("TASK_ORIGIN", [
    "PROFILE_MEMBERSHIP_AUTOMATION",
    "SLACK",
    "API",
    "JIRA",
    "COPILOT",
    "WEBAPP",
    "TIME_REVOKE",
    "NON_USAGE_REVOKE",
    "PROFILE_MEMBERSHIP_MANUAL",
    "PROFILE_MEMBERSHIP",
    "AUTOMATION",
    "ACCESS_REVIEW",
    "CASCADE_DELETE",
  ]),
  TimeFormat: { RFC3339: 1, DATE: 2, DATETIME: 3, TIME: 4 },
};

/** Values that compile without their enum's name. */
const CONSTANTS = Object.fromEntries(
  [ENUMS.UserStatus, ENUMS.UserType, ENUMS.AppUserType, ENUMS.Status, ENUMS.TaskOrigin].flatMap((members) =>
    Object.entries(members).filter(([name]) => /^(USER_|APP_USER_|TASK_ORIGIN_)/.test(name)),
  ),
);

const T = "google.protobuf.Timestamp";

const TIME: readonly CelFunction[] = [
  { name: "now", params: [], result: T },
  ...["string", "int"].flatMap((layout) => [
    { name: "time.parse", params: ["string", layout], result: T },
    { name: "time.parse", params: ["string", layout, "string"], result: T },
    { name: "time.try_parse", params: ["string", layout, T], result: T },
    { name: "time.format", params: [T, layout], result: "string" },
    { name: "time.format", params: [T, layout, "string"], result: "string" },
  ]),
  { name: "time.unix", params: ["int"], result: T },
  { name: "time.unix_ms", params: ["int"], result: T },
  ...["start_of", "end_of", "truncate"].flatMap((name) => [
    { name: `time.${name}`, params: [T, "string"], result: T },
    { name: `time.${name}`, params: [T, "string", "string"], result: T },
  ]),
  { name: "ifEmpty", receiver: "string", params: ["string"], result: "string" },
];

const DIRECTORY: readonly CelFunction[] = [
  { name: "c1.user.v1.HasApp", params: ["User", "string"], result: "bool" },
  { name: "c1.user.v1.HasEntitlement", params: ["User", "string", "string"], result: "bool" },
  { name: "c1.user.v1.GetAppUserStatus", params: ["User", "string"], result: "string" },
  { name: "c1.directory.users.v1.FindByEmail", params: ["string"], result: "User" },
  { name: "c1.directory.users.v1.GetByID", params: ["string"], result: "User" },
  { name: "c1.directory.users.v1.FindByName", params: ["string"], result: "User" },
  { name: "c1.directory.users.v1.GetManagers", params: ["User"], result: "list<User>" },
  { name: "c1.directory.users.v1.DirectReports", params: ["User"], result: "list<User>" },
  { name: "c1.directory.users.v1.DirectReports", params: ["list<User>"], result: "list<User>" },
  { name: "c1.directory.groups.v1.FindByName", params: ["string"], result: "Group" },
  { name: "c1.directory.apps.v1.GetEntitlementMembers", params: ["string", "string"], result: "list<User>" },
];

const ACCOUNTS: readonly CelFunction[] = [
  { name: "c1.user.v1.ListAppUsersForUser", params: ["User", "string"], result: "list<AppUser>" },
  // The older name.
  { name: "c1.user.v1.GetAppUsersForUser", params: ["User", "string"], result: "list<AppUser>" },
  { name: "c1.user.v1.GetAppUserManagers", params: ["User", "string"], result: "list<User>" },
];

const POLICY: readonly CelFunction[] = [
  { name: "c1.user.v1.GrantedFromEnrollment", params: ["User", "string", "string"], result: "bool" },
  { name: "c1.user.v1.AutomaticallyGrantedFromEnrollment", params: ["User", "string", "string"], result: "bool" },
  { name: "c1.directory.apps.v1.GetEntitlementOwners", params: ["string", "string"], result: "list<User>" },
  { name: "c1.directory.apps.v1.GetEntitlementOwners", params: ["Entitlement"], result: "list<User>" },
  { name: "c1.app_user.v1.HasSecurityInsight", params: ["AppUser"], result: "bool" },
  { name: "c1.app_user.v1.GetSecurityInsights", params: ["AppUser", "string"], result: "list<dyn>" },
  { name: "c1.app_user.v1.HasSecurityInsightWithSeverity", params: ["AppUser", "string", "string"], result: "bool" },
  { name: "c1.app_user.v1.HasRiskScore", params: ["AppUser"], result: "bool" },
  { name: "c1.app_user.v1.GetRiskScore", params: ["AppUser", "string"], result: "dyn" },
  { name: "ip", params: ["string"], result: "IP" },
  { name: "cidr", params: ["string"], result: "CIDR" },
  { name: "cidr", params: ["list<string>"], result: "CIDR" },
  { name: "contains", receiver: "CIDR", params: ["IP"], result: "bool" },
  { name: "within", receiver: "IP", params: ["CIDR"], result: "bool" },
];

const BASE = { types: TYPES, enums: ENUMS, constants: CONSTANTS };

/** Who belongs: membership automations, C1 groups. Of all variables only `subject` exists. */
export const MEMBERSHIP: CelEnvironment = {
  ...BASE,
  name: "a membership rule",
  variables: { subject: "User" },
  functions: [...TIME, ...DIRECTORY],
  result: "bool",
};

/** Whom an access review is about (c1.md §12.1). */
export const REVIEWED_USERS: CelEnvironment = { ...MEMBERSHIP, name: "the users of an access review" };

/** Which accounts it is about. */
export const REVIEWED_ACCOUNTS: CelEnvironment = {
  ...BASE,
  name: "the accounts of an access review",
  variables: { subject: "AppUser" },
  functions: [...TIME, ...DIRECTORY, ...ACCOUNTS],
  result: "bool",
};

/** Which branch of a policy is taken. */
export const POLICY_CONDITION: CelEnvironment = {
  ...BASE,
  name: "a policy rule",
  variables: { subject: "User", account: "AppUser", entitlement: "Entitlement", task: "Task", ip: "IP" },
  functions: [...TIME, ...DIRECTORY, ...ACCOUNTS, ...POLICY],
  result: "bool",
};

/** Which settings an entitlement gets: it alone is there, and nobody can be looked up (c1.md §12.1). */
export const CONFIGURATION_RULE: CelEnvironment = {
  ...BASE,
  types: {
    ...TYPES,
    EntitlementRole: bothCases({ id: "string", appResourceTypeId: "string", displayName: "string" }),
    ConfiguredEntitlement: { ...ENTITLEMENT, role: "EntitlementRole", scope: "map<string, dyn>" },
  },
  name: "a configuration rule",
  variables: { entitlement: "ConfiguredEntitlement" },
  functions: TIME,
  result: "bool",
};

const ADDRESSES = POLICY.filter(({ name, receiver }) => ["ip", "cidr"].includes(name) || receiver !== undefined);

const TRIGGERED: CelFields = bothCases({
  oldUser: "User",
  newUser: "User",
  oldAccount: "AppUser",
  newAccount: "AppUser",
  entitlement: "Entitlement",
});

/** Whether a trigger starts its automation: what changed, and no question to the directory (c1.md §12.1). */
export const TRIGGER_CONDITION: CelEnvironment = {
  ...BASE,
  types: { ...TYPES, Triggered: TRIGGERED, TriggerContext: { trigger: "Triggered" } },
  name: "the condition of a trigger",
  variables: { ctx: "TriggerContext" },
  functions: [...TIME, ...ADDRESSES],
  result: "bool",
};

/** In a step: the trigger and what earlier steps gave, of whatever type. */
export const STEP: CelEnvironment = {
  ...BASE,
  name: "an expression of a step",
  variables: { ctx: "map<string, dyn>" },
  functions: [...TIME, ...DIRECTORY, ...ACCOUNTS, ...ADDRESSES],
};

export const STEP_CONDITION: CelEnvironment = { ...STEP, name: "the condition of a step", result: "bool" };

/** Whom an approval step asks: a user, or a list of users. There is no `account`. */
export const APPROVERS: CelEnvironment = {
  ...BASE,
  name: "an approver expression",
  variables: {
    subject: "User",
    entitlement: "Entitlement",
    task: "Task",
    appOwners: "list<User>",
    app_owners: "list<User>",
  },
  functions: [...TIME, ...DIRECTORY, ...ACCOUNTS, ...POLICY],
  result: ["User", "list<User>"],
};

/** What a wait step waits for. */
export const WAIT_CONDITION: CelEnvironment = { ...APPROVERS, name: "a wait condition", result: "bool" };

function bothCases(fields: CelFields): CelFields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, type]) => [
      [name, type],
      [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), type],
    ]),
  );
}

/** `ENABLED` and `USER_STATUS_ENABLED`, with one number. */
function both(prefix: string, names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    names.flatMap((name, index) => [
      [name, index + 1],
      [`${prefix}_${name}`, index + 1],
    ]),
  );
}
