/** An entitlement's settings, to and from C1 (c1.md §6.3). */

import type { WriteContext } from "../../../engine/kind.ts";
import type { FieldChange, Live, Spec, Value } from "../../../engine/model.ts";
import { asSpec, isObject } from "../../../engine/value.ts";
import { touches } from "../../shared/changes.ts";
import { type Fields, isFields, textsOf } from "../../shared/narrow.ts";
import { refId, refIds } from "../../shared/spec.ts";
import { fromWire, toWire } from "../client/duration.ts";
import { ownersOfEntitlement } from "../client/owners.ts";
import { refOfRow, refOrNull, refTo, type ScopedRef, scopedId } from "../client/refs.ts";
import { count, enumWord, fields, flag, text, textMap } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { markerOf } from "./marker.ts";
import { ownerEntitlements } from "./owners.ts";
import { type NamedPeople, namePeople } from "./people.ts";
import { needsConnector, type Provision, provisionToApi, provisionToSpec } from "./provision.ts";

const PURPOSE = "APP_ENTITLEMENT_PURPOSE_VALUE_";
const POLICIES = { grantPolicy: "grantPolicyId", revokePolicy: "revokePolicyId", certifyPolicy: "certifyPolicyId" };

const PROVISIONERS = { provision: "provisionerPolicy", deprovision: "deprovisionerPolicy" };

export interface EntitlementWant {
  readonly fields: readonly string[];
  /** How documents name it, as far as they do. */
  readonly known?: readonly Spec[];
  readonly by?: "id" | "externalId" | "name";
}

/** `resource` as the reader should see it: every way of naming it, or only the one that a key asked by. */
export async function entitlementToLive(reader: C1Reader, row: Fields, want: EntitlementWant): Promise<Live> {
  const ref = refOfRow(row);
  // At once, so that what is asked for many entitlements is asked in the same searches.
  const [owners, held, provision, deprovision, resource] = await Promise.all([
    want.fields.includes("owners") ? ownersOf(reader, ref) : undefined,
    want.fields.includes("ownerEntitlements") ? ownerEntitlements(reader, ownersOfEntitlement(ref)) : undefined,
    provisionToSpec(reader, fields(row.provisionerPolicy), ref.appId),
    deprovisionToSpec(reader, row, ref.appId),
    resourceToSpec(reader, row, want),
  ]);
  const spec: Spec = {
    app: { id: ref.appId },
    resource,
    slug: text(row.slug),
    displayName: text(row.displayName),
    description: text(row.description),
    alias: text(row.alias),
    ...purposeOf(row),
    ...Object.fromEntries(Object.entries(POLICIES).map(([field, api]) => [field, refOrNull(row[api])])),
    emergencyGrant: { enabled: flag(row.emergencyGrantEnabled), policy: refOrNull(row.emergencyGrantPolicyId) },
    duration: fromWire(row.durationGrant) ?? "standing",
    riskLevel: refOrNull(row.riskLevelValueId),
    complianceFrameworks: textsOf(row.complianceFrameworkValueIds).map(refTo),
    overrideAppDefaults: flag(row.overrideAccessRequestsDefaults),
    provision: provision.spec,
    deprovision: deprovision?.spec ?? null,
    ...(owners === undefined ? {} : { owners: owners.logins }),
    ...(held === undefined ? {} : { ownerEntitlements: held }),
  };
  const createdAt = text(row.createdAt);
  return {
    id: scopedId(ref),
    spec,
    computed: {
      appId: ref.appId,
      entitlementId: ref.id,
      resourceId: text(row.appResourceId),
      synced: isSynced(row),
      grantCount: count(row.grantCount),
    },
    people: { ...provision.people, ...deprovision?.people, ...owners?.people },
    names: { [scopedId(ref)]: text(row.displayName) },
    ...markerOf(row),
    ...(createdAt === "" ? {} : { createdAt }),
    ...(isSynced(row) ? { synced: true } : {}),
  };
}

async function ownersOf(reader: C1Reader, ref: ScopedRef): Promise<NamedPeople> {
  return namePeople(reader, await reader.entitlementOwnerIds(ref));
}

/** Unset where access is taken away as it was given. */
async function deprovisionToSpec(reader: C1Reader, row: Fields, appId: string): Promise<Provision | undefined> {
  return isFields(row.deprovisionerPolicy) ? provisionToSpec(reader, row.deprovisionerPolicy, appId) : undefined;
}

function purposeOf(row: Fields): Spec {
  const purpose = enumWord(row.purpose, PURPOSE);
  return purpose === "" || purpose === "unspecified" ? {} : { purpose };
}

/** A connector knows it: it can be set up, but neither made nor deleted. */
export function isSynced(row: Fields): boolean {
  return (
    Object.keys(textMap(row.sourceConnectorIds)).length > 0 ||
    (text(row.externalId) !== "" && text(row.matchBatonId) === "")
  );
}

/** What the declared settings are to C1, for all fields or only those that change. */
export async function entitlementToApi(
  reader: C1Reader,
  spec: Spec,
  context: WriteContext,
  live?: Live,
  changes?: readonly FieldChange[],
): Promise<Fields> {
  const wants = (field: string): boolean =>
    spec[field] !== undefined && (changes === undefined || touches(changes, field));
  const wantsIn = (field: string, emergency: Spec): boolean =>
    emergency[field] !== undefined && (changes === undefined || touches(changes, "emergencyGrant", field));
  const api: Record<string, unknown> = {};
  for (const field of ["displayName", "description", "alias"]) if (wants(field)) api[field] = text(spec[field]);
  if (wants("purpose")) api.purpose = `${PURPOSE}${text(spec.purpose).toUpperCase()}`;
  for (const [field, name] of Object.entries(POLICIES)) if (wants(field)) api[name] = refId(spec[field]) ?? "";
  const emergency = asSpec(spec.emergencyGrant ?? {});
  if (wantsIn("enabled", emergency)) api.emergencyGrantEnabled = flag(emergency.enabled);
  if (wantsIn("policy", emergency)) api.emergencyGrantPolicyId = refId(emergency.policy) ?? "";
  if (wants("duration")) Object.assign(api, durationToApi(text(spec.duration)));
  if (wants("riskLevel")) api.riskLevelValueId = refId(spec.riskLevel) ?? "";
  if (wants("complianceFrameworks")) api.complianceFrameworkValueIds = refIds(spec.complianceFrameworks);
  if (wants("overrideAppDefaults")) api.overrideAccessRequestsDefaults = flag(spec.overrideAppDefaults);
  for (const [field, name] of Object.entries(PROVISIONERS)) {
    if (!wants(field)) continue;
    const whole = { ...sameArm(live?.spec[field], spec[field]), ...asSpec(spec[field] ?? {}) };
    const to = { appId: refId(spec.app) ?? "", write: context, ...(live === undefined ? {} : { live }) };
    const onlyConnector = needsConnector(whole) ? await appConnectorId(reader, to.appId) : undefined;
    api[name] = spec[field] === null ? null : provisionToApi(whole, { ...to, onlyConnector });
  }
  return api;
}

/** An update mask names what is sent; the two arms of a duration share the name of the one in use. */
export function maskOf(api: Fields): readonly string[] {
  return Object.keys(api);
}

/** A duration or standing: exactly one arm may be sent (c1.md §2). */
export function durationToApi(duration: string): Fields {
  const wire = toWire(duration);
  return wire === undefined ? { durationUnset: {} } : { durationGrant: wire };
}

async function resourceToSpec(reader: C1Reader, row: Fields, { known = [], by }: EntitlementWant): Promise<Spec> {
  const appId = text(row.appId);
  const id = text(row.appResourceId);
  const typeId = text(row.appResourceTypeId);
  const type = text((await reader.resourceType({ appId, id: typeId }))?.displayName);
  const externalId = externalIdSaid(known);
  if (externalId !== undefined && externalIdsIn(row).includes(externalId)) return { type, externalId };
  const resource = id === "" ? undefined : await reader.resource({ appId, typeId, id });
  const names = {
    id,
    externalId: text(resource?.externalId) || text(resource?.matchBatonId),
    name: text(resource?.displayName),
  };
  const shown = Object.entries(names).filter(([field, name]) => (by === undefined || field === by) && name !== "");
  return { type, ...Object.fromEntries(shown) };
}

/** The external id by which every document at hand names the resource, and nothing else. */
function externalIdSaid(known: readonly Spec[]): string | undefined {
  const said = known.map((spec) => asSpec(spec.resource ?? {}));
  const only = said.every((one) => Object.keys(one).every((key) => key === "type" || key === "externalId"));
  const [id, ...others] = new Set(said.map((one) => text(one.externalId)));
  return only && others.length === 0 && id !== "" ? id : undefined;
}

/**
 * External ids of the resource that the entitlement itself carries: by which it will be merged, and within that of a
 * connector, `<resource type>:<resource id>:<slug>` (c1.md §6.3, §8.3). They save the question for the resource.
 */
function externalIdsIn(row: Fields): readonly string[] {
  const synced = [text(row.externalId), ...Object.values(textMap(row.sourceConnectorIds))];
  const inside = synced.map((id) => id.slice(id.indexOf(":") + 1, id.lastIndexOf(":")));
  return [text(row.matchBatonId), ...inside].filter((id) => id !== "");
}

/** The connector that provisions an app's entitlements; the only one, or C1's choice. */
async function appConnectorId(reader: C1Reader, appId: string): Promise<string | undefined> {
  const [only, ...more] = appId === "" ? [] : await reader.connectors(appId);
  return only === undefined || more.length > 0 ? undefined : text(only.id);
}

/** Settings of the live provisioner that the document leaves out survive, as long as it is of the same kind. */
function sameArm(live: Value | undefined, wanted: Value | undefined): Spec {
  return isObject(live) && isObject(wanted) && live.by === wanted.by ? live : {};
}
