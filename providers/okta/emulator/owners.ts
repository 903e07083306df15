/** `/groups/{groupId}/owners`: needs Identity Governance (okta.md §4.7). */
import { json } from "../../shared/emulator.ts";
import { groupTarget, nameOf } from "./audit.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf } from "./call.ts";
import { groupOf, log, momentOf, userOf } from "./directory.ts";
import { Failure, forbidden, invalid, notFound } from "./failure.ts";
import { listed, pageOf } from "./paging.ts";
import type { Owner, Tenant } from "./tenant.ts";

export const OWNER_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/groups/{groupId}/owners", area: "groups", list: true, handle: listOwners },
  { method: "POST", path: "/api/v1/groups/{groupId}/owners", area: "groups", handle: addOwner },
  { method: "DELETE", path: "/api/v1/groups/{groupId}/owners/{ownerId}", area: "groups", handle: removeOwner },
];

function listOwners(call: Call): Response {
  checkLicence(call.tenant);
  const group = groupOf(call.tenant, call.params.groupId ?? "");
  const owners = call.tenant.owners.get(group.id) ?? [];
  const page = pageOf(call, owners, (owner) => owner.id, { default: 1000, max: 1000 });
  return listed(
    page.items.map((owner) => ownerView(call.tenant, owner, listedTime(owner.updated))),
    page.links,
  );
}

function addOwner(call: Call): Response {
  const { tenant, now } = call;
  checkLicence(tenant);
  const group = groupOf(tenant, call.params.groupId ?? "");
  const body = fieldsOf(call.body);
  const type = body.type === "GROUP" ? "GROUP" : "USER";
  const id = textOf(body.id) ?? "";
  const known = type === "GROUP" ? groupOf(tenant, id).id : userOf(tenant, id).id;
  const owners = tenant.owners.get(group.id) ?? [];
  if (owners.some((owner) => owner.id === known)) {
    throw invalid("owner", "Provided owner is already assigned to this group");
  }
  const owner: Owner = { id: known, type, updated: now };
  tenant.owners.set(group.id, [...owners, owner]);
  log(momentOf(call), "resource.owner.update", [groupTarget(group)]);
  return json(201, ownerView(tenant, owner, createdTime(now)));
}

function removeOwner(call: Call): Response {
  const { tenant } = call;
  checkLicence(tenant);
  const group = groupOf(tenant, call.params.groupId ?? "");
  const id = call.params.ownerId ?? "";
  const owners = tenant.owners.get(group.id) ?? [];
  const found = owners.find((owner) => owner.id === id);
  if (found === undefined) throw notFound(id, "LinkedObject");
  if (found.sourceId !== undefined) throw forbidden();
  tenant.owners.set(
    group.id,
    owners.filter((owner) => owner.id !== id),
  );
  log(momentOf(call), "resource.owner.update", [groupTarget(group)]);
  return noContent();
}

function checkLicence(tenant: Tenant): void {
  if (tenant.knobs.licensed.owners) return;
  throw new Failure(401, "E0000015", "You do not have permission to access the feature you are requesting");
}

function ownerView(tenant: Tenant, { id, type, sourceId }: Owner, lastUpdated: string): unknown {
  const user = tenant.users.get(id);
  const displayName = user === undefined ? String(tenant.groups.get(id)?.profile.name ?? "") : nameOf(user);
  const originType = sourceId === undefined ? "OKTA_DIRECTORY" : "APPLICATION";
  return { id, type, resolved: true, originId: sourceId ?? null, originType, displayName, lastUpdated };
}

/** `Thu Mar 05 08:36:28 UTC 2026`, as the POST answers (okta.md §2). */
function createdTime(ms: number): string {
  const [day = "", date = "", month = "", year = "", time = ""] = new Date(ms)
    .toUTCString()
    .replace(",", "")
    .split(" ");
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}

/** `2026-03-05 08:36:29.0`, as the GET answers. */
function listedTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}.0`;
}
