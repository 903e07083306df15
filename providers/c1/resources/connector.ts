/**
 * What feeds an app: C1 runs it with settings, or you host it (`baton`) with credentials of its own (c1.md §8). Made in
 * two calls where C1 runs it, since its create takes no name.
 */

import type { Candidates, Finding, Kind, Progress, WantedObject } from "../../../engine/kind.ts";
import type { Gone, Live, Spec } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { touches } from "../../shared/changes.ts";
import { type Fields, textsOf } from "../../shared/narrow.ts";
import { refId } from "../../shared/spec.ts";
import { type ScopedRef, scopedId, scopedRef } from "../client/refs.ts";
import { fields, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { hostingFindings } from "./baton.ts";
import { catalogFindings, configFindings, configToApi, configToSpec, needsConsent } from "./connector-config.ts";
import { manifests } from "./connector-manifests.ts";
import { GROUP_KEY, integrationName, integrationOf, SELF_HOSTED } from "./integrations.ts";
import { findByName } from "./names.ts";
import { namePeople, userIds } from "./people.ts";

const SYNC = "SYNC_STATUS_";
/** A first sync may take longer than anybody waits for; what is still syncing then counts as unconfirmed. */
const FIRST_SYNC = 2 * 60_000;

export const connector: Kind<C1Reader, C1Writer> = {
  name: "connector",
  proof: { by: "poll", every: 5_000, within: FIRST_SYNC },

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
          mine.length === 0 ? ["owners"] : mine.flatMap(({ one }) => one.fields),
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
        ? await writer.createDelegated(appId, { ...base, displayName: text(spec.displayName) || "Self-hosted" })
        : await writer.createConnector(appId, { ...base, config: configToApi(spec, integration) });
    const ref: ScopedRef = { appId, id: text(row.id) };
    await context.made(scopedId(ref));
    await attemptAll([
      async () =>
        name !== SELF_HOSTED &&
        spec.displayName !== undefined &&
        writer.updateDelegated(ref, { id: ref.id, appId, displayName: text(spec.displayName) }, ["displayName"]),
      async () => spec.schedule !== undefined && writer.schedule(ref, cronOf(spec)),
    ]);
    return (
      (await readConnector(writer, { id: scopedId(ref), fields: Object.keys(spec) })) ?? { id: scopedId(ref), spec }
    );
  },

  async update(writer, live, spec, changes, context) {
    const ref = scopedRef(live.id);
    const integration = integrationOf(text(spec.integration)) ?? { catalogId: "", settings: {} };
    const configured = ["config", "extraConfig", "extraSecrets"].some((field) => touches(changes, field));
    const named = ["displayName", "description", "owners"].filter((field) => touches(changes, field));
    const delegated = {
      id: ref.id,
      appId: ref.appId,
      ...(named.includes("displayName") ? { displayName: text(spec.displayName) } : {}),
      ...(named.includes("description") ? { description: text(spec.description) } : {}),
      ...(named.includes("owners") ? { userIds: userIds(spec.owners, context, live) } : {}),
    };
    await attemptAll([
      async () => {
        if (!configured) return;
        // The envelope is replaced whole: settings that the document leaves out are kept as they are.
        const whole = { ...spec, config: merged(live, spec, "config"), extraConfig: merged(live, spec, "extraConfig") };
        const config = configToApi(whole, integration);
        await writer.updateConnector(ref, { id: ref.id, appId: ref.appId, config }, ["config"]);
      },
      async () =>
        named.length > 0 &&
        writer.updateDelegated(
          ref,
          delegated,
          named.map((field) => (field === "owners" ? "userIds" : field)),
        ),
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

  describe: ({ action }) =>
    action === "delete"
      ? { notes: ["What the connector synced stays as it was at its last sync; provisioning through it stops."] }
      : {},

  *edges({ spec, people }) {
    const entitlement = `owner of connector ${text(spec.displayName) || text(spec.integration)}`;
    for (const owner of textsOf(spec.owners)) {
      const personId = people?.[owner];
      yield { person: owner, entitlement, privileged: true, ...(personId === undefined ? {} : { personId }) };
    }
  },

  render: (spec, { address }) => manifests(spec, address),
};

async function readConnector(reader: C1Reader, one: WantedObject & { id: string }): Promise<Live | undefined> {
  const row = await reader.connector(scopedRef(one.id));
  return row === undefined ? undefined : connectorToLive(reader, row, one.fields);
}

async function connectorToLive(reader: C1Reader, row: Fields, asked: readonly string[]): Promise<Live> {
  const ref = { appId: text(row.appId), id: text(row.id) };
  const integration = integrationName(text(row.catalogId)) ?? text(row.catalogId);
  const owners = asked.includes("owners") ? await namePeople(reader, textsOf(row.userIds)) : undefined;
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

async function progressOf(reader: C1Reader, row: Fields, live: Live): Promise<Progress> {
  const status = text(fields(row.status).status).replace(SYNC, "");
  if (status === "DONE") return { state: "done", live };
  if (status === "ERROR" || status === "DISABLED") {
    const why = text(fields(row.status).lastError) || text(row.syncDisabledReason);
    return {
      state: "failed",
      problem: {
        code: "connector-failed",
        message: `The connector cannot sync${why === "" ? "" : `: ${why}`}.`,
        hint: "Check its settings and the credential that it uses; the next plan offers to send them again.",
      },
    };
  }
  if (text(live.spec.integration) === SELF_HOSTED && status !== "RUNNING") {
    // It syncs when the service that you host first calls in.
    return { state: "done", live };
  }
  const consent = text(fields(row.oauthAuthorizedAs).authEmail) === "" && (await waitsForConsent(reader, row));
  if (consent) {
    const url = `https://${reader.connection.host}/apps/${text(row.appId)}/connectors/${text(row.id)}`;
    return { state: "awaiting", note: "An administrator has to consent in the browser.", url };
  }
  return { state: "converging", note: status === "RUNNING" ? "Syncing." : "Waiting for its first sync." };
}

async function waitsForConsent(reader: C1Reader, row: Fields): Promise<boolean> {
  const schema = await reader.connectorSchema(text(row.catalogId));
  const chosen = fields(fields(fields(row.config).configuration)[GROUP_KEY]);
  return needsConsent(schema, text(chosen.stringValue) || undefined);
}

/** What no diff shows: a sync that failed, was stopped or has never ended, a consent that nobody gave. */
async function healthFindings(reader: C1Reader, live: Live | undefined): Promise<readonly Finding[]> {
  if (live === undefined) return [];
  const error = text(live.computed?.lastError);
  if (error !== "") {
    const message = `The connector's last sync failed: ${error}.`;
    return [{ code: "connector-failing", message, severity: "warning" }];
  }
  const ref = scopedRef(live.id);
  const row = (await reader.connectors(ref.appId)).find((one) => text(one.id) === ref.id);
  if (row === undefined) return [];
  if (text(row.syncDisabledAt) !== "") return [stoppedFinding(row)];
  if (text(fields(row.status).completedAt) !== "") return [];
  const progress = await progressOf(reader, row, live);
  if (progress.state !== "converging" && progress.state !== "awaiting") return [];
  const message =
    progress.state === "awaiting"
      ? `The connector does not sync yet. ${progress.note} Open ${progress.url}`
      : `The connector has not synced yet. ${progress.note}`;
  return [{ code: "connector-not-synced", message, severity: "warning" }];
}

/** Paused by somebody, or by C1 itself where a sync would lose much: never resumed from here (c1.md §8.1). */
function stoppedFinding(row: Fields): Finding {
  const reason = text(row.syncDisabledReason);
  return {
    code: "connector-stopped",
    message: `The connector has not synced since ${text(row.syncDisabledAt)}${reason === "" ? "" : `: ${reason}`}. What C1 knows through it is as old, and it provisions nothing.`,
    hint: "Look in C1 at what the sync would remove; confirm or resume it there.",
    severity: "warning",
  };
}

/** Owners are told of failures, and can only mend them with the right role (c1.md §1). */
async function ownerFindings(reader: C1Reader, spec: Spec): Promise<readonly Finding[]> {
  const logins = Array.isArray(spec.owners) ? spec.owners.map(text) : [];
  if (logins.length === 0) return [];
  const able = (await reader.roles())
    .filter((role) => /(super|connector|integration).*admin/i.test(`${text(role.displayName)} ${text(role.name)}`))
    .map((role) => text(role.id));
  if (able.length === 0) return [];
  const users = (await Promise.all(logins.map((login) => reader.usersByEmail(login)))).flat();
  const unable = users.filter((user) => !user.roleIds.some((id) => able.includes(id)));
  if (unable.length === 0) return [];
  return [
    {
      code: "owner-without-role",
      message: `${unable.map((user) => user.email).join(", ")}: an owner without the role Connector Administrator is told of failures but cannot mend them.`,
      path: ["owners"],
      severity: "warning",
    },
  ];
}

function merged(live: Live, spec: Spec, field: string): Spec {
  return { ...asSpec(live.spec[field] ?? {}), ...asSpec(spec[field] ?? {}) };
}

function cronOf(spec: Spec): Fields {
  const schedule = asSpec(spec.schedule ?? {});
  return { cronSpec: text(schedule.cron), timezone: text(schedule.timezone) || "UTC" };
}
