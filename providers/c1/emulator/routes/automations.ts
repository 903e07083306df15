/** Automations (c1.md §9): kept and checked, never run. A read-only administrator sees none (§1). */
import { randomBytes } from "node:crypto";
import {
  type Context,
  checkAnnotations,
  type Endpoint,
  page,
  param,
  queriedPage,
  reads,
  required,
  updated,
  writes,
} from "../endpoint.ts";
import { among, isAlive, mentions } from "../search.ts";
import { Automation, CreateAutomation, SearchAutomations, STEP_ARMS, TRIGGER_ARMS } from "../shapes/automation.ts";
import { invalid, notFound } from "../status.ts";
import { liveApp } from "./apps.ts";

const BASE = "/api/v1/automations";
const WRITABLE = [
  "annotations",
  "automationSteps",
  "circuitBreakerMax",
  "circuitBreakerPeriod",
  "context",
  "description",
  "displayName",
  "draftAutomationSteps",
  "draftTriggers",
  "enabled",
  "isDraft",
  "triggers",
] as const;

export const automationEndpoints: readonly Endpoint[] = [
  reads("GET", BASE, "automations", (context) =>
    page(queriedPage(context), context.tenant.workflows, isAlive, (one) => Automation.make(one)),
  ),
  writes("POST", BASE, "automations", "automation.create", create),
  reads("GET", `${BASE}/{id}`, "automations", (context) => ({ automation: found(context) })),
  writes("POST", `${BASE}/{id}`, "automations", "automation.update", (context) => {
    const { tenant } = context;
    const before = live(context);
    const next = { ...before, ...updated(context.body, "automation", Automation, before, WRITABLE) };
    check(next);
    const currentVersion = String(Number(before.currentVersion) + 1);
    const automation = tenant.workflows.put({ ...next, currentVersion, updatedAt: tenant.stamp() });
    return { automation, ...secretsOf(automation, before) };
  }),
  writes("DELETE", `${BASE}/{id}`, "automations", "automation.delete", (context) => {
    context.tenant.workflows.put({ ...live(context), deletedAt: context.tenant.stamp() });
    return {};
  }),
  reads("POST", "/api/v1/search/automations", "automations", (context) => {
    const asked = SearchAutomations.make(SearchAutomations.given(context.body));
    const apps = asked.appId === "" ? asked.appIds : [asked.appId, ...asked.appIds];
    const ids = asked.refs.map((ref) => ref.id);
    const keep = (one: Automation): boolean =>
      isAlive(one) && among(apps, one.appId) && among(ids, one.id) && mentions(asked.query, one.displayName);
    return page(asked, context.tenant.workflows, keep, (one) => Automation.make(one));
  }),
];

function create(context: Context): unknown {
  const { tenant } = context;
  const asked = CreateAutomation.make(CreateAutomation.given(context.body));
  checkAnnotations(asked.annotations);
  if (asked.appId !== "") liveApp(tenant, asked.appId);
  const now = tenant.stamp();
  // Drafts start as what is published.
  const draftTriggers = asked.draftTriggers.length > 0 ? asked.draftTriggers : asked.triggers;
  const draftAutomationSteps =
    asked.draftAutomationSteps.length > 0 ? asked.draftAutomationSteps : asked.automationSteps;
  const automation = Automation.make({
    ...asked,
    createdAt: now,
    currentVersion: "1",
    draftAutomationSteps,
    draftTriggers,
    id: tenant.newId(),
    updatedAt: now,
  });
  check(automation);
  context.touch(automation.id);
  return { automation: tenant.workflows.put(automation), ...secretsOf(automation) };
}

/** Shown once, when the trigger is saved. */
function secretsOf(automation: Automation, before?: Automation) {
  const has = (one: Automation | undefined, arm: "hmac" | "capabilityUrl"): boolean =>
    one?.triggers.some((trigger) => trigger.webhook?.[arm] != null) ?? false;
  const made = (arm: "hmac" | "capabilityUrl"): boolean => has(automation, arm) && !has(before, arm);
  const secret = randomBytes(24).toString("base64url");
  return {
    webhookCapabilityUrl: made("capabilityUrl") ? `https://acme.conductor.one/webhooks/${secret}` : "",
    webhookHmacSecret: made("hmac") ? secret : "",
  };
}

function check(automation: Automation): void {
  required(automation.displayName, "Automation.DisplayName");
  const names = automation.automationSteps.map((step) => required(step.stepName, "AutomationStep.StepName"));
  if (new Set(names).size !== names.length) throw invalid("invalid automation_steps: step names must be unique");
  for (const step of automation.automationSteps) oneArm(step, STEP_ARMS, "automation_steps");
  for (const trigger of automation.triggers) {
    const arm = oneArm(trigger, TRIGGER_ARMS, "triggers");
    // No directory may be asked in a trigger's condition (c1.md §12.1).
    const condition = Object.entries(arm).find(([name]) => name === "condition")?.[1];
    if (typeof condition === "string" && /\bc1\./.test(condition)) {
      throw invalid("invalid cel expression: undeclared reference to 'c1'");
    }
  }
}

function oneArm(item: object, arms: readonly string[], where: string): object {
  const set = Object.entries(item).filter(([name, value]) => arms.includes(name) && value !== null);
  const [arm] = set;
  if (arm === undefined) throw invalid(`invalid ${where}: exactly one kind is required`);
  return typeof arm[1] === "object" && arm[1] !== null ? arm[1] : {};
}

function found(context: Context): Automation {
  const automation = context.tenant.workflows.get(param(context, "id"));
  if (automation === undefined) throw notFound("automation");
  return automation;
}

function live(context: Context): Automation {
  const automation = found(context);
  if (!isAlive(automation)) throw notFound("automation");
  return automation;
}
