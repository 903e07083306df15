/** Which live object this stack made although state does not say so: an interrupted run leaves such objects behind. */
import type { Address, Live, Owned, Resource } from "../model.ts";
import type { Problem } from "../problem.ts";

/** A create that an interrupted run asked for, and of which nobody knows whether it happened. */
export interface Doubt {
  readonly address: Address;
  /** Epoch milliseconds before which nothing of it can have been made. */
  readonly since: number;
  /** Epoch milliseconds of the last request: reads tell the truth only a consistency window after it. */
  readonly last: number;
  /** Natural key as the journal noted it. */
  readonly key?: string;
}

/** Vendor clocks and ours may differ by this much, milliseconds. */
const CLOCK_SKEW = 120_000;

/** It carries our mark; or nobody's, and was made after `since`, when we asked for it. */
export function isOurs(live: Live, address: Address, stack: string, since: number | undefined): boolean {
  const { marker, createdAt } = live;
  if (marker !== undefined)
    return marker.tool === "accord" && (marker.stack ?? stack) === stack && marker.address === address;
  return since !== undefined && createdAt !== undefined && Date.parse(createdAt) >= since - CLOCK_SKEW;
}

/** Carries the mark of another tool, or of another stack of Accord: never taken, never ended. */
export function isForeign({ marker }: Live, stack: string): boolean {
  return marker !== undefined && !(marker.tool === "accord" && (marker.stack ?? stack) === stack);
}

/** Who the mark says it belongs to. */
export function markedBy({ marker }: Live): string {
  return [marker?.tool, marker?.stack, marker?.address].filter((part) => part !== undefined && part !== "").join(" / ");
}

/** The vendor gives neither list nor marker: only a person can look. */
export function unsettled(resource: Pick<Resource, "address"> & Partial<Pick<Resource, "source">>): Problem {
  const { address, source } = resource;
  return {
    code: "unsettled",
    message: `Whether ${address} was created is unknown: the request got no answer, and the vendor gives no way to find out.`,
    hint: `If it is there: accord import ${address} <id>. If it is not: accord forget ${address}, then apply again.`,
    address,
    ...(source === undefined ? {} : { source }),
  };
}

/** An object that is ours by finding, of which nothing counts as applied: the next plan completes or removes it. */
export function barelyOwned(address: Address, kind: string, id: string): Owned {
  return { address, kind, id, applied: {}, people: {}, secrets: {}, protect: false, origin: "created", dependsOn: [] };
}
