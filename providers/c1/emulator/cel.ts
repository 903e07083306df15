/**
 * The tenant's CEL (c1.md §12): the vendor's types and functions over the tenant's own memory. The library has no
 * dotted functions, so `c1.user.v1.HasApp(…)` is a constant whose nested types mirror the path.
 */
import { Environment, type ParseResult } from "@marcbachmann/cel-js";
import { respelled } from "../../../engine/cel/cel.ts";
import { registerOverloads } from "../../../engine/cel/overloads.ts";
import { ANALYSIS_FIELDS, noAnalysis, TASK_FIELDS, taskFields } from "./cel-task.ts";
import { registerTime, TIME_FORMATS } from "./cel-time.ts";
import { accountOf, grantOf, holders } from "./granting.ts";
import type { EntitlementRow, TaskRow } from "./rows.ts";
import type { User } from "./shapes/person.ts";
import { inApp, type Tenant } from "./tenant.ts";

/** What a policy rule sees beside the subject. */
export interface Situation {
  readonly entitlement: EntitlementRow | undefined;
  readonly task: TaskRow;
}

export interface Cel {
  /** Why the text is no membership rule (`subject` only, boolean); undefined: it is one. */
  membershipError(text: string): string | undefined;
  /** Why the text is no policy rule's condition. */
  conditionError(text: string): string | undefined;
  /** Why the text is no condition of a configuration rule: it sees the entitlement alone, and asks no directory. */
  routingError(text: string): string | undefined;
  /** Throws what CEL calls an evaluation error. */
  belongs(text: string, subject: User): boolean;
  holds(text: string, subject: User, situation: Situation): boolean;
  /** Of an approver expression. */
  people(text: string, subject: User, situation: Situation): readonly string[];
}

const environments = new WeakMap<Tenant, Cel>();

/** Made at first use: a tenant without expressions never pays for the environment. */
export function celOf(tenant: Tenant): Cel {
  const made = environments.get(tenant) ?? create(tenant);
  environments.set(tenant, made);
  return made;
}

class CelUser {
  constructor(fields: Readonly<Record<string, unknown>>) {
    Object.assign(this, fields);
  }
}
class CelEntitlement extends CelUser {}
class CelTask extends CelUser {}
class CelAnalysis extends CelUser {}
class Namespace {
  constructor(members: Readonly<Record<string, unknown>>) {
    Object.assign(this, members);
  }
}

const USER_FIELDS = {
  department: "string",
  directoryStatus: "int",
  displayName: "string",
  display_name: "string",
  email: "string",
  emails: "list<string>",
  employmentStatus: "string",
  employmentType: "string",
  employment_status: "string",
  employment_type: "string",
  id: "string",
  jobTitle: "string",
  job_title: "string",
  manager: "string",
  manager_id: "string",
  profile: "map<string, dyn>",
  attributes: "map<string, dyn>",
  status: "int",
  type: "int",
  username: "string",
  usernames: "list<string>",
};

/** cel-go enums are integers; both spellings compile (c1.md §12.2). */
const ENUMS: Readonly<Record<string, { readonly prefix: string; readonly names: readonly string[] }>> = {
  TimeFormat: { prefix: "TIME_FORMAT_", names: TIME_FORMATS },
  UserStatus: { prefix: "USER_STATUS_", names: ["UNKNOWN", "ENABLED", "DISABLED", "DELETED"] },
  UserType: { prefix: "USER_TYPE_", names: ["UNSPECIFIED", "SYSTEM", "HUMAN", "SERVICE", "AGENT"] },
  TaskOrigin: {
    prefix: "TASK_ORIGIN_",
    names: [
      "UNSPECIFIED",
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
    ],
  },
};

function create(tenant: Tenant): Cel {
  const memberships = environment(tenant).registerVariable("subject", "User");
  const policies = environment(tenant)
    .registerVariable("subject", "User")
    .registerVariable("entitlement", "Entitlement")
    .registerVariable("task", "Task");
  const parsed = new Map<string, ParseResult>();
  const parse = (which: Environment, text: string): ParseResult => {
    const key = `${which === policies}/${text}`;
    const one = parsed.get(key) ?? which.parse(respelled(text, { environment: which }));
    parsed.set(key, one);
    return one;
  };
  const within = (subject: User, situation: Situation) => ({
    subject: celUser(tenant, subject),
    entitlement: celEntitlement(situation.entitlement),
    task: new CelTask(
      taskFields(situation.task, situation.entitlement, {
        origin: number("TaskOrigin", situation.task.origin),
        analysis: new CelAnalysis(noAnalysis()),
      }),
    ),
  });
  return {
    membershipError: (text) => problemOf(memberships, text),
    routingError: (text) => problemOf(routingEnvironment(), text),
    conditionError: (text) => problemOf(policies, text),
    belongs: (text, subject) => parse(memberships, text)({ subject: celUser(tenant, subject) }) === true,
    holds: (text, subject, situation) => parse(policies, text)(within(subject, situation)) === true,
    people(text, subject, situation) {
      const result: unknown = parse(policies, text)(within(subject, situation));
      const users: readonly unknown[] = Array.isArray(result) ? result : [result];
      return users.flatMap((user) => (user instanceof CelUser && "id" in user ? [String(user.id)] : []));
    },
  };
}

/** An entitlement with its role and scope, which are empty texts unless it is a role of a cloud (c1.md §12.1). */
function routingEnvironment(): Environment {
  const made = new Environment({ homogeneousAggregateLiterals: false });
  registerOverloads(made);
  const texts = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "string"]));
  made.registerType("RuleTarget", { ctor: class extends Namespace {}, fields: ROLE });
  made.registerType("Entitlement", {
    ctor: CelEntitlement,
    fields: {
      ...texts("id", "appId", "app_id", "displayName", "display_name", "description", "risk_level_value_id"),
      ...texts("app_resource_type_id", "app_resource_id"),
      annotations: "map<string, string>",
      role: "RuleTarget",
      scope: "map<string, dyn>",
    },
  });
  return made.registerVariable("entitlement", "Entitlement");
}

const ROLE = { id: "string", app_resource_type_id: "string", display_name: "string" };

function problemOf(environment: Environment, text: string): string | undefined {
  if (text.trim() === "") return "expression is empty";
  const verdict = environment.check(text);
  if (!verdict.valid) return verdict.error?.message ?? "invalid expression";
  return verdict.type === "bool" || verdict.type === "dyn" ? undefined : `expected a bool, found ${verdict.type}`;
}

function environment(tenant: Tenant): Environment {
  const made = new Environment({ homogeneousAggregateLiterals: false });
  registerOverloads(made);
  made.registerType("User", { ctor: CelUser, fields: USER_FIELDS });
  made.registerType("Entitlement", {
    ctor: CelEntitlement,
    fields: {
      annotations: "map<string, string>",
      appId: "string",
      displayName: "string",
      id: "string",
      risk_level_value_id: "string",
    },
  });
  made.registerType("TaskAnalysis", { ctor: CelAnalysis, fields: ANALYSIS_FIELDS });
  made.registerType("Task", { ctor: CelTask, fields: TASK_FIELDS });
  for (const [name, { prefix, names }] of Object.entries(ENUMS)) {
    const members = names.flatMap((one, value) => [
      [one, BigInt(value)] as const,
      [prefix + one, BigInt(value)] as const,
    ]);
    const Members = class extends Namespace {};
    const fields = Object.fromEntries(members.map(([member]) => [member, "int"]));
    made.registerType(`${name}Names`, { ctor: Members, fields });
    made.registerConstant(name, `${name}Names`, new Members(Object.fromEntries(members)));
  }
  made.registerFunction("now(): google.protobuf.Timestamp", () => new Date(tenant.now()));
  registerVendorFunctions(made, tenant);
  return made;
}

/** Only those of c1.md §12.3 that are documented for membership rules and policies. */
function registerVendorFunctions(made: Environment, tenant: Tenant): void {
  const leaf = (name: string): { name: string; make: () => Namespace } => {
    const Leaf = class extends Namespace {};
    made.registerType(name, { ctor: Leaf, fields: {} });
    return { name, make: () => new Leaf({}) };
  };
  const branch = (name: string, members: Readonly<Record<string, { name: string; make: () => Namespace }>>) => {
    const Branch = class extends Namespace {};
    const fields = Object.fromEntries(Object.entries(members).map(([key, member]) => [key, member.name]));
    made.registerType(name, { ctor: Branch, fields });
    return {
      name,
      make: () => new Branch(Object.fromEntries(Object.entries(members).map(([key, member]) => [key, member.make()]))),
    };
  };
  const user = branch("NsUser", { v1: leaf("NsUserV1") });
  const directory = branch("NsDirectory", {
    apps: branch("NsApps", { v1: leaf("NsAppsV1") }),
    users: branch("NsUsers", { v1: leaf("NsUsersV1") }),
  });
  const root = branch("NsC1", { directory, user });
  made.registerConstant("c1", root.name, root.make());
  const time = leaf("NsTime");
  made.registerConstant("time", time.name, time.make());
  registerTime(made, time.name);
  made.registerFunction("string.ifEmpty(string): string", (text: string, otherwise: string) => text || otherwise);

  const wrap = (users: readonly (User | undefined)[]) => users.flatMap((one) => (one ? [celUser(tenant, one)] : []));
  const idOf = (subject: unknown): string => (subject instanceof CelUser && "id" in subject ? String(subject.id) : "");
  const found = (one: User | undefined): CelUser => {
    if (one === undefined) throw new Error("user not found");
    return celUser(tenant, one);
  };
  made.registerFunction(
    "NsUserV1.HasApp(User, string): bool",
    (_: unknown, subject: unknown, appId: string) => accountOf(tenant, appId, idOf(subject)) !== undefined,
  );
  made.registerFunction(
    "NsUserV1.HasEntitlement(User, string, string): bool",
    (_: unknown, subject: unknown, appId: string, id: string) =>
      grantOf(tenant, { appId, id }, idOf(subject)) !== undefined,
  );
  made.registerFunction(
    "NsUserV1.GetAppUserStatus(User, string): string",
    (_: unknown, subject: unknown, appId: string) =>
      `USER_${accountOf(tenant, appId, idOf(subject))?.status?.status ?? "STATUS_UNSPECIFIED"}`,
  );
  made.registerFunction("NsUsersV1.FindByEmail(string): User", (_: unknown, email: string) =>
    found(tenant.users.by("email", email.toLowerCase())[0]),
  );
  made.registerFunction("NsUsersV1.FindByName(string): User", (_: unknown, name: string) =>
    found(tenant.users.rows().find((one) => one.displayName === name && one.deletedAt === null)),
  );
  made.registerFunction("NsUsersV1.GetByID(string): User", (_: unknown, id: string) => found(tenant.users.get(id)));
  made.registerFunction("NsUsersV1.GetManagers(User): list<User>", (_: unknown, subject: unknown) =>
    wrap((tenant.users.get(idOf(subject))?.managerIds ?? []).map((id) => tenant.users.get(id))),
  );
  made.registerFunction("NsUsersV1.DirectReports(User): list<User>", (_: unknown, subject: unknown) =>
    wrap(tenant.users.rows().filter((one) => one.managerIds.includes(idOf(subject)))),
  );
  made.registerFunction(
    "NsAppsV1.GetEntitlementMembers(string, string): list<User>",
    (_: unknown, appId: string, id: string) =>
      wrap(
        tenant.entitlements.get(inApp(appId, id))
          ? holders(tenant, { appId, id }).map((g) => tenant.users.get(g.userId))
          : [],
      ),
  );
}

function celUser(tenant: Tenant, user: User): CelUser {
  const managerId = user.managerIds[0] ?? "";
  const profile = user.profile ?? {};
  return new CelUser({
    attributes: profile,
    department: user.department,
    directoryStatus: number("UserStatus", user.directoryStatus),
    displayName: user.displayName,
    display_name: user.displayName,
    email: user.email,
    emails: user.emails,
    employmentStatus: user.employmentStatus,
    employmentType: user.employmentType,
    employment_status: user.employmentStatus,
    employment_type: user.employmentType,
    id: user.id,
    jobTitle: user.jobTitle,
    job_title: user.jobTitle,
    manager: tenant.users.get(managerId)?.email ?? "",
    manager_id: managerId,
    profile,
    status: number("UserStatus", user.status),
    type: number("UserType", user.type),
    username: user.username,
    usernames: user.usernames,
  });
}

function celEntitlement(entitlement: EntitlementRow | undefined): CelEntitlement {
  return new CelEntitlement({
    annotations: entitlement?.annotations ?? {},
    appId: entitlement?.appId ?? "",
    displayName: entitlement?.displayName ?? "",
    id: entitlement?.id ?? "",
    risk_level_value_id: entitlement?.riskLevelValueId ?? "",
  });
}

function number(name: string, member: string): bigint {
  const { prefix, names } = ENUMS[name] ?? { prefix: "", names: [] };
  return BigInt(Math.max(0, names.indexOf(member.startsWith(prefix) ? member.slice(prefix.length) : member)));
}
