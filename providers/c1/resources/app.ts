/** An application whose access C1 manages (c1.md §6.1). One that a directory's connector found can be promoted. */

import type { Finding, Kind } from "../../../engine/kind.ts";
import type { FieldChange, Gone, Live, Spec } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import { type Fields, isFields } from "../../shared/narrow.ts";
import { refId, textAt } from "../../shared/spec.ts";
import type { ResourceRef } from "../client/access.ts";
import { ownersOfApp } from "../client/owners.ts";
import { refOrNull, scopedRefs } from "../client/refs.ts";
import { count, enumWord, fields, flag, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { OWNERS_LAG } from "./entitlement.ts";
import { typesOf } from "./entitlement-lookup.ts";
import { ownerEdges } from "./holding.ts";
import { annotationsOf, markerOf } from "./marker.ts";
import { findByName } from "./names.ts";
import { ownerEntitlements, ownerNotes, ownerSteps, ownersToAdd } from "./owners.ts";
import { namePeople, userIds } from "./people.ts";

const MATCHING = "APP_USER_IDENTITY_MATCHING_";
const POLICIES = { grantPolicy: "grantPolicyId", revokePolicy: "revokePolicyId", certifyPolicy: "certifyPolicyId" };
const SWITCHES = {
  strictAccessProvisioning: "strictAccessEntitlementProvisioning",
  connectorOwnership: "enableConnectorSourcedOwnership",
  revokeGrantSources: "revokeGrantSources",
};

export const app: Kind<C1Reader, C1Writer> = {
  name: "app",
  proof: { by: "poll", every: 5_000, within: 180_000 },
  consistency: OWNERS_LAG,

  key: (spec) => textAt(spec, "displayName"),

  /** A second app beside one that the directory already knows would split its accounts. */
  async review(reader, spec, live): Promise<readonly Finding[]> {
    if (live !== undefined || refId(spec.promoteFrom) !== undefined) return [];
    const directories = (await reader.apps()).filter((row) => flag(row.isDirectory));
    const found = await Promise.all(
      directories.map(async (row) => {
        const one = await discoveredApp(reader, text(row.id), text(spec.displayName), sameWord);
        return one === undefined ? [] : [{ directory: text(row.displayName), name: one.name }];
      }),
    );
    return found.flat().map(({ directory, name }) => ({
      code: "already-discovered",
      message: `${name} already came from your identity provider (${directory}): \`promoteFrom: { name: ${directory} }\` keeps what is known of it.`,
      ...(name === spec.displayName ? {} : { hint: `It is called ${name} there; promoteFrom wants that very name.` }),
      path: ["displayName"],
      severity: "warning",
    }));
  },

  async *list(reader, want) {
    const rows = await reader.apps();
    const jobs = rows.flatMap((row) => {
      const asked = want.objects.filter((one) =>
        one.id === undefined ? one.key === row.displayName : one.id === row.id,
      );
      if (asked.length === 0 && want.everything !== true) return [];
      return [
        appToLive(
          reader,
          row,
          asked.length === 0 ? ["owners", "ownerEntitlements"] : asked.flatMap((one) => one.fields),
        ),
      ];
    });
    yield* await Promise.all(jobs);
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const { id, fields: asked } of wanted) {
      const row = await reader.app(id);
      yield row === undefined ? { gone: true, id } : await appToLive(reader, row, asked);
    }
  },

  find: async (reader, lookup) => findByName(await reader.apps(), lookup),
  lookups: ({ spec }) => [{ name: text(spec.displayName) }],

  async create(writer, spec, context) {
    const owners = userIds(spec.owners, context);
    const parent = refId(spec.promoteFrom);
    if (parent !== undefined) {
      const found = await discoveredApp(writer, parent, text(spec.displayName));
      if (found === undefined) {
        throw new ProblemError({
          code: "not-discovered",
          message: `No unmanaged app called ${text(spec.displayName)} was discovered there.`,
          hint: "Names are compared exactly; wait for the directory's next sync, or leave promoteFrom out.",
          address: context.address,
        });
      }
      const id = await writer.promoteApp(found, owners);
      await context.made(id);
      const api = { ...appToApi(spec), annotations: annotationsOf(context.marker) };
      await writer.updateApp(id, api, Object.keys(api));
      await attemptAll(ownerSteps(writer, ownersOfApp(id), id, ownersToAdd(spec.ownerEntitlements)));
      return appAfterWrite(writer, id, spec);
    }
    const { revokeGrantSources, enableConnectorSourcedOwnership, ...api } = appToApi(spec);
    const row = await writer.createApp({
      ...api,
      ...(spec.ownerEntitlements === undefined ? {} : { appEntitlementOwnerRefs: scopedRefs(spec.ownerEntitlements) }),
      annotations: annotationsOf(context.marker),
    });
    const id = text(row.id);
    await context.made(id);
    // Two switches exist on update only.
    const later = Object.fromEntries(
      Object.entries({ revokeGrantSources, enableConnectorSourcedOwnership }).filter(([, on]) => on !== undefined),
    );
    if (Object.keys(later).length > 0) await writer.updateApp(id, later, Object.keys(later));
    if (spec.owners !== undefined) await writer.setAppOwners(id, owners);
    return appAfterWrite(writer, id, spec);
  },

  async update(writer, live, spec, changes, context) {
    const api = appToApi(spec, changes);
    const owners = elementsAt(changes, "owners");
    const body = { ...api, annotations: annotationsOf(context.marker) };
    await attemptAll([
      async () => Object.keys(api).length > 0 && writer.updateApp(live.id, body, Object.keys(body)),
      ...userIds(owners.added, context, live).map((user) => () => writer.addAppOwner(live.id, user)),
      ...userIds(owners.removed, context, live).map((user) => () => writer.removeAppOwner(live.id, user)),
      ...ownerSteps(writer, ownersOfApp(live.id), live.id, elementsAt(changes, "ownerEntitlements")),
    ]);
    return appAfterWrite(writer, live.id, spec);
  },

  async delete(writer, live) {
    await writer.deleteApp(live.id);
  },

  describe({ action, after, fields: changes }) {
    if (action !== "delete") return { notes: ownerNotes(action, after, changes) };
    return { notes: ["Deleting an app deletes its entitlements too; grants may outlive them in the app itself."] };
  },

  edges: (object) => ownerEdges(object, `app ${text(object.spec.displayName)}`, true),
};

async function appAfterWrite(writer: C1Writer, id: string, spec: Spec): Promise<Live> {
  const row = await writer.app(id);
  return row === undefined ? { id, spec } : appToLive(writer, row, Object.keys(spec));
}

/** `appOwners` of the row is always empty: owners have a call of their own (c1.md §6.1). */
async function appToLive(reader: C1Reader, row: Fields, asked: readonly string[]): Promise<Live> {
  const id = text(row.id);
  const [owners, held] = await Promise.all([
    asked.includes("owners") ? reader.appOwnerIds(id).then((ids) => namePeople(reader, ids)) : undefined,
    asked.includes("ownerEntitlements") ? ownerEntitlements(reader, ownersOfApp(id)) : undefined,
  ]);
  const matching = enumWord(row.identityMatching, MATCHING);
  const createdAt = text(row.createdAt);
  return {
    id,
    spec: {
      displayName: text(row.displayName),
      description: text(row.description),
      ...Object.fromEntries(Object.entries(POLICIES).map(([field, name]) => [field, refOrNull(row[name])])),
      ...(owners === undefined ? {} : { owners: owners.logins }),
      ...(held === undefined ? {} : { ownerEntitlements: held }),
      promoteFrom: refOrNull(row.parentAppId),
      ...(matching === "" ? {} : { identityMatching: matching }),
      instructions: text(row.instructions),
      monthlyCostUsd: count(row.monthlyCostUsd),
      ...Object.fromEntries(Object.entries(SWITCHES).map(([field, name]) => [field, flag(row[name])])),
    },
    computed: { userCount: count(row.userCount) },
    people: owners?.people ?? {},
    ...markerOf(row),
    ...(createdAt === "" ? {} : { createdAt }),
  };
}

function appToApi(spec: Spec, changes?: readonly FieldChange[]): Fields {
  const wants = (field: string): boolean =>
    spec[field] !== undefined && (changes === undefined || touches(changes, field));
  const api: Record<string, unknown> = {};
  for (const field of ["displayName", "description", "instructions"]) if (wants(field)) api[field] = text(spec[field]);
  for (const [field, name] of Object.entries(POLICIES)) if (wants(field)) api[name] = refId(spec[field]) ?? "";
  for (const [field, name] of Object.entries(SWITCHES)) if (wants(field)) api[name] = flag(spec[field]);
  if (wants("monthlyCostUsd")) api.monthlyCostUsd = count(spec.monthlyCostUsd);
  if (wants("identityMatching")) api.identityMatching = `${MATCHING}${text(spec.identityMatching).toUpperCase()}`;
  return api;
}

/** An app that the directory's connector found and nobody manages yet. */
async function discoveredApp(
  reader: C1Reader,
  parentId: string,
  name: string,
  same: (one: string, other: string) => boolean = (one, other) => one === other,
): Promise<(ResourceRef & { readonly name: string }) | undefined> {
  const types = (await typesOf(reader, parentId)).filter((type) => /^app/i.test(text(type.displayName)));
  for (const type of types) {
    const rows = await reader.discovered(parentId, text(type.id));
    const row = rows.find((one) => same(text(one.displayName), name) && isFields(fields(one.state).unmanaged));
    if (row !== undefined) {
      return { appId: parentId, typeId: text(type.id), id: text(row.resourceId), name: text(row.displayName) };
    }
  }
  return undefined;
}

/** People write "aws" where the directory says "AWS". */
function sameWord(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
