/** What the Entra connector grants and revokes in the sandbox: members and owners of a group (entra.md §6). */
import { ConnectorError, textOf } from "./connector-calls.ts";
import { entraSession } from "./entra-calls.ts";
import type { ConnectorJob } from "./provisioning.ts";
import type { Tenant } from "./tenant.ts";

/** Whoever is in it already, or is out of it, is where they should be. */
export async function provisionEntra(
  tenant: Tenant,
  { connector, entitlement, task }: ConnectorJob,
  userId: string,
): Promise<void> {
  const [type, id = "", slug] = entitlement.externalId.split(":");
  if (type !== "group" || (slug !== "member" && slug !== "owner")) {
    throw new ConnectorError(`the connector cannot provision ${entitlement.externalId}`);
  }
  const links = `/groups/${id}/${slug}s`;
  const { list, send, objectUrl } = await entraSession(tenant, connector);
  const isThere = (await list(links)).some((one) => textOf(one, "id") === userId);
  if (task.grant === isThere) return;
  if (task.grant) await send("POST", `${links}/$ref`, { "@odata.id": objectUrl(userId) });
  // Without /$ref it is the person that goes (entra.md §0.5).
  else await send("DELETE", `${links}/${userId}/$ref`);
}
