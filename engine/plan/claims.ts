/** One object, one address: an object with two documents would be changed by both, and end with either. */
import type { Address, Owned, Resource } from "../model.ts";
import type { Problem } from "../problem.ts";
import { groupKeyOf } from "./tenants.ts";

export interface Claims {
  /** The address that has this object already, if it is another one; else it is the asker's from now on. */
  object(asker: Claimant, id: string): Address | undefined;
  /** The same for an object that is yet to be made, by its natural key. */
  key(asker: Claimant, key: string): Address | undefined;
}

type Claimant = Pick<Resource, "address" | "instance" | "kind">;

/** What state remembers is claimed before any document is. */
export function claimsOf(owned: readonly Owned[]): Claims {
  const nameOf = (asker: Claimant, what: string): string => `${groupKeyOf(asker)} ${what}`;
  // Only a document that is not bound yet asks: most plans have none.
  let claimed: Map<string, Address> | undefined;
  const claim = (asker: Claimant, what: string): Address | undefined => {
    claimed ??= new Map(
      owned.map(({ address, kind, id }) => {
        const instance = address.slice(0, address.indexOf("/"));
        return [nameOf({ address, kind, instance }, `id ${id}`), address];
      }),
    );
    const name = nameOf(asker, what);
    const holder = claimed.get(name);
    if (holder === undefined) claimed.set(name, asker.address);
    return holder === asker.address ? undefined : holder;
  };
  return {
    object: (asker, id) => claim(asker, `id ${id}`),
    key: (asker, key) => claim(asker, `key ${key}`),
  };
}

/** `declared`: has the holder still a document? */
export function claimedTwice(resource: Resource, holder: Address, what: string, declared: boolean): Problem {
  const { address, source } = resource;
  return {
    code: "claimed-twice",
    message: `${address} and ${holder} are the same object, ${what}.`,
    hint: declared
      ? "Keep one of the two documents; the other one's references can name it."
      : `If the document got another name: accord move ${holder} ${address}. If ${holder} is to go: accord forget ${holder} first.`,
    address,
    source,
  };
}
