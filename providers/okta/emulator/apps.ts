/** `/apps`: list, read, create, replace, lifecycle, delete, grants (okta.md §4.6). */
import { randomBytes } from "node:crypto";
import { json } from "../../shared/emulator.ts";
import { appView, merged } from "./app-view.ts";
import { appTarget } from "./audit.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf } from "./call.ts";
import { CriteriaError, type Dialect, meets, parseCriteria } from "./criteria.ts";
import { groupOf, log, momentOf } from "./directory.ts";
import { Failure, invalid, notFound } from "./failure.ts";
import { listed, pageOf } from "./paging.ts";
import { type App, nextId, type Profile, type Tenant, timestamp } from "./tenant.ts";

const one = "/api/v1/apps/{appId}";

export const APP_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/apps", area: "apps", list: true, handle: listApps },
  { method: "POST", path: "/api/v1/apps", area: "apps", handle: createApp },
  { method: "GET", path: one, area: "apps", handle: readApp },
  { method: "PUT", path: one, area: "apps", handle: replaceApp },
  { method: "DELETE", path: one, area: "apps", handle: deleteApp },
  { method: "POST", path: `${one}/lifecycle/activate`, area: "apps", handle: activateApp },
  { method: "POST", path: `${one}/lifecycle/deactivate`, area: "apps", handle: deactivateApp },
  { method: "GET", path: `${one}/grants`, area: "grants", list: true, handle: listGrants },
  { method: "GET", path: "/api/v1/groups/{groupId}/apps", area: "groups", list: true, handle: listAppsOfGroup },
];

export function appOf(call: Call): App {
  const id = call.params.appId ?? "";
  const app = call.tenant.apps.get(id);
  if (app === undefined) throw notFound(id, "AppInstance");
  return app;
}

/** `filter` is one comparison, with `eq`. */
const FILTER: Dialect = {
  not: false,
  accepts: ({ attribute, operator }) => operator === "eq" && FILTERED.includes(attribute),
};
const FILTERED: readonly string[] = ["id", "status", "name", "credentials.signing.kid", "user.id", "group.id"];

function listApps(call: Call): Response {
  const query = call.url.searchParams;
  const q = query.get("q")?.toLowerCase();
  const filter = query.get("filter");
  let apps = [...call.tenant.apps.values()];
  if (filter !== null) apps = filtered(call.tenant, apps, filter);
  if (q !== undefined) {
    apps = apps.filter(({ label, name }) => [label, name].some((text) => text.toLowerCase().startsWith(q)));
  }
  const page = pageOf(call, apps, (app) => app.id, { default: 50, max: 200 });
  return listed(
    page.items.map((app) => appView(call, app)),
    page.links,
  );
}

function filtered(tenant: Tenant, apps: readonly App[], filter: string): App[] {
  try {
    const criteria = parseCriteria(filter, FILTER);
    if (criteria.kind !== "compare") throw new CriteriaError("only one comparison is supported");
    return apps.filter((app) => meets(criteria, (attribute) => readAttribute(tenant, app, attribute)));
  } catch (error) {
    if (error instanceof CriteriaError) throw new Failure(400, "E0000031", `Invalid search criteria. ${error.message}`);
    throw error;
  }
}

function readAttribute(tenant: Tenant, app: App, attribute: string): readonly unknown[] {
  if (attribute === "id") return [app.id];
  if (attribute === "status") return [app.status];
  if (attribute === "name") return [app.name];
  if (attribute === "group.id") return (tenant.appGroups.get(app.id) ?? []).map(({ groupId }) => groupId);
  if (attribute === "user.id") return [...(tenant.appUsers.get(app.id)?.keys() ?? [])];
  return [`kid${app.id.slice(3)}`];
}

/** In the larger bucket of groups, but without priority and profile (okta.md §4.6). */
function listAppsOfGroup(call: Call): Response {
  const group = groupOf(call.tenant, call.params.groupId ?? "");
  const apps = [...call.tenant.apps.values()].filter((app) =>
    (call.tenant.appGroups.get(app.id) ?? []).some(({ groupId }) => groupId === group.id),
  );
  const page = pageOf(call, apps, (app) => app.id, { default: 20, max: 200 });
  return listed(
    page.items.map((app) => appView(call, app)),
    page.links,
  );
}

function readApp(call: Call): Response {
  return json(200, appView(call, appOf(call)));
}

function createApp(call: Call): Response {
  const { tenant, now } = call;
  const body = fieldsOf(call.body);
  const label = checkedLabel(tenant, body.label, undefined);
  const signOnMode = textOf(body.signOnMode) ?? "SAML_2_0";
  const name = textOf(body.name) ?? (signOnMode === "OPENID_CONNECT" ? "oidc_client" : `acme_${tenant.sequence}_1`);
  const at = timestamp(now);
  const app: App = {
    id: nextId(tenant, "0oa"),
    name,
    label,
    status: call.url.searchParams.get("activate") === "false" ? "INACTIVE" : "ACTIVE",
    created: at,
    lastUpdated: at,
    signOnMode,
    document: documentOf(body),
  };
  tenant.apps.set(app.id, app);
  log(momentOf(call), "application.lifecycle.create", [appTarget(app)]);
  return json(200, merged(appView(call, app), secretOnce(app)));
}

/** A client secret is shown once, in the answer to the create. */
function secretOnce(app: App): Profile {
  const client = fieldsOf(fieldsOf(app.document.credentials).oauthClient);
  const method = textOf(client.token_endpoint_auth_method) ?? "";
  if (!method.startsWith("client_secret")) return {};
  return { credentials: { oauthClient: { client_secret: randomBytes(48).toString("base64url") } } };
}

function replaceApp(call: Call): Response {
  const { tenant, now } = call;
  const before = appOf(call);
  const body = fieldsOf(call.body);
  const label = checkedLabel(tenant, body.label, before);
  const app: App = { ...before, label, document: documentOf(body), lastUpdated: timestamp(now) };
  tenant.apps.set(app.id, app);
  log(momentOf(call), "application.lifecycle.update", [appTarget(app)]);
  return json(200, appView(call, app));
}

function deleteApp(call: Call): Response {
  const { tenant } = call;
  const app = appOf(call);
  if (app.status === "ACTIVE") throw new Failure(403, "E0000056", "Delete application forbidden.");
  tenant.apps.delete(app.id);
  tenant.appGroups.delete(app.id);
  tenant.appUsers.delete(app.id);
  tenant.clients.delete(app.id);
  tenant.roles.delete(`clients/${app.id}`);
  log(momentOf(call), "application.lifecycle.delete", [appTarget(app)]);
  return noContent();
}

function activateApp(call: Call): Response {
  return turned(call, "ACTIVE", "application.lifecycle.activate");
}

function deactivateApp(call: Call): Response {
  return turned(call, "INACTIVE", "application.lifecycle.deactivate");
}

function turned(call: Call, status: App["status"], event: string): Response {
  const app = appOf(call);
  call.tenant.apps.set(app.id, { ...app, status, lastUpdated: timestamp(call.now) });
  log(momentOf(call), event, [appTarget(app)]);
  return json(200, {});
}

/** What the console's scope tab really holds (okta.md §1.2). */
function listGrants(call: Call): Response {
  const app = appOf(call);
  const grants = (call.tenant.clients.get(app.id)?.scopes ?? []).map((scopeId) => ({
    id: `oag${Buffer.from(`${app.id} ${scopeId}`).toString("base64url").slice(-17)}`,
    status: "ACTIVE",
    created: app.created,
    createdBy: { id: call.tenant.id, type: "User" },
    lastUpdated: app.created,
    issuer: call.origin,
    clientId: app.id,
    scopeId,
    source: "ADMIN",
    _links: { app: { href: `${call.origin}/api/v1/apps/${app.id}`, title: app.label } },
  }));
  return listed(grants, [`<${call.url.href}>; rel="self"`]);
}

const MANAGED = new Set([
  "id",
  "orn",
  "name",
  "label",
  "status",
  "created",
  "lastUpdated",
  "signOnMode",
  "_links",
  "_embedded",
]);

function documentOf(body: Readonly<Record<string, unknown>>): Profile {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !MANAGED.has(key)));
}

function checkedLabel(tenant: Tenant, value: unknown, self: App | undefined): string {
  const label = textOf(value);
  if (label === undefined || label === "") throw invalid("label", "label: The field cannot be left blank");
  for (const app of tenant.apps.values()) {
    if (app.label === label && app.id !== self?.id) {
      throw new Failure(400, "E0000040", "The application label already exists.");
    }
  }
  return label;
}
