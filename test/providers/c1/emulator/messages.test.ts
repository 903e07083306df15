/** Each message that the emulator describes has exactly the fields of the official description. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import * as review from "../../../../providers/c1/emulator/shapes/access-review.ts";
import * as app from "../../../../providers/c1/emulator/shapes/app.ts";
import * as catalog from "../../../../providers/c1/emulator/shapes/catalog.ts";
import * as conflict from "../../../../providers/c1/emulator/shapes/conflict.ts";
import * as connector from "../../../../providers/c1/emulator/shapes/connector.ts";
import * as entitlement from "../../../../providers/c1/emulator/shapes/entitlement.ts";
import * as person from "../../../../providers/c1/emulator/shapes/person.ts";
import * as policy from "../../../../providers/c1/emulator/shapes/policy.ts";
import * as task from "../../../../providers/c1/emulator/shapes/task.ts";
import { at } from "./tenant.ts";

const OFFICIAL: Readonly<Record<string, { readonly fields: object }>> = {
  "app.v1.App": app.App,
  "app.v1.AppEntitlement": entitlement.Entitlement,
  "app.v1.AppEntitlementAutomation": entitlement.EntitlementAutomation,
  "app.v1.AppEntitlementUserView": entitlement.GrantView,
  "app.v1.AppEntitlementView": entitlement.EntitlementView,
  "app.v1.AppResource": app.Resource,
  "app.v1.AppResourceType": app.ResourceType,
  "app.v1.AppResourceView": app.ResourceView,
  "app.v1.AppUser": entitlement.AppUser,
  "app.v1.Connector": connector.Connector,
  "app.v1.ConnectorCredential": connector.ConnectorCredential,
  "app.v1.ConnectorServiceCreateDelegatedRequestInput": connector.CreateDelegatedConnector,
  "app.v1.ConnectorServiceCreateRequestInput": connector.CreateConnector,
  "app.v1.CreateAppEntitlementRequestInput": entitlement.CreateEntitlement,
  "app.v1.CreateAppRequest": app.CreateApp,
  "app.v1.UpdateAppEntitlementRequestInput": entitlement.UpdateEntitlement,
  "accessconflict.v1.ConflictMonitor": conflict.Monitor,
  "accessconflict.v1.ConflictMonitorCreateRequest": conflict.CreateMonitor,
  "accessconflict.v1.ConflictMonitorUpdateRequestInput": conflict.UpdateMonitor,
  "accessreview.v1.AccessReviewScopeV2": review.ReviewScope,
  "accessreview.v1.AccessReviewTemplate": review.ReviewTemplate,
  "accessreview.v1.AccessReviewTemplateServiceCreateRequest": review.CreateReviewTemplate,
  "accessreview.v1.AccessReviewTemplateSetupEntitlement": review.SetupEntitlement,
  "accessreview.v1.AccessReviewTemplateSetupEntitlementServiceSetRequestInput": review.SetScopeAndEntitlements,
  "integration.connector.v1.ConfigSchema": connector.ConfigSchema,
  "integration.connector.v1.Field": connector.ConfigField,
  "policy.v1.Approval": policy.Approval,
  "policy.v1.CreatePolicyRequest": policy.CreatePolicy,
  "policy.v1.Policy": policy.Policy,
  "policy.v1.PolicyInstance": policy.PolicyInstance,
  "policy.v1.PolicyStep": policy.PolicyStep,
  "policy.v1.PolicyStepInstance": policy.PolicyStepInstance,
  "policy.v1.ProvisionPolicy": policy.ProvisionPolicy,
  "policy.v1.Rule": policy.PolicyRule,
  "requestcatalog.v1.BundleAutomation": catalog.BundleAutomation,
  "requestcatalog.v1.RequestCatalog": catalog.Catalog,
  "requestcatalog.v1.RequestCatalogManagementServiceCreateRequest": catalog.CreateCatalog,
  "requestcatalog.v1.RequestCatalogView": catalog.CatalogView,
  "requestcatalog.v1.SetBundleAutomationRequestInput": catalog.SetBundleAutomation,
  "task.v1.Task": task.Task,
  "task.v1.TaskServiceCreateGrantRequest": task.CreateGrantTask,
  "task.v1.TaskServiceCreateRevokeRequest": task.CreateRevokeTask,
  "task.v1.TaskView": task.TaskView,
  "user.v1.User": person.User,
  "user.v1.UserView": person.UserView,
};

const folder = process.env.ACCORD_SPECS ?? "";

describe.skipIf(folder === "")("messages, where ACCORD_SPECS names the official descriptions", () => {
  const schemas =
    folder === "" ? undefined : at(load(readFileSync(join(folder, "c1.openapi.yaml"), "utf8")), "components.schemas");
  it.each(Object.entries(OFFICIAL))("%s", (name, { fields }) => {
    const described: unknown = Reflect.get(Object(schemas), `c1.api.${name}`);
    expect(Object.keys(fields).toSorted()).toEqual(Object.keys(Object(at(described, "properties"))).toSorted());
  });
});
