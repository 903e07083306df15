/** `/apps/{appId}/groups`: which groups an app is given to, in order of priority, which the server re-indexes. */
import { json } from "../../shared/emulator.ts";
import { isFields } from "../../shared/narrow.ts";
import { appOf } from "./apps.ts";
import { appTarget, groupTarget } from "./audit.ts";
import { type Call, type Endpoint, fieldsOf, noContent, textOf } from "./call.ts";
import { groupOf, log, momentOf } from "./directory.ts";
import { invalid, notFound } from "./failure.ts";
import { listed, pageOf } from "./paging.ts";
import { type App, type AppGroup, type Profile, timestamp } from "./tenant.ts";

const path = "/api/v1/apps/{appId}/groups/{groupId}";

export const APP_GROUP_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/apps/{appId}/groups", area: "assignments", list: true, handle: listAssignments },
  { method: "GET", path, area: "assignments", handle: readAssignment },
  { method: "PUT", path, area: "assignments", handle: assign },
  { method: "PATCH", path, area: "assignments", handle: patch },
  { method: "DELETE", path, area: "assignments", handle: unassign },
];

function listAssignments(call: Call): Response {
  const app = appOf(call);
  const q = call.url.searchParams.get("q")?.toLowerCase();
  const rows = assignmentsOf(call, app)
    .map((assignment, priority) => ({ assignment, priority }))
    .filter(({ assignment: { groupId } }) => {
      const name = String(call.tenant.groups.get(groupId)?.profile.name ?? "").toLowerCase();
      return q === undefined || name.startsWith(q);
    });
  const page = pageOf(call, rows, ({ assignment }) => assignment.groupId, { default: 20, max: 200 });
  return listed(
    page.items.map(({ assignment, priority }) => view(call, app, assignment, priority)),
    page.links,
  );
}

function readAssignment(call: Call): Response {
  const app = appOf(call);
  const { assignment, priority } = found(call, app);
  return json(200, view(call, app, assignment, priority));
}

/** Create and replace are one call. The answer echoes the priority; reads show the re-indexed one (okta.md §4.6). */
function assign(call: Call): Response {
  const { tenant, now } = call;
  const app = appOf(call);
  const group = groupOf(tenant, call.params.groupId ?? "");
  const body = fieldsOf(call.body);
  const wanted = checkedPriority(body.priority);
  const before = assignmentsOf(call, app);
  const position = before.findIndex(({ groupId }) => groupId === group.id);
  const profile = isFields(body.profile) ? body.profile : {};
  const assignment: AppGroup = { groupId: group.id, lastUpdated: timestamp(now), profile };
  const others = before.filter(({ groupId }) => groupId !== group.id);
  const place = wanted ?? (position === -1 ? others.length : position);
  tenant.appGroups.set(app.id, others.toSpliced(Math.min(place, others.length), 0, assignment));
  const event = position === -1 ? "add" : "update";
  log(momentOf(call), `group.application_assignment.${event}`, [groupTarget(group), appTarget(app)]);
  return json(200, view(call, app, assignment, place));
}

function patch(call: Call): Response {
  const { tenant, now } = call;
  const app = appOf(call);
  const { assignment, priority } = found(call, app);
  if (!Array.isArray(call.body)) throw invalid("patch", "The body must be a list of JSON Patch operations");
  let { profile } = assignment;
  let place = priority;
  for (const operation of call.body.map(fieldsOf)) {
    const [, field, key] = (textOf(operation.path) ?? "").split("/");
    if (operation.op !== "replace" && operation.op !== "remove") {
      throw invalid("op", "Only the operations replace and remove are supported");
    }
    if (field === "priority" && operation.op === "replace") place = checkedPriority(operation.value) ?? place;
    else if (field === "profile")
      profile = patched(profile, key, operation.op === "remove" ? undefined : operation.value);
    else throw invalid("path", `Cannot change ${textOf(operation.path) ?? ""}`);
  }
  const after: AppGroup = { ...assignment, profile, lastUpdated: timestamp(now) };
  const others = assignmentsOf(call, app).filter(({ groupId }) => groupId !== assignment.groupId);
  tenant.appGroups.set(app.id, others.toSpliced(Math.min(place, others.length), 0, after));
  const group = groupOf(tenant, assignment.groupId);
  log(momentOf(call), "group.application_assignment.update", [groupTarget(group), appTarget(app)]);
  return json(200, view(call, app, after, place));
}

function unassign(call: Call): Response {
  const { tenant } = call;
  const app = appOf(call);
  const { assignment } = found(call, app);
  const others = assignmentsOf(call, app).filter(({ groupId }) => groupId !== assignment.groupId);
  tenant.appGroups.set(app.id, others);
  const group = groupOf(tenant, assignment.groupId);
  log(momentOf(call), "group.application_assignment.remove", [groupTarget(group), appTarget(app)]);
  return noContent();
}

function patched(profile: Profile, key: string | undefined, value: unknown): Profile {
  if (key === undefined) return isFields(value) ? value : {};
  const others = Object.fromEntries(Object.entries(profile).filter(([name]) => name !== key));
  return value === undefined ? others : { ...others, [key]: value };
}

function checkedPriority(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 100) return value;
  throw invalid("priority", "priority: must be a whole number from 0 to 100");
}

function assignmentsOf(call: Call, app: App): readonly AppGroup[] {
  return call.tenant.appGroups.get(app.id) ?? [];
}

function found(call: Call, app: App): { readonly assignment: AppGroup; readonly priority: number } {
  const id = call.params.groupId ?? "";
  const all = assignmentsOf(call, app);
  const priority = all.findIndex(({ groupId }) => groupId === id);
  const assignment = all[priority];
  if (assignment === undefined) throw notFound(id, "GroupApplicationAssignment");
  return { assignment, priority };
}

/** What an application's own schema fills in: reads show it whether or not anybody sent it (okta.md §4.6). */
const DEFAULTS: Readonly<Record<string, Profile>> = {
  amazon_aws: { role: null, samlRoles: null, sessionDuration: "3600" },
  pagerduty: { role: "user", jobTitle: null },
};

function view(call: Call, app: App, assignment: AppGroup, priority: number): unknown {
  const href = `${call.origin}/api/v1/apps/${app.id}`;
  return {
    id: assignment.groupId,
    lastUpdated: assignment.lastUpdated,
    priority,
    profile: { ...DEFAULTS[app.name], ...assignment.profile },
    _links: {
      app: { href },
      self: { href: `${href}/groups/${assignment.groupId}` },
      group: { href: `${call.origin}/api/v1/groups/${assignment.groupId}` },
    },
  };
}
