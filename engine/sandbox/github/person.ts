/** What people do in GitHub's pages, done through its API with their own token, so that every rule of it holds. */
import type { Method } from "./merging.ts";
import type { Hub } from "./rows.ts";

export interface Person {
  readonly token: string;
  /** Path below the repository (`/pulls/1`); anything but 2xx throws with GitHub's own words. */
  send(method: string, path: string, body?: object): Promise<unknown>;
  /** Number of the pull request. `branch` of a fork: `<owner>:<branch>`. */
  open(pull: {
    readonly branch: string;
    readonly base?: string;
    readonly title?: string;
    readonly body?: string;
    readonly draft?: boolean;
  }): Promise<number>;
  approve(number: number, review?: Said): Promise<number>;
  requestChanges(number: number, review?: Said): Promise<number>;
  dismiss(number: number, review: number): Promise<void>;
  /** Id of the comment. */
  comment(number: number, body: string): Promise<number>;
  label(number: number, name: string): Promise<void>;
  /** The commit that the merge made. */
  merge(number: number, method?: Method): Promise<string>;
  close(number: number): Promise<void>;
}

interface Said {
  readonly body?: string;
  /** The commit that was looked at; default: the head. */
  readonly commit?: string;
}

export function personOf(hub: Hub, token: string, fetch: (request: Request) => Promise<Response>): Person {
  async function send(method: string, path: string, body?: object): Promise<unknown> {
    const request = new Request(`${hub.apiUrl}/repos/${hub.owner}/${hub.name}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await fetch(request);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }
  const review = (number: number, event: string, { body, commit }: Said): Promise<number> =>
    send("POST", `/pulls/${number}/reviews`, {
      event,
      ...(body === undefined ? {} : { body }),
      ...(commit === undefined ? {} : { commit_id: commit }),
    }).then((answer) => idOf(answer, "id"));

  return {
    ...{ token, send },
    open: ({ branch, base = hub.defaultBranch, title = branch, ...more }) =>
      send("POST", "/pulls", { head: branch, base, title, ...more }).then((answer) => idOf(answer, "number")),
    approve: (number, said = {}) => review(number, "APPROVE", said),
    requestChanges: (number, said = {}) => review(number, "REQUEST_CHANGES", { body: "Please change this.", ...said }),
    async dismiss(number, id) {
      await send("PUT", `/pulls/${number}/reviews/${id}/dismissals`, { message: "Not any more." });
    },
    comment: (number, body) =>
      send("POST", `/issues/${number}/comments`, { body }).then((answer) => idOf(answer, "id")),
    async label(number, name) {
      await send("POST", `/issues/${number}/labels`, { labels: [name] });
    },
    async merge(number, method = "merge") {
      const answer = await send("PUT", `/pulls/${number}/merge`, { merge_method: method });
      if (typeof answer === "object" && answer !== null && "sha" in answer) return String(answer.sha);
      throw new Error(`pull request ${number} was merged without a commit`);
    },
    async close(number) {
      await send("PATCH", `/pulls/${number}`, { state: "closed" });
    },
  };
}

function idOf(answer: unknown, name: "id" | "number"): number {
  const id = new Map(Object.entries(answer ?? {})).get(name);
  if (typeof id === "number") return id;
  throw new Error(`the answer has no ${name}`);
}
