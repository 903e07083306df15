/** An access profile, to and from the five objects that it is in C1 (c1.md §5.5). */

import type { WriteContext } from "../../../engine/kind.ts";
import type { FieldChange, Live, Spec, Value } from "../../../engine/model.ts";
import { asSpec, valueAt } from "../../../engine/value.ts";
import { touches } from "../../shared/changes.ts";
import type { Fields } from "../../shared/narrow.ts";
import { refId } from "../../shared/spec.ts";
import { fromWire } from "../client/duration.ts";
import { ownersOfResource } from "../client/owners.ts";
import type { ProfileRow } from "../client/profiles.ts";
import { refOfRow, refOrNull, refTo, scopedId } from "../client/refs.ts";
import { flag, objects, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { durationToApi } from "./entitlement-spec.ts";
import { annotationsOf, markerOf } from "./marker.ts";
import { ownerEntitlements } from "./owners.ts";
import { namePeople } from "./people.ts";
import { enrolment, resourceOfEntitlement } from "./system-app.ts";

const ENROL = "REQUEST_CATALOG_ENROLLMENT_BEHAVIOR_";
const LEAVE = "REQUEST_CATALOG_UNENROLLMENT_BEHAVIOR_";
const LEAVE_POLICY = "REQUEST_CATALOG_UNENROLLMENT_ENTITLEMENT_BEHAVIOR_";

const JOINER = {
  bypass: `${ENROL}BYPASS_ENTITLEMENT_REQUEST_POLICY`,
  enforce: `${ENROL}ENFORCE_ENTITLEMENT_REQUEST_POLICY`,
};
const LEAVER_ACCESS = {
  leave: `${LEAVE}LEAVE_ACCESS_AS_IS`,
  "revoke-all": `${LEAVE}REVOKE_ALL`,
  "revoke-unjustified": `${LEAVE}REVOKE_UNJUSTIFIED`,
};
const LEAVER_POLICY = { bypass: `${LEAVE_POLICY}BYPASS`, enforce: `${LEAVE_POLICY}ENFORCE` };

/** Reads beside the profile itself only what the stack asks for: contents, owners, policies of the enrolment. */
export async function profileToLive(reader: C1Reader, row: ProfileRow, fields: readonly string[]): Promise<Live> {
  const { catalog, memberCount } = row;
  const id = text(catalog.id);
  const wants = (...names: string[]): boolean => names.some((name) => fields.includes(name));
  const [entries, enrolled] = await Promise.all([
    wants("entitlements") ? reader.profileEntries(id) : undefined,
    wants("owners", "ownerEntitlements", "joiner", "leaver") ? enrolment(reader, id) : undefined,
  ]);
  const owners =
    wants("owners") && enrolled !== undefined
      ? await namePeople(reader, await reader.resourceOwnerIds(resourceOfEntitlement(enrolled)))
      : undefined;
  const held =
    wants("ownerEntitlements") && enrolled !== undefined
      ? await ownerEntitlements(reader, ownersOfResource(resourceOfEntitlement(enrolled)))
      : undefined;
  const visible = objects(catalog.accessEntitlements);
  const createdAt = text(catalog.createdAt);
  return {
    id,
    spec: {
      displayName: text(catalog.displayName),
      description: text(catalog.description),
      ...(owners === undefined ? {} : { owners: owners.logins }),
      ...(held === undefined ? {} : { ownerEntitlements: held }),
      ...(entries === undefined ? {} : { entitlements: entries.map((ref) => refTo(scopedId(ref))) }),
      requests: {
        enabled: flag(catalog.published),
        visibleToEveryone: flag(catalog.visibleToEveryone),
        visibleTo: visible.map((one) => refTo(scopedId(refOfRow(one)))),
        bundle: flag(catalog.requestBundle),
      },
      joiner: {
        approvalPolicy: refOrNull(enrolled?.grantPolicyId),
        ...said("entitlementPolicies", wordOf(JOINER, catalog.enrollmentBehavior)),
        maxDuration: fromWire(enrolled?.durationGrant) ?? "standing",
      },
      leaver: {
        ...said("access", wordOf(LEAVER_ACCESS, catalog.unenrollmentBehavior)),
        revocationPolicy: refOrNull(enrolled?.revokePolicyId),
        ...said("entitlementPolicies", wordOf(LEAVER_POLICY, catalog.unenrollmentEntitlementBehavior)),
      },
    },
    computed: { memberCount },
    people: owners?.people ?? {},
    names: Object.fromEntries(visible.map((one) => [scopedId(refOfRow(one)), text(one.displayName)])),
    ...markerOf(catalog),
    ...(createdAt === "" ? {} : { createdAt }),
  };
}

/** The fields of the catalog itself; without `changes` all that are declared. */
export function catalogToApi(spec: Spec, context: WriteContext, changes?: readonly FieldChange[]): Fields {
  const api: Record<string, unknown> = {};
  const put = (name: string, path: readonly string[], convert: (value: Value) => unknown): void => {
    const value = valueAt(spec, path);
    if (value !== undefined && (changes === undefined || touches(changes, ...path))) api[name] = convert(value);
  };
  put("displayName", ["displayName"], text);
  put("description", ["description"], text);
  put("published", ["requests", "enabled"], flag);
  put("visibleToEveryone", ["requests", "visibleToEveryone"], flag);
  put("requestBundle", ["requests", "bundle"], flag);
  put("enrollmentBehavior", ["joiner", "entitlementPolicies"], (word) => nameOf(JOINER, word));
  put("unenrollmentBehavior", ["leaver", "access"], (word) => nameOf(LEAVER_ACCESS, word));
  put("unenrollmentEntitlementBehavior", ["leaver", "entitlementPolicies"], (word) => nameOf(LEAVER_POLICY, word));
  return Object.keys(api).length === 0 ? api : { ...api, annotations: annotationsOf(context.marker) };
}

/** The fields of the enrolment entitlement, where the policies of joining and leaving live. */
export function enrolmentToApi(spec: Spec, changes?: readonly FieldChange[]): Fields {
  const joiner = asSpec(spec.joiner ?? {});
  const leaver = asSpec(spec.leaver ?? {});
  const wants = (part: Spec, ...path: [string, string]): boolean =>
    part[path[1]] !== undefined && (changes === undefined || touches(changes, ...path));
  return {
    ...(wants(joiner, "joiner", "approvalPolicy") ? { grantPolicyId: refId(joiner.approvalPolicy) ?? "" } : {}),
    ...(wants(leaver, "leaver", "revocationPolicy") ? { revokePolicyId: refId(leaver.revocationPolicy) ?? "" } : {}),
    ...(wants(joiner, "joiner", "maxDuration") ? durationToApi(text(joiner.maxDuration)) : {}),
  };
}

/** Our word for a vendor's value; nothing where it is unspecified, the name itself where it is new to us. */
function wordOf(words: Readonly<Record<string, string>>, name: unknown): string | undefined {
  const known = Object.entries(words).find(([, api]) => api === name);
  return known?.[0] ?? (text(name) === "" || text(name).endsWith("UNSPECIFIED") ? undefined : text(name));
}

function said(field: string, word: string | undefined): Spec {
  return word === undefined ? {} : { [field]: word };
}

function nameOf(words: Readonly<Record<string, string>>, word: Value): string {
  return words[text(word)] ?? text(word);
}
