/** What makes no sense to declare: `accord run c1 force-sync app=Okta`. */

import { ProblemError } from "../../engine/problem.ts";
import type { ActionResult, OneShot } from "../../engine/provider.ts";
import type { Fields } from "../shared/narrow.ts";
import { only } from "./choosing.ts";
import { type ScopedRef, scopedId, scopedRef } from "./client/refs.ts";
import { text } from "./client/wire.ts";
import type { C1Reader, C1Writer } from "./client.ts";
import { request, revoke } from "./requests.ts";

type Parameters = Readonly<Record<string, string>>;

const CONNECTOR = {
  connector: { description: "<app id>/<connector id>, or the connector's name together with app." },
  app: { description: "Name of the app; enough where it has one connector." },
};
const PROFILE = { profile: { description: "Name or id of the access profile.", required: true } };

const forceSync: OneShot<C1Reader, C1Writer> = {
  name: "force-sync",
  description: "Syncs a connector now instead of at its next turn.",
  parameters: CONNECTOR,
  async preview(reader, parameters) {
    return [`Syncs ${await labelOf(reader, await connectorOf(reader, parameters))} now.`];
  },
  async run(writer, parameters) {
    const ref = await connectorOf(writer, parameters);
    await writer.forceSync(ref);
    return done(`Sync of ${await labelOf(writer, ref)} is queued.`, { connector: scopedId(ref) });
  },
};

const rotateCredential: OneShot<C1Reader, C1Writer> = {
  name: "rotate-credential",
  description: "Makes a new credential for a connector that you host yourself; the one before it ends.",
  parameters: CONNECTOR,
  async preview(reader, parameters) {
    const label = await labelOf(reader, await connectorOf(reader, parameters));
    return [`Makes a new credential for ${label}. Its secret is shown once, to a declared sink; the old one stops.`];
  },
  async run(writer, parameters) {
    const ref = await connectorOf(writer, parameters);
    const credential = await writer.rotateCredential(ref);
    const { clientId = "", clientSecret = "", id = "" } = credential;
    return {
      ...done(`New credential ${id} for ${scopedId(ref)}.`, {
        connector: scopedId(ref),
        credential: id,
        clientId,
      }),
      secrets: { clientId, clientSecret },
    };
  },
};

const runAutomation: OneShot<C1Reader, C1Writer> = {
  name: "run-automation",
  description: "Evaluates a profile's membership automation now instead of within the hour.",
  parameters: PROFILE,
  async preview(reader, parameters) {
    const profile = await profileOf(reader, parameters);
    return [`Evaluates who belongs to ${text(profile.displayName)} now; people may gain and lose access.`];
  },
  async run(writer, parameters) {
    const profile = await profileOf(writer, parameters);
    await writer.runAutomation(text(profile.id));
    return done(`The automation of ${text(profile.displayName)} runs.`, { profile: text(profile.id) });
  },
};

const resumeAutomation: OneShot<C1Reader, C1Writer> = {
  name: "resume-automation",
  description: "Lets a membership automation go on that its circuit breaker has paused, removals included.",
  parameters: PROFILE,
  async preview(reader, parameters) {
    const profile = await profileOf(reader, parameters);
    return [
      `Lets the automation of ${text(profile.displayName)} remove the members that it was stopped from removing.`,
      "Look at them in C1 first: a bad sync looks just like this.",
    ];
  },
  async run(writer, parameters) {
    const profile = await profileOf(writer, parameters);
    await writer.resumeAutomation(text(profile.id));
    return done(`The automation of ${text(profile.displayName)} goes on.`, { profile: text(profile.id) });
  },
};

export const actions = [forceSync, runAutomation, rotateCredential, resumeAutomation, request, revoke];

function done(line: string, facts: Readonly<Record<string, string>>): ActionResult {
  return { summary: [line], facts };
}

async function connectorOf(reader: C1Reader, parameters: Parameters): Promise<ScopedRef> {
  const named = parameters.connector ?? "";
  if (named.includes("/")) return scopedRef(named);
  const app = await only(reader.apps(), parameters.app, "app");
  const rows = await reader.connectors(text(app.id));
  const row = named === "" && rows.length === 1 ? rows[0] : await only(rows, named, "connector");
  return { appId: text(app.id), id: text(row?.id) };
}

async function profileOf(reader: C1Reader, parameters: Parameters): Promise<Fields> {
  return only(reader.profiles(), parameters.profile, "profile");
}

async function labelOf(reader: C1Reader, ref: ScopedRef): Promise<string> {
  const row = await reader.connector(ref);
  if (row === undefined) {
    throw new ProblemError({
      code: "not-found",
      message: `There is no connector ${scopedId(ref)}.`,
      hint: "Give app=<name>, or connector=<app id>/<connector id>.",
    });
  }
  return text(row.displayName) || scopedId(ref);
}
