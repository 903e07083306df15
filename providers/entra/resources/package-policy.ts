/** Who may have a package, how, and for how long: a policy's few fields ↔ Graph's many, which a change sends back whole. */
import type { Spec, Value } from "../../../engine/model.ts";
import { isList, isObject } from "../../../engine/value.ts";
import { textsOf } from "../../shared/narrow.ts";
import { refIds } from "../../shared/spec.ts";
import type { EntitlementBody } from "../client/access-packages.ts";

export type PolicySpec = Spec & {
  readonly description?: string;
  readonly allowedTargetScope?: string;
  readonly targetUsers?: readonly string[];
  readonly targetGroups?: readonly { readonly id: string }[];
  readonly membershipRule?: string | null;
  readonly removeWhenRuleEnds?: boolean;
  readonly gracePeriod?: string;
  readonly expiresAfter?: string | null;
  readonly approvers?: readonly string[];
  readonly approverGroups?: readonly { readonly id: string }[];
  readonly managerApproves?: boolean;
  readonly denyAfter?: string;
};

type Raw = Readonly<Record<string, Value>>;

const USER = "#microsoft.graph.singleUser";
const GROUP = "#microsoft.graph.groupMembers";
const RULE = "#microsoft.graph.attributeRuleMembers";
const MANAGER = "#microsoft.graph.requestorManager";
const READ_ONLY = ["id", "createdDateTime", "modifiedDateTime", "accessPackage", "catalog"];
const GRACE = "P7D";
const DENIAL = "P14D";

/** Ids of people named by a policy. */
export function peopleIn(raw: Raw): readonly string[] {
  return [...targetsIn(raw), ...approversIn(raw)].flatMap((one) =>
    one["@odata.type"] === USER && typeof one.userId === "string" ? [one.userId] : [],
  );
}

export function policySpec(raw: Raw, logins: ReadonlyMap<string, string>): PolicySpec {
  const targets = targetsIn(raw);
  const approvers = approversIn(raw);
  const rule = targets.find((one) => one["@odata.type"] === RULE)?.membershipRule;
  const automatic = objectIn(raw, "automaticRequestSettings");
  const expiration = objectIn(raw, "expiration");
  const [stage] = stagesIn(raw);
  return {
    description: textIn(raw, "description") ?? "",
    allowedTargetScope: textIn(raw, "allowedTargetScope") ?? "notSpecified",
    targetUsers: usersIn(targets, logins),
    targetGroups: groupsIn(targets),
    membershipRule: typeof rule === "string" ? rule : null,
    ...(typeof rule === "string"
      ? {
          removeWhenRuleEnds: automatic.removeAccessWhenTargetLeavesAllowedTargets === true,
          gracePeriod: textIn(automatic, "gracePeriodBeforeAccessRemoval") ?? GRACE,
        }
      : {}),
    expiresAfter: expiration.type === "afterDuration" ? (textIn(expiration, "duration") ?? null) : null,
    approvers: usersIn(approvers, logins),
    approverGroups: groupsIn(approvers),
    managerApproves: approvers.some((one) => one["@odata.type"] === MANAGER),
    ...(stage === undefined ? {} : { denyAfter: textIn(stage, "durationBeforeAutomaticDenial") ?? DENIAL }),
  };
}

/** The policy with what is declared laid over what it was: what no field holds stays (entra.md §11: PUT replaces all). */
export function policyBody(
  name: string,
  spec: PolicySpec,
  before: Raw,
  id: (login: string) => string,
): EntitlementBody {
  const kept = Object.fromEntries(
    Object.entries(before).filter(([field]) => !READ_ONLY.includes(field) && !field.startsWith("@")),
  );
  const targets = subjects(targetsIn(before), spec.targetUsers, spec.targetGroups, id);
  const rule = spec.membershipRule;
  const scope = spec.allowedTargetScope ?? textIn(before, "allowedTargetScope") ?? "notSpecified";
  const wasAutomatic = targetsIn(before).some((one) => one["@odata.type"] === RULE);
  const automatic = rule === undefined ? wasAutomatic : rule !== null;
  const selfService = scope !== "notSpecified" && !automatic;
  return {
    ...kept,
    displayName: name,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    allowedTargetScope: scope,
    specificAllowedTargets: rule === undefined ? targets : withRule(targets, name, rule),
    ...(spec.expiresAfter === undefined ? {} : { expiration: expirationOf(spec.expiresAfter) }),
    requestorSettings: {
      ...objectIn(before, "requestorSettings"),
      enableTargetsToSelfAddAccess: selfService,
      enableTargetsToSelfRemoveAccess: selfService,
    },
    requestApprovalSettings: approvalOf(spec, before, id),
    automaticRequestSettings: automatic ? automaticOf(spec, before) : null,
  };
}

function withRule(targets: readonly Raw[], name: string, rule: string | null): readonly Raw[] {
  const others = targets.filter((one) => one["@odata.type"] !== RULE);
  return rule === null ? others : [...others, { "@odata.type": RULE, description: name, membershipRule: rule }];
}

function automaticOf(spec: PolicySpec, before: Raw): Raw {
  const old = objectIn(before, "automaticRequestSettings");
  return {
    ...old,
    requestAccessForAllowedTargets: true,
    removeAccessWhenTargetLeavesAllowedTargets:
      spec.removeWhenRuleEnds ?? old.removeAccessWhenTargetLeavesAllowedTargets ?? true,
    gracePeriodBeforeAccessRemoval: spec.gracePeriod ?? old.gracePeriodBeforeAccessRemoval ?? GRACE,
  };
}

/** The first stage is ours; further ones, escalation and who stands in for whom stay as they are. */
function approvalOf(spec: PolicySpec, before: Raw, id: (login: string) => string): Raw {
  const old = objectIn(before, "requestApprovalSettings");
  const [stage, ...more] = stagesIn(before);
  const named = subjects(approversIn(before), spec.approvers, spec.approverGroups, id);
  const others = named.filter((one) => one["@odata.type"] !== MANAGER);
  const manager = spec.managerApproves ?? named.length > others.length;
  const approvers = manager ? [...others, { "@odata.type": MANAGER, managerLevel: 1 }] : others;
  if (approvers.length === 0) return { ...old, isApprovalRequiredForAdd: false, stages: [] };
  const first = {
    isApproverJustificationRequired: false,
    isEscalationEnabled: false,
    ...stage,
    durationBeforeAutomaticDenial: spec.denyAfter ?? textIn(stage ?? {}, "durationBeforeAutomaticDenial") ?? DENIAL,
    primaryApprovers: approvers,
  };
  return { ...old, isApprovalRequiredForAdd: true, stages: [first, ...more] };
}

/** People and groups as declared; what is not declared, and every other sort of subject, as it was. */
function subjects(
  before: readonly Raw[],
  users: readonly string[] | undefined,
  groups: PolicySpec["targetGroups"],
  id: (login: string) => string,
): readonly Raw[] {
  const kept = before.filter(
    (one) =>
      !(one["@odata.type"] === USER && users !== undefined) && !(one["@odata.type"] === GROUP && groups !== undefined),
  );
  return [
    ...(users ?? []).map((login) => ({ "@odata.type": USER, userId: id(login) })),
    ...refIds(groups).map((groupId) => ({ "@odata.type": GROUP, groupId })),
    ...kept,
  ];
}

function expirationOf(duration: string | null): Raw {
  return duration === null ? { type: "noExpiration" } : { type: "afterDuration", duration };
}

function usersIn(subjectSets: readonly Raw[], logins: ReadonlyMap<string, string>): readonly string[] {
  return subjectSets.flatMap((one) => {
    const login = one["@odata.type"] === USER ? logins.get(String(one.userId)) : undefined;
    return login === undefined ? [] : [login];
  });
}

function groupsIn(subjectSets: readonly Raw[]): readonly { readonly id: string }[] {
  return subjectSets.flatMap((one) => (one["@odata.type"] === GROUP ? [{ id: String(one.groupId) }] : []));
}

function targetsIn(raw: Raw): readonly Raw[] {
  return objectsIn(raw.specificAllowedTargets);
}

function approversIn(raw: Raw): readonly Raw[] {
  return objectsIn(stagesIn(raw)[0]?.primaryApprovers);
}

function stagesIn(raw: Raw): readonly Raw[] {
  return objectsIn(objectIn(raw, "requestApprovalSettings").stages);
}

function objectsIn(value: Value | undefined): readonly Raw[] {
  return isList(value) ? value.filter(isObject) : [];
}

function objectIn(raw: Raw, name: string): Raw {
  const value = raw[name];
  return isObject(value) ? value : {};
}

function textIn(raw: Raw, name: string): string | undefined {
  const [text] = textsOf([raw[name]]);
  return text;
}
