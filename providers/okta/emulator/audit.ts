/** Every write leaves a System Log event that names the caller. */
import type { Caller } from "./call.ts";
import type { App, Group, LogActor, LogTarget, Rule, Tenant, User } from "./tenant.ts";

export interface Cause {
  readonly caller: Caller;
  readonly requestId: string;
  readonly userAgent: string | null;
}

/** Old events go first: the vendor keeps 90 days, a sandbox this many. */
const KEPT = 50_000;

export const SYSTEM: LogActor = {
  id: "system@okta.com",
  type: "SystemPrincipal",
  alternateId: "system@okta.com",
  displayName: "Okta System",
};

/** `cause` is null for what the tenant does by itself: rule evaluation, transitions. */
export function record(
  tenant: Tenant,
  now: number,
  cause: Cause | null,
  eventType: string,
  targets: readonly LogTarget[],
): void {
  tenant.sequence += 1;
  const number = tenant.sequence.toString(16).padStart(12, "0");
  tenant.log.push({
    uuid: `acc0fd00-0000-4000-8000-${number}`,
    published: now,
    eventType,
    displayMessage: MESSAGES[eventType] ?? eventType,
    actor: cause?.caller.actor ?? SYSTEM,
    clientId: cause?.caller.clientId ?? null,
    apiTokenId: cause?.caller.apiTokenId ?? null,
    userAgent: cause?.userAgent ?? null,
    targets,
    transaction: cause?.requestId ?? `job${number}`,
  });
  if (tenant.log.length > KEPT + 1000) tenant.log.splice(0, tenant.log.length - KEPT);
}

export function userTarget(user: User): LogTarget {
  const login = String(user.profile.login);
  return { id: user.id, type: "User", alternateId: login, displayName: nameOf(user) };
}

export function groupTarget(group: Group): LogTarget {
  return { id: group.id, type: "UserGroup", alternateId: "unknown", displayName: String(group.profile.name) };
}

export function ruleTarget(rule: Rule): LogTarget {
  return { id: rule.id, type: "GroupRule", alternateId: "unknown", displayName: rule.name };
}

export function appTarget(app: App): LogTarget {
  return { id: app.id, type: "AppInstance", alternateId: app.label, displayName: app.label };
}

export function objectTarget(type: string, { id, label }: { readonly id: string; readonly label: string }): LogTarget {
  return { id, type, alternateId: "unknown", displayName: label };
}

export function nameOf(user: User): string {
  return `${String(user.profile.firstName ?? "")} ${String(user.profile.lastName ?? "")}`.trim();
}

const MESSAGES: Readonly<Record<string, string>> = {
  "application.lifecycle.activate": "Activate application",
  "application.lifecycle.create": "Create application",
  "application.lifecycle.deactivate": "Deactivate application",
  "application.lifecycle.delete": "Delete application",
  "application.lifecycle.update": "Update application",
  "application.user_membership.add": "Add user to application membership",
  "application.user_membership.remove": "Remove user from application membership",
  "application.user_membership.update": "Update user's application membership",
  "group.application_assignment.add": "Add group to application membership",
  "group.application_assignment.remove": "Remove group from application membership",
  "group.application_assignment.update": "Update group's application membership",
  "group.lifecycle.create": "Create Okta group",
  "group.lifecycle.delete": "Delete Okta group",
  "group.privilege.grant": "Grant group privilege",
  "group.privilege.revoke": "Revoke group privilege",
  "group.profile.update": "Update Okta group",
  "group.user_membership.add": "Add user to group membership",
  "group.user_membership.remove": "Remove user from group membership",
  "group.user_membership.rule.add_exclusion": "Add user exclusion to group rule",
  "group.user_membership.rule.deactivated": "Group rule deactivated",
  "group.user_membership.rule.error": "Group rule error",
  "group.user_membership.rule.evaluation": "Evaluate group rule",
  "group.user_membership.rule.invalidate": "Group rule invalidated",
  "group.user_membership.rule.trigger": "Trigger group rule",
  "iam.resourceset.bindings.add": "Create admin role assignment",
  "iam.resourceset.bindings.delete": "Delete admin role assignment",
  "iam.resourceset.create": "Create resource set",
  "iam.resourceset.delete": "Delete resource set",
  "iam.resourceset.resources.add": "Add resource to resource set",
  "iam.resourceset.resources.delete": "Delete resource from resource set",
  "iam.resourceset.update": "Update resource set",
  "iam.role.create": "Create custom role",
  "iam.role.delete": "Delete custom role",
  "iam.role.permissions.add": "Add permission to custom role",
  "iam.role.permissions.delete": "Delete permission from custom role",
  "iam.role.update": "Update custom role",
  "policy.rule.add": "Add policy rule",
  "policy.rule.delete": "Delete policy rule",
  "policy.rule.update": "Update policy rule",
  "resource.owner.update": "Update resource owner",
  "user.account.privilege.grant": "Grant user privilege",
  "user.account.privilege.revoke": "Revoke user privilege",
  "user.account.update_profile": "Update user profile for Okta",
  "user.lifecycle.activate": "Activate Okta user",
  "user.lifecycle.create": "Create Okta user",
  "user.lifecycle.deactivate": "Deactivate Okta user",
  "user.lifecycle.delete.completed": "Delete Okta user",
  "user.lifecycle.reactivate": "Reactivate Okta user",
  "user.lifecycle.suspend": "Suspend Okta user",
  "user.lifecycle.unsuspend": "Unsuspend Okta user",
  "user.account.unlock": "User account unlocked",
};
