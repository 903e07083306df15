/** What a group has, what of it may be written and when (entra.md §5). */
import { hasLicence } from "../licences.ts";
import { type Caller, mayAlso } from "./call.ts";
import { badRequest, conflict, denied, invalidValue, synced } from "./failure.ts";
import { compileRule } from "./membership-rule.ts";
import type { Properties, Tenant } from "./tenant.ts";

export const GROUP_DEFAULTS: readonly string[] = [
  "id",
  "deletedDateTime",
  "classification",
  "createdDateTime",
  "description",
  "displayName",
  "groupTypes",
  "isAssignableToRole",
  "mail",
  "mailEnabled",
  "mailNickname",
  "membershipRule",
  "membershipRuleProcessingState",
  "onPremisesSyncEnabled",
  "preferredLanguage",
  "proxyAddresses",
  "resourceBehaviorOptions",
  "resourceProvisioningOptions",
  "securityEnabled",
  "theme",
  "uniqueName",
  "visibility",
];

const WRITABLE = [
  "displayName",
  "description",
  "mailNickname",
  "classification",
  "preferredLanguage",
  "theme",
  "visibility",
  "groupTypes",
  "membershipRule",
  "membershipRuleProcessingState",
  "securityEnabled",
  "mailEnabled",
  "uniqueName",
];
const ON_CREATE = [...WRITABLE, "isAssignableToRole", "resourceBehaviorOptions", "resourceProvisioningOptions"];
/** The Outlook properties need a person, one PATCH each (§5.3). */
const DELEGATED = ["allowExternalSenders", "autoSubscribeNewMembers", "hideFromAddressLists", "hideFromOutlookClients"];

export function typesOf(group: Properties): readonly string[] {
  return Array.isArray(group.groupTypes) ? group.groupTypes.map(String) : [];
}

export const isUnified = (group: Properties): boolean => typesOf(group).includes("Unified");
export const isDynamic = (group: Properties): boolean => typesOf(group).includes("DynamicMembership");

/** Distribution lists and mail-enabled security groups belong to Exchange. */
export function isExchanges(group: Properties): boolean {
  return group.mailEnabled === true && !isUnified(group);
}

export function requireWritable(group: Properties): void {
  if (group.onPremisesSyncEnabled === true) throw synced();
  if (isExchanges(group)) {
    throw badRequest("Cannot Update a mail-enabled security groups and or distribution list.");
  }
}

export function newGroup(tenant: Tenant, caller: Caller, id: string, body: Properties, now: number): Properties {
  for (const required of ["displayName", "mailEnabled", "mailNickname", "securityEnabled"]) {
    if (body[required] === undefined || body[required] === null) {
      throw badRequest(`A value is required for property '${required}' of resource 'Group'.`);
    }
  }
  const wanted = propertiesIn(body, ON_CREATE);
  const unified = isUnified(wanted);
  if (wanted.mailEnabled === true && !unified) {
    throw badRequest(
      "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.",
    );
  }
  if (!unified && wanted.securityEnabled !== true)
    throw badRequest("One of mailEnabled or securityEnabled must be true.");
  if (wanted.isAssignableToRole === true) checkRoleAssignable(tenant, caller, wanted);
  const group: Properties = {
    ...wanted,
    id,
    groupTypes: typesOf(wanted),
    visibility: wanted.visibility ?? (unified ? "Public" : "Private"),
    isAssignableToRole: wanted.isAssignableToRole ?? null,
    mail: unified ? `${String(wanted.mailNickname)}@${tenant.domains[0]?.name ?? ""}` : null,
    createdDateTime: new Date(now).toISOString(),
    onPremisesSyncEnabled: null,
  };
  checkGroup(tenant, id, group, true);
  return group;
}

export function changedGroup(tenant: Tenant, before: Properties, body: Properties): Properties {
  requireWritable(before);
  const changes = propertiesIn(body, WRITABLE);
  if (changes.uniqueName !== undefined && before.uniqueName && changes.uniqueName !== before.uniqueName) {
    throw badRequest("Property 'uniqueName' is read-only and cannot be set.");
  }
  if (changes.mailEnabled !== undefined && changes.mailEnabled !== before.mailEnabled) {
    throw badRequest("Property 'mailEnabled' is read-only and cannot be set.");
  }
  const after = { ...before, ...changes };
  if (isUnified(after) !== isUnified(before)) throw invalidValue("groupTypes", "Group");
  if (after.isAssignableToRole === true && isDynamic(after)) throw invalidValue("groupTypes", "Group");
  checkGroup(tenant, String(before.id), after, false);
  return after;
}

function propertiesIn(body: Properties, allowed: readonly string[]): Properties {
  const named = Object.entries(body).filter(([name]) => !name.endsWith("@odata.bind"));
  for (const [name] of named) {
    if (DELEGATED.includes(name)) throw denied("This operation is not supported with application permissions.");
    if (!allowed.includes(name)) throw badRequest(`Property '${name}' is read-only and cannot be set.`);
  }
  return Object.fromEntries(named);
}

function checkRoleAssignable(tenant: Tenant, caller: Caller, group: Properties): void {
  if (!mayAlso(caller, "RoleManagement.ReadWrite.Directory")) throw denied();
  if (!hasLicence(new Set(tenant.plans), "P1"))
    throw badRequest("The tenant does not have the required Premium license.");
  if (isDynamic(group) || group.securityEnabled !== true || (group.visibility ?? "Private") !== "Private") {
    throw invalidValue("isAssignableToRole", "Group");
  }
}

function checkGroup(tenant: Tenant, id: string, group: Properties, fresh: boolean): void {
  for (const [name, longest] of Object.entries({
    displayName: 256,
    description: 1024,
    mailNickname: 64,
    membershipRule: 3072,
  })) {
    const value = group[name];
    if (value === undefined || value === null) {
      if (name === "displayName" || name === "mailNickname") throw invalidValue(name, "Group");
      continue;
    }
    if (typeof value !== "string" || value === "" || value.length > longest) throw invalidValue(name, "Group");
  }
  if (!/^[^@()[\]";:<>,\s\\\u0080-\uffff]+$/.test(String(group.mailNickname)))
    throw invalidValue("mailNickname", "Group");
  if (!["Public", "Private", "HiddenMembership"].includes(String(group.visibility)))
    throw invalidValue("visibility", "Group");
  if (group.visibility === "HiddenMembership") {
    const before = tenant.groups.now(id)?.visibility;
    if (!isUnified(group) || (!fresh && before !== "HiddenMembership")) throw invalidValue("visibility", "Group");
  }
  checkDynamic(tenant, group);
  checkUnique(tenant, id, group);
}

function checkDynamic(tenant: Tenant, group: Properties): void {
  const ruled = typeof group.membershipRule === "string";
  if (isDynamic(group) !== ruled) throw invalidValue(ruled ? "groupTypes" : "membershipRule", "Group");
  if (!ruled) return;
  compileRule(String(group.membershipRule));
  if (!["On", "Paused"].includes(String(group.membershipRuleProcessingState))) {
    throw invalidValue("membershipRuleProcessingState", "Group");
  }
  if (!hasLicence(new Set(tenant.plans), "P1"))
    throw badRequest("The tenant does not have the required Premium license.");
}

function checkUnique(tenant: Tenant, id: string, group: Properties): void {
  for (const [other, row] of tenant.groups.all()) {
    if (other === id.toLowerCase()) continue;
    if (group.uniqueName && row.uniqueName === group.uniqueName) throw conflict("uniqueName");
    if (!isUnified(group) || !isUnified(row)) continue;
    if (String(row.mailNickname).toLowerCase() === String(group.mailNickname).toLowerCase())
      throw conflict("mailNickname");
  }
}
