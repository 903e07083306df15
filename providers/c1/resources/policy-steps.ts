/** The steps of a policy, to and from C1 (c1.md §7.2). */

import type { WriteContext } from "../../../engine/kind.ts";
import type { Live, Spec, Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { asSpec, isList, isObject } from "../../../engine/value.ts";
import { type Fields, isFields, textsOf } from "../../shared/narrow.ts";
import { refId, refIds } from "../../shared/spec.ts";
import { durationText, fromWire, secondsOf, toWire } from "../client/duration.ts";
import { refOrNull, scopedId, scopedRef } from "../client/refs.ts";
import { count, enumWord, fields, flag, objects, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { namePeople, userIds } from "./people.ts";

export const APPROVAL_ARMS = [
  "manager",
  "users",
  "group",
  "appOwners",
  "entitlementOwners",
  "resourceOwners",
  "self",
  "expression",
  "webhook",
  "agent",
] as const;
const WITH_FALLBACK: readonly string[] = [
  "manager",
  "group",
  "entitlementOwners",
  "resourceOwners",
  "self",
  "expression",
];
const SWITCHES = [
  "allowReassignment",
  "allowDelegation",
  "requireApprovalReason",
  "requireDenialReason",
  "requireReassignmentReason",
] as const;
const MODE = "APPROVAL_AGENT_MODE_";
const FAILURE = "APPROVAL_AGENT_FAILURE_ACTION_";

/** Collects whom the steps name on the way. */
export interface StepReader {
  readonly reader: C1Reader;
  readonly people: Record<string, string>;
}

/** An arm that a stack cannot write is shown by its name, so that it never looks like one that it can. */
export async function stepToSpec(step: Fields, to: StepReader): Promise<Spec> {
  if (isFields(step.accept)) return { accept: { message: text(step.accept.acceptMessage) } };
  if (isFields(step.reject)) return { reject: { message: text(step.reject.rejectMessage) } };
  if (isFields(step.wait)) return { wait: waitToSpec(step.wait) };
  if (isFields(step.approval)) return { approval: await approvalToSpec(step.approval, to) };
  const other = Object.entries(step).find(([, body]) => isFields(body));
  return { [other?.[0] ?? "unknown"]: {} };
}

function waitToSpec(wait: Fields): Spec {
  const until = fields(wait.untilTime);
  const timeout = fromWire(wait.timeoutDuration);
  return {
    name: text(wait.name),
    ...(isFields(wait.condition) ? { condition: text(wait.condition.condition) } : {}),
    ...(isFields(wait.duration) ? { duration: fromWire(wait.duration.duration) ?? "" } : {}),
    ...(isFields(wait.untilTime)
      ? { until: { hours: count(until.hours), minutes: count(until.minutes), timezone: text(until.timezone) || "UTC" } }
      : {}),
    ...(timeout === undefined ? {} : { timeout }),
    commentOnFirstWait: text(wait.commentOnFirstWait),
    commentOnTimeout: text(wait.commentOnTimeout),
  };
}

/** `assigned` is the server's; escalation counts only where it is switched on (c1.md §14.5). */
async function approvalToSpec(approval: Fields, to: StepReader): Promise<Spec> {
  const arm = APPROVAL_ARMS.find((name) => isFields(approval[name]));
  return {
    ...(arm === undefined ? {} : { [arm]: await armToSpec(arm, fields(approval[arm]), to) }),
    ...Object.fromEntries(SWITCHES.map((name) => [name, flag(approval[name])])),
    allowedReassignees: await names(to, approval.allowedReassignees),
    stepUpProvider: text(approval.requiresStepUpProviderId),
    escalation: flag(approval.escalationEnabled) ? await escalationToSpec(fields(approval.escalation), to) : null,
  };
}

async function armToSpec(arm: string, body: Fields, to: StepReader): Promise<Spec> {
  if (arm === "webhook") return { id: text(body.webhookId) };
  if (arm === "agent") {
    return {
      instructions: text(body.instructions),
      mode: enumWord(body.agentMode, MODE),
      onFailure: enumWord(body.agentFailureAction, FAILURE),
      reassignTo: await names(to, body.reassignToUserIds),
      policies: textsOf(body.policyIds).map((id) => ({ id })),
    };
  }
  return {
    ...(arm === "self"
      ? {}
      : {
          allowSelfApproval: flag(body.allowSelfApproval),
          requireDistinctApprovers: flag(body.requireDistinctApprovers),
        }),
    ...(arm === "users" ? { users: await names(to, body.userIds) } : {}),
    ...(arm === "group" ? { group: { id: scopedId({ appId: text(body.appId), id: text(body.appGroupId) }) } } : {}),
    ...(arm === "expression" ? { cel: [...textsOf(body.expressions)] } : {}),
    ...(WITH_FALLBACK.includes(arm) ? await fallbackToSpec(body, to) : {}),
  };
}

async function fallbackToSpec(body: Fields, to: StepReader): Promise<Spec> {
  const on = flag(body.fallback);
  return {
    fallbackUsers: on ? await names(to, body.fallbackUserIds) : [],
    fallbackGroups:
      on && flag(body.isGroupFallbackEnabled)
        ? objects(body.fallbackGroupIds).map((group) => ({
            id: scopedId({ appId: text(group.appId), id: text(group.appEntitlementId) }),
          }))
        : [],
  };
}

async function escalationToSpec(escalation: Fields, to: StepReader): Promise<Spec> {
  const reassign = fields(escalation.reassignToApprovers);
  const replace = fields(escalation.replacePolicy);
  const action = isFields(escalation.cancelTicket)
    ? "cancel"
    : isFields(escalation.skipStep)
      ? "skip"
      : isFields(escalation.replacePolicy)
        ? "replace"
        : "reassign";
  return {
    after: durationText(count(escalation.expiration)),
    comment: text(escalation.escalationComment),
    do: action,
    people: await names(to, reassign.approverIds),
    policy: refOrNull(replace.policyId),
  };
}

async function names(to: StepReader, ids: unknown): Promise<readonly string[]> {
  const named = await namePeople(to.reader, textsOf(ids));
  Object.assign(to.people, named.people);
  return named.logins;
}

export interface StepWriter {
  readonly context: WriteContext;
  readonly live?: Live;
}

export function stepToApi(step: Value, to: StepWriter): Fields {
  const spec = asSpec(step);
  if (isObject(spec.accept)) return { accept: { acceptMessage: text(spec.accept.message) } };
  if (isObject(spec.reject)) return { reject: { rejectMessage: text(spec.reject.message) } };
  if (isObject(spec.wait)) return { wait: waitToApi(spec.wait) };
  if (isObject(spec.approval)) return { approval: approvalToApi(spec.approval, to) };
  throw unwritable(`A step "${Object.keys(spec).join(", ")}"`);
}

/** Comes back only where an undo would restore what a person made in C1. */
function unwritable(what: string): ProblemError {
  return new ProblemError({
    code: "unwritable-step",
    message: `${what} can be made in C1 only.`,
    hint: "Make it there, and leave the steps or branches that hold it out of the document.",
  });
}

function waitToApi(wait: Spec): Fields {
  const until = asSpec(wait.until ?? {});
  return {
    name: text(wait.name),
    commentOnFirstWait: text(wait.commentOnFirstWait),
    commentOnTimeout: text(wait.commentOnTimeout),
    ...(wait.timeout === undefined ? {} : { timeoutDuration: toWire(text(wait.timeout)) }),
    ...(wait.condition === undefined ? {} : { condition: { condition: text(wait.condition) } }),
    ...(wait.duration === undefined ? {} : { duration: { duration: toWire(text(wait.duration)) } }),
    ...(wait.until === undefined
      ? {}
      : { untilTime: { hours: count(until.hours), minutes: count(until.minutes), timezone: text(until.timezone) } }),
  };
}

function approvalToApi(approval: Spec, to: StepWriter): Fields {
  const arm = APPROVAL_ARMS.find((name) => isObject(approval[name]));
  if (arm === undefined) throw unwritable("An approval of nobody");
  const escalation = isObject(approval.escalation) ? approval.escalation : undefined;
  return {
    [arm]: armToApi(arm, asSpec(approval[arm] ?? {}), to),
    ...Object.fromEntries(SWITCHES.map((name) => [name, flag(approval[name])])),
    allowedReassignees: ids(approval.allowedReassignees, to),
    ...(text(approval.stepUpProvider) === "" ? {} : { requiresStepUpProviderId: text(approval.stepUpProvider) }),
    escalationEnabled: escalation !== undefined,
    ...(escalation === undefined ? {} : { escalation: escalationToApi(escalation, to) }),
  };
}

function armToApi(arm: string, spec: Spec, to: StepWriter): Fields {
  if (arm === "webhook") return { webhookId: text(spec.id) };
  if (arm === "agent") {
    return {
      instructions: text(spec.instructions),
      agentMode: `${MODE}${(text(spec.mode) || "comment_only").toUpperCase()}`,
      agentFailureAction: `${FAILURE}${(text(spec.onFailure) || "reassign_to_super_admins").toUpperCase()}`,
      reassignToUserIds: ids(spec.reassignTo, to),
      policyIds: refIds(spec.policies),
    };
  }
  const group = refId(spec.group);
  const ref = arm === "group" && group !== undefined ? scopedRef(group) : undefined;
  return {
    ...(arm === "self"
      ? {}
      : {
          allowSelfApproval: flag(spec.allowSelfApproval),
          requireDistinctApprovers: flag(spec.requireDistinctApprovers),
        }),
    ...(arm === "users" ? { userIds: ids(spec.users, to) } : {}),
    ...(ref === undefined ? {} : { appId: ref.appId, appGroupId: ref.id }),
    ...(arm === "expression" ? { expressions: textsOf(spec.cel) } : {}),
    ...(WITH_FALLBACK.includes(arm) ? fallbackToApi(spec, to) : {}),
  };
}

/** `fallback: true` with nobody to fall back on is a server error (c1.md §7.2). */
function fallbackToApi(spec: Spec, to: StepWriter): Fields {
  const users = ids(spec.fallbackUsers, to);
  const groups = refIds(spec.fallbackGroups).map(scopedRef);
  return {
    fallback: users.length + groups.length > 0,
    fallbackUserIds: users,
    isGroupFallbackEnabled: groups.length > 0,
    fallbackGroupIds: groups.map(({ appId, id }) => ({ appId, appEntitlementId: id })),
  };
}

function escalationToApi(escalation: Spec, to: StepWriter): Fields {
  const base = {
    expiration: String(secondsOf(text(escalation.after)) ?? 0),
    escalationComment: text(escalation.comment),
  };
  switch (escalation.do) {
    case "cancel":
      return { ...base, cancelTicket: {} };
    case "skip":
      return { ...base, skipStep: {} };
    case "replace":
      return { ...base, replacePolicy: { policyId: refId(escalation.policy) ?? "" } };
    default:
      return { ...base, reassignToApprovers: { approverIds: ids(escalation.people, to) } };
  }
}

function ids(logins: Value | undefined, to: StepWriter): readonly string[] {
  return userIds(isList(logins) ? logins : [], to.context, to.live);
}
