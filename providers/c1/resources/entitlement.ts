/**
 * What can be granted: a resource of an app with a slug. It may be declared before a connector has seen it (c1.md
 * §6.3): resource and entitlement are then made ahead of the sync, both carrying the external id by which the sync
 * merges them. One that a connector has found already only has its settings managed.
 */

import type { Finding, Kind, Want, WriteContext } from "../../../engine/kind.ts";
import type { Gone, Live, Spec } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { asSpec } from "../../../engine/value.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { elementsAt } from "../../shared/changes.ts";
import { type Fields, textsOf } from "../../shared/narrow.ts";
import { APPROVERS } from "../cel.ts";
import { celFindings } from "../cel-lints.ts";
import { durationText, secondsOf } from "../client/duration.ts";
import { ownersOfEntitlement } from "../client/owners.ts";
import { refOfRow, scopedId, scopedRef } from "../client/refs.ts";
import { text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { entitlementGrants } from "./entitlement-grants.ts";
import {
  entitlementsByKey,
  findEntitlement,
  keyParts,
  keyText,
  lookupsOf,
  parseKey,
  resourcesOf,
  resourceTypeOf,
} from "./entitlement-lookup.ts";
import { entitlementToApi, entitlementToLive, isSynced, maskOf } from "./entitlement-spec.ts";
import { groupType } from "./group-lookup.ts";
import { holderEdges, ownerEdges } from "./holding.ts";
import { annotationsOf } from "./marker.ts";
import { ownerNotes, ownerSteps, ownersToAdd } from "./owners.ts";
import { userIds } from "./people.ts";

/** Owner writes show after up to 150 seconds (c1.md §2). */
export const OWNERS_LAG = 150_000;

export const entitlement: Kind<C1Reader, C1Writer> = {
  name: "entitlement",
  proof: { by: "poll", every: 5_000, within: 180_000 },
  consistency: OWNERS_LAG,

  key(spec) {
    const key = keyParts(spec);
    return key === undefined ? undefined : keyText(key);
  },

  *check(spec) {
    yield* durationFindings(spec.duration, "duration");
    for (const field of ["provision", "deprovision"]) {
      for (const [index, cel] of textsOf(asSpec(spec[field] ?? {}).cel).entries()) {
        yield* celFindings(cel, APPROVERS, [field, "cel", index]);
      }
    }
  },

  async review(_reader, spec, live) {
    const findings: Finding[] = [];
    if (live?.computed?.synced === true) {
      for (const field of ["displayName", "description"].filter((name) => spec[name] !== undefined)) {
        findings.push({
          code: "overwritten-by-sync",
          message: `${field} comes from the connector, whose next sync overwrites what is declared here.`,
          hint: `Leave ${field} out.`,
          path: [field],
          severity: "warning",
        });
      }
    }
    return findings;
  },

  async *list(reader, want) {
    if (want.everything === true) {
      yield* await everyEntitlement(reader, want);
      return;
    }
    const found = await Promise.all(
      want.objects.map(async (one): Promise<readonly Live[]> => {
        if (one.id !== undefined) {
          const row = await reader.entitlement(scopedRef(one.id));
          return row === undefined ? [] : [await entitlementToLive(reader, row, one)];
        }
        const key = one.key === undefined ? undefined : parseKey(one.key);
        if (key === undefined) return [];
        const rows = await entitlementsByKey(reader, key);
        return Promise.all(rows.map((row) => entitlementToLive(reader, row, { ...one, by: key.by })));
      }),
    );
    yield* found.flat();
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const one of wanted) {
      const row = await reader.entitlementNow(scopedRef(one.id));
      yield row === undefined ? { gone: true, id: one.id } : await entitlementToLive(reader, row, one);
    }
  },

  find: findEntitlement,
  lookups: ({ spec }) => lookupsOf(spec),
  grants: entitlementGrants,

  async create(writer, spec, context) {
    const resource = await ensureResource(writer, spec, context);
    const synced = resource.isNew ? undefined : await syncedOn(writer, resource, text(spec.slug));
    if (synced !== undefined) return takeOver(writer, synced, spec, context);
    const { provisionerPolicy, deprovisionerPolicy, ...settings } = await entitlementToApi(writer, spec, context);
    const externalId = text(asSpec(spec.resource ?? {}).externalId);
    const made = await writer.createEntitlement(resource.appId, {
      // A name is required; the sync replaces it by the connector's own.
      displayName: `${resource.name} ${text(spec.slug)}`,
      ...settings,
      ...(provisionerPolicy === undefined ? {} : { provisionPolicy: provisionerPolicy }),
      appResourceTypeId: resource.typeId,
      appResourceId: resource.id,
      slug: text(spec.slug),
      annotations: annotationsOf(context.marker),
      ...(externalId === "" ? {} : { matchBatonId: externalId }),
    });
    const ref = refOfRow(made);
    await context.made(scopedId(ref));
    if (deprovisionerPolicy !== undefined && deprovisionerPolicy !== null) {
      // There is no place for it in the create (c1.md §6.3).
      const later = { deprovisionerPolicy };
      await writer.updateEntitlement(ref, later, maskOf(later));
    }
    if (spec.owners !== undefined) await writer.setEntitlementOwners(ref, userIds(spec.owners, context));
    await attemptAll(ownerSteps(writer, ownersOfEntitlement(ref), ref.appId, ownersToAdd(spec.ownerEntitlements)));
    const whole = deprovisionerPolicy === undefined ? made : ((await writer.entitlementNow(ref)) ?? made);
    return entitlementToLive(writer, whole, { fields: Object.keys(spec) });
  },

  async update(writer, live, spec, changes, context) {
    const ref = scopedRef(live.id);
    const settings = await entitlementToApi(writer, spec, context, live, changes);
    const owners = elementsAt(changes, "owners");
    await attemptAll([
      async () => {
        if (Object.keys(settings).length === 0) return;
        const body = { ...settings, annotations: annotationsOf(context.marker) };
        await writer.updateEntitlement(ref, body, maskOf(body));
      },
      ...userIds(owners.added, context, live).map((user) => () => writer.addEntitlementOwner(ref, user)),
      ...userIds(owners.removed, context, live).map((user) => () => writer.removeEntitlementOwner(ref, user)),
      ...ownerSteps(writer, ownersOfEntitlement(ref), ref.appId, elementsAt(changes, "ownerEntitlements")),
    ]);
    const row = await writer.entitlementNow(ref);
    return row === undefined ? live : entitlementToLive(writer, row, { fields: Object.keys(spec) });
  },

  async delete(writer, live, context) {
    const ref = scopedRef(live.id);
    const row = await writer.entitlementNow(ref);
    if (row === undefined) return;
    if (isSynced(row)) {
      throw new ProblemError({
        code: "synced-entitlement",
        message: `A connector finds ${text(row.displayName) || live.id}, so it cannot be deleted in C1.`,
        hint: "Say `onRemoval: forget`, and remove the resource in its own system.",
        address: context.address,
      });
    }
    await writer.deleteEntitlement(ref);
  },

  describe({ action, after, fields: changes }) {
    const notes = ownerNotes(action, after, changes);
    const ahead = action === "create" && text(asSpec(after?.resource ?? {}).externalId) !== "";
    return ahead
      ? {
          notes: [
            ...notes,
            "Made ahead of the connector's sync and merged with what it finds by the external id. Requests made before the merge wait up to 24 h, then fall to manual provisioning.",
          ],
        }
      : { notes };
  },

  /** An entitlement of a resource that another system knows by an id is that resource's own. */
  held({ resource, displayName, slug }) {
    const { externalId } = asSpec(resource ?? {});
    const entitlement =
      text(displayName) || `${text(slug)} of ${text(asSpec(resource ?? {}).name) || text(externalId)}`;
    return {
      entitlement,
      ...(text(externalId) === "" || text(slug) === "" ? {} : { same: { id: text(externalId), as: text(slug) } }),
    };
  },

  async *holders(reader, ids) {
    for (const id of ids) yield { id, edges: await holderEdges(reader, scopedRef(id), `holder of ${id}`) };
  },

  edges: (object) => ownerEdges(object, `entitlement ${text(object.spec.displayName) || text(object.spec.slug)}`),
};

/** Provisioners that a sync chooses where nobody did. */
const BY_SYNC = ["connector", "unconfigured"];

/**
 * Owners cost a call each, so they are read only where somebody made the entitlement or manages it: a tenant has tens
 * of thousands that a sync found (c1.md §3). What that sync overwrites is nobody's to declare.
 */
async function everyEntitlement(reader: C1Reader, want: Want): Promise<readonly Live[]> {
  const asked = new Map(want.objects.map((one) => [one.id, one.fields]));
  const rows = await declarable(reader);
  return Promise.all(
    rows.map(async (row) => {
      const fields = asked.get(scopedId(refOfRow(row))) ?? (isSynced(row) ? [] : ["owners", "ownerEntitlements"]);
      const live = await entitlementToLive(reader, row, { fields });
      if (!isSynced(row) || asked.has(live.id)) return live;
      const { displayName: _, description: __, purpose: ___, provision, ...spec } = live.spec;
      const chosen = !BY_SYNC.includes(text(asSpec(provision ?? {}).by));
      return { ...live, spec: { ...spec, ...(chosen && provision !== undefined ? { provision } : {}) } };
    }),
  );
}

/**
 * Not the built-in "Access" of an app, which hangs on no resource, nor what an access profile consists of: being in it,
 * and being kept out of it; nor a C1 group, which is a kind of its own.
 */
async function declarable(reader: C1Reader): Promise<readonly Fields[]> {
  const rows = (await reader.allEntitlements()).filter((row) => text(row.appResourceId) && text(row.slug));
  const profiles = new Set((await reader.profiles()).map((catalog) => text(catalog.id)));
  const groups = await groupType(reader);
  const isGroup = (row: Fields): boolean => row.appId === groups?.appId && row.appResourceTypeId === groups?.id;
  const resourceKey = (row: Fields): string => scopedId({ appId: text(row.appId), id: text(row.appResourceId) });
  const parts = new Set(rows.filter((row) => profiles.has(text(row.id)) || isGroup(row)).map(resourceKey));
  return rows.filter((row) => !parts.has(resourceKey(row)));
}

/** Durations have one spelling each, since they come back from C1 as seconds. */
export function* durationFindings(value: unknown, ...path: string[]): Iterable<Finding> {
  const seconds = typeof value === "string" ? secondsOf(value) : undefined;
  if (seconds === undefined || durationText(seconds) === value) return;
  yield {
    code: "duration-spelling",
    message: `${text(value)} is written ${durationText(seconds)}.`,
    hint: "Use the largest unit that divides it: d, h, m or s.",
    path,
  };
}

interface MadeResource {
  readonly appId: string;
  readonly typeId: string;
  readonly id: string;
  readonly name: string;
  readonly isNew: boolean;
}

const KNOWN_TYPES = ["ROLE", "GROUP", "LICENSE", "PROJECT"];

/** The resource to hang an entitlement on: found, or made ahead of the sync. Found again after a failure half-way. */
async function ensureResource(writer: C1Writer, spec: Spec, context: WriteContext): Promise<MadeResource> {
  const key = keyParts(spec);
  if (key === undefined) {
    throw new ProblemError({
      code: "incomplete-entitlement",
      message: "An entitlement needs its app, a resource with type and name, and a slug before it can be made.",
      hint: "Fill in what is missing under spec.",
      address: context.address,
    });
  }
  const [row, ...more] = await resourcesOf(writer, key);
  if (more.length > 0) {
    throw new ProblemError({
      code: "ambiguous-resource",
      message: `${more.length + 1} resources of type ${key.type} are called ${key.resource}.`,
      hint: "Name the resource by its externalId or id.",
      address: context.address,
    });
  }
  if (row === undefined && key.by === "id") {
    throw new ProblemError({
      code: "no-resource",
      message: `${key.type} ${key.resource} does not exist, and a resource cannot be made with an id of one's own.`,
      hint: "Name it by externalId, or by name.",
      address: context.address,
    });
  }
  const typeId = await ensureType(writer, key.appId, key.type);
  const made: Fields =
    row ??
    (await writer.createResource(key.appId, typeId, {
      displayName: key.by === "name" ? key.resource : text(spec.displayName) || `${key.type} ${key.resource}`,
      annotations: annotationsOf(context.marker),
      ...(key.by === "externalId" ? { matchBatonId: key.resource } : {}),
    }));
  const { appId } = key;
  return { appId, typeId, id: text(made.id), name: text(made.displayName), isNew: row === undefined };
}

/** A sync that came since the plan found the resource, and brought the entitlement with it. */
async function syncedOn(reader: C1Reader, { appId, id }: MadeResource, slug: string): Promise<Fields | undefined> {
  const rows = await reader.entitlementsOfResource({ appId, id });
  return rows.find((row) => text(row.slug) === slug && isSynced(row));
}

/** What was to be made is there: only its settings are still to be made. */
async function takeOver(writer: C1Writer, row: Fields, spec: Spec, context: WriteContext): Promise<Live> {
  const ref = refOfRow(row);
  await context.made(scopedId(ref));
  const body = { ...(await entitlementToApi(writer, spec, context)), annotations: annotationsOf(context.marker) };
  await writer.updateEntitlement(ref, body, maskOf(body));
  if (spec.owners !== undefined) await writer.setEntitlementOwners(ref, userIds(spec.owners, context));
  await attemptAll(ownerSteps(writer, ownersOfEntitlement(ref), ref.appId, ownersToAdd(spec.ownerEntitlements)));
  const now = (await writer.entitlementNow(ref)) ?? row;
  return entitlementToLive(writer, now, { fields: Object.keys(spec) });
}

async function ensureType(writer: C1Writer, appId: string, type: string): Promise<string> {
  const known = await resourceTypeOf(writer, appId, type);
  if (known !== undefined) return text(known.id);
  const word = type.toUpperCase();
  const resourceType = KNOWN_TYPES.includes(word) ? word : "CUSTOM";
  return text((await writer.createResourceType(appId, { displayName: type, resourceType })).id);
}
