/**
 * Profiles as a reason for holding something. A tenant may have hundreds, and what each holds is a call of its own
 * (c1.md §3): so those that the plan has read anyway are asked first, and others only about people whom nothing else
 * explains.
 */
import type { GrantRow } from "../client/people.ts";
import { type ScopedRef, scopedId } from "../client/refs.ts";
import { text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import type { Targets } from "./grant-targets.ts";
import { enrolment, systemAppId } from "./system-app.ts";

/** A profile that holds entitlements of what was asked for. */
export interface GivingProfile {
  readonly id: string;
  readonly name: string;
  /** Its own resource, on which enrolments are grants. */
  readonly resource: ScopedRef;
  readonly gives: readonly { readonly object: string; readonly slug: string; readonly ref: ScopedRef }[];
}

export async function givingProfiles(reader: C1Reader, targets: Targets): Promise<readonly GivingProfile[]> {
  const apps = new Set([...targets.values()].map(({ appId }) => appId));
  const profiles = await Promise.all(
    [...reader.profilesRead()].map(async ([id, name]): Promise<readonly GivingProfile[]> => {
      const refs = (await reader.profileEntries(id)).filter(({ appId }) => apps.has(appId));
      const rows = await Promise.all(refs.map((ref) => reader.entitlement(ref)));
      const gives = rows.flatMap((row, index) => {
        const ref = refs[index];
        const target = targets.get(scopedId({ appId: text(row?.appId), id: text(row?.appResourceId) }));
        return ref === undefined || target === undefined ? [] : [{ object: target.object, slug: text(row?.slug), ref }];
      });
      const enrolled = gives.length === 0 ? undefined : await enrolment(reader, id);
      if (enrolled === undefined) return [];
      return [{ id, name, gives, resource: { appId: text(enrolled.appId), id: text(enrolled.appResourceId) } }];
    }),
  );
  return profiles.flat();
}

/** The profile that a grant follows from, where its row says so. */
export async function sourceProfile(reader: C1Reader, row: GrantRow): Promise<string | undefined> {
  if (row.sources.length === 0) return undefined;
  const system = await systemAppId(reader);
  const ids = row.sources.filter(({ appId }) => appId === system).map(({ id }) => id);
  return ids.length === 0 ? undefined : nameOf(reader, ids);
}

/** Holders who are enrolled in a profile with that entitlement, among the profiles that nobody has read. */
export async function enrolledElsewhere(
  reader: C1Reader,
  holders: readonly GrantRow[],
): Promise<readonly { readonly row: GrantRow; readonly profile: string }[]> {
  const people = new Set(holders.map(({ userId }) => userId).filter((id) => id !== ""));
  if (people.size === 0) return [];
  const read = reader.profilesRead();
  const enrolments = (await reader.enrolments(await systemAppId(reader))).filter(
    ({ userId, entitlementId }) => people.has(userId) && !read.has(entitlementId),
  );
  const found = await Promise.all(
    holders.map(async (row) => {
      const own = enrolments.filter(({ userId }) => userId === row.userId).map(({ entitlementId }) => entitlementId);
      const held = await Promise.all(own.map((id) => reader.profileEntries(id)));
      const ids = own.filter((_, index) =>
        held[index]?.some((ref) => ref.appId === row.appId && ref.id === row.entitlementId),
      );
      const profile = ids.length === 0 ? undefined : await nameOf(reader, ids);
      return profile === undefined ? [] : [{ row, profile }];
    }),
  );
  return found.flat();
}

/** Of the first of them that is a profile. */
async function nameOf(reader: C1Reader, ids: readonly string[]): Promise<string | undefined> {
  const read = ids.map((id) => reader.profilesRead().get(id)).find((name) => name !== undefined);
  if (read !== undefined) return read;
  const row = (await reader.profiles()).find(({ id }) => ids.includes(text(id)));
  return row === undefined ? undefined : text(row.displayName);
}
