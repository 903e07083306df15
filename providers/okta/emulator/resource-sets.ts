/** `/iam/resource-sets`: what custom roles reach. Pages are in the body (okta.md §2). */
import { json } from "../../shared/emulator.ts";
import { textsOf } from "../../shared/narrow.ts";
import { objectTarget } from "./audit.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf } from "./call.ts";
import { log, momentOf } from "./directory.ts";
import { invalid, notFound } from "./failure.ts";
import { byLabel, resourceSetOf } from "./iam-store.ts";
import { bodyPage } from "./paging.ts";
import { resourceName } from "./principals.ts";
import { nextId, type ResourceSet, type Tenant, timestamp } from "./tenant.ts";

const all = "/api/v1/iam/resource-sets";
const one = `${all}/{resourceSetIdOrLabel}`;

export const RESOURCE_SET_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: all, area: "roles", handle: listSets },
  { method: "POST", path: all, area: "roles", handle: createSet },
  { method: "GET", path: one, area: "roles", handle: (call) => json(200, setView(call, setOf(call))) },
  { method: "PUT", path: one, area: "roles", handle: replaceSet },
  { method: "DELETE", path: one, area: "roles", handle: deleteSet },
  { method: "GET", path: `${one}/resources`, area: "roles", handle: listResources },
  { method: "PATCH", path: `${one}/resources`, area: "roles", handle: addResources },
  { method: "DELETE", path: `${one}/resources/{resourceId}`, area: "roles", handle: removeResource },
];

function listSets(call: Call): Response {
  const page = bodyPage(call, [...call.tenant.resourceSets.values()], (set) => set.id);
  return json(200, { "resource-sets": page.items.map((set) => setView(call, set)), _links: page.links });
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
  return stored(call, set, "iam.resourceset.create");
}

function replaceSet(call: Call): Response {
  const before = setOf(call);
  const body = fieldsOf(call.body);
  const label = checkedLabel(call.tenant, body.label, before);
  const description = textOf(body.description) ?? before.description;
  return stored(call, { ...before, label, description, lastUpdated: timestamp(call.now) }, "iam.resourceset.update");
}

function deleteSet(call: Call): Response {
  const set = setOf(call);
  call.tenant.resourceSets.delete(set.id);
  log(momentOf(call), "iam.resourceset.delete", [objectTarget("RESOURCE_SET", set)]);
  return noContent();
}

function listResources(call: Call): Response {
  const set = setOf(call);
  const page = bodyPage(call, [...set.resources], ([id]) => id);
  const resources = page.items.map(([id, { value, at }]) => ({
    id,
    orn: resourceName(call.tenant, value),
    created: at,
    lastUpdated: at,
    _links: { self: { href: `${call.origin}/api/v1/${value}` } },
  }));
  const self = `${call.origin}${all}/${set.id}`;
  return json(200, { resources, _links: { ...page.links, "resource-set": { href: self } } });
}

function addResources(call: Call): Response {
  const set = setOf(call);
  const known = new Set([...set.resources.values()].map(({ value }) => value));
  const added = textsOf(fieldsOf(call.body).additions).map((value) => resourcePath(value));
  const fresh = [...new Set(added)].filter((value) => !known.has(value));
  if (known.size + fresh.length > 1000) throw invalid("additions", "at most 1000 resources are allowed");
  const at = timestamp(call.now);
  const entries = fresh.map((value) => [nextId(call.tenant, "ire"), { value, at }] as const);
  const resources = new Map([...set.resources, ...entries]);
  return stored(call, { ...set, resources, lastUpdated: at }, "iam.resourceset.resources.add");
}

function removeResource(call: Call): Response {
  const set = setOf(call);
  const id = call.params.resourceId ?? "";
  const resources = new Map(set.resources);
  if (!resources.delete(id)) throw notFound(id, "ResourceSetResource");
  stored(call, { ...set, resources, lastUpdated: timestamp(call.now) }, "iam.resourceset.resources.delete");
  return noContent();
}

/** Addresses and ORNs of one resource are the same resource. */
function resourcePath(text: string): string {
  const url = /\/api\/v1\/(.+)$/.exec(text)?.[1];
  const orn = /^orn:[^:]+:(?:directory|idp):[^:]*:(.+)$/.exec(text)?.[1]?.replaceAll(":", "/");
  const path = url ?? orn;
  if (path === undefined) throw invalid("resources", `Invalid resource: ${text}`);
  return path;
}

function setOf(call: Call): ResourceSet {
  return resourceSetOf(call.tenant, call.params.resourceSetIdOrLabel ?? "");
}

function stored(call: Call, set: ResourceSet, event: string): Response {
  call.tenant.resourceSets.set(set.id, set);
  log(momentOf(call), event, [objectTarget("RESOURCE_SET", set)]);
  return json(200, setView(call, set));
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

function checkedLabel(tenant: Tenant, value: unknown, self: ResourceSet | undefined): string {
  const label = textOf(value) ?? "";
  if (label === "") throw invalid("label", "label: The field cannot be left blank");
  const taken = byLabel(tenant.resourceSets, label);
  if (taken !== undefined && taken.id !== self?.id) {
    throw invalid("label", "label: An object with this field already exists in the current organization");
  }
  return label;
}
