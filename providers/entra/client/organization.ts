import { once } from "../../shared/memo.ts";
import { isFields, optionalText } from "../../shared/narrow.ts";
import { fieldsOf, flag, listOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly domains: readonly Domain[];
  /** Service plans that the directory's licences contain and that are enabled. */
  readonly plans: ReadonlySet<string>;
}

export interface Domain {
  readonly name: string;
  readonly isInitial: boolean;
}

/** What a call of the health check answered, refusals included. */
export interface Probe {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface OrganizationReads {
  organization(): Promise<Organization>;
  /** Domains whose sign-in another identity provider does: no password of ours is used there. */
  federatedDomains(): Promise<ReadonlySet<string>>;
  probe(path: string): Promise<Probe>;
}

export function organizationReads(transport: Transport): OrganizationReads {
  return {
    organization: once(async () => {
      const path = "/organization?$select=id,displayName,verifiedDomains,tenantType,assignedPlans";
      for await (const { rows } of transport.pages(path)) {
        const [row] = listOf(rows, "the organization", organizationOf);
        if (row !== undefined) return row;
      }
      return organizationOf(undefined);
    }),
    federatedDomains: once(async () => {
      const names = new Set<string>();
      for await (const { rows } of transport.pages("/domains?$select=id,authenticationType,isVerified")) {
        for (const row of rows) {
          const domain = fieldsOf(row, "a domain");
          if (domain.authenticationType === "Federated") names.add(textOf(domain, "id", "a domain").toLowerCase());
        }
      }
      return names;
    }),
    async probe(path) {
      const { status, headers, body } = await transport.send({ method: "GET", path, accept: [400, 401, 403, 404] });
      return { status, headers, body };
    },
  };
}

function organizationOf(value: unknown): Organization {
  const row = fieldsOf(value, "the organization");
  const plans = Array.isArray(row.assignedPlans) ? row.assignedPlans.filter(isFields) : [];
  const domains = Array.isArray(row.verifiedDomains) ? row.verifiedDomains.filter(isFields) : [];
  return {
    id: textOf(row, "id", "the organization"),
    name: optionalText(row, "displayName") ?? "",
    domains: domains.map((domain) => ({
      name: textOf(domain, "name", "a domain").toLowerCase(),
      isInitial: flag(domain, "isInitial"),
    })),
    plans: new Set(
      plans.flatMap((plan) => (plan.capabilityStatus === "Enabled" ? (optionalText(plan, "servicePlanId") ?? []) : [])),
    ),
  };
}
