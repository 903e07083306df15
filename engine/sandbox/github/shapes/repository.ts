import { type Hub, isoOf } from "../rows.ts";
import { nodeId, userOf } from "./account.ts";
import type { Schemas } from "./schemas.ts";

/** Id of the repository, and of a fork by its owner. */
export function repositoryId(hub: Hub, owner: string): number {
  const forks = [...hub.forks.keys()];
  return owner === hub.owner ? 700_000_001 : 700_000_100 + forks.indexOf(owner);
}

export function repositoryShape(hub: Hub, owner = hub.owner) {
  const fullName = `${owner}/${hub.name}`;
  const id = repositoryId(hub, owner);
  const url = `${hub.apiUrl}/repos/${fullName}`;
  const html = `${hub.webUrl}/${fullName}`;
  const open = [...hub.issues.values()].filter(({ state }) => state === "open").length;
  const created = isoOf(Date.UTC(2024, 0, 15, 9));
  return {
    id,
    node_id: nodeId("R", id),
    name: hub.name,
    full_name: fullName,
    private: true,
    owner: userOf(hub, owner),
    html_url: html,
    description: null,
    fork: owner !== hub.owner,
    url,
    forks_url: `${url}/forks`,
    keys_url: `${url}/keys{/key_id}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    issue_events_url: `${url}/issues/events{/number}`,
    events_url: `${url}/events`,
    assignees_url: `${url}/assignees{/user}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    comments_url: `${url}/comments{/number}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    labels_url: `${url}/labels{/name}`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
    created_at: created,
    updated_at: created,
    pushed_at: isoOf(hub.clock.now()),
    git_url: `git://${new URL(hub.webUrl).host}/${fullName}.git`,
    ssh_url: `git@${new URL(hub.webUrl).host}:${fullName}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 128,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: hub.forks.size,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: "private",
    forks: hub.forks.size,
    open_issues: open,
    watchers: 0,
    default_branch: hub.defaultBranch,
  } satisfies Schemas["repository"];
}
