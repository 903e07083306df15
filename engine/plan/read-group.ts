/**
 * ⇄ One kind of one instance: resolved, listed once, matched by id or key. What a list does not show is asked for by id,
 * and a blank answer is nobody's word.
 */
import { collectionsOf } from "../config/rules.ts";
import type { Found } from "../diff/found.ts";
import { asRemembered, seen } from "../diff/lag.ts";
import type { OutputOf } from "../graph/refs.ts";
import type { WantedObject } from "../kind.ts";
import type { Address, Live, Owned, Resource, Spec } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { asSpec, knownPart } from "../value.ts";
import { listed } from "../words.ts";
import { onlyOurs } from "./doubts.ts";
import type { Group } from "./groups.ts";
import type { ReadOptions } from "./read-options.ts";
import { shortKind } from "./tenants.ts";

export interface GroupContext extends ReadOptions {
  readonly ownedAt: ReadonlyMap<Address, Owned>;
  readonly found: Map<Address, Found>;
  readonly wanted: Map<Address, Spec>;
  readonly outputOf: OutputOf;
  readonly resolve: (resource: Resource, outputOf: OutputOf) => Spec | Promise<Spec>;
}

/** All at once: lookups that a provider is asked together it can answer together. */
async function resolveAll({ resources }: Group, { wanted, resolve, outputOf }: GroupContext): Promise<void> {
  const looking: Promise<unknown>[] = [];
  for (const resource of resources) {
    const spec = resolve(resource, outputOf);
    if (spec instanceof Promise) looking.push(spec.then((found) => wanted.set(resource.address, found)));
    else wanted.set(resource.address, spec);
  }
  await Promise.all(looking);
}

export async function readGroup(group: Group, context: GroupContext): Promise<void> {
  const { found, wanted, ownedAt } = context;
  const facts = context.catalog.factsOf(group.kind);
  const instance = context.instances.get(group.instance);
  await resolveAll(group, context);

  if (!facts.can.list && !facts.can.get) {
    for (const one of [...group.resources.map((resource) => ownedAt.get(resource.address)), ...group.orphans]) {
      if (one !== undefined) found.set(one.address, { state: "remembered", live: asRemembered(one) });
    }
    for (const resource of group.resources)
      if (!found.has(resource.address)) found.set(resource.address, { state: "absent" });
    for (const { address } of group.lost) found.set(address, { state: "absent" });
    return;
  }
  if (instance === undefined) return;

  const keyOf = (resource: Resource): string | undefined => {
    return facts.key(asSpec(knownPart(wanted.get(resource.address) ?? {}) ?? {}));
  };
  const rules = context.catalog.rulesOf(group.kind).spec;
  const collections = collectionsOf(rules);
  const objects = [
    ...group.resources.map((resource) =>
      wantedObject(
        ownedAt.get(resource.address),
        keyOf(resource),
        [...Object.keys(resource.spec), ...(context.ending?.(resource.address) === true ? collections : [])],
        asSpec(knownPart(wanted.get(resource.address) ?? {}) ?? {}),
      ),
    ),
    ...group.orphans.map((one) => wantedObject(one, undefined, collections, {})),
    // A replacement that was interrupted: the old one by id, and what may have taken its place by key.
    ...group.resources
      .filter(({ address }) => ownedAt.has(address) && context.doubts.has(address))
      .map((resource) => wantedObject(undefined, keyOf(resource), Object.keys(resource.spec), {})),
    ...group.lost.map((doubt) => wantedObject(undefined, doubt.key, collections, {})),
  ];
  const byId = new Map<string, Live>();
  const byKey = new Map<string, Live[]>();
  const list = async (objects: readonly WantedObject[]): Promise<void> => {
    if (!facts.can.list || objects.length === 0) return;
    for await (const live of instance.view.list(shortKind(group.kind), { objects })) {
      const key = byId.has(live.id) ? undefined : facts.key(live.spec);
      byId.set(live.id, live);
      if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), live]);
    }
  };
  await list(objects);
  await confirmAbsent(group, objects, byId, context);
  // Of what is gone, whatever has taken its name since: a create would find it there.
  const gone = group.resources.filter(({ address }) => {
    const id = ownedAt.get(address)?.id;
    return id !== undefined && !byId.has(id);
  });
  await list(gone.map((resource) => wantedObject(undefined, keyOf(resource), Object.keys(resource.spec), {})));
  refuseBlank(group, objects, byId, (spec) => facts.key(spec));

  for (const resource of group.resources) {
    const one = ownedAt.get(resource.address);
    const key = keyOf(resource);
    const matches = key === undefined ? [] : (byKey.get(key) ?? []);
    const doubt = context.doubts.get(resource.address);
    const ours = doubt === undefined ? undefined : onlyOurs(matches, resource.address, context.stack, doubt);
    const known = one === undefined ? undefined : seen(byId.get(one.id) ?? ours, one, facts, rules, context.now());
    if (known !== undefined && (known.state !== "gone" || matches.length === 0)) {
      found.set(resource.address, known);
      continue;
    }
    const [first, ...more] = ours === undefined ? matches : [ours];
    if (more.length > 0) {
      throw new ProblemError({
        code: "ambiguous-key",
        message: `${matches.length} objects of ${group.kind} in ${group.instance} are called "${key}": ${matches.map((live) => live.id).join(", ")}.`,
        hint: `Bind the right one: accord import ${resource.address} <id>.`,
        address: resource.address,
        source: resource.source,
      });
    }
    if (first === undefined) found.set(resource.address, { state: "absent" });
    else {
      const instead = one === undefined ? {} : { insteadOf: one.id };
      found.set(resource.address, { state: "present", live: first, ...instead });
    }
  }
  for (const one of group.orphans) {
    found.set(one.address, seen(byId.get(one.id), one, facts, rules, context.now()));
  }
  for (const doubt of group.lost) {
    const matches = byKey.get(doubt.key ?? "") ?? [];
    const live = onlyOurs(matches, doubt.address, context.stack, doubt);
    if (live !== undefined) found.set(doubt.address, { state: "present", live });
    else if (matches.length === 0 && doubt.key !== undefined && facts.can.list) {
      found.set(doubt.address, { state: "absent" });
    }
  }
  // References within the kind (a nested group) are known only now.
  await resolveAll(group, context);
}

function wantedObject(
  owned: Owned | undefined,
  key: string | undefined,
  declared: readonly string[],
  spec: Spec,
): WantedObject {
  const fields = [...new Set([...declared, ...Object.keys(owned?.applied ?? {})])];
  return {
    fields,
    known: owned === undefined ? [spec] : [spec, owned.applied],
    ...(owned === undefined ? {} : { id: owned.id }),
    ...(key === undefined ? {} : { key }),
  };
}

/** An owned object that a list does not show is asked for by id: a list lags, and an empty one is not a fact. */
async function confirmAbsent(
  group: Group,
  objects: readonly WantedObject[],
  byId: Map<string, Live>,
  context: GroupContext,
): Promise<void> {
  const facts = context.catalog.factsOf(group.kind);
  const instance = context.instances.get(group.instance);
  const missing = objects.flatMap((one) => (one.id !== undefined && !byId.has(one.id) ? [{ ...one, id: one.id }] : []));
  if (missing.length === 0 || instance === undefined) return;
  if (!facts.can.get) {
    throw new ProblemError({
      code: "cannot-prove-gone",
      message: `${group.instance} no longer lists ${missing.length} owned objects of ${group.kind}, and has no read by id to prove that they are gone.`,
      hint: "Check the credential's rights first; then `accord forget` what is really gone.",
    });
  }
  const unproven = new Set(missing.map((one) => one.id));
  for await (const answer of instance.view.get(shortKind(group.kind), missing)) {
    unproven.delete(answer.id);
    if (!("gone" in answer)) byId.set(answer.id, answer);
  }
  if (unproven.size > 0) throw blankAnswer(group, [...unproven]);
}

/** What an object is called is never blank: a name that vanished is a right that the credential lost, not a change. */
function refuseBlank(
  group: Group,
  objects: readonly WantedObject[],
  byId: ReadonlyMap<string, Live>,
  keyOf: (spec: Spec) => string | undefined,
): void {
  const blank = objects.flatMap(({ id }) => {
    const live = id === undefined ? undefined : byId.get(id);
    return live !== undefined && keyOf(live.spec) === "" ? [live.id] : [];
  });
  if (blank.length > 0) throw blankAnswer(group, blank);
}

function blankAnswer({ instance, kind }: Group, ids: readonly string[]): ProblemError {
  return new ProblemError({
    code: "blank-answer",
    message: `${instance} answered with blank fields for ${kind} ${listed(ids)}, which says nothing about whether they are there.`,
    hint: "The credential seems to have lost a right or a role: `accord doctor` says which. Nothing was concluded from the answer.",
    fatal: true,
  });
}
