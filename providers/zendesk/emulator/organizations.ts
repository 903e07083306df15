import type { Exchange, Route } from "../../shared/emulator.ts";
import { type Caller, callerOf } from "./caller.ts";
import {
  bodyObject,
  type Fields,
  flag,
  idIn,
  idsAsked,
  optionalText,
  requiredText,
  textOrNull,
  texts,
} from "./input.ts";
import type { Limits } from "./limits.ts";
import { leaveAll } from "./member-rules.ts";
import type { OrganizationRow } from "./memory.ts";
import { page } from "./paging.ts";
import { badRequest, invalid } from "./refusal.ts";
import { nothing, reply } from "./reply.ts";
import { shownOrganization } from "./shapes.ts";
import { newId, note, organizationById, type Tenant } from "./tenant.ts";

export function organizationRoutes(tenant: Tenant, caller: Caller, limits: Limits): readonly Route[] {
  const { memory } = tenant;
  const show = (row: OrganizationRow): unknown => shownOrganization(tenant, row);
  const list = (exchange: Exchange, rows: readonly OrganizationRow[]): Response =>
    page(exchange, "organizations", rows, show);
  const audited = (exchange: Exchange, action: "create" | "update" | "destroy", row: OrganizationRow): void =>
    note(tenant, callerOf(caller, exchange).user, action, { type: "organization", id: row.id, label: row.name });
  const create = (exchange: Exchange, fields: Fields): Response => {
    const row = made(tenant, fields);
    memory.organizations.push(row);
    audited(exchange, "create", row);
    return reply(201, { organization: show(row) });
  };
  const update = (exchange: Exchange, row: OrganizationRow, fields: Fields): Response => {
    limits.organizationUpdate(row.id);
    change(tenant, row, fields);
    audited(exchange, "update", row);
    return reply(200, { organization: show(row) });
  };

  return [
    { method: "GET", path: "/organizations", handle: (exchange) => list(exchange, memory.organizations) },
    {
      method: "GET",
      path: "/organizations/count",
      handle: () => reply(200, { count: { value: memory.organizations.length, refreshed_at: null } }),
    },
    {
      method: "GET",
      path: "/organizations/search",
      handle: (exchange) => {
        const [name, external] = ["name", "external_id"].map((one) =>
          exchange.url.searchParams.get(one)?.toLowerCase(),
        );
        if (name !== undefined && external !== undefined) throw badRequest("BadRequest", "Give name or external_id");
        const found = memory.organizations.filter((row) =>
          name === undefined ? row.externalId?.toLowerCase() === external : row.name.toLowerCase() === name,
        );
        return list(exchange, found);
      },
    },
    {
      method: "GET",
      path: "/organizations/autocomplete",
      handle: (exchange) => {
        const start = exchange.url.searchParams.get("name")?.toLowerCase() ?? "";
        return list(
          exchange,
          memory.organizations.filter((row) => row.name.toLowerCase().startsWith(start)),
        );
      },
    },
    {
      method: "GET",
      path: "/organizations/show_many",
      handle: (exchange) => {
        const [ids, externals] = [idsAsked(exchange), idsAsked(exchange, "external_ids").map((id) => id.toLowerCase())];
        return list(
          exchange,
          memory.organizations.filter(
            (row) =>
              ids.includes(row.id) || (row.externalId !== null && externals.includes(row.externalId.toLowerCase())),
          ),
        );
      },
    },
    {
      method: "GET",
      path: "/organizations/{organization_id}",
      handle: ({ params }) => reply(200, { organization: show(organizationById(tenant, params.organization_id)) }),
    },
    {
      method: "POST",
      path: "/organizations",
      handle: (exchange) => create(exchange, bodyObject(exchange, "organization")),
    },
    {
      method: "POST",
      path: "/organizations/create_or_update",
      handle: (exchange) => {
        const fields = bodyObject(exchange, "organization");
        const [id, external] = [idIn(fields, "id"), textOrNull(fields, "external_id")?.toLowerCase()];
        // By id or external id, never by name (zendesk.md §2.4).
        const known = memory.organizations.find(
          (row) => row.id === id || (external !== undefined && row.externalId?.toLowerCase() === external),
        );
        return known === undefined ? create(exchange, fields) : update(exchange, known, fields);
      },
    },
    {
      method: "PUT",
      path: "/organizations/{organization_id}",
      handle: (exchange) =>
        update(
          exchange,
          organizationById(tenant, exchange.params.organization_id),
          bodyObject(exchange, "organization"),
        ),
    },
    {
      method: "DELETE",
      path: "/organizations/{organization_id}",
      handle: (exchange) => {
        const row = organizationById(tenant, exchange.params.organization_id);
        leaveAll(tenant, callerOf(caller, exchange).user, "organization", ({ ofId }) => ofId === row.id);
        memory.organizations = memory.organizations.filter((other) => other !== row);
        audited(exchange, "destroy", row);
        return nothing();
      },
    },
  ];
}

/** Custom fields of the account; others are not taken, and nobody says so. */
const FIELDS = ["tier", "region", "account_manager"];

function made(tenant: Tenant, fields: Fields): OrganizationRow {
  const now = tenant.world.now();
  const row: OrganizationRow = {
    id: newId(tenant),
    name: "",
    externalId: null,
    domainNames: [],
    details: null,
    notes: null,
    tags: [],
    groupId: null,
    sharedTickets: false,
    sharedComments: false,
    fields: Object.fromEntries(FIELDS.map((name) => [name, null])),
    createdAt: now,
    updatedAt: now,
  };
  requiredText(fields, "name");
  change(tenant, row, fields);
  return row;
}

function change({ memory, world }: Tenant, row: OrganizationRow, fields: Fields): void {
  const others = memory.organizations.filter((other) => other !== row);
  const name = fields.has("name") ? requiredText(fields, "name") : row.name;
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    throw invalid("name", "DuplicateValue", `Name: ${name} has already been taken`);
  }
  const external = textOrNull(fields, "external_id");
  if (
    typeof external === "string" &&
    others.some((other) => other.externalId?.toLowerCase() === external.toLowerCase())
  ) {
    throw invalid("external_id", "DuplicateValue", "External has already been taken");
  }
  const group = idIn(fields, "group_id");
  if (typeof group === "string" && !memory.groups.some(({ id, deleted }) => id === group && !deleted)) {
    throw invalid("group", "InvalidValue", "Group is invalid");
  }
  row.name = name;
  if (external !== undefined) row.externalId = external;
  if (group !== undefined) row.groupId = group;
  // The trap: the list that is sent is all that is left (zendesk.md §2.4).
  row.domainNames = texts(fields, "domain_names")?.map((domain) => domain.toLowerCase()) ?? row.domainNames;
  row.tags = texts(fields, "tags") ?? row.tags;
  row.details = fields.has("details") ? (optionalText(fields, "details") ?? null) : row.details;
  row.notes = fields.has("notes") ? (optionalText(fields, "notes") ?? null) : row.notes;
  row.sharedTickets = flag(fields, "shared_tickets") ?? row.sharedTickets;
  row.sharedComments = flag(fields, "shared_comments") ?? row.sharedComments;
  const custom = fields.get("organization_fields");
  if (typeof custom === "object" && custom !== null) {
    for (const [key, value] of Object.entries(custom)) if (FIELDS.includes(key)) row.fields[key] = value;
  }
  row.updatedAt = world.now();
}
