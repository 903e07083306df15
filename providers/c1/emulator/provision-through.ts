/** Carries a grant or revocation out through the connector that is in charge, as an actor in its system. */
import { ConnectorError, RateLimited } from "./connector-calls.ts";
import { catalogEntry } from "./connector-catalog.ts";
import { provisionEntra } from "./provision-entra.ts";
import { provisionOkta } from "./provision-okta.ts";
import { provisionZendesk } from "./provision-zendesk.ts";
import type { ConnectorJob } from "./provisioning.ts";
import type { Tenant } from "./tenant.ts";

type Provision = (tenant: Tenant, job: ConnectorJob, userId: string) => Promise<void>;

const PROVISIONS: Readonly<Record<string, Provision>> = {
  okta_v2: provisionOkta,
  microsoft_entra: provisionEntra,
  zendesk_v2: provisionZendesk,
};

/** `later`: the system asked to come back; `problem` is what went wrong, in words. */
export type Carried = "done" | "later" | { readonly problem: string };

export async function provisionThrough(tenant: Tenant, job: ConnectorJob): Promise<Carried> {
  const { connector, entitlement, task } = job;
  const account = tenant.appUsers
    .by("user", task.subject)
    .find((one) => one.appId === entitlement.appId && one.deletedAt === null && one.externalId !== "");
  if (account === undefined) return { problem: "the user has no account in the app" };
  const provision = PROVISIONS[catalogEntry(connector.catalogId)?.name ?? ""];
  if (provision === undefined) return { problem: `the connector cannot provision ${entitlement.externalId}` };
  try {
    await provision(tenant, job, account.externalId);
    return "done";
  } catch (error) {
    if (error instanceof RateLimited) return "later";
    if (error instanceof ConnectorError) return { problem: error.message };
    throw error;
  }
}
