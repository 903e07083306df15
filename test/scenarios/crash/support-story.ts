/** ⇄ The support story: a group of agents is made, somebody joins the team, another group is emptied of a stranger. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Memory } from "./tenants.ts";
import { serveTenants } from "./tenants.ts";

const ACCORD = `version: 1
stack: acme-support
providers:
  zendesk:
    subdomain: acme
    clientId: "\${env:ZENDESK_CLIENTID}"
    clientSecret: "\${env:ZENDESK_CLIENTSECRET}"
    baseUrl: "\${env:ZENDESK_BASEURL}"
`;

const AGENTS = 40;
/** A job of so many lasts beyond the window that every recovery waits anyway, and is seen half-done. */
const PER_ITEM = 500;

const members = Array.from({ length: AGENTS }, (_, index) => `agent-${index + 1}@acme.example`);

const DOCUMENTS = `kind: zendesk/custom-role
name: readers
spec: { name: Readers, configuration: { ticket_access: all } }
---
kind: zendesk/agent
name: ada
adopt: true
spec: { email: ada@acme.example, name: Ada Lovelace, role: agent, customRole: zendesk/custom-role/readers }
---
kind: zendesk/group
name: tier-2
spec:
  name: Tier 2
  description: Escalations from support.
  members: ["\${zendesk/agent/ada.email}", ${members.join(", ")}]
---
kind: zendesk/group
name: escalations
adopt: { prune: true }
spec: { name: Escalations, members: [grace@acme.example, linus@acme.example] }
`;

export async function supportStack(): Promise<string> {
  const directory = await mkdtemp(`${tmpdir()}/accord-crash-support-`);
  await writeFile(`${directory}/accord.yaml`, ACCORD);
  await writeFile(`${directory}/support.yaml`, DOCUMENTS);
  return directory;
}

/** The tenants with a larger team. */
export async function supportSeeded(): Promise<Memory> {
  const served = await serveTenants();
  const { zendesk } = served;
  zendesk.memory.jobItemMs = PER_ITEM;
  for (const email of members) {
    const headers = { authorization: `Bearer ${zendesk.actors?.trent}`, "content-type": "application/json" };
    const body = JSON.stringify({ user: { name: email, email, role: "agent" } });
    const request = new Request(`https://${zendesk.host}/api/v2/users`, { method: "POST", headers, body });
    const answer = await zendesk.fetch(request);
    if (answer.status !== 201) throw new Error(`${email} was not made: ${answer.status}`);
  }
  const memory = served.tenants.save();
  await served.close();
  return memory;
}
