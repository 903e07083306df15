/**
 * The support story: a group of agents is made, somebody joins the team, another group is emptied of a stranger, a
 * customer's organization gets its people.
 */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { zendeskOf } from "../../support/emulated.ts";
import type { Scene } from "./scene.ts";
import { memoryOf } from "./tenants.ts";

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
---
kind: zendesk/organization
name: initech
spec: { name: Initech, domainNames: [initech.example], members: [alan@acme.example, mallory@acme.example] }
`;

const providers = ["zendesk"];

export const support: Scene = {
  providers,
  // Jobs are over, tickets have lost their people.
  settled: 5 * 60_000,

  async stack() {
    const directory = await mkdtemp(`${tmpdir()}/accord-crash-support-`);
    await writeFile(`${directory}/accord.yaml`, ACCORD);
    await writeFile(`${directory}/support.yaml`, DOCUMENTS);
    return directory;
  },

  /** With a larger team. */
  seeded: () =>
    memoryOf(providers, async (tenants) => {
      const zendesk = zendeskOf(tenants);
      zendesk.memory.jobItemMs = PER_ITEM;
      for (const email of members) {
        const headers = { authorization: `Bearer ${zendesk.actors?.trent}`, "content-type": "application/json" };
        const body = JSON.stringify({ user: { name: email, email, role: "agent" } });
        const request = new Request(`https://${zendesk.host}/api/v2/users`, { method: "POST", headers, body });
        const answer = await zendesk.fetch(request);
        if (answer.status !== 201) throw new Error(`${email} was not made: ${answer.status}`);
      }
    }),

  census(tenants) {
    const { memory } = zendeskOf(tenants);
    const user = (id: string): string => memory.users.find((one) => one.id === id)?.identities[0]?.value ?? id;
    const group = (id: string): string => memory.groups.find((one) => one.id === id)?.name ?? id;
    const organization = (id: string): string => memory.organizations.find((one) => one.id === id)?.name ?? id;
    const role = (id: string | null): string => memory.roles.find((one) => one.id === id)?.name ?? "none";
    return [
      ...memory.groups.filter(({ deleted }) => !deleted).map((one) => `group: ${one.name} (${one.description})`),
      ...memory.groupMemberships.map(({ userId, ofId }) => `member: ${user(userId)} of ${group(ofId)}`),
      ...memory.organizations.map((one) => `organization: ${one.name}, ${one.externalId}`),
      ...memory.organizationMemberships.map(({ userId, ofId }) => `customer: ${user(userId)} of ${organization(ofId)}`),
      ...memory.users
        .filter(({ active }) => active)
        .map((one) => `user: ${user(one.id)}, ${one.role}, custom role ${role(one.customRoleId)}`),
      ...memory.roles.map(({ name }) => `role: ${name}`),
      // What was under way is waited for, not started again.
      ...memory.jobs.map(({ type, status }) => `job: ${type}, ${status}`),
    ]
      .map((line) => `zendesk ${line}`)
      .sort();
  },
};
