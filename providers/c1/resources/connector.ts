/**
 * What feeds an app: C1 runs it with settings, or you host it (`baton`) with credentials of its own (c1.md §8). Made in
 * two calls where C1 runs it, since its create takes no name.
 */

import type { Candidates, Finding, Kind, Progress, WantedObject } from "../../../engine/kind.ts";
import type { Gone, Live, Spec } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import type { Fields } from "../../shared/narrow.ts";
import { refId } from "../../shared/spec.ts";
import { ownersOfConnector } from "../client/owners.ts";
import { type ScopedRef, scopedId, scopedRef, scopedRefs } from "../client/refs.ts";
import { fields, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { hostingFindings } from "./baton.ts";
import { catalogFindings, configFindings, configToApi, configToSpec } from "./connector-config.ts";
import { healthFindings, ownerFindings, progressOf, SYNC } from "./connector-health.ts";
import { manifests } from "./connector-manifests.ts";
import { OWNERS_LAG } from "./entitlement.ts";
import { ownerEdges } from "./holding.ts";
import { integrationName, integrationOf, SELF_HOSTED } from "./integrations.ts";
import { findByName } from "./names.ts";
import { ownerEntitlements, ownerNotes, ownerSteps, ownersToAdd, owningUserIds } from "./owners.ts";
import { namePeople, userIds } from "./people.ts";

/** A first sync may take longer than anybody waits for; what is still syncing then counts as unconfirmed. */
const FIRST_SYNC = 2 * 60_000;

export const connector: Kind<C1Reader, C1Writer> = {
  name: "connector",
  proof: { by: "poll", every: 5_000, within: FIRST_SYNC },
  consistency: OWNERS_LAG,

  /** An app has one connector of an integration; a second one is told apart by its name. */
  key(spec) {
    const app = refId(spec.app);
    return app === undefined || typeof spec.integration !== "string" ? undefined : `${app}/${spec.integration}`;
  },

  *check(spec) {
    yield* configFindings(spec);
    yield* hostingFindings(spec);
  },

  async review(reader, spec, live): Promise<readonly Finding[]> {
    const integration = integrationOf(text(spec.integration));
    const findings: Finding[] = [];
    if (integration !== undefined && (spec.extraConfig !== undefined || spec.extraSecrets !== undefined)) {
      findings.push(...catalogFindings(spec, await reader.connectorSchema(integration.catalogId)));
    }
    return [...findings, ...(await healthFindings(reader, live)), ...(await ownerFindings(reader, spec))];
  },

  async *list(reader, want) {
    const asked = want.objects.map((one) => ({ one, app: (one.id ?? one.key ?? "").split("/")[0] ?? "" }));
    const apps =
      want.everything === true
        ? (await reader.apps()).map((row) => text(row.id))
        : [...new Set(asked.map(({ app }) => app).filter((app) => app !== ""))];
    for (const rows of await Promise.all(apps.map((id) => reader.connectors(id)))) {
      for (const row of rows) {
        const id = scopedId({ appId: text(row.appId), id: text(row.id) });
        const key = `${text(row.appId)}/${integrationName(text(row.catalogId)) ?? ""}`;
        const mine = asked.filter(({ one }) => (one.id === undefined ? one.key === key : one.id === id));
        if (mine.length === 0 && want.everything !== true) continue;
        yield await connectorToLive(
          reader,
          row,
          mine.length === 0 ? ["owners", "ownerEntitlements"] : mine.flatMap(({ one }) => one.fields),
        );
      }
    }
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const one of wanted) yield (await readConnector(reader, one)) ?? { gone: true, id: one.id };
  },

  async find(reader, lookup): Promise<Candidates> {
    const app = refId(lookup.app);
    const rows = app === undefined ? [] : await reader.connectors(app);
    const scoped = rows.map((row) => ({ ...row, id: scopedId({ appId: text(row.appId), id: text(row.id) }) }));
    if (text(lookup.name) !== "") return findByName(scoped, lookup);
    return { exact: scoped.map((row) => ({ id: row.id, label: text(fields(row).displayName) || row.id })), near: [] };
  },

  lookups: ({ spec: { app = null, displayName = null } }) => [{ app }, { app, name: displayName }],

  async create(writer, spec, context) {
    const appId = refId(spec.app) ?? "";
    const name = text(spec.integration);
    const integration = integrationOf(name) ?? { catalogId: "", settings: {} };
    const owners = userIds(spec.owners, context);
    const base = { catalogId: integration.catalogId, userIds: owners, description: text(spec.description) };
    const row =
      name === SELF_HOSTED
        ? await writer.createDelegated(appId, {
            ...base,
            displayName: text(spec.displayName) || "Self-hosted",
            appEntitlementOwnerRefs: scopedRefs(spec.ownerEntitlements),
          })
        : await writer.createConnector(appId, { ...base, config: configToApi(spec, integration) });
    const ref: ScopedRef = { appId, id: text(row.id) };
    await context.made(scopedId(ref));
    await attemptAll([
      async () =>
        name !== SELF_HOSTED &&
        spec.displayName !== undefined &&
        writer.updateDelegated(ref, { id: ref.id, appId, displayName: text(spec.displayName) }, ["displayName"]),
      async () => spec.schedule !== undefined && writer.schedule(ref, cronOf(spec)),
      // Only the create of a self-hosted one takes them.
      ...(name === SELF_HOSTED
        ? []
        : ownerSteps(writer, ownersOfConnector(ref), appId, ownersToAdd(spec.ownerEntitlements))),
    ]);
    return (
      (await readConnector(writer, { id: scopedId(ref), fields: Object.keys(spec) })) ?? { id: scopedId(ref), spec }
    );
  },

  async update(writer, live, spec, changes, context) {
    const ref = scopedRef(live.id);
    const integration = integrationOf(text(spec.integration)) ?? { catalogId: "", settings: {} };
    const configured = ["config", "extraConfig", "extraSecrets"].some((field) => touches(changes, field));
    const owners = elementsAt(changes, "owners");
    const named = ["displayName", "description"].filter((field) => touches(changes, field));
    const delegated = {
      id: ref.id,
      appId: ref.appId,
      ...(named.includes("displayName") ? { displayName: text(spec.displayName) } : {}),
      ...(named.includes("description") ? { description: text(spec.description) } : {}),
    };
    await attemptAll([
      async () => {
        if (!configured) return;
        // The envelope is replaced whole: settings that the document leaves out are kept as they are.
        const whole = { ...spec, config: merged(live, spec, "config"), extraConfig: merged(live, spec, "extraConfig") };
        const config = configToApi(whole, integration);
        await writer.updateConnector(ref, { id: ref.id, appId: ref.appId, config }, ["config"]);
      },
      async () => named.length > 0 && writer.updateDelegated(ref, delegated, named),
      ...ownerSteps(writer, ownersOfConnector(ref), ref.appId, elementsAt(changes, "ownerEntitlements"), {
        added: userIds(owners.added, context, live),
        removed: userIds(owners.removed, context, live),
      }),
      async () => touches(changes, "schedule") && writer.schedule(ref, cronOf(spec)),
    ]);
    return (await readConnector(writer, { id: live.id, fields: Object.keys(spec) })) ?? live;
  },

  async delete(writer, live) {
    await writer.deleteConnector(scopedRef(live.id));
  },

  async progress(reader, live): Promise<Progress> {
    const row = await reader.connector(scopedRef(live.id));
    if (row === undefined) return { state: "converging", note: "The connector is not readable yet." };
    return progressOf(reader, row, await connectorToLive(reader, row, Object.keys(live.spec)));
  },

  describe({ action, after, fields: changes }) {
    if (action !== "delete") return { notes: ownerNotes(action, after, changes) };
    return { notes: ["What the connector synced stays as it was at its last sync; provisioning through it stops."] };
  },

  edges: (object) =>
    ownerEdges(object, `connector ${text(object.spec.displayName) || text(object.spec.integration)}`, true),

  render: (spec, { address }) => manifests(spec, address),
};

async function readConnector(reader: C1Reader, one: WantedObject & { id: string }): Promise<Live | undefined> {
  const row = await reader.connector(scopedRef(one.id));
  return row === undefined ? undefined : connectorToLive(reader, row, one.fields);
}

async function connectorToLive(reader: C1Reader, row: Fields, asked: readonly string[]): Promise<Live> {
  const ref = { appId: text(row.appId), id: text(row.id) };
  const integration = integrationName(text(row.catalogId)) ?? text(row.catalogId);
  // `userIds` of the row is being retired (c1.md §8.1).
  const [owners, held] = await Promise.all([
    asked.includes("owners")
      ? owningUserIds(reader, ownersOfConnector(ref)).then((ids) => namePeople(reader, ids))
      : undefined,
    asked.includes("ownerEntitlements") ? ownerEntitlements(reader, ownersOfConnector(ref)) : undefined,
  ]);
  const { config, extraConfig, secrets } = configToSpec(
    row,
    integrationOf(integration) ?? { catalogId: "", settings: {} },
  );
  const status = fields(row.status);
  const cron = fields(row.connectorSyncCronSchedule);
  const createdAt = text(row.createdAt);
  return {
    id: scopedId(ref),
    spec: {
      app: { id: ref.appId },
      integration,
      displayName: text(row.displayName),
      description: text(row.description),
      ...(owners === undefined ? {} : { owners: owners.logins }),
      ...(held === undefined ? {} : { ownerEntitlements: held }),
      config,
      extraConfig,
      ...(text(cron.cronSpec) === ""
        ? {}
        : { schedule: { cron: text(cron.cronSpec), timezone: text(cron.timezone) || "UTC" } }),
    },
    computed: {
      connectorId: ref.id,
      status: text(status.status).replace(SYNC, "").toLowerCase(),
      lastError: text(status.lastError),
      configUpdatedAt: text(row.configUpdatedAt),
    },
    people: owners?.people ?? {},
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(createdAt === "" ? {} : { createdAt }),
  };
}

function merged(live: Live, spec: Spec, field: string): Spec {
  return { ...asSpec(live.spec[field] ?? {}), ...asSpec(spec[field] ?? {}) };
}

function cronOf(spec: Spec): Fields {
  const schedule = asSpec(spec.schedule ?? {});
  return { cronSpec: text(schedule.cron), timezone: text(schedule.timezone) || "UTC" };
}
