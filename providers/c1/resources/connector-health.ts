/** How a connector is doing: its syncs, the consent that it waits for, and whether its owners can mend it (c1.md §8.1). */

import type { Finding, Progress } from "../../../engine/kind.ts";
import type { Live, Spec } from "../../../engine/model.ts";
import type { Fields } from "../../shared/narrow.ts";
import { scopedRef } from "../client/refs.ts";
import { fields, text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";
import { needsConsent } from "./connector-config.ts";
import { GROUP_KEY, SELF_HOSTED } from "./integrations.ts";

export const SYNC = "SYNC_STATUS_";

/** How far its first or next sync is. */
export async function progressOf(reader: C1Reader, row: Fields, live: Live): Promise<Progress> {
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
export async function healthFindings(reader: C1Reader, live: Live | undefined): Promise<readonly Finding[]> {
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
export async function ownerFindings(reader: C1Reader, spec: Spec): Promise<readonly Finding[]> {
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
