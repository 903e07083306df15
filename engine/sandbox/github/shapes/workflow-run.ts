/** A run of a workflow, as the event of its end tells of it. */
import type { Commit } from "../repository.ts";
import { type Hub, nowIso } from "../rows.ts";
import { nodeId, userOf } from "./account.ts";
import { repoHtml, repoUrl } from "./issue.ts";
import { repositoryId, repositoryShape } from "./repository.ts";

export interface EndedRun {
  /** What it ran on. */
  readonly event: string;
  /** The name that other workflows wait for. */
  readonly name: string;
  readonly actor: string;
  readonly head: { readonly owner: string; readonly branch: string; readonly commit: Commit };
  /** Pull requests of this head, by which GitHub names those from branches of the repository itself, and no others. */
  readonly pulls: readonly { readonly number: number; readonly base: string; readonly baseSha: string }[];
}

export function workflowShape(hub: Hub, { name }: Pick<EndedRun, "name">): object {
  const path = `.github/workflows/${name}.yml`;
  const url = `${repoUrl(hub)}/actions/workflows/5001`;
  return {
    ...{ id: 5001, node_id: nodeId("W", 5001), name, path, state: "active", url },
    ...{ created_at: nowIso(hub), updated_at: nowIso(hub) },
    html_url: `${repoHtml(hub)}/blob/${hub.defaultBranch}/${path}`,
    badge_url: `${repoHtml(hub)}/workflows/${name}/badge.svg`,
  };
}

export function workflowRunShape(hub: Hub, { event, name, actor, head, pulls }: EndedRun): object {
  const id = hub.next("run");
  const url = `${repoUrl(hub)}/actions/runs/${id}`;
  const { sha, tree, message, author, committer } = head.commit;
  const user = userOf(hub, actor);
  const suite = { check_suite_id: id + 1, check_suite_node_id: nodeId("CS", id + 1) };
  return {
    ...{ id, node_id: nodeId("WFR", id), name, path: `.github/workflows/${name}.yml`, display_title: name, ...suite },
    ...{ event, status: "completed", conclusion: "success", head_branch: head.branch, head_sha: sha },
    ...{ run_number: 1, run_attempt: 1, workflow_id: 5001, workflow_url: `${repoUrl(hub)}/actions/workflows/5001` },
    ...{ created_at: nowIso(hub), updated_at: nowIso(hub), run_started_at: nowIso(hub) },
    ...{ url, html_url: `${repoHtml(hub)}/actions/runs/${id}`, actor: user, triggering_actor: user },
    ...{ jobs_url: `${url}/jobs`, logs_url: `${url}/logs`, artifacts_url: `${url}/artifacts` },
    ...{ cancel_url: `${url}/cancel`, rerun_url: `${url}/rerun`, previous_attempt_url: null },
    check_suite_url: `${repoUrl(hub)}/check-suites/${id + 1}`,
    head_commit: {
      ...{ id: sha, tree_id: tree, message, timestamp: committer.date },
      ...{ author: nameOf(author), committer: nameOf(committer) },
    },
    pull_requests: pulls.map(({ number, base, baseSha }) => ({
      ...{ id: 3_000_000 + number, number, url: `${repoUrl(hub)}/pulls/${number}` },
      head: { ref: head.branch, sha, repo: refOf(hub) },
      base: { ref: base, sha: baseSha, repo: refOf(hub) },
    })),
    repository: lite(hub, hub.owner),
    head_repository: lite(hub, head.owner),
    referenced_workflows: [],
  };
}

function nameOf({ name, email }: Commit["author"]): object {
  return { name, email };
}

function refOf(hub: Hub): object {
  return { id: repositoryId(hub, hub.owner), url: repoUrl(hub), name: hub.name };
}

const LITE =
  /^(id|node_id|name|full_name|private|owner|html_url|description|fork|url)$|^(?!(git|ssh|clone|svn|mirror)_url).*_url$/;

/** A run shows of a repository who and where it is. */
function lite(hub: Hub, owner: string): object {
  return Object.fromEntries(Object.entries(repositoryShape(hub, owner)).filter(([key]) => LITE.test(key)));
}
