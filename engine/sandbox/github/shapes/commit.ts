import type { Commit, Signature } from "../repository.ts";
import type { Account, Hub } from "../rows.ts";
import { nodeId, userShape } from "./account.ts";
import { repoHtml, repoUrl } from "./issue.ts";
import type { Schemas } from "./schemas.ts";

/** Whose e-mail it is, `12345+ada@users.noreply.github.com` included; undefined for nobody's. */
export function accountOf(hub: Hub, email: string): Account | undefined {
  const wanted = email.toLowerCase();
  const login = /^(?:\d+\+)?([a-z\d-]+(?:\[bot\])?)@users\.noreply\.github\.com$/.exec(wanted)?.[1];
  if (login !== undefined) return hub.accounts.get(login);
  return [...hub.accounts.values()].find(({ emails }) => emails.includes(wanted));
}

export function commitShape(hub: Hub, commit: Commit) {
  const url = `${repoUrl(hub)}/commits/${commit.sha}`;
  const git = `${repoUrl(hub)}/git/commits/${commit.sha}`;
  const html = `${repoHtml(hub)}/commit`;
  return {
    sha: commit.sha,
    node_id: nodeId("C", Number.parseInt(commit.sha.slice(0, 12), 16)),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${repoUrl(hub)}/git/trees/${commit.tree}` },
      url: git,
      comment_count: 0,
      verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
    },
    url,
    html_url: `${html}/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: signerOf(hub, commit.author),
    committer: signerOf(hub, commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repoUrl(hub)}/commits/${sha}`,
      html_url: `${html}/${sha}`,
    })),
  } satisfies Schemas["commit"];
}

function signerOf(hub: Hub, { email }: Signature): Schemas["nullable-simple-user"] {
  const account = accountOf(hub, email);
  return account === undefined ? null : userShape(hub, account);
}
