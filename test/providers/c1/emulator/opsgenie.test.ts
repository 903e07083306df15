/** What the Opsgenie connector makes of an account (oncall.md §2.5), escalations and teams included. */
import { expect, it } from "vitest";
import { createOpsgenieEmulator } from "../../../../providers/opsgenie/emulator.ts";
import { ACME_TOKENS } from "../../../../providers/shared/acme.ts";
import { at, listOf, MINUTE, sandbox, textAt } from "./tenant.ts";

const OPSGENIE = "2eVZNxK6vQWesyIyR6qpAk0txxl";

it("a schedule is shown under its plain name, with all of a team for on call and nobody of an escalation", async () => {
  const neighbours: Record<string, (request: Request) => Promise<Response>> = {};
  const { c1, client, pass } = await sandbox(neighbours);
  const opsgenie = createOpsgenieEmulator(c1.tenant.world);
  neighbours[opsgenie.host] = (request) => opsgenie.fetch(request);
  const rotation = { type: "daily", startDate: "2026-11-01T00:00:00Z" };
  const made = await opsgenie.fetch(
    new Request("https://api.opsgenie.com/v2/schedules", {
      method: "POST",
      headers: { authorization: `GenieKey ${opsgenie.actors?.trent}`, "content-type": "application/json" },
      body: JSON.stringify({
        name: "Escalating",
        rotations: [{ ...rotation, participants: [{ type: "escalation", name: "Production" }] }],
      }),
    }),
  );
  expect(made.status).toBe(201);

  const appId = textAt((await client.post("/api/v1/apps", { displayName: "Opsgenie" })).body, "app.id");
  const configuration = { opsgenie_apikey: { stringValue: ACME_TOKENS.opsgenieForC1 } };
  const config = { "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig", configuration };
  await client.post(`/api/v1/apps/${appId}/connectors/create`, { catalogId: OPSGENIE, config });
  await pass(2 * MINUTE);
  await pass(5 * MINUTE);

  const holders: Record<string, readonly unknown[]> = {};
  for (const row of listOf(await client.post("/api/v1/search/entitlements", { appIds: [appId] }))) {
    const id = textAt(row, "appEntitlement.id");
    const grants = await client.post("/api/v1/search/grants", { entitlementRefs: [{ appId, id }] });
    const emails = listOf(grants).map((grant) => at(grant, "appEntitlementUserBinding.appUser.appUser.email"));
    holders[textAt(row, "appEntitlement.displayName")] = emails.sort();
  }
  const team = ["ada@acme.example", "grace@acme.example", "linus@acme.example"];
  const { Access: everybody, ...synced } = holders;
  expect(everybody).toHaveLength(10);
  expect(synced).toEqual({
    "SRE Team Member": team,
    "Primary schedule member": team,
    "Primary schedule on-call": ["ada@acme.example"],
    "Platform / nights schedule member": team,
    "Platform / nights schedule on-call": team,
    "Old primary schedule member": team,
    "Old primary schedule on-call": [],
    "Escalating schedule member": [],
    "Escalating schedule on-call": [],
  });
});
