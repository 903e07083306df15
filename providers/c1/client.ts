/** A C1 tenant, one method per endpoint. A reader keeps what it has read; only a writer can change anything. */
import type { Recorder } from "../../engine/kind.ts";
import type { Spec } from "../../engine/model.ts";
import type { Outside } from "../../engine/outside.ts";
import type { Session } from "../../engine/provider.ts";
import { type Credentials, createCredentials } from "./auth.ts";
import { accessReads } from "./client/access.ts";
import { accessReviewReads, accessReviewWrites } from "./client/access-reviews.ts";
import { type Api, createApi, createC1Http, createWriteApi, type WriteApi } from "./client/api.ts";
import { appSettingsReads, appSettingsWrites } from "./client/app-settings.ts";
import { attributeReads, attributeWrites } from "./client/attributes.ts";
import { automationReads, automationWrites } from "./client/automations.ts";
import { catalogReads, catalogWrites } from "./client/catalog.ts";
import { governanceReads, governanceWrites } from "./client/governance.ts";
import { groupReads, groupWrites } from "./client/groups.ts";
import { ownerReads, ownerWrites } from "./client/owners.ts";
import { peopleReads } from "./client/people.ts";
import { profileReads, profileWrites } from "./client/profiles.ts";
import { taskReads, taskWrites } from "./client/tasks.ts";
import { vaultReads, vaultWrites } from "./client/vaults.ts";
import { webhookReads, webhookWrites } from "./client/webhooks.ts";

function reads(api: Api, credentials: Credentials, outside: Outside) {
  return {
    ...catalogReads(api),
    ...accessReads(api),
    ...profileReads(api),
    ...governanceReads(api),
    ...peopleReads(api),
    ...groupReads(api),
    ...automationReads(api),
    ...taskReads(api),
    ...appSettingsReads(api),
    ...webhookReads(api),
    ...vaultReads(api),
    ...ownerReads(api),
    ...accessReviewReads(api),
    ...attributeReads(api),
    /** The tenant's host name and the kind of credential in use. */
    connection: { host: credentials.host, credential: credentials.kind },
    now: () => outside.clock.now(),
  };
}

function writes(api: WriteApi) {
  return {
    ...catalogWrites(api),
    ...profileWrites(api),
    ...governanceWrites(api),
    ...groupWrites(api),
    ...automationWrites(api),
    ...taskWrites(api),
    ...appSettingsWrites(api),
    ...webhookWrites(api),
    ...vaultWrites(api),
    ...ownerWrites(api),
    ...accessReviewWrites(api),
    ...attributeWrites(api),
  };
}

export type C1Reader = ReturnType<typeof reads>;
export type C1Writer = C1Reader & ReturnType<typeof writes>;

export function connectC1(settings: Spec, outside: Outside): Session<C1Reader, C1Writer> {
  const credentials = createCredentials(settings, outside);
  const http = createC1Http(credentials, outside);
  return {
    calls: () => http.calls(),
    reader: () => reads(createApi(http), credentials, outside),
    writer: (recorder: Recorder) => {
      const api = createWriteApi(http, recorder);
      return { ...reads(api, credentials, outside), ...writes(api) };
    },
  };
}
