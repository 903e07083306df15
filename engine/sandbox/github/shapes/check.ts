import { type ArtifactRow, type CheckRow, type Hub, isoOf } from "../rows.ts";
import { appShape, nodeId } from "./account.ts";
import { repoHtml, repoUrl } from "./issue.ts";
import { repositoryId } from "./repository.ts";
import type { Schemas } from "./schemas.ts";

export const CONCLUSIONS = [
  "success",
  "failure",
  "neutral",
  "cancelled",
  "skipped",
  "timed_out",
  "action_required",
] as const;

export function checkShape(hub: Hub, row: CheckRow) {
  const url = `${repoUrl(hub)}/check-runs/${row.id}`;
  return {
    id: row.id,
    name: row.name,
    node_id: nodeId("CR", row.id),
    head_sha: row.headSha,
    external_id: row.externalId,
    url,
    html_url: `${repoHtml(hub)}/runs/${row.id}`,
    details_url: `${repoHtml(hub)}/runs/${row.id}`,
    status: row.status,
    conclusion: CONCLUSIONS.find((one) => one === row.conclusion) ?? null,
    started_at: row.startedAt,
    completed_at: row.completedAt ?? null,
    output: {
      title: row.title ?? null,
      summary: row.summary ?? null,
      text: row.text ?? null,
      annotations_count: row.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: 900_000 + row.app.id },
    app: appShape(hub, row.app),
    pull_requests: [],
  } satisfies Schemas["check-run"];
}

export function artifactShape(hub: Hub, row: ArtifactRow) {
  const url = `${repoUrl(hub)}/actions/artifacts/${row.id}`;
  return {
    id: row.id,
    node_id: nodeId("MDg6QXJ0aWZhY3Q", row.id),
    name: row.name,
    size_in_bytes: row.zip.byteLength,
    url,
    archive_download_url: `${url}/zip`,
    expired: hub.clock.now() >= row.expiresAt,
    created_at: row.createdAt,
    updated_at: row.createdAt,
    expires_at: isoOf(row.expiresAt),
    workflow_run: {
      id: row.run.id,
      repository_id: repositoryId(hub, hub.owner),
      head_repository_id: row.run.fork ? 700_000_999 : repositoryId(hub, hub.owner),
      head_branch: row.run.branch,
      head_sha: row.run.sha,
    },
  } satisfies Schemas["artifact"];
}
