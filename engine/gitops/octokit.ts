/** ⇄ GitHub through its own client: the only file that knows octokit. Waiting and trying again is ours, on our clock. */
import type { Octokit } from "octokit";
import type { Outside } from "../outside.ts";
import { ProblemError } from "../problem.ts";
import type { GitHub } from "./github.ts";
import { type Api, type Ask, RefusedError } from "./hub/api.ts";
import { artifactsOfHub } from "./hub/artifacts.ts";
import { checksOfHub } from "./hub/checks.ts";
import { commentsOfHub } from "./hub/comments.ts";
import { issuesOfHub } from "./hub/issues.ts";
import { peopleOfHub } from "./hub/people.ts";
import { pullsOfHub } from "./hub/pulls.ts";
import { fieldsOf, isFields, loginOf } from "./hub/read.ts";
import { patientFetch } from "./patient-fetch.ts";

export interface GitHubOptions extends Pick<Outside, "fetch" | "clock" | "signal" | "trace"> {
  readonly token: string;
  /** `https://api.github.com`, or `https://<host>/api/v3`. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
}

const API_VERSION = "2022-11-28";
/** Whom the token of a workflow writes as, where it cannot be asked. */
const WORKFLOW = "github-actions[bot]";

/** Nothing is loaded or sent before the first call. */
export function openGitHub(options: GitHubOptions): GitHub {
  const api = openApi(options);
  return {
    repository: options.repository,
    ...pullsOfHub(api),
    ...commentsOfHub(api),
    ...checksOfHub(api),
    ...peopleOfHub(api),
    ...artifactsOfHub(api),
    ...issuesOfHub(api),
  };
}

/** Part of a call's parameters that octokit reads itself. */
interface Sending {
  readonly request: { readonly fetch: (url: string, init: RequestInit) => Promise<Response> };
  readonly [parameter: string]: unknown;
}

function openApi(options: GitHubOptions): Api {
  const { clock, repository, signal } = options;
  const [owner = "", repo = ""] = repository.split("/");
  const patient = patientFetch(options);
  const client = memo(() => connect(options));

  /** Given with each call: octokit itself waits for nothing and tries nothing again. */
  function sending(ask: Pick<Ask, "route" | "repeatable" | "what">, redirects = false): Sending {
    const { repeatable = !ask.route.startsWith("POST ") } = ask;
    const fetch = async (url: string, init: RequestInit): Promise<Response> => {
      const request = new Request(url, { ...init, redirect: "manual" });
      request.headers.set("x-github-api-version", API_VERSION);
      const response = await patient(request, { repeatable });
      if (!redirects && response.status >= 300 && response.status < 400) throw moved(ask, repository);
      return response;
    };
    return { request: { fetch } };
  }

  async function asking<T>(ask: Omit<Ask, "with">, call: (octokit: Octokit) => Promise<T>): Promise<T> {
    try {
      return await call(await client());
    } catch (error) {
      throw signal.aborted ? signal.reason : understood(ask, repository, error);
    }
  }
  const parameters = (ask: Ask): Sending => ({ owner, repo, ...ask.with, ...sending(ask) });

  return {
    ...{ clock, owner, repository, signal },
    send: (ask) => asking(ask, async (octokit) => (await octokit.request(ask.route, parameters(ask))).data),
    list: (ask) => asking(ask, (octokit) => octokit.paginate(ask.route, { per_page: 100, ...parameters(ask) })),

    async download(ask, most) {
      const { headers } = await asking(ask, (octokit) =>
        octokit.request(ask.route, { ...parameters(ask), ...sending(ask, true) }),
      );
      const target = URL.parse(headers.location ?? "");
      if (target?.protocol !== "https:" && target?.hostname !== new URL(options.apiUrl).hostname) {
        throw noDownload(ask, "sent us to no address that can be trusted");
      }
      const response = await patient(new Request(target), { repeatable: true, most });
      if (!response.ok) throw noDownload(ask, `answered with status ${response.status} where it sent us`);
      return new Uint8Array(await response.arrayBuffer());
    },

    viewer: memo(() => {
      const ask = {
        route: "POST /graphql",
        what: "tell whose token this is",
        needs: "metadata: read",
        repeatable: true,
      };
      return asking(ask, (octokit) => viewer(octokit, sending(ask)));
    }),
  };
}

async function connect(options: GitHubOptions): Promise<Octokit> {
  const { Octokit } = await import("octokit");
  const quiet = (): void => {};
  return new Octokit({
    auth: options.token,
    baseUrl: options.apiUrl.replace(/\/$/, ""),
    userAgent: "accord-access",
    throttle: { enabled: false },
    retry: { enabled: false },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
}

/** An installation has no `GET /user`, but it is somebody's viewer all the same: `<app>[bot]`. */
async function viewer(octokit: Octokit, sending: Sending): Promise<string> {
  try {
    const answer: unknown = await octokit.graphql("query { viewer { login } }", { ...sending });
    return loginOf(fieldsOf(answer, "the token's account"), "viewer") || WORKFLOW;
  } catch (error) {
    if (error instanceof Error && error.name === "GraphqlResponseError") return WORKFLOW;
    throw error;
  }
}

/** What octokit throws, as a Problem; what is no refusal passes as it is. */
function understood(ask: Omit<Ask, "with">, repository: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ProblemError) return error;
  if (error.cause instanceof ProblemError) return error.cause;
  if (!("status" in error) || typeof error.status !== "number") return error;
  const response = "response" in error && isFields(error.response) ? error.response : {};
  const headers = new Headers();
  for (const [name, value] of Object.entries(isFields(response.headers) ? response.headers : {})) {
    headers.set(name, String(value));
  }
  const doing = { what: `${ask.what} (${repository})`, needs: ask.needs, writes: !ask.route.startsWith("GET ") };
  return new RefusedError(doing, { status: error.status, headers, body: response.data }, error);
}

/** Followed, a write would become a read of the new address. */
function moved({ what }: Pick<Ask, "what">, repository: string): ProblemError {
  return new ProblemError({
    code: "github-moved",
    message: `GitHub, asked to ${what}, says that ${repository} has another address now.`,
    hint: "Use the repository's new name, and an API address that answers itself.",
  });
}

function noDownload({ what }: Ask, why: string): ProblemError {
  return new ProblemError({
    code: "github-download",
    message: `GitHub, asked to ${what}, ${why}.`,
    hint: "Run the job again; what was uploaded is kept for as long as the repository's settings say.",
  });
}

/** Asked once; a failure is not kept. */
function memo<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
