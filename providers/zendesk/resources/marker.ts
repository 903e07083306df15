/** Our mark on an organization: its external id, where the document gives it none of its own (SPEC §6). */
import type { Marker } from "../../../engine/model.ts";

const MARK = /^accord\/(.+)\/([^/]+\/[^/]+\/[^/]+)$/;

export function markText({ stack, address }: Marker): string {
  return `accord/${stack ?? ""}/${address ?? ""}`;
}

/** Undefined for an external id that means something to somebody else. */
export function markIn(externalId: string | undefined): Marker | undefined {
  const [, stack, address] = MARK.exec(externalId ?? "") ?? [];
  return stack === undefined || address === undefined ? undefined : { tool: "accord", stack, address };
}
