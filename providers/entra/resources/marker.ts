/**
 * Our mark on a group: its `uniqueName`, a key that clients choose once (entra.md §0.3). Which characters Graph allows in
 * it is not documented, so it is made of those that an address is made of.
 */
import { parseAddress } from "../../../engine/address.ts";
import type { Marker } from "../../../engine/model.ts";

/** `accord.<stack>.<instance>.<kind>.<name>`; only the name may hold further dots. */
export function uniqueNameOf(marker: Marker): string {
  return ["accord", marker.stack ?? "-", ...(marker.address ?? "").split("/")].join(".");
}

/** Somebody else's key is somebody else's mark. */
export function markerOf(uniqueName: string | undefined): Marker | undefined {
  if (uniqueName === undefined) return undefined;
  const [tool, stack, instance, kind, ...name] = uniqueName.split(".");
  const address = parseAddress([instance, kind, name.join(".")].join("/"))?.address;
  if (tool !== "accord" || stack === undefined || address === undefined)
    return { tool: `the owner of uniqueName "${uniqueName}"` };
  return { tool, ...(stack === "-" ? {} : { stack }), address };
}
