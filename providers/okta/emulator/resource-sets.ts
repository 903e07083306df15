/** Resource sets, and the bindings in them through which custom roles are held. Pages are in the body (okta.md §2). */
import { json } from "../../shared/emulator.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf, textsOf } from "./call.ts";
import { Failure, invalid, notFound } from "./failure.ts";
import { type Page, pageOf } from "./paging.ts";
import { parsePrincipal, principalAddress } from "./principals.ts";
import { type CustomRole, nextId, type ResourceSet, type RoleAssignment, type Tenant, timestamp } from "./tenant.ts";

const all = "/api/v1/iam/resource-sets";
const one = `${all}/{resourceSetIdOrLabel}`;
const binding = `${one}/bindings/{roleIdOrLabel}`;

export const RESOURCE_SET_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: all, area: "roles", handle: listSets },
  { method: "POST", path: all, area: "roles", handle: createSet },
  { method: "GET", path: one, area: "roles", handle: (call) => json(200, setView(call, setOf(call))) },
  { method: "PUT", path: one, area: "roles", handle: replaceSet },
  { method: "DELETE", path: one, area: "roles", handle: deleteSet },
  { method: "GET", path: `${one}/resources`, area: "roles", handle: listResources },
  { method: "PATCH", path: `${one}/resources`, area: "roles", handle: addResources },
  { method: "DELETE", path: `${one}/resources/{resourceId}`, area: "roles", handle: removeResource },
  { method: "GET", path: `${one}/bindings`, area: "roles", handle: listBindings },
  { method: "POST", path: `${one}/bindings`, area: "roles", handle: createBinding },
  { method: "GET", path: binding, area: "roles", handle: readBinding },
  { method: "DELETE", path: binding, area: "roles", handle: deleteBinding },
  { method: "GET", path: `${binding}/members`, area: "roles", handle: listMembers },
  { method: "PATCH", path: `${binding}/members`, area: "roles", handle: addMembers },
  { method: "DELETE", path: `${binding}/members/{memberId}`, area: "roles", handle: removeMember },
];

export function resourceSetOf(tenant: Tenant, idOrLabel: string): ResourceSet {
  const found = tenant.resourceSets.get(idOrLabel) ?? byLabel(tenant.resourceSets, idOrLabel);
  if (found === undefined) throw notFound(idOrLabel, "ResourceSet");
  return found;
}

export function customRoleOf(tenant: Tenant, idOrLabel: string): CustomRole {
  const found = tenant.customRoles.get(idOrLabel) ?? byLabel(tenant.customRoles, idOrLabel);
  if (found === undefined) throw notFound(idOrLabel, "CustomRole");
  return found;
}

/** The custom roles of a principal, as role assignments. */
export function heldThroughBindings(tenant: Tenant, principal: string): readonly RoleAssignment[] {
  const held: RoleAssignment[] = [];
  for (const set of tenant.resourceSets.values()) {
    for (const [role, members] of set.bindings) {
      for (const [id, { value, at }] of members) {
        if (value === principal)
          held.push({ id, type: "CUSTOM", created: at, lastUpdated: at, role, resourceSet: set.id });
      }
    }
  }
  return held;
}

/** One binding for each role in a set; members that are there already stay as they are. */
export function bind(call: Call, setId: string, roleId: string, principals: readonly string[]): void {
  const { tenant, now } = call;
  const set = resourceSetOf(tenant, setId);
  const members = new Map(set.bindings.get(roleId));
  const known = new Set([...members.values()].map(({ value }) => value));
  for (const value of principals) {
    if (!known.has(value)) members.set(nextId(tenant, "irb"), { value, at: timestamp(now) });
  }
  store(tenant, { ...set, bindings: new Map([...set.bindings, [roleId, members]]) });
}

export function unbind(tenant: Tenant, setId: string, roleId: string, memberId: string): void {
  const set = resourceSetOf(tenant, setId);
  const members = new Map(set.bindings.get(roleId));
  if (!members.delete(memberId)) throw notFound(memberId, "ResourceSetBindingMember");
  const bindings = new Map(set.bindings);
  if (members.size === 0) bindings.delete(roleId);
  else bindings.set(roleId, members);
  store(tenant, { ...set, bindings });
}

function listSets(call: Call): Response {
  const page = hundred(call, [...call.tenant.resourceSets.values()], (set) => set.id);
  return json(200, { "resource-sets": page.items.map((set) => setView(call, set)), _links: nextOf(page) });
}

function createSet(call: Call): Response {
  const { tenant, now } = call;
  const body = fieldsOf(call.body);
  const resources = textsOf(body.resources).map((value) => resourcePath(value));
  if (resources.length === 0) throw invalid("resources", "resources: at least one resource is needed");
  if (resources.length > 1000) throw invalid("resources", "resources: at most 1000 resources are allowed");
  const at = timestamp(now);
  const set: ResourceSet = {
    id: nextId(tenant, "iam"),
    label: checkedLabel(tenant, body.label, undefined),
    description: textOf(body.description) ?? "",
    created: at,
    lastUpdated: at,
    resources: new Map(resources.map((value) => [nextId(tenant, "ire"), { value, at }])),
    bindings: new Map(),
  };
  store(tenant, set);
  return json(200, setView(call, set));
}

function replaceSet(call: Call): Response {
  const before = setOf(call);
  const body = fieldsOf(call.body);
  const label = checkedLabel(call.tenant, body.label, before);
  const description = textOf(body.description) ?? before.description;
  return changed(call, { ...before, label, description });
}

function deleteSet(call: Call): Response {
  call.tenant.resourceSets.delete(setOf(call).id);
  return noContent();
}

function listResources(call: Call): Response {
  const set = setOf(call);
  const page = hundred(call, [...set.resources], ([id]) => id);
  const resources = page.items.map(([id, { value, at }]) => ({
    id,
    orn: resourceName(call.tenant, value),
    created: at,
    lastUpdated: at,
    _links: { self: { href: `${call.origin}/api/v1/${value}` } },
  }));
  const self = `${call.origin}${all}/${set.id}`;
  return json(200, { resources, _links: { ...nextOf(page), "resource-set": { href: self } } });
}

function addResources(call: Call): Response {
  const set = setOf(call);
  const known = new Set([...set.resources.values()].map(({ value }) => value));
  const added = textsOf(fieldsOf(call.body).additions).map((value) => resourcePath(value));
  const fresh = [...new Set(added)].filter((value) => !known.has(value));
  if (known.size + fresh.length > 1000) throw invalid("additions", "at most 1000 resources are allowed");
  const at = timestamp(call.now);
  const entries = fresh.map((value) => [nextId(call.tenant, "ire"), { value, at }] as const);
  return changed(call, { ...set, resources: new Map([...set.resources, ...entries]) });
}

function removeResource(call: Call): Response {
  const set = setOf(call);
  const id = call.params.resourceId ?? "";
  const resources = new Map(set.resources);
  if (!resources.delete(id)) throw notFound(id, "ResourceSetResource");
  changed(call, { ...set, resources });
  return noContent();
}

function listBindings(call: Call): Response {
  const set = setOf(call);
  const self = `${call.origin}${all}/${set.id}`;
  const page = hundred(call, [...set.bindings.keys()], (id) => id);
  const roles = page.items.map((id) => ({
    id,
    _links: { self: { href: `${self}/bindings/${id}` }, members: { href: `${self}/bindings/${id}/members` } },
  }));
  return json(200, { roles, _links: { ...nextOf(page), "resource-set": { href: self } } });
}

function createBinding(call: Call): Response {
  const set = setOf(call);
  const body = fieldsOf(call.body);
  const role = customRoleOf(call.tenant, textOf(body.role) ?? "");
  if (set.bindings.has(role.id)) throw new Failure(409, "E0000195", "The binding already exists.");
  bind(call, set.id, role.id, principalsOf(call, body.members));
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
  store(call.tenant, { ...set, bindings });
  return noContent();
}

function listMembers(call: Call): Response {
  const { set, role } = boundRole(call);
  const self = `${call.origin}${all}/${set.id}/bindings/${role.id}`;
  const page = hundred(call, [...(set.bindings.get(role.id) ?? [])], ([id]) => id);
  const members = page.items.map(([id, { value, at }]) => ({
    id,
    orn: resourceName(call.tenant, value),
    created: at,
    lastUpdated: at,
    _links: { self: { href: principalAddress(call.origin, value) } },
  }));
  return json(200, { members, _links: { ...nextOf(page), binding: { href: self } } });
}

function addMembers(call: Call): Response {
  const { set, role } = boundRole(call);
  bind(call, set.id, role.id, principalsOf(call, fieldsOf(call.body).additions));
  return json(200, bindingView(call, set, role.id));
}

function removeMember(call: Call): Response {
  const { set, role } = boundRole(call);
  unbind(call.tenant, set.id, role.id, call.params.memberId ?? "");
  return noContent();
}

function principalsOf(call: Call, value: unknown): readonly string[] {
  return textsOf(value).map((text) => {
    const principal = parsePrincipal(call.tenant, text);
    if (principal === undefined) throw invalid("members", `Invalid member: ${text}`);
    return principal;
  });
}

/** Addresses and ORNs of one resource are the same resource. */
function resourcePath(text: string): string {
  const url = /\/api\/v1\/(.+)$/.exec(text)?.[1];
  const orn = /^orn:[^:]+:(?:directory|idp):[^:]*:(.+)$/.exec(text)?.[1]?.replaceAll(":", "/");
  const path = url ?? orn;
  if (path === undefined) throw invalid("resources", `Invalid resource: ${text}`);
  return path;
}

function resourceName(tenant: Tenant, path: string): string {
  const service = /^(apps|clients)/.test(path) ? "idp" : "directory";
  return `orn:okta:${service}:${tenant.id}:${path.replaceAll("/", ":")}`;
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

function store(tenant: Tenant, set: ResourceSet): ResourceSet {
  tenant.resourceSets.set(set.id, set);
  return set;
}

function changed(call: Call, set: ResourceSet): Response {
  return json(200, setView(call, store(call.tenant, { ...set, lastUpdated: timestamp(call.now) })));
}

function setView(call: Call, set: ResourceSet): unknown {
  const self = `${call.origin}${all}/${set.id}`;
  const { id, label, description, created, lastUpdated } = set;
  const _links = {
    self: { href: self },
    resources: { href: `${self}/resources` },
    bindings: { href: `${self}/bindings` },
  };
  return { id, label, description, created, lastUpdated, _links };
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

function hundred<T>(call: Call, items: readonly T[], key: (item: T) => string): Page<T> {
  return pageOf(call, items, key, { default: 100, max: 100 });
}

function nextOf(page: Page<unknown>): Record<string, unknown> {
  return page.next === undefined ? {} : { next: { href: page.next } };
}

function byLabel<T extends { readonly label: string }>(map: ReadonlyMap<string, T>, label: string): T | undefined {
  for (const item of map.values()) if (item.label === label) return item;
  return undefined;
}

function checkedLabel(tenant: Tenant, value: unknown, self: ResourceSet | undefined): string {
  const label = textOf(value) ?? "";
  if (label === "") throw invalid("label", "label: The field cannot be left blank");
  const taken = byLabel(tenant.resourceSets, label);
  if (taken !== undefined && taken.id !== self?.id) {
    throw invalid("label", "label: An object with this field already exists in the current organization");
  }
  return label;
}
