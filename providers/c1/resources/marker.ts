/**
 * Whose an object is, in C1's annotations (c1.md §4). They merge on update; a console edit strips the IaC keys, so a
 * marker that is missing from an object of ours means that somebody edited it by hand.
 */

import type { Live, Marker } from "../../../engine/model.ts";
import type { Fields } from "../../shared/narrow.ts";
import { textMap } from "../client/wire.ts";

/** Values are URL-safe ASCII of at most 256 characters. */
const SAFE = /[^A-Za-z0-9._~:/@+-]/g;

export function annotationsOf(marker: Marker): Record<string, string> {
  return {
    managed_by: marker.tool,
    ...(marker.stack === undefined ? {} : { iac_workspace: safe(marker.stack) }),
    ...(marker.address === undefined ? {} : { iac_resource_address: safe(marker.address) }),
  };
}

const UNMARKED =
  "It has lost Accord's mark, as it does when somebody edits it in C1's console; the next change that Accord makes to it sets the mark again.";

export function markerOf(row: Fields): Pick<Live, "marker" | "unmarked"> {
  const notes = textMap(row.annotations);
  if (notes.managed_by === undefined || notes.managed_by === "") return { unmarked: UNMARKED };
  return {
    marker: {
      tool: notes.managed_by,
      ...(notes.iac_workspace ? { stack: notes.iac_workspace } : {}),
      ...(notes.iac_resource_address ? { address: notes.iac_resource_address } : {}),
    },
  };
}

function safe(value: string): string {
  return value.replace(SAFE, "_").slice(0, 256);
}
