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
import { checkOptions } from "./hub/options.ts";
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
  checkOptions(options);
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

type OctokitFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Part of a call's parameters that octokit reads itself. */
interface Sending {
  readonly request: { readonly fetch: OctokitFetch };
  readonly [parameter: string]: unknown;
}

interface Fetching extends Pick<Ask, "what" | "repeatable"> {
  /** A redirect is an answer; followed by octokit, it would carry the token along. */
  readonly redirects?: boolean;
}

function openApi(options: GitHubOptions): Api {
  const { clock, repository, signal } = options;
  const [owner = "", repo = ""] = repository.split("/");
  const patient = patientFetch(options);

  const fetchFor =
    ({ what, redirects = false, repeatable }: Fetching): OctokitFetch =>
    async (url, init) => {
      const request = new Request(url, { ...init, redirect: "manual" });
      request.headers.set("x-github-api-version", API_VERSION);
      const response = await patient(request, { repeatable: repeatable ?? request.method !== "POST" });
      if (!redirects && response.status >= 300 && response.status < 400) throw moved(what, repository);
      return response;
    };
  const client = memo(() => connect(options, fetchFor({ what: "answer" })));
  const sending = (fetching: Fetching): Sending => ({ request: { fetch: fetchFor(fetching) } });

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
    list: (ask) => asking(ask, (octokit) => pages(octokit, ask, parameters(ask))),

    async download(ask, most) {
      const { headers } = await asking(ask, (octokit) =>
        octokit.request(ask.route, { ...parameters(ask), ...sending({ ...ask, redirects: true }) }),
      );
      const target = downloadFrom(headers.location ?? "", options.apiUrl);
      if (target === undefined) throw noDownload(ask, "sent us to no address that can be trusted");
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

/** octokit itself waits for nothing and tries nothing again. */
async function connect(options: GitHubOptions, fetch: OctokitFetch): Promise<Octokit> {
  const { Octokit } = await import("octokit");
  const quiet = (): void => {};
  return new Octokit({
    auth: options.token,
    baseUrl: options.apiUrl.replace(/\/$/, ""),
    userAgent: "accord-access",
    request: { fetch },
    throttle: { enabled: false },
    retry: { enabled: false },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
}

/**
 * octokit's own `paginate` takes a 409 for the end of a list, and forgets on later pages how it was to ask. Half a list of
 * reviews must not look like all of them.
 */
async function pages(octokit: Octokit, ask: Ask, parameters: Sending): Promise<readonly unknown[]> {
  const { request } = parameters;
  const items: unknown[] = [];
  let next = { route: ask.route, parameters: { per_page: 100, ...parameters } };
  for (;;) {
    const { data, headers, url } = await octokit.request(next.route, next.parameters);
    items.push(...itemsOf(data, ask));
    const link = /<([^<>]+)>;\s*rel="next"/.exec(headers.link ?? "")?.[1];
    if (link === undefined) return items;
    // The token goes to nobody else.
    if (new URL(link).origin !== new URL(url).origin) throw moved(ask.what, new URL(link).host);
    next = { route: `GET ${link}`, parameters: { per_page: 100, request } };
  }
}

/** Some lists come inside an object, beside their `total_count`. */
function itemsOf(data: unknown, { what }: Ask): readonly unknown[] {
  const list = isFields(data) && "total_count" in data ? Object.values(data).find(Array.isArray) : data;
  if (Array.isArray(list)) return list;
  throw new ProblemError({
    code: "github-answer",
    message: `GitHub, asked to ${what}, answered with something that is no list.`,
    hint: "Check that GITHUB_API_URL is the address of GitHub's API; if it is, please report this.",
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
function moved(what: string, repository: string): ProblemError {
  return new ProblemError({
    code: "github-moved",
    message: `GitHub, asked to ${what}, says that ${repository} has another address now.`,
    hint: "Use the repository's new name, and an API address that answers itself.",
  });
}

/** Over https, or on the machine that we are asking anyway (a test's own server). */
function downloadFrom(location: string, apiUrl: string): URL | undefined {
  if (!URL.canParse(location)) return undefined;
  const target = new URL(location);
  return target.protocol === "https:" || target.origin === new URL(apiUrl).origin ? target : undefined;
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
