/**
 * Which names mean the same object: objects of the stack go by their address, others by kind and id. What one system keeps
 * of an object of another (C1's entitlement of an Okta group) is that object.
 */
import type { ObjectName } from "../model.ts";
import type { AccessObject, InstanceFor } from "./access.ts";

/** Reference to an object that does not exist yet. */
const FUTURE = /^\$\{([^}]+)\.id\}$/;

export function isFuture(id: string): boolean {
  return FUTURE.test(id);
}

function ownKey({ address, instance, kind, id }: AccessObject): string {
  return address ?? `${instance} ${kind} ${id}`;
}

/** Is it the object that a name means, seen from another one? */
export function isObjectNamed(
  name: "self" | ObjectName,
  from: Pick<AccessObject, "address" | "instance" | "kind">,
  one: Pick<AccessObject, "address" | "instance" | "kind" | "id">,
  instanceFor: InstanceFor,
): boolean {
  if (name === "self") return one.address !== undefined && one.address === from.address;
  const future = FUTURE.exec(name.id)?.[1];
  if (future !== undefined) return one.address === future;
  return one.id === name.id && one.kind === name.kind && one.instance === instanceFor(name.kind, from);
}

export interface ObjectNames {
  /** The same for all names of an object. */
  self(object: AccessObject): string;
  named(name: ObjectName, from: AccessObject): string;
  /** It goes by the name of another one, for which it stands. */
  standsIn(object: AccessObject): boolean;
}

export function namesIn(objects: readonly AccessObject[], instanceFor: InstanceFor): ObjectNames {
  const keys = new Map<string, string>();
  const parts = new Map<string, string>();
  for (const object of objects) {
    const { address, instance, kind, id, held } = object;
    const key = ownKey(object);
    if (id !== undefined) keys.set(`${instance} ${kind} ${id}`, key);
    if (held?.as === undefined) continue;
    if (id !== undefined) parts.set(`${id} ${held.as}`, key);
    if (address !== undefined) parts.set(`\${${address}.id} ${held.as}`, key);
  }
  const others = new Map<string, string>();
  for (const object of objects) {
    const same = object.held?.same;
    if (same === undefined) continue;
    const what = `${same.id} ${same.as}`;
    others.set(ownKey(object), parts.get(what) ?? `elsewhere ${what}`);
  }
  const one = (key: string): string => others.get(key) ?? key;
  return {
    self: (object) => one(ownKey(object)),
    standsIn: (object) => others.has(ownKey(object)),
    named(name, from) {
      const plain = `${instanceFor(name.kind, from)} ${name.kind} ${name.id}`;
      return one(FUTURE.exec(name.id)?.[1] ?? keys.get(plain) ?? plain);
    },
  };
}
