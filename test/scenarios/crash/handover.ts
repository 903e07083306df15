/**
 * The handover story, in Entra: one group changes nearly all its people, another is made with more than one write can
 * bind, a joiner among them. The directory takes few writes at a time, so that it carries out a batch of removals by
 * halves, as Graph does with whoever writes too much.
 */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { nextId, type Tenant } from "../../../providers/entra/emulator/tenant.ts";
import { START } from "../../support/clock.ts";
import { entraOf } from "../../support/emulated.ts";
import type { Scene } from "./scene.ts";
import { memoryOf } from "./tenants.ts";

const ACCORD = `version: 1
stack: acme-handover
providers:
  entra:
    tenantId: "\${env:ENTRA_TENANTID}"
    clientId: "\${env:ENTRA_CLIENTID}"
    clientSecret: "\${env:ENTRA_CLIENTSECRET}"
    baseUrl: "\${env:ENTRA_BASEURL}"
limits: { removals: { share: 1 } }
sinks:
  desk:
    directory: secrets
    key: { kty: EC, crv: P-256, x: r-DPLXbuz-MfSm7VKaWW8n-Tg_6nu2Mn0tWXieSsmhc, y: pKXFDVEqHWxM5KkteCP9MmNXxwCGJ5wKvmaddJyLqVw }
`;

/** A bound write takes 20 people, a batch 20 requests. */
const PEOPLE = 25;
const people = (team: string): readonly string[] =>
  Array.from({ length: PEOPLE }, (_, index) => `${team}-${index + 1}@acme.example`);
const leaving = people("leaving");
const coming = people("coming");

const DOCUMENTS = `kind: entra/user
name: hedy
spec: { userPrincipalName: hedy@acme.example, displayName: Hedy Lamarr, passwordSink: desk }
---
kind: entra/group
name: pager
adopt: { prune: true }
spec: { displayName: Pager, members: [ada@acme.example, ${coming.join(", ")}] }
---
kind: entra/group
name: rota
spec:
  displayName: Rota
  description: Whoever carries the pager, and who did.
  members: ["\${entra/user/hedy.userPrincipalName}", ${leaving.join(", ")}]
  memberGroups: [entra/group/pager]
`;

/**
 * Writes in 150 seconds: the seven that come first (two of them in vain, while reads hide the joiner and the new group),
 * and as many of the twenty removals in the first batch.
 */
const WRITES = 14;
/** How long reads lag, milliseconds: long enough to be met, and no longer. */
const LAG = 1_000;
const LONG_AGO = START - 30 * 86_400_000;

const providers = ["entra"];

export const handover: Scene = {
  providers,
  // Reads show what was written.
  settled: 5 * 60_000,

  async stack() {
    const directory = await mkdtemp(`${tmpdir()}/accord-crash-handover-`);
    await writeFile(`${directory}/accord.yaml`, ACCORD);
    await writeFile(`${directory}/handover.yaml`, DOCUMENTS);
    return directory;
  },

  seeded: () =>
    memoryOf(providers, (tenants) => {
      const { tenant, knobs } = entraOf(tenants);
      knobs.writes = WRITES;
      knobs.lagMs = LAG;
      for (const login of coming) hire(tenant, login);
      const id = nextId(tenant);
      const pager = { id, displayName: "Pager", mailNickname: "pager", mailEnabled: false, securityEnabled: true };
      tenant.groups.put(id, { ...pager, groupTypes: [], visibility: "Private" }, LONG_AGO);
      for (const login of leaving) {
        tenant.links.set({ at: LONG_AGO, from: id, relation: "members", to: hire(tenant, login), present: true });
      }
    }),

  census(tenants) {
    const { tenant } = entraOf(tenants);
    const login = new Map(
      [...tenant.users.all()].map(([id, { properties }]) => [id, String(properties.userPrincipalName)]),
    );
    const group = new Map([...tenant.groups.all()].map(([id, { displayName }]) => [id, String(displayName)]));
    return [
      ...[...login.values()].map((name) => `user: ${name}`),
      ...[...tenant.groups.all()].flatMap(([id, { displayName, description, uniqueName }]) => [
        `group: ${displayName} (${description ?? ""}), ${uniqueName === undefined ? "unmarked" : "marked"}`,
        ...tenant.links.now(id, "members").map((to) => `member: ${login.get(to) ?? group.get(to)} of ${displayName}`),
      ]),
      ...[...tenant.deleted.values()].map(({ type }) => `deleted: a ${type}`),
    ]
      .map((line) => `entra ${line}`)
      .sort();
  },
};

/** Somebody who has been there for a while; the id. */
function hire(tenant: Tenant, login: string): string {
  const id = nextId(tenant);
  const properties = { id, displayName: login, userPrincipalName: login, mail: login, accountEnabled: true };
  tenant.users.put(
    id,
    { properties: { ...properties, userType: "Member" }, managerId: null, password: null },
    LONG_AGO,
  );
  return id;
}
