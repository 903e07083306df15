/** Objects of any type by id, and what was deleted and can come back (entra.md §3.6, §7). */
import { json } from "../../shared/emulator.ts";
import { isFields, textsOf } from "../../shared/narrow.ts";
import { audited } from "./audits.ts";
import { bodyOf, type Call, type Endpoint, mayAlso, noContent, param } from "./call.ts";
import { badRequest, conflict, denied, notFound } from "./failure.ts";
import { propertiesOfObject, typeOfObject } from "./members.ts";
import { filtered, page, selected } from "./odata.ts";
import type { DeletedItem, Properties, UserRow } from "./tenant.ts";

const MOST_IDS = 1_000;
const KEPT = 30 * 24 * 3_600_000;
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  user: ["id", "displayName", "givenName", "surname", "mail", "userPrincipalName", "jobTitle"],
  group: ["id", "displayName", "description", "groupTypes", "mailEnabled", "securityEnabled", "visibility"],
  servicePrincipal: ["id", "displayName", "appId"],
};

export const DIRECTORY_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "POST",
    path: "/directoryObjects/getByIds",
    permissions: ["Directory.Read.All", "Directory.ReadWrite.All"],
    units: 3,
    handle: getByIds,
  },
  {
    method: "GET",
    path: "/directory/deletedItems/microsoft.graph.user",
    permissions: ["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    handle: (call) => deletedItems(call, "user"),
  },
  {
    method: "GET",
    path: "/directory/deletedItems/microsoft.graph.group",
    permissions: ["Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
    handle: (call) => deletedItems(call, "group"),
  },
  {
    method: "POST",
    path: "/directory/deletedItems/{id}/restore",
    permissions: ["User.DeleteRestore.All", "User.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"],
    handle: restore,
  },
  {
    method: "DELETE",
    path: "/directory/deletedItems/{id}",
    permissions: ["User.DeleteRestore.All", "Group.ReadWrite.All", "User.ReadWrite.All"],
    handle: purge,
  },
];

function getByIds(call: Call): Response {
  const body = bodyOf(call);
  const ids = textsOf(body.ids);
  if (ids.length === 0 || ids.length > MOST_IDS) throw badRequest(`Invalid number of ids: at most ${MOST_IDS}.`);
  const types = textsOf(body.types);
  const rows = ids.flatMap((id) => {
    const type = typeOfObject(call, id);
    if (type === undefined || (types.length > 0 && !types.includes(type))) return [];
    const row = propertiesOfObject(call, id) ?? {};
    const fields = mayRead(call, type) ? (DEFAULTS[type] ?? ["id"]) : ["id"];
    const shown = fields.map((name) => [name, row[name] ?? (name === "groupTypes" ? [] : null)]);
    return [{ "@odata.type": `#microsoft.graph.${type}`, ...Object.fromEntries(shown) }];
  });
  return json(200, { "@odata.context": `${call.origin}/v1.0/$metadata#directoryObjects`, value: rows });
}

/** Without a right on the type, type and id are all there is (entra.md §2). */
function mayRead({ caller }: Call, type: string): boolean {
  if (mayAlso(caller, "Directory.Read.All", "Directory.ReadWrite.All")) return true;
  if (type === "user") return mayAlso(caller, "User.Read.All", "User.ReadWrite.All", "User.ReadBasic.All");
  if (type === "group")
    return mayAlso(
      caller,
      "Group.Read.All",
      "Group.ReadWrite.All",
      "GroupMember.Read.All",
      "GroupMember.ReadWrite.All",
    );
  return mayAlso(caller, "Application.Read.All", "Application.ReadWrite.All");
}

function propertiesIn(item: DeletedItem): Properties {
  return isUserRow(item.row) ? item.row.properties : item.row;
}

function isUserRow(row: DeletedItem["row"]): row is UserRow {
  return "managerId" in row && isFields(row.properties);
}

function deletedItems(call: Call, type: DeletedItem["type"]): Response {
  const rows = [...call.tenant.deleted.values()]
    .filter((item) => item.type === type && item.at > call.now - KEPT)
    .map((item) => ({ ...propertiesIn(item), deletedDateTime: new Date(item.at).toISOString() }));
  return page(call, filtered(call, rows), "directoryObjects", (row) =>
    selected(call, row, ["id", "displayName", "deletedDateTime"]),
  );
}

function itemOf(call: Call): DeletedItem {
  const item = call.tenant.deleted.get(param(call, "id").toLowerCase());
  if (item === undefined) throw notFound(param(call, "id"));
  const wanted =
    item.type === "user"
      ? ["User.DeleteRestore.All", "User.ReadWrite.All"]
      : ["Group.ReadWrite.All", "Directory.ReadWrite.All"];
  if (!mayAlso(call.caller, ...wanted)) throw denied();
  return item;
}

function restore(call: Call): Response {
  const { tenant, now } = call;
  const item = itemOf(call);
  const id = param(call, "id").toLowerCase();
  if (isUserRow(item.row)) {
    const login = String(item.row.properties.userPrincipalName).slice(id.replaceAll("-", "").length);
    for (const [, row] of tenant.users.all()) {
      if (String(row.properties.userPrincipalName).toLowerCase() === login.toLowerCase())
        throw conflict("userPrincipalName");
    }
    tenant.users.put(id, { ...item.row, properties: { ...item.row.properties, userPrincipalName: login } }, now);
  } else tenant.groups.put(id, item.row, now);
  for (const one of item.links) tenant.links.set({ ...one, at: now, present: true });
  tenant.deleted.delete(id);
  audited(call, `Restore ${item.type}`, item.type === "user" ? "UserManagement" : "GroupManagement", [
    { id, type: item.type === "user" ? "User" : "Group", displayName: null },
  ]);
  return json(200, {
    "@odata.context": `${call.origin}/v1.0/$metadata#directoryObjects/$entity`,
    "@odata.type": `#microsoft.graph.${item.type}`,
    id,
  });
}

function purge(call: Call): Response {
  const item = itemOf(call);
  call.tenant.deleted.delete(param(call, "id").toLowerCase());
  audited(call, `Hard Delete ${item.type}`, "UserManagement", [
    { id: param(call, "id"), type: "Other", displayName: null },
  ]);
  return noContent();
}
