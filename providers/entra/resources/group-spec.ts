/** Graph's group ↔ the spec of a document. */
import type { FieldChange, Live, Spec, Value } from "../../../engine/model.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import { refId } from "../../shared/spec.ts";
import type { Group, Links } from "../client/groups.ts";
import { markerOf } from "./marker.ts";

export type GroupSpec = Spec & {
  readonly displayName?: string;
  readonly type?: "security" | "microsoft365";
  readonly description?: string | null;
  readonly mailNickname?: string;
  readonly visibility?: "Public" | "Private" | "HiddenMembership";
  readonly classification?: string | null;
  readonly preferredLanguage?: string | null;
  readonly roleAssignable?: boolean;
  readonly membershipRule?: string | null;
  readonly membershipRuleProcessingState?: "On" | "Paused";
  readonly members?: readonly string[];
  readonly memberGroups?: readonly { readonly id: string }[];
  readonly owners?: readonly string[];
};

export interface Named {
  readonly id: string;
  readonly label: string;
}

/** Who is in a group, by sort; what a document cannot name is only counted. */
export interface People {
  readonly members: readonly Named[];
  readonly groups: readonly Named[];
  readonly owners: readonly Named[];
  /** Applications and devices among the members, applications among the owners. */
  readonly others: number;
  /** "grace@acme.example, member until …": there by an activation of their own, and not counted as standing. */
  readonly activated: readonly string[];
}

export function isDynamic(group: Pick<Group, "types">): boolean {
  return group.types.includes("DynamicMembership");
}

export function isUnified(group: Pick<Group, "types">): boolean {
  return group.types.includes("Unified");
}

export function toSpec(found: Group, people: People | undefined, fields: ReadonlySet<string>): Live<GroupSpec> {
  const readOnly = readOnlyReason(found);
  const marker = markerOf(found.uniqueName);
  const has = (field: string): boolean => people !== undefined && fields.has(field);
  const named = [...(has("members") ? (people?.members ?? []) : []), ...(has("owners") ? (people?.owners ?? []) : [])];
  return {
    id: found.id,
    spec: {
      displayName: found.name,
      type: isUnified(found) ? "microsoft365" : "security",
      ...(found.description === undefined ? {} : { description: found.description }),
      ...(found.mailNickname === undefined ? {} : { mailNickname: found.mailNickname }),
      ...(isVisibility(found.visibility) ? { visibility: found.visibility } : {}),
      ...(found.classification === undefined ? {} : { classification: found.classification }),
      ...(found.preferredLanguage === undefined ? {} : { preferredLanguage: found.preferredLanguage }),
      roleAssignable: found.roleAssignable,
      ...(found.membershipRule === undefined ? {} : { membershipRule: found.membershipRule }),
      ...(found.processingState === "On" || found.processingState === "Paused"
        ? { membershipRuleProcessingState: found.processingState }
        : {}),
      // Of a dynamic group the members are the rule's, and no document says them.
      ...(has("members") && !isDynamic(found) ? { members: people?.members.map(({ label }) => label) ?? [] } : {}),
      ...(has("memberGroups") && !isDynamic(found)
        ? { memberGroups: people?.groups.map(({ id }) => ({ id })) ?? [] }
        : {}),
      ...(has("owners") ? { owners: people?.owners.map(({ label }) => label) ?? [] } : {}),
    },
    computed: {
      mailEnabled: found.mailEnabled,
      securityEnabled: found.securityEnabled,
      otherMembers: people?.others ?? 0,
      activated: people?.activated ?? [],
    },
    people: Object.fromEntries(named.map(({ id, label }) => [label, id])),
    names: Object.fromEntries((people?.groups ?? []).map(({ id, label }) => [id, label])),
    ...(marker === undefined ? {} : { marker }),
    ...(found.created === undefined ? {} : { createdAt: found.created }),
    ...(found.synced ? { synced: true } : {}),
    ...(readOnly === undefined ? {} : { readOnly }),
  };
}

function isVisibility(value: string | undefined): value is "Public" | "Private" | "HiddenMembership" {
  return value === "Public" || value === "Private" || value === "HiddenMembership";
}

export function readOnlyReason(found: Group): string | undefined {
  if (found.synced) return "synced from on-premises Active Directory, where it is changed";
  if (!found.mailEnabled || isUnified(found)) return undefined;
  const what = found.securityEnabled ? "a mail-enabled security group" : "a distribution list";
  return `${what}, which Microsoft Graph only reads: declared as entra/distribution-list, Exchange changes it`;
}

/** Of a new group, whole. */
export function toApi(spec: GroupSpec, uniqueName: string): Readonly<Record<string, Value>> {
  const unified = spec.type === "microsoft365";
  const optional = ["description", "visibility", "classification", "preferredLanguage"] as const;
  const given = optional.flatMap((name) => (isSet(spec[name]) ? [[name, spec[name] ?? null] as const] : []));
  return {
    displayName: spec.displayName ?? "",
    mailNickname: spec.mailNickname ?? nicknameOf(spec.displayName ?? "", uniqueName),
    mailEnabled: unified,
    securityEnabled: !unified || spec.roleAssignable === true,
    groupTypes: typesOf(unified, spec.membershipRule),
    ...Object.fromEntries(given),
    ...(spec.roleAssignable === true ? { isAssignableToRole: true } : {}),
    ...ruleOf(spec.membershipRule, spec.membershipRuleProcessingState),
  };
}

/** Of a changed group, what changed; `null` clears (entra.md §3.2). */
export function changesToApi(
  live: Live<GroupSpec>,
  spec: GroupSpec,
  fields: readonly FieldChange[],
): Readonly<Record<string, Value>> {
  const names = ["displayName", "description", "mailNickname", "visibility", "classification", "preferredLanguage"];
  const changed = names.flatMap((name) => {
    if (!touches(fields, name)) return [];
    const value = spec[name] ?? null;
    // An empty text is refused where null clears (§3.1).
    return [[name, value === "" ? null : value] as const];
  });
  return { ...Object.fromEntries(changed), ...changedRule(live, spec, fields) };
}

/** Converting takes all three together; a rule alone may change alone (§5.3). */
function changedRule(
  live: Live<GroupSpec>,
  spec: GroupSpec,
  fields: readonly FieldChange[],
): Readonly<Record<string, Value>> {
  const ruled = touches(fields, "membershipRule");
  if (!ruled && !touches(fields, "membershipRuleProcessingState")) return {};
  const rule = ruled ? spec.membershipRule : live.spec.membershipRule;
  const state = spec.membershipRuleProcessingState ?? live.spec.membershipRuleProcessingState;
  if (isSet(rule) === isSet(live.spec.membershipRule)) return ruleOf(rule, state);
  const groupTypes = typesOf(live.spec.type === "microsoft365", rule);
  if (isSet(rule)) return { groupTypes, ...ruleOf(rule, state) };
  return { groupTypes, membershipRule: null, membershipRuleProcessingState: null };
}

function typesOf(unified: boolean, rule: Value | undefined): readonly string[] {
  return [...(unified ? ["Unified"] : []), ...(isSet(rule) ? ["DynamicMembership"] : [])];
}

function ruleOf(rule: Value | undefined, state: Value | undefined): Readonly<Record<string, Value>> {
  return isSet(rule) ? { membershipRule: rule, membershipRuleProcessingState: state ?? "On" } : {};
}

export function isSet(value: Value | undefined): value is Value {
  return value !== undefined && value !== null && value !== "";
}

/** ASCII without what mail addresses do not take; of a name without any such letter, the key's end. */
function nicknameOf(name: string, uniqueName: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  return (plain === "" ? (uniqueName.split(".").at(-1) ?? "group").replace(/[^A-Za-z0-9._-]+/g, "-") : plain).slice(
    0,
    64,
  );
}

/** Ids of a type. */
export function idsOf(links: Links, type: string): readonly string[] {
  return [...links].flatMap(([id, one]) => (one === type ? [id] : []));
}

/** The live object with the changes made: Graph's answer to a change is empty, and the truth (entra.md §0.2). */
export function afterUpdate(
  live: Live<GroupSpec>,
  fields: readonly FieldChange[],
  people: Live["people"],
): Live<GroupSpec> {
  const set = fields.flatMap((change) =>
    change.op === "set" && change.path.length === 1 ? [[String(change.path[0]), change.after] as const] : [],
  );
  const lists = LISTS.flatMap((name) => {
    const { added, removed } = elementsAt(fields, name);
    if (added.length + removed.length === 0) return [];
    const gone = new Set(removed.map(keyOf));
    const before = live.spec[name] ?? [];
    return [[name, [...before.filter((one) => !gone.has(keyOf(one))), ...added]] as const];
  });
  return {
    ...live,
    spec: { ...live.spec, ...Object.fromEntries([...set, ...lists]) },
    people: { ...live.people, ...people },
  };
}

const LISTS = ["members", "memberGroups", "owners"] as const;

function keyOf(element: Value): string {
  return typeof element === "string" ? element.toLowerCase() : (refId(element) ?? "");
}
