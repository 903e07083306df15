/** What every tenant or app has from the start. */
import type { AppRow, EntitlementRow, ResourceTypeRow } from "./rows.ts";
import { ResourceType } from "./shapes/app.ts";
import { Entitlement } from "./shapes/entitlement.ts";
import type { Policy } from "./shapes/policy.ts";
import type { Tenant } from "./tenant.ts";

/** The same id in every app (c1.md §2). */
export const ACCESS_ENTITLEMENT_ID = "287oY0rG4UirjDNFEYguMBvxyim";

export function putAccessEntitlement(tenant: Tenant, app: AppRow): EntitlementRow {
  const now = tenant.stamp();
  return tenant.entitlements.put({
    ...Entitlement.make({
      appId: app.id,
      createdAt: now,
      description: `Has an account in ${app.displayName}`,
      displayName: "Access",
      durationUnset: {},
      id: ACCESS_ENTITLEMENT_ID,
      provisionerPolicy: null,
      purpose: "APP_ENTITLEMENT_PURPOSE_VALUE_ASSIGNMENT",
      slug: "access",
      systemBuiltin: true,
      updatedAt: now,
    }),
    membership: "MEMBER",
  });
}

export function putResourceType(
  tenant: Tenant,
  appId: string,
  type: { displayName: string; kind: string; connectorType?: string },
): ResourceTypeRow {
  const now = tenant.stamp();
  return tenant.resourceTypes.put({
    ...ResourceType.make({ appId, createdAt: now, displayName: type.displayName, id: tenant.newId(), updatedAt: now }),
    kind: type.kind,
    connectorType: type.connectorType ?? "",
  });
}

/** The policy that counts where neither entitlement nor app names one. */
export function builtinPolicy(tenant: Tenant, type: Policy["policyType"]): Policy {
  const found = tenant.policies.rows().find((policy) => policy.systemBuiltin && policy.policyType === type);
  if (found === undefined) throw new Error(`the tenant has no builtin policy of type ${type}`);
  return found;
}
