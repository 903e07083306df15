import type { Recorder } from "../../../engine/kind.ts";
import type { Value } from "../../../engine/model.ts";
import { path } from "../../shared/http.ts";
import { once } from "../../shared/memo.ts";
import { isFields, jsonValue, optionalText, textsOf } from "../../shared/narrow.ts";
import { fieldsOf, idOf, listOf, optionalId, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly externalId: string | undefined;
  readonly domainNames: readonly string[];
  readonly details: string;
  readonly notes: string;
  readonly tags: readonly string[];
  /** Default group of its tickets. */
  readonly groupId: string | undefined;
  readonly sharedTickets: boolean;
  readonly sharedComments: boolean;
  readonly fields: Readonly<Record<string, Value>>;
  readonly created: string | undefined;
}

export interface OrganizationReads {
  organizations(): Promise<readonly Organization[]>;
  organization(id: string): Promise<Organization | undefined>;
}

export interface OrganizationWrites {
  createOrganization(organization: Readonly<Record<string, unknown>>): Promise<Organization>;
  /** Partial, but every list in it replaces the one that is there (zendesk.md §2.4). */
  updateOrganization(id: string, changes: Readonly<Record<string, unknown>>): Promise<Organization>;
  deleteOrganization(id: string): Promise<void>;
}

export function organizationReads(transport: Transport): OrganizationReads {
  return {
    organizations: once(async () => {
      const rows: Organization[] = [];
      for await (const { body } of transport.pages("/organizations")) {
        rows.push(...listOf(body.organizations, "the organizations", organizationOf));
      }
      return rows;
    }),
    async organization(id) {
      const answer = await transport.send({ method: "GET", path: path`/organizations/${id}`, accept: [404] });
      return answer.status === 404 ? undefined : organizationOf(fieldsOf(answer.body, "an organization").organization);
    },
  };
}

export function organizationWrites(transport: Transport, recorder: Recorder): OrganizationWrites {
  const narrow = (body: unknown): Organization => organizationOf(fieldsOf(body, "an organization").organization);
  return {
    async createOrganization(organization) {
      const key = String(organization.name);
      const call = { method: "POST", path: "/organizations", body: { organization }, key } as const;
      return narrow((await transport.send(call, recorder)).body);
    },
    async updateOrganization(id, changes) {
      const address = path`/organizations/${id}`;
      const paces = [`organization ${id}`];
      const call = { method: "PUT", path: address, body: { organization: changes }, key: id, paces } as const;
      return narrow((await transport.send(call, recorder)).body);
    },
    async deleteOrganization(id) {
      await transport.send({ method: "DELETE", path: path`/organizations/${id}`, accept: [404], key: id }, recorder);
    },
  };
}

function organizationOf(body: unknown): Organization {
  const row = fieldsOf(body, "an organization");
  const fields = isFields(row.organization_fields) ? row.organization_fields : {};
  return {
    id: idOf(row, "id", "an organization"),
    name: textOf(row, "name", "an organization"),
    externalId: optionalText(row, "external_id"),
    domainNames: textsOf(row.domain_names),
    details: optionalText(row, "details") ?? "",
    notes: optionalText(row, "notes") ?? "",
    tags: textsOf(row.tags),
    groupId: optionalId(row, "group_id"),
    sharedTickets: row.shared_tickets === true,
    sharedComments: row.shared_comments === true,
    fields: Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, jsonValue(value)]])),
    ),
    created: optionalText(row, "created_at"),
  };
}
