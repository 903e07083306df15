/**
 * An access profile: who may ask for what, and what happens on joining and leaving. One document for what C1 keeps in
 * five places. Created in the order of c1.md §5.5, so that nobody can request a half-made profile:
 *
 *   catalog (unpublished) → policies of the enrolment → contents → owners → published → visibility
 */

import type { Finding, Kind } from "../../../engine/kind.ts";
import type { Entry, FieldChange, Gone, Live, Spec, Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { asSpec, valueAt } from "../../../engine/value.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { type Elements, elementsAt } from "../../shared/changes.ts";
import { refIds, textAt } from "../../shared/spec.ts";
import type { ResourceRef } from "../client/access.ts";
import { ownersOfResource } from "../client/owners.ts";
import { type ScopedRef, scopedId, scopedRefs } from "../client/refs.ts";
import { count, flag, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { catalogToApi, enrolmentToApi, profileToLive } from "./access-profile-spec.ts";
import { durationFindings, OWNERS_LAG } from "./entitlement.ts";
import { maskOf } from "./entitlement-spec.ts";
import { holderEdges, ownerEdges } from "./holding.ts";
import { annotationsOf } from "./marker.ts";
import { endAutomation } from "./membership-automation.ts";
import { findByName } from "./names.ts";
import { ownerNotes, ownerSteps, ownersToAdd } from "./owners.ts";
import { userIds } from "./people.ts";
import { enrolment, enrolmentRef, resourceOfEntitlement } from "./system-app.ts";

export const accessProfile: Kind<C1Reader, C1Writer> = {
  name: "access-profile",
  proof: { by: "poll", every: 5_000, within: 180_000 },
  consistency: OWNERS_LAG,

  key: (spec) => textAt(spec, "displayName"),

  *check(spec) {
    const requests = asSpec(spec.requests ?? {});
    yield* durationFindings(valueAt(spec, ["joiner", "maxDuration"]), "joiner", "maxDuration");
    if (!Array.isArray(requests.visibleTo) || requests.visibleTo.length === 0) return;
    if (requests.visibleToEveryone === true) {
      yield refusal("visibleToEveryone leaves no room for visibleTo.", "Say one of the two.");
    }
    if (requests.enabled !== true) {
      yield refusal("visibleTo needs requests.enabled: true.", "C1 binds visibility only to a published profile.");
    }
  },

  async *list(reader, want) {
    if (want.everything !== true && want.objects.every(({ id }) => id !== undefined)) {
      const known = await Promise.all(want.objects.map(({ id = "", fields }) => readProfile(reader, id, fields)));
      for (const live of known) if (live !== undefined) yield live;
      return;
    }
    const jobs = (await reader.profiles()).flatMap((header) => {
      const id = text(header.id);
      const asked = want.objects.filter(
        (one) => (one.id ?? id) === id && (one.id === id || one.key === header.displayName),
      );
      if (asked.length === 0 && want.everything !== true) return [];
      const fields = asked.length === 0 ? EVERY_FIELD : asked.flatMap((one) => one.fields);
      return [readProfile(reader, id, fields)];
    });
    for (const live of await Promise.all(jobs)) if (live !== undefined) yield live;
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const one of wanted) yield (await readProfile(reader, one.id, one.fields)) ?? { gone: true, id: one.id };
  },

  find: async (reader, lookup) => findByName(await reader.profiles(), lookup),
  lookups: ({ spec }) => [{ name: text(spec.displayName) }],

  async review(reader, spec, live): Promise<readonly Finding[]> {
    return [...visibilityFindings(spec, live), ...(await bundleFindings(reader, spec))];
  },

  async create(writer, spec, context) {
    const { published, visibleToEveryone, ...settings } = catalogToApi(spec, context);
    const catalog = await writer.createProfile({ ...settings, annotations: annotationsOf(context.marker) });
    const id = text(catalog.id);
    await context.made(id);

    const policies = enrolmentToApi(spec);
    if (Object.keys(policies).length > 0) {
      await writer.updateEntitlement(await enrolmentRef(writer, id), policies, maskOf(policies));
    }
    const entries = scopedRefs(spec.entitlements);
    if (entries.length > 0) await writer.addEntries(id, entries, spec.backfill === true);
    if (spec.owners !== undefined) {
      await writer.setResourceOwners(await resourceOf(writer, id), userIds(spec.owners, context));
    }
    const held = ownersToAdd(spec.ownerEntitlements);
    if (held.added.length > 0) await changeOwningEntitlements(writer, id, held);
    if (flag(published) || flag(visibleToEveryone)) {
      const last = { published: flag(published), visibleToEveryone: flag(visibleToEveryone) };
      await writer.updateProfile(id, last, maskOf(last));
    }
    const visible = scopedRefs(valueAt(spec, ["requests", "visibleTo"]));
    if (visible.length > 0) await writer.addVisibility(id, visible);
    return (await readProfile(writer, id, Object.keys(spec))) ?? { id, spec };
  },

  async update(writer, live, spec, changes, context) {
    const { id } = live;
    const catalog = catalogToApi(spec, context, changes);
    const policies = enrolmentToApi(spec, changes);
    const entries = elementsAt(changes, "entitlements");
    const visible = elementsAt(changes, "requests", "visibleTo");
    const owners = elementsAt(changes, "owners");
    const opens = flag(catalog.published) || flag(catalog.visibleToEveryone);
    const writeCatalog = async () =>
      Object.keys(catalog).length > 0 && writer.updateProfile(id, catalog, maskOf(catalog));
    const hidden = bindingsToEnd(live, visible.removed, flag(catalog.visibleToEveryone));
    await attemptAll([
      async () => hidden.length > 0 && writer.removeVisibility(id, hidden),
      async () =>
        Object.keys(policies).length > 0 &&
        writer.updateEntitlement(await enrolmentRef(writer, id), policies, maskOf(policies)),
      async () => entries.added.length > 0 && writer.addEntries(id, scopedRefs(entries.added), spec.backfill === true),
      async () => !opens && writeCatalog(),
      async () => entries.removed.length > 0 && writer.removeEntries(id, scopedRefs(entries.removed)),
      () => changeOwners(writer, id, userIds(owners.added, context, live), userIds(owners.removed, context, live)),
      () => changeOwningEntitlements(writer, id, elementsAt(changes, "ownerEntitlements")),
    ]);
    // Only what is whole is opened: not to requests under policies, or for contents, that were refused just now.
    await attemptAll([
      async () => opens && writeCatalog(),
      async () => visible.added.length > 0 && writer.addVisibility(id, scopedRefs(visible.added)),
    ]);
    return (await readProfile(writer, id, Object.keys(spec))) ?? live;
  },

  /** An automation that nobody declared goes first: deleted under it, a profile could still be filled (c1.md §5.5). */
  async delete(writer, live) {
    const automation = await writer.automation(live.id);
    if (automation !== undefined) await endAutomation(writer, live.id, automation);
    await writer.deleteProfile(live.id);
  },

  describe({ action, before, after, fields }) {
    const members = count(before?.computed?.memberCount);
    if (action === "delete" || action === "replace") {
      return {
        undo: "approximate",
        uncertain: {
          effect: "C1 does not say whether deleting a profile revokes its members' access",
          people: members,
        },
      };
    }
    const contents = members === 0 ? [] : contentNotes(fields, members, after?.backfill === true);
    return { notes: [...contents, ...ownerNotes(action, after, fields)] };
  },

  held: ({ displayName }) => ({ entitlement: `member of the profile ${text(displayName)}` }),

  async *holders(reader, ids) {
    for (const id of ids) {
      const edges = await holderEdges(reader, await enrolmentRef(reader, id), `member of the profile ${id}`);
      yield { id, edges };
    }
  },

  *edges(object) {
    const { spec } = object;
    yield* ownerEdges(object, `access profile ${text(spec.displayName)}`);
    const entry = { leaver: leaverOf(spec), ...(spec.backfill === true ? { everybody: true } : {}) };
    for (const id of refIds(spec.entitlements)) {
      yield {
        person: `members of the profile ${text(spec.displayName)}`,
        holder: "self",
        entitlement: `entitlement ${id}`,
        object: { kind: "c1/entitlement", id },
        entry,
      };
    }
  },
};

async function bundleFindings(reader: C1Reader, spec: Spec): Promise<readonly Finding[]> {
  const bundle = valueAt(spec, ["requests", "bundle"]) === true;
  const { features } = await reader.introspect();
  if (!bundle || features.length === 0 || features.some((feature) => /bundle/i.test(feature))) return [];
  return [
    {
      code: "feature-off",
      message: "requests.bundle needs the bundles feature, which the tenant does not list.",
      path: ["requests", "bundle"],
      severity: "warning",
    },
  ];
}

/** Being visible to everyone and to some excludes each other, also where the document names only one (c1.md §5.3). */
function* visibilityFindings(spec: Spec, live: Live | undefined): Iterable<Finding> {
  const wanted = asSpec(spec.requests ?? {});
  const found = asSpec(live?.spec.requests ?? {});
  const some = (requests: Spec): boolean => Array.isArray(requests.visibleTo) && requests.visibleTo.length > 0;
  if (some(wanted) && found.visibleToEveryone === true && wanted.visibleToEveryone === undefined) {
    yield refusal(
      "The profile is visible to everyone, which leaves no room for visibleTo.",
      "Say visibleToEveryone: false.",
    );
  }
  if (wanted.visibleToEveryone === true && some(found) && wanted.visibleTo === undefined) {
    yield refusal("The profile is visible to some, which leaves no room for visibleToEveryone.", "Say visibleTo: [].");
  }
}

/** Bindings stand in the way of visibleToEveryone, so then all go before it; what is gone is not taken away again. */
function bindingsToEnd(live: Live, removed: readonly Value[], toEveryone: boolean): readonly ScopedRef[] {
  const bound = scopedRefs(valueAt(live.spec, ["requests", "visibleTo"]));
  const ends = new Set(scopedRefs(removed).map(scopedId));
  return bound.filter((ref) => toEveryone || ends.has(scopedId(ref)));
}

const EVERY_FIELD = ["entitlements", "owners", "ownerEntitlements", "requests", "joiner", "leaver"];

async function readProfile(reader: C1Reader, id: string, fields: readonly string[]): Promise<Live | undefined> {
  const row = await reader.profile(id);
  return row === undefined ? undefined : profileToLive(reader, row, fields);
}

/** Owners of a profile are the owners of its resource in C1's own app (c1.md §5.5). */
async function resourceOf(reader: C1Reader, profileId: string): Promise<ResourceRef> {
  const row = await enrolment(reader, profileId);
  if (row !== undefined) return resourceOfEntitlement(row);
  throw new ProblemError({
    code: "no-enrolment",
    message: `The profile ${profileId} has no enrolment entitlement in C1's own app.`,
    hint: "Plan again: it may not be readable yet.",
  });
}

async function changeOwners(
  writer: C1Writer,
  profileId: string,
  add: readonly string[],
  remove: readonly string[],
): Promise<void> {
  if (add.length + remove.length === 0) return;
  const resource = await resourceOf(writer, profileId);
  await attemptAll([
    ...add.map((user) => () => writer.addResourceOwner(resource, user)),
    ...remove.map((user) => () => writer.removeResourceOwner(resource, user)),
  ]);
}

async function changeOwningEntitlements(writer: C1Writer, profileId: string, elements: Elements): Promise<void> {
  if (elements.added.length + elements.removed.length === 0) return;
  const resource = await resourceOf(writer, profileId);
  await attemptAll(ownerSteps(writer, ownersOfResource(resource), resource.appId, elements));
}

/** What becomes of the contents when somebody leaves (c1.md §5.1); unset is documented nowhere. */
function leaverOf(spec: Spec): Entry["leaver"] {
  const access = valueAt(spec, ["leaver", "access"]);
  if (access === "leave") return "keeps";
  return access === undefined || access === null ? "uncertain" : "loses";
}

/** What a change of contents does not do (c1.md §5.2). */
function contentNotes(changes: readonly FieldChange[], members: number, backfill: boolean): string[] {
  const contents = changes.filter(({ path }) => path[0] === "entitlements");
  const added = contents.filter(({ op }) => op === "add").length;
  const removed = contents.filter(({ op }) => op === "remove").length;
  const notes: string[] = [];
  if (added > 0) {
    notes.push(
      backfill
        ? `${people(members)} of the profile get a request for each newly added entitlement (backfill).`
        : `${people(members)} of the profile do not receive a newly added entitlement; \`backfill: true\` requests it for them.`,
    );
  }
  if (removed > 0) {
    notes.push(`Removing an entitlement from the profile does not revoke it from its ${people(members)}.`);
  }
  return notes;
}

function people(members: number): string {
  return `${members} member${members === 1 ? "" : "s"}`;
}

function refusal(message: string, hint: string): Finding {
  return { code: "visibility", message, hint, path: ["requests", "visibleTo"] };
}
