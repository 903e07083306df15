/**
 * Who owns something beside the people that v1 knows: holders of entitlements, and, of connectors, people too (c1.md
 * §6.6). Roles have names that are published nowhere, so the name is read off owners that are there.
 */
import type { FieldChange, Spec, Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { type Elements, elementsAt } from "../../shared/changes.ts";
import { type Owned, ownersOfApp } from "../client/owners.ts";
import { refTo, scopedId, scopedRefs } from "../client/refs.ts";
import { text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";

/** How many other apps are asked what owners are called, where nothing nearer tells. */
const APPS_ASKED = 5;

export async function ownerEntitlements(reader: C1Reader, of: Owned): Promise<readonly Value[]> {
  return distinct((await reader.owningEntitlements(of)).map(({ ref }) => scopedId(ref))).map(refTo);
}

/** Ids of people, whatever their roles. */
export async function owningUserIds(reader: C1Reader, of: Owned): Promise<readonly string[]> {
  return distinct((await reader.owningUsers(of)).map(({ id }) => id));
}

/** Additions and removals, each to be tried. `appId`: whose owners to look at where the object has none yet. */
export function ownerSteps(
  writer: C1Writer,
  of: Owned,
  appId: string,
  entitlements: Elements,
  people?: { readonly added: readonly string[]; readonly removed: readonly string[] },
): readonly (() => Promise<unknown>)[] {
  const role = () => ownerRole(writer, of, appId);
  return [
    ...(people?.added ?? []).map((id) => async () => writer.addOwningUser(of, { id, role: await role() })),
    ...scopedRefs(entitlements.added).map(
      (ref) => async () => writer.addOwningEntitlement(of, { ref, role: await role() }),
    ),
    ...(people?.removed ?? []).map((id) => async () => {
      for (const owner of await writer.owningUsers(of)) if (owner.id === id) await writer.removeOwningUser(of, owner);
    }),
    ...scopedRefs(entitlements.removed).map((ref) => async () => {
      for (const owner of await writer.owningEntitlements(of)) {
        if (scopedId(owner.ref) === scopedId(ref)) await writer.removeOwningEntitlement(of, owner);
      }
    }),
  ];
}

/** Who owns by holding something is in no list of people: the impact names those who hold it today. */
export function ownerNotes(
  action: string,
  after: Spec | undefined,
  changes: readonly FieldChange[],
): readonly string[] {
  const made = action === "create" && scopedRefs(after?.ownerEntitlements).length > 0;
  if (!made && elementsAt(changes, "ownerEntitlements").added.length === 0) return [];
  return ["Whoever holds what ownerEntitlements lists owns it too, now and later."];
}

/** All of a declared list, of something new. */
export function ownersToAdd(value: Value | undefined): Elements {
  return { added: Array.isArray(value) ? value : [], removed: [] };
}

/** Of the object, else of its app, else of other apps: the first that shows any owner. */
async function ownerRole(reader: C1Reader, of: Owned, appId: string): Promise<string> {
  const near = [of, ownersOfApp(appId)];
  for (const owned of near) {
    const role = await roleAt(reader, owned);
    if (role !== undefined) return role;
  }
  const others = (await reader.apps()).map((row) => text(row.id)).filter((id) => id !== appId);
  for (const id of others.slice(0, APPS_ASKED)) {
    const role = await roleAt(reader, ownersOfApp(id));
    if (role !== undefined) return role;
  }
  throw new ProblemError({
    code: "owner-role-unknown",
    message: "C1 publishes no names of owners' roles, and shows no owner from whom to read one.",
    hint: "Make somebody an owner in C1's console, wait three minutes and plan again.",
  });
}

async function roleAt(reader: C1Reader, of: Owned): Promise<string | undefined> {
  const [users, entitlements] = await Promise.all([reader.owningUsers(of), reader.owningEntitlements(of)]);
  const [role, ...more] = distinct([...users, ...entitlements].map((owner) => owner.role));
  if (more.length === 0) return role;
  throw new ProblemError({
    code: "owner-role-ambiguous",
    message: `Owners have several roles here: ${[role, ...more].join(", ")}. Which of them an owner should have is not known.`,
    hint: "Add the owner in C1's console; the next plan finds it as declared.",
  });
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
