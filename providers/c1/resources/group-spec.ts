/** A C1 group between its document and the three objects that C1 keeps of it (c1.md §6.2–6.4). */

import type { FieldChange, Live, Spec } from "../../../engine/model.ts";
import { touches } from "../../shared/changes.ts";
import { type Fields, isFields } from "../../shared/narrow.ts";
import { refId } from "../../shared/spec.ts";
import { fromWire } from "../client/duration.ts";
import { ownersOfResource } from "../client/owners.ts";
import { userOf } from "../client/people.ts";
import { refOfRow, refOrNull, refTo, type ScopedRef, scopedId, scopedRefs } from "../client/refs.ts";
import { count, enumWord, fields as fieldsOf, objects, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { durationToApi } from "./entitlement-spec.ts";
import { type FoundGroup, MEMBER, resourceOfGroup } from "./group-lookup.ts";
import { markerOf } from "./marker.ts";
import { ownerEntitlements } from "./owners.ts";
import { type NamedPeople, namePeople } from "./people.ts";

const RUN = "APP_ENTITLEMENT_AUTOMATION_RUN_STATUS_";
const POLICIES = { grantPolicy: "grantPolicyId", revokePolicy: "revokePolicyId" };
const NOBODY: NamedPeople = { logins: [], people: {} };

/** Reads beside the two objects only what is asked for: owners, rule and exclusions take a call each. */
export async function groupToLive(
  reader: C1Reader,
  { resource, membership }: FoundGroup,
  asked: readonly string[],
): Promise<Live> {
  const ref = refOfRow(membership);
  const wants = (...names: string[]): boolean => names.some((name) => asked.includes(name));
  const [owners, held, rule, excluded] = await Promise.all([
    wants("owners")
      ? reader.resourceOwnerIds(resourceOfGroup(membership)).then((ids) => namePeople(reader, ids))
      : NOBODY,
    wants("ownerEntitlements") ? ownerEntitlements(reader, ownersOfResource(resourceOfGroup(membership))) : undefined,
    wants("cel", "holders") ? reader.entitlementRule(ref) : undefined,
    wants("exclude") ? excludedFrom(reader, ref) : NOBODY,
  ]);
  const lastRun = fieldsOf(rule?.lastRunStatus);
  const createdAt = text(membership.createdAt);
  return {
    id: scopedId(ref),
    spec: {
      displayName: text(resource.displayName),
      description: text(resource.description),
      ...(wants("owners") ? { owners: owners.logins } : {}),
      ...(held === undefined ? {} : { ownerEntitlements: held }),
      ...(wants("cel", "holders") ? ruleToSpec(rule) : {}),
      ...(wants("exclude") ? { exclude: excluded.logins } : {}),
      ...Object.fromEntries(Object.entries(POLICIES).map(([field, api]) => [field, refOrNull(membership[api])])),
      duration: fromWire(membership.durationGrant) ?? "standing",
    },
    computed: {
      appId: ref.appId,
      entitlementId: ref.id,
      resourceId: text(resource.id),
      memberCount: count(membership.grantCount),
      lastRun: enumWord(lastRun.status, RUN),
      errorMessage: text(lastRun.errorMessage),
    },
    people: { ...owners.people, ...excluded.people },
    names: { [scopedId(ref)]: text(resource.displayName) },
    ...markerOf(membership),
    ...(createdAt === "" ? {} : { createdAt }),
  };
}

async function excludedFrom(reader: C1Reader, ref: ScopedRef): Promise<NamedPeople> {
  const users = (await reader.exclusions(ref)).map(userOf);
  const logins = users.map((user) => user.email || user.id);
  return { logins, people: Object.fromEntries(users.map((user) => [user.email || user.id, user.id])) };
}

function ruleToSpec(rule: Fields | undefined): Spec {
  const cel = isFields(rule?.cel) ? rule.cel : fieldsOf(rule?.basic);
  const refs = objects(fieldsOf(rule?.entitlements).entitlementRefs);
  return {
    cel: text(cel.expression) === "" ? null : text(cel.expression),
    holders: refs.map((ref) => refTo(scopedId(refOfRow(ref)))),
  };
}

/** Undefined where the document asks for no rule, or for none any more. */
export function ruleToApi(spec: Spec): Fields | undefined {
  if (typeof spec.cel === "string") return { cel: { expression: spec.cel } };
  const entitlementRefs = scopedRefs(spec.holders);
  return entitlementRefs.length === 0 ? undefined : { entitlements: { entitlementRefs } };
}

export function resourceToApi(spec: Spec, changes?: readonly FieldChange[]): Fields {
  return Object.fromEntries(
    ["displayName", "description"].flatMap((field) =>
      spec[field] !== undefined && (changes === undefined || touches(changes, field))
        ? [[field, text(spec[field])]]
        : [],
    ),
  );
}

/** The membership goes by the group's name, which is what people see where they ask for it. */
export function membershipToApi(spec: Spec, changes?: readonly FieldChange[]): Fields {
  const wants = (field: string): boolean =>
    spec[field] !== undefined && (changes === undefined || touches(changes, field));
  return {
    ...(wants("displayName") ? { displayName: `${text(spec.displayName)} ${MEMBER}` } : {}),
    ...Object.fromEntries(
      Object.entries(POLICIES).flatMap(([field, api]) => (wants(field) ? [[api, refId(spec[field]) ?? ""]] : [])),
    ),
    ...(wants("duration") ? durationToApi(text(spec.duration)) : {}),
  };
}
