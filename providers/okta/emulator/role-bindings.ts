/** Bindings: which principals hold which custom role over a resource set. One binding for each role in a set. */
import { json } from "../../shared/emulator.ts";
import { textsOf } from "../../shared/narrow.ts";
import { objectTarget } from "./audit.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf } from "./call.ts";
import { log, momentOf } from "./directory.ts";
import { Failure, invalid, notFound } from "./failure.ts";
import { bind, customRoleOf, resourceSetOf, unbind } from "./iam-store.ts";
import { bodyPage } from "./paging.ts";
import { parsePrincipal, principalAddress, resourceName } from "./principals.ts";
import type { CustomRole, ResourceSet } from "./tenant.ts";

const all = "/api/v1/iam/resource-sets";
const one = `${all}/{resourceSetIdOrLabel}`;
const binding = `${one}/bindings/{roleIdOrLabel}`;

export const BINDING_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: `${one}/bindings`, area: "roles", handle: listBindings },
  { method: "POST", path: `${one}/bindings`, area: "roles", handle: createBinding },
  { method: "GET", path: binding, area: "roles", handle: readBinding },
  { method: "DELETE", path: binding, area: "roles", handle: deleteBinding },
  { method: "GET", path: `${binding}/members`, area: "roles", handle: listMembers },
  { method: "PATCH", path: `${binding}/members`, area: "roles", handle: addMembers },
  { method: "DELETE", path: `${binding}/members/{memberId}`, area: "roles", handle: removeMember },
];

function listBindings(call: Call): Response {
  const set = setOf(call);
  const self = `${call.origin}${all}/${set.id}`;
  const page = bodyPage(call, [...set.bindings.keys()], (id) => id);
  const roles = page.items.map((id) => ({
    id,
    _links: { self: { href: `${self}/bindings/${id}` }, members: { href: `${self}/bindings/${id}/members` } },
  }));
  return json(200, { roles, _links: { ...page.links, "resource-set": { href: self } } });
}

function createBinding(call: Call): Response {
  const set = setOf(call);
  const body = fieldsOf(call.body);
  const role = customRoleOf(call.tenant, textOf(body.role) ?? "");
  if (set.bindings.has(role.id)) throw new Failure(409, "E0000195", "The binding already exists.");
  bind(call.tenant, call.now, set.id, role.id, principalsOf(call, body.members));
  recordBinding(call, "add", set, role);
  return json(200, bindingView(call, set, role.id));
}

function readBinding(call: Call): Response {
  const { set, role } = boundRole(call);
  return json(200, bindingView(call, set, role.id));
}

function deleteBinding(call: Call): Response {
  const { set, role } = boundRole(call);
  const bindings = new Map(set.bindings);
  bindings.delete(role.id);
  call.tenant.resourceSets.set(set.id, { ...set, bindings });
  recordBinding(call, "delete", set, role);
  return noContent();
}

function listMembers(call: Call): Response {
  const { set, role } = boundRole(call);
  const self = `${call.origin}${all}/${set.id}/bindings/${role.id}`;
  const page = bodyPage(call, [...(set.bindings.get(role.id) ?? [])], ([id]) => id);
  const members = page.items.map(([id, { value, at }]) => ({
    id,
    orn: resourceName(call.tenant, value),
    created: at,
    lastUpdated: at,
    _links: { self: { href: principalAddress(call.origin, value) } },
  }));
  return json(200, { members, _links: { ...page.links, binding: { href: self } } });
}

function addMembers(call: Call): Response {
  const { set, role } = boundRole(call);
  bind(call.tenant, call.now, set.id, role.id, principalsOf(call, fieldsOf(call.body).additions));
  recordBinding(call, "add", set, role);
  return json(200, bindingView(call, set, role.id));
}

function removeMember(call: Call): Response {
  const { set, role } = boundRole(call);
  unbind(call.tenant, set.id, role.id, call.params.memberId ?? "");
  recordBinding(call, "delete", set, role);
  return noContent();
}

function principalsOf(call: Call, value: unknown): readonly string[] {
  return textsOf(value).map((text) => {
    const principal = parsePrincipal(call.tenant, text);
    if (principal === undefined) throw invalid("members", `Invalid member: ${text}`);
    return principal;
  });
}

function setOf(call: Call): ResourceSet {
  return resourceSetOf(call.tenant, call.params.resourceSetIdOrLabel ?? "");
}

function boundRole(call: Call): { readonly set: ResourceSet; readonly role: CustomRole } {
  const set = setOf(call);
  const role = customRoleOf(call.tenant, call.params.roleIdOrLabel ?? "");
  if (!set.bindings.has(role.id)) throw notFound(role.id, "ResourceSetBinding");
  return { set, role };
}

function bindingView(call: Call, set: ResourceSet, roleId: string): unknown {
  const self = `${call.origin}${all}/${set.id}`;
  return {
    id: roleId,
    _links: {
      self: { href: `${self}/bindings/${roleId}` },
      "resource-set": { href: self },
      members: { href: `${self}/bindings/${roleId}/members` },
    },
  };
}

function recordBinding(call: Call, what: "add" | "delete", set: ResourceSet, role: CustomRole): void {
  const targets = [objectTarget("RESOURCE_SET", set), objectTarget("CUSTOM_ROLE", role)];
  log(momentOf(call), `iam.resourceset.bindings.${what}`, targets);
}
