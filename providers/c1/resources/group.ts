/**
 * A group of C1 itself: one document for the resource, the entitlement `member` and the rule that keeps its holders
 * (c1.md §6.4). Its id is the membership's, so that the group may be named wherever an entitlement may. Made in the order
 *
 *   resource → membership with its policies → owners → exclusions → rule
 *
 * so that nobody is let in who was to be left out.
 */

import type { Finding, Kind } from "../../../engine/kind.ts";
import type { Gone, Live, Spec } from "../../../engine/model.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textAt } from "../../shared/spec.ts";
import { MEMBERSHIP } from "../cel.ts";
import { celFindings } from "../cel-lints.ts";
import { ownersOfResource } from "../client/owners.ts";
import { refOfRow, type ScopedRef, scopedId, scopedRef } from "../client/refs.ts";
import { count, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { durationFindings, OWNERS_LAG } from "./entitlement.ts";
import { maskOf } from "./entitlement-spec.ts";
import { ensureGroupType, groupsOf, MEMBER, orphanOf, resourceOfGroup } from "./group-lookup.ts";
import { groupToLive, membershipToApi, resourceToApi, ruleToApi } from "./group-spec.ts";
import { holderEdges, ownerEdges } from "./holding.ts";
import { annotationsOf } from "./marker.ts";
import { MEMBERSHIP_FIELDS, membershipPopulation } from "./membership-population.ts";
import { ownerNotes, ownerSteps, ownersToAdd } from "./owners.ts";
import { userIds } from "./people.ts";

const RULE = ["cel", "holders"];

export const group: Kind<C1Reader, C1Writer> = {
  name: "group",
  proof: { by: "poll", every: 5_000, within: 180_000 },
  consistency: OWNERS_LAG,

  key: (spec) => textAt(spec, "displayName"),

  *check(spec) {
    if (typeof spec.cel === "string") yield* celFindings(spec.cel, MEMBERSHIP, ["cel"]);
    yield* durationFindings(spec.duration, "duration");
  },

  async review(_reader, _spec, live): Promise<readonly Finding[]> {
    if (live?.computed?.lastRun !== "failed") return [];
    const error = text(live.computed.errorMessage);
    return [
      {
        code: "automation-failing",
        message: `The last run of the group's rule failed${error === "" ? "" : `: ${error}`}.`,
        severity: "warning",
      },
    ];
  },

  async *list(reader, want) {
    const jobs = (await groupsOf(reader)).flatMap((found) => {
      const id = scopedId(refOfRow(found.membership));
      const asked = want.objects.filter((one) => one.id === id || one.key === found.resource.displayName);
      if (asked.length === 0 && want.everything !== true) return [];
      const fields = asked.length === 0 ? EVERY_FIELD : asked.flatMap((one) => one.fields);
      return [groupToLive(reader, found, fields)];
    });
    yield* await Promise.all(jobs);
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const { id, fields } of wanted) yield (await readGroup(reader, id, fields)) ?? { gone: true, id };
  },

  async find(reader, lookup) {
    const groups = (await groupsOf(reader)).map(({ resource, membership }) => ({
      id: scopedId(refOfRow(membership)),
      name: text(resource.displayName),
    }));
    return candidatesFor(groups, textAt(lookup, "name"), ({ name }) => name);
  },
  lookups: ({ spec }) => [{ name: text(spec.displayName) }],

  ruleFields: MEMBERSHIP_FIELDS,
  population: (reader, spec, live) =>
    membershipPopulation(
      reader,
      {
        entitlement: `member of the C1 group ${text(spec.displayName)}`,
        object: "self",
        ref: live === undefined ? undefined : scopedRef(live.id),
        watched: false,
      },
      spec,
      live,
    ),

  async create(writer, spec, context) {
    const annotations = annotationsOf(context.marker);
    const type = await ensureGroupType(writer);
    const resource =
      (await orphanOf(writer, text(spec.displayName), context.marker)) ??
      (await writer.createResource(type.appId, type.id, { ...resourceToApi(spec), annotations }));
    const membership = await writer.createEntitlement(type.appId, {
      ...membershipToApi(spec),
      appResourceTypeId: type.id,
      appResourceId: text(resource.id),
      slug: MEMBER,
      annotations,
    });
    const ref = refOfRow(membership);
    await context.made(scopedId(ref));
    if (spec.owners !== undefined) {
      await writer.setResourceOwners(resourceOfGroup(membership), userIds(spec.owners, context));
    }
    const owned = ownersOfResource(resourceOfGroup(membership));
    await attemptAll(ownerSteps(writer, owned, ref.appId, ownersToAdd(spec.ownerEntitlements)));
    const excluded = userIds(spec.exclude, context);
    if (excluded.length > 0) await writer.addExclusions(ref, excluded);
    const rule = ruleToApi(spec);
    if (rule !== undefined) {
      await writer.createEntitlementRule(ref, { displayName: text(spec.displayName), ...rule });
    }
    return (await readGroup(writer, scopedId(ref), Object.keys(spec))) ?? { id: scopedId(ref), spec };
  },

  async update(writer, live, spec, changes, context) {
    const ref = scopedRef(live.id);
    const membership = await writer.entitlementNow(ref);
    if (membership === undefined) return live;
    const resource = resourceOfGroup(membership);
    const owners = elementsAt(changes, "owners");
    const excluded = elementsAt(changes, "exclude");
    const own = resourceToApi(spec, changes);
    const settings = { ...membershipToApi(spec, changes), annotations: annotationsOf(context.marker) };
    await attemptAll([
      async () => Object.keys(own).length > 0 && writer.updateResource(resource, own, Object.keys(own)),
      () => writer.updateEntitlement(ref, settings, maskOf(settings)),
      ...userIds(owners.added, context, live).map((user) => () => writer.addResourceOwner(resource, user)),
      ...userIds(owners.removed, context, live).map((user) => () => writer.removeResourceOwner(resource, user)),
      ...ownerSteps(writer, ownersOfResource(resource), ref.appId, elementsAt(changes, "ownerEntitlements")),
    ]);
    // Whoever was to be excluded and could not be must not be let in by the rule after it.
    await exclude(writer, ref, userIds(excluded.added, context, live), userIds(excluded.removed, context, live));
    if (RULE.some((field) => touches(changes, field))) await changeRule(writer, ref, spec);
    return (await readGroup(writer, live.id, Object.keys(spec))) ?? live;
  },

  /** The rule first: what is left of a half-made deletion lets nobody in. */
  async delete(writer, live) {
    const ref = scopedRef(live.id);
    const membership = await writer.entitlementNow(ref);
    if (membership === undefined) return;
    if ((await writer.entitlementRule(ref)) !== undefined) await writer.deleteEntitlementRule(ref);
    await writer.deleteEntitlement(ref);
    await writer.deleteResource(resourceOfGroup(membership));
  },

  describe({ action, before, after, fields }) {
    if (action === "delete" || action === "replace") {
      return {
        undo: "approximate",
        uncertain: {
          effect: "C1 does not say what deleting a group revokes of what its members got through it",
          people: count(before?.computed?.memberCount),
        },
        notes: ["Members come back only by the rule: whoever was added by hand does not."],
      };
    }
    const ruled = action === "create" ? ruleToApi(after ?? {}) !== undefined : RULE.some((one) => touches(fields, one));
    const owned = ownerNotes(action, after, fields);
    if (!ruled) return { notes: owned };
    return {
      notes: [
        ...owned,
        "Members follow the rule at its next hourly run. Whoever was added by hand or asked for it stays, and nothing stops a rule that removes everybody else at once: groups have no circuit breaker.",
      ],
    };
  },

  held: ({ displayName }) => ({ entitlement: `member of the C1 group ${text(displayName)}` }),

  async *holders(reader, ids) {
    for (const id of ids) yield { id, edges: await holderEdges(reader, scopedRef(id), `member of ${id}`) };
  },

  edges: (object) => ownerEdges(object, `C1 group ${text(object.spec.displayName)}`),
};

const EVERY_FIELD = ["owners", "ownerEntitlements", "cel", "holders", "exclude"];

async function readGroup(reader: C1Reader, id: string, fields: readonly string[]): Promise<Live | undefined> {
  const membership = await reader.entitlementNow(scopedRef(id));
  const resource = membership && (await reader.resourceNow(resourceOfGroup(membership)));
  if (membership === undefined || resource === undefined) return undefined;
  return groupToLive(reader, { resource, membership }, fields);
}

/** One rule at a time: what replaces the other kind is sent alone, and the end of the last one deletes the rule. */
async function changeRule(writer: C1Writer, ref: ScopedRef, spec: Spec): Promise<void> {
  const rule = ruleToApi(spec);
  const live = await writer.entitlementRule(ref);
  if (rule === undefined) {
    if (live !== undefined) await writer.deleteEntitlementRule(ref);
  } else if (live === undefined) {
    await writer.createEntitlementRule(ref, { displayName: text(spec.displayName), ...rule });
  } else await writer.updateEntitlementRule(ref, rule);
}

async function exclude(
  writer: C1Writer,
  ref: ScopedRef,
  add: readonly string[],
  remove: readonly string[],
): Promise<void> {
  if (add.length > 0) await writer.addExclusions(ref, add);
  if (remove.length > 0) await writer.removeExclusions(ref, remove);
}
