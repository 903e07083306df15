import type { Address, Owned } from "../../../engine/model.ts";

/** A group that state remembers. */
export function owned(address: Address, parts: Partial<Owned> = {}): Owned {
  return {
    address,
    kind: "okta/group",
    id: `id-of-${address.split("/").at(-1)}`,
    applied: { name: address, members: [] },
    people: {},
    secrets: {},
    protect: false,
    origin: "created",
    dependsOn: [],
    ...parts,
  };
}
