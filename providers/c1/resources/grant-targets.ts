/** Which resources of C1 stand for objects of another system. */
import { type ScopedRef, scopedId } from "../client/refs.ts";
import { text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";

/** A resource that stands for an object that was asked for. */
export interface Target extends ScopedRef {
  readonly object: string;
}

/** Targets by their resource's scoped id. */
export type Targets = ReadonlyMap<string, Target>;

/** Resources that stand for these ids in any app: there is no search by external id (c1.md §3). */
export async function targetsOf(reader: C1Reader, objects: ReadonlySet<string>): Promise<Targets> {
  const groups = (await reader.resourceTypes()).filter((type) => /^groups?$/i.test(text(type.displayName)));
  const rows = await Promise.all(
    groups.map((type) => reader.resourcesOfType({ appId: text(type.appId), id: text(type.id) })),
  );
  const targets = new Map<string, Target>();
  for (const row of rows.flat()) {
    const object = [text(row.externalId), text(row.matchBatonId)].find((id) => objects.has(id));
    const ref = { appId: text(row.appId), id: text(row.id) };
    if (object !== undefined) targets.set(scopedId(ref), { ...ref, object });
  }
  return targets;
}
