/**
 * Templates of access reviews: no list, owners only at creation, and a mask that may not be left out (c1.md §2, §10).
 * Which entitlements a template takes in is kept beside it. No campaign is ever made of one here.
 */
import { isFields } from "../../../shared/narrow.ts";
import { type Context, checkAnnotations, type Endpoint, param, reads, required, updated, writes } from "../endpoint.ts";
import { setOwners } from "../owners.ts";
import { checkMembershipRule } from "../population.ts";
import { isAlive } from "../search.ts";
import {
  CreateReviewTemplate,
  type ReviewScope,
  ReviewTemplate,
  SetScopeAndEntitlements,
  SetupEntitlement,
} from "../shapes/access-review.ts";
import { denied, invalid, notFound } from "../status.ts";
import { inApp, setupKey, type Tenant } from "../tenant.ts";

const BASE = "/api/v1/access_review_template";
const AREA = "reviews";
const WRITABLE = [
  "accessReviewDuration",
  "accuracyIssueAction",
  "annotations",
  "autoCloseCampaign",
  "autoCloseDecision",
  "autoGenerateReport",
  "autoStartCampaign",
  "columnConfig",
  "defaultView",
  "description",
  "displayName",
  "exemptCertifiedAccessConflicts",
  "inclusionScope",
  "isCampaignScheduleEnabled",
  "notificationConfig",
  "policyId",
  "recurrenceRule",
  "reviewInstructions",
  "reviewerAttributeConfig",
  "scope",
  "scopeType",
  "signatureConfig",
  "slackChannel",
  "usePolicyOverride",
] as const;

export const accessReviewEndpoints: readonly Endpoint[] = [
  writes("POST", BASE, AREA, "accessReviewTemplate.create", create),
  reads("GET", `${BASE}/{id}`, AREA, (context) => ({ accessReviewTemplate: shown(found(context, "id")) })),
  writes("POST", `${BASE}/{id}`, AREA, "accessReviewTemplate.update", update),
  writes("DELETE", `${BASE}/{id}`, AREA, "accessReviewTemplate.delete", (context) => {
    const { tenant } = context;
    tenant.reviewTemplates.put({ ...live(context, "id"), deletedAt: tenant.stamp() });
    return {};
  }),
  reads("GET", `${BASE}/{access_review_template_id}/scope_and_entitlements`, AREA, (context) =>
    setup(context.tenant, found(context, "access_review_template_id")),
  ),
  writes(
    "POST",
    `${BASE}/{access_review_template_id}/scope_and_entitlements`,
    AREA,
    "accessReviewTemplate.setScopeAndEntitlements",
    setScope,
  ),
];

function create(context: Context): unknown {
  const { tenant } = context;
  const { ownerIds, ...asked } = CreateReviewTemplate.make(CreateReviewTemplate.given(context.body));
  required(asked.displayName, "AccessReviewTemplateServiceCreateRequest.DisplayName");
  if (ownerIds.length === 0) throw invalid("invalid owner_ids: at least one owner is required");
  checkAnnotations(asked.annotations);
  checkSignature(asked.signatureConfig !== null);
  check(tenant, asked);
  const now = tenant.stamp();
  const template = ReviewTemplate.make({ ...asked, createdAt: now, id: tenant.newId(), updatedAt: now });
  setOwners(tenant, `reviewTemplate/${template.id}`, { users: ownerIds });
  context.touch(template.id);
  return { accessReviewTemplate: shown(tenant.reviewTemplates.put(template)) };
}

function update(context: Context): unknown {
  const template = live(context, "id");
  const { body, tenant } = context;
  if (!isFields(body) || typeof body.updateMask !== "string" || body.updateMask === "") {
    throw invalid("update_mask is required");
  }
  // Naming it is enough, changed or not (c1.md §2).
  checkSignature(/(^|,)\s*signatureConfig\b/.test(body.updateMask));
  const patch = updated(body, "accessReviewTemplate", ReviewTemplate, template, WRITABLE);
  const next = { ...template, ...patch, updatedAt: tenant.stamp() };
  check(tenant, next);
  return { accessReviewTemplate: shown(tenant.reviewTemplates.put(next)) };
}

/** Replaces both: what is left out is emptied. */
function setScope(context: Context): unknown {
  const template = live(context, "access_review_template_id");
  const { tenant } = context;
  const { entitlements, scope } = SetScopeAndEntitlements.make(SetScopeAndEntitlements.given(context.body));
  const before = tenant.reviewEntitlements.by("template", template.id);
  const now = tenant.stamp();
  const rows = entitlements.map(({ appEntitlementId, appId }) => {
    const entitlement = tenant.entitlements.get(inApp(appId, appEntitlementId));
    if (entitlement === undefined || !isAlive(entitlement)) throw notFound("app entitlement");
    const kept = before.find((row) => row.appId === appId && row.appEntitlementId === appEntitlementId);
    return SetupEntitlement.make({
      accessReviewTemplateId: template.id,
      appEntitlementId,
      appId,
      appResourceId: entitlement.appResourceId,
      appResourceTypeId: entitlement.appResourceTypeId,
      createdAt: kept?.createdAt ?? now,
      tenantId: tenant.id,
      updatedAt: now,
    });
  });
  const next = { ...template, scope, updatedAt: now };
  check(tenant, next);
  for (const row of before) tenant.reviewEntitlements.delete(setupKey(row));
  for (const row of rows) tenant.reviewEntitlements.put(row);
  return setup(tenant, tenant.reviewTemplates.put(next));
}

function setup(tenant: Tenant, template: ReviewTemplate) {
  const list = tenant.reviewEntitlements.by("template", template.id).map((row) => ({
    accessReviewTemplateEntitlement: SetupEntitlement.make({ ...row, policyId: template.policyId }),
    appPath: "",
    entitlementPath: "",
    policyPath: "",
  }));
  return { expanded: [], list, scope: template.scope };
}

/** What it refers to exists, and its expressions compile; those about accounts are taken as they are. */
function check(tenant: Tenant, template: Pick<ReviewTemplate, "policyId"> & { scope: ReviewScope | null }): void {
  if (template.policyId !== "" && tenant.policies.get(template.policyId) === undefined) throw notFound("policy");
  const expression = template.scope?.celExpression?.expression;
  if (expression !== undefined) checkMembershipRule(tenant, expression);
}

/** Signing needs a feature that this tenant has not. */
function checkSignature(isNamed: boolean): void {
  if (isNamed) throw denied("signature is not enabled for this tenant");
}

/** When the next campaign is due: from the rule's start on (assumption), as long as the schedule is on. */
function shown(template: ReviewTemplate): ReviewTemplate {
  const next = template.isCampaignScheduleEnabled ? (template.recurrenceRule?.startDate ?? null) : null;
  return ReviewTemplate.make({ ...template, nextScheduledCampaignAt: next });
}

function found(context: Context, parameter: string): ReviewTemplate {
  const template = context.tenant.reviewTemplates.get(param(context, parameter));
  if (template === undefined) throw notFound("access review template");
  return template;
}

function live(context: Context, parameter: string): ReviewTemplate {
  const template = found(context, parameter);
  if (!isAlive(template)) throw notFound("access review template");
  return template;
}
