/** The tenant "acme" as it is found: people, three apps beside C1's own, two connectors, builtin policies. */
import { randomBytes } from "node:crypto";
import { ACME_HOSTS, ACME_PEOPLE, ACME_ROTATION, ACME_SCHEDULE_ID, ACME_TOKENS } from "../../shared/acme.ts";
import type { TenantWorld } from "../../shared/emulator.ts";
import { putResourceType } from "./builtins.ts";
import { newCredential } from "./credential.ts";
import { ROLES, roleId } from "./rights.ts";
import type { EntitlementRow } from "./rows.ts";
import {
  ADMINISTRATOR,
  FOUNDED,
  fixedId,
  grantFromTheStart,
  personId,
  putAccount,
  putApp,
  putConnector,
  putEntitlement,
  putResource,
} from "./seed-rows.ts";
import { User } from "./shapes/person.ts";
import { Approval, Policy, PolicyStep, ProvisionPolicy } from "./shapes/policy.ts";
import { connectorEntitlementId } from "./snapshot.ts";
import { OKTA_TYPES } from "./sync-okta.ts";
import { PAGERDUTY_TYPES, scheduleName } from "./sync-pagerduty.ts";
import { DEFAULT_LAGS, NO_ROWS, openTenant, type Tenant, type TenantData } from "./tenant.ts";

export function seed(world: TenantWorld): Tenant {
  const host = ACME_HOSTS.c1;
  const clientId = `accord-sandbox@${host}/spc`;
  const credential = newCredential();
  const data: TenantData = {
    version: 1,
    host,
    tenantId: fixedId("tenant"),
    systemAppId: fixedId("app:ConductorOne"),
    serial: 0,
    tokenKey: randomBytes(32).toString("base64url"),
    settings: { clientId, clientSecret: credential.clientSecret },
    lags: DEFAULT_LAGS,
    rows: NO_ROWS,
  };
  const tenant = openTenant({ ...world, now: () => FOUNDED }, data);
  const { clientSecret: _, ...keys } = credential;
  putPrincipal(tenant, "accord-sandbox", [ROLES.superAdmin]);
  tenant.credentials.put({ clientId, kind: "spc", userId: fixedId("principal:accord-sandbox"), ...keys });
  putPeople(tenant);
  putPolicies(tenant);
  putApp(tenant, "ConductorOne", { description: "Access profiles and groups of this tenant", id: tenant.systemAppId });
  seedOkta(tenant, world.now());
  seedPagerduty(tenant, world.now());
  seedAws(tenant);
  return openTenant(world, tenant.save());
}

/** A service principal is a user of type SERVICE. */
function putPrincipal(tenant: Tenant, name: string, roles: readonly string[]): void {
  const userId = fixedId(`principal:${name}`);
  tenant.principals.put({ userId, displayName: name, roles });
  tenant.users.put(
    User.make({
      createdAt: tenant.stamp(),
      displayName: name,
      id: userId,
      origin: "USER_ORIGIN_LOCAL",
      roleIds: roles.map(roleId),
      status: "ENABLED",
      type: "USER_TYPE_SERVICE",
    }),
  );
}

function putPeople(tenant: Tenant): void {
  for (const person of ACME_PEOPLE) {
    tenant.users.put(
      User.make({
        createdAt: tenant.stamp(),
        department: person.department,
        directoryIds: [fixedId("app:Okta")],
        directoryStatus: "ENABLED",
        displayName: `${person.firstName} ${person.lastName}`,
        email: person.login,
        emails: [person.login],
        id: personId(person.login),
        jobTitle: person.title,
        managerIds: person.manager === undefined ? [] : [personId(person.manager)],
        origin: "USER_ORIGIN_DIRECTORY",
        roleIds: person.login === ADMINISTRATOR ? [roleId(ROLES.superAdmin)] : [],
        profile: { department: person.department, title: person.title },
        status: "ENABLED",
        type: "USER_TYPE_HUMAN",
        updatedAt: tenant.stamp(),
        username: person.login,
        usernames: [person.login],
      }),
    );
  }
}

function putPolicies(tenant: Tenant): void {
  const approval = PolicyStep.make({
    approval: Approval.make({ appOwners: { allowSelfApproval: false, requireDistinctApprovers: false } }),
  });
  const accept = PolicyStep.make({ accept: { acceptMessage: "" } });
  const builtin = (displayName: string, policyType: Policy["policyType"], key: string, step: PolicyStep) =>
    tenant.policies.put(
      Policy.make({
        createdAt: tenant.stamp(),
        displayName,
        id: fixedId(`policy:${key}`),
        policySteps: { [key]: { steps: [step] } },
        policyType,
        systemBuiltin: true,
        updatedAt: tenant.stamp(),
      }),
    );
  builtin("Default Grant Policy", "POLICY_TYPE_GRANT", "grant", approval);
  builtin("Default Revoke Policy", "POLICY_TYPE_REVOKE", "revoke", accept);
  builtin("Default Review Policy", "POLICY_TYPE_CERTIFY", "certify", approval);
}

function seedOkta(tenant: Tenant, dueAt: number): void {
  const app = putApp(tenant, "Okta", { isDirectory: true });
  for (const type of OKTA_TYPES) putResourceType(tenant, app.id, { ...type, connectorType: type.name });
  putConnector(
    tenant,
    app,
    "okta_v2",
    { okta_v2_api_token: ACME_TOKENS.oktaForC1, okta_v2_domain: ACME_HOSTS.okta },
    dueAt,
  );
}

/** Already synced once, so that an on-call stack can be planned right after seeding. */
function seedPagerduty(tenant: Tenant, dueAt: number): void {
  const app = putApp(tenant, "PagerDuty");
  const connector = putConnector(tenant, app, "pagerduty", { pagerduty_api_token: ACME_TOKENS.pagerdutyForC1 }, dueAt);
  const types = PAGERDUTY_TYPES.map((type) => putResourceType(tenant, app.id, { ...type, connectorType: type.name }));
  const [type] = types;
  if (type === undefined) return;
  const displayName = scheduleName("Primary");
  const resource = putResource(tenant, type, displayName, { connectorId: connector.id, externalId: ACME_SCHEDULE_ID });
  const synced = (slug: string): EntitlementRow => {
    const externalId = connectorEntitlementId({ type: "schedule", externalId: ACME_SCHEDULE_ID }, slug);
    return putEntitlement(tenant, resource, `${displayName} schedule ${slug}`, {
      externalId,
      provisionerPolicy: ProvisionPolicy.make({ unconfigured: {} }),
      slug,
      sourceConnectorIds: { [connector.id]: externalId },
    });
  };
  const member = synced("member");
  const onCall = synced("on-call");
  for (const [index, login] of ACME_ROTATION.entries()) {
    const account = putAccount(tenant, app, login, connector.id);
    grantFromTheStart(tenant, member, account);
    if (index === 0) grantFromTheStart(tenant, onCall, account);
  }
}

/** No connector: a person provisions. */
function seedAws(tenant: Tenant): void {
  const app = putApp(tenant, "AWS", { isManuallyManaged: true });
  const resource = putResource(
    tenant,
    putResourceType(tenant, app.id, { displayName: "Role", kind: "ROLE" }),
    "prod-admin",
  );
  putEntitlement(tenant, resource, "prod-admin assigned", {
    description: "Administrator of the production account",
    isManuallyManaged: true,
    provisionerPolicy: ProvisionPolicy.make({
      manual: {
        assignee: null,
        instructions: "Add the person to the prod-admin role.",
        userIds: [personId(ADMINISTRATOR)],
      },
    }),
    purpose: "APP_ENTITLEMENT_PURPOSE_VALUE_ASSIGNMENT",
    slug: "assigned",
  });
}
