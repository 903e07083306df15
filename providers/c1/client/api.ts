/** Requests in C1's conventions (c1.md §2): searches by POST, pages by token, updates by wrapper and mask. */

import type { Recorder } from "../../../engine/kind.ts";
import type { Outside } from "../../../engine/outside.ts";
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import { type Answer, type Call, createHttp, type Http } from "../../shared/http.ts";
import type { Fields } from "../../shared/narrow.ts";
import { createLimiter } from "../../shared/rate-limit.ts";
import type { Credentials } from "../auth.ts";
import { UNPUBLISHED } from "./limits.ts";
import { fields, objects, text } from "./wire.ts";

export const CONCURRENCY = 5;
/** Nothing tells which calls share a limit: one bucket, then. */
const BUCKET = "api";
const PAGE = 100;

export interface Api {
  /** One object; undefined for 404. */
  get(path: string): Promise<Fields | undefined>;
  /** A question asked by POST; it may be sent again. 404 answers undefined. */
  ask(path: string, body: Fields): Promise<Fields | undefined>;
  /** Every row of a search. */
  search(path: string, body: Fields): Promise<readonly Fields[]>;
  /** Every row of a list. */
  pages(path: string, parameters?: Readonly<Record<string, string>>): Promise<readonly Fields[]>;
}

export interface WriteApi extends Api {
  /** A POST that changes something: never repeated after a server error, since it may have been carried out. */
  post(path: string, body: Fields, key?: string): Promise<Fields>;
  put(path: string, body: Fields): Promise<Fields>;
  /** DELETE takes a body here; 404 means that it is done already. */
  remove(path: string, body?: Fields): Promise<void>;
}

export function createC1Http(credentials: Credentials, outside: Outside): Http {
  return createHttp({
    base: credentials.base,
    outside,
    limiter: createLimiter(outside, {
      fallback: UNPUBLISHED,
      concurrency: CONCURRENCY,
    }),
    authorize: async (request) => {
      request.headers.set("authorization", `Bearer ${await credentials.token()}`);
      return request;
    },
    renew: () => credentials.forget(),
    problem: problemOf,
    requestIdHeader: "x-request-id",
  });
}

export function createApi(http: Http): Api {
  const ask = async (path: string, body: Fields): Promise<Fields | undefined> => {
    const answer = await http.send({ method: "POST", path, body, bucket: BUCKET, writes: false, accept: [404] });
    return answer.status === 404 ? undefined : fields(answer.body);
  };
  return {
    ask,
    async get(path) {
      const answer = await http.send({ method: "GET", path, bucket: BUCKET, accept: [404] });
      return answer.status === 404 ? undefined : fields(answer.body);
    },
    search: (path, body) =>
      everyPage(path, async (pageToken) => ask(path, { ...body, pageSize: PAGE, ...(pageToken && { pageToken }) })),
    // Some lists page without saying so in the description (c1.md §2), so the token decides everywhere.
    pages: (path, parameters = {}) =>
      everyPage(path, async (token) => {
        const query = new URLSearchParams({
          ...parameters,
          page_size: String(PAGE),
          ...(token && { page_token: token }),
        });
        const answer = await http.send({ method: "GET", path: `${path}?${query}`, bucket: BUCKET, accept: [404] });
        return answer.status === 404 ? undefined : fields(answer.body);
      }),
  };
}

export function createWriteApi(http: Http, recorder: Recorder): WriteApi {
  const send = async (call: Omit<Call, "bucket">): Promise<Fields> =>
    fields((await http.send({ ...call, bucket: BUCKET }, recorder)).body);
  return {
    ...createApi(http),
    post: (path, body, key) => send({ method: "POST", path, body, ...(key === undefined ? {} : { key }) }),
    put: (path, body) => send({ method: "PUT", path, body }),
    async remove(path, body = {}) {
      await send({ method: "DELETE", path, body, accept: [404] });
    },
  };
}

async function everyPage(
  path: string,
  page: (token: string) => Promise<Fields | undefined>,
): Promise<readonly Fields[]> {
  const rows: Fields[] = [];
  const seen = new Set<string>();
  for (let token = ""; ; ) {
    const answer = await page(token);
    rows.push(...objects(answer?.list));
    token = text(answer?.nextPageToken);
    if (token === "") return rows;
    if (seen.has(token)) {
      throw new ProblemError({
        code: "paging-loop",
        message: `C1 handed out the same page of ${path} twice, so the list cannot be read to its end.`,
        hint: "Try again; report it to the vendor if it stays.",
      });
    }
    seen.add(token);
  }
}

/** Errors are google.rpc.Status where they are JSON at all; the body may be empty or a page of a proxy. */
function problemOf(answer: Answer, call: Call): Problem {
  const said = text(fields(answer.body).message);
  const what = `${call.method} ${call.path.split("?")[0]}`;
  const because = said === "" ? "" : `: ${said}`;
  const problem = (code: string, message: string, hint: string, fatal = false): Problem => ({
    code,
    message,
    hint,
    ...(fatal ? { fatal } : {}),
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
  });
  if (answer.status === 401) {
    return problem(
      "credential-refused",
      `C1 refused the token for ${what}${because}.`,
      "The credential may be revoked, expired or limited to other IP addresses; `accord doctor` tells more.",
      true,
    );
  }
  if (answer.status === 403) {
    return problem(
      "forbidden",
      `C1 does not allow ${what}${because}.`,
      "The credential's scope and its holder's roles must both allow it, and the feature must be on for the tenant.",
    );
  }
  if (answer.status === 409) {
    return problem("already-exists", `C1 has one already (${what})${because}.`, "Bind it with `accord import`.");
  }
  if (answer.status >= 300 && answer.status < 400) {
    return problem(
      "redirected",
      `C1 redirected ${what}, which it does when an id is not usable.`,
      "Check the id, and that baseUrl is the tenant's own address.",
    );
  }
  if (answer.status === 429)
    return problem("rate-limited", `C1 kept refusing ${what} for its rate limit.`, "Try later.");
  if (answer.status === 404) return problem("not-found", `C1 knows no such object (${what})${because}.`, "Plan again.");
  return problem(
    answer.status >= 500 ? "server-error" : "refused",
    `C1 answered ${answer.status} to ${what}${because}.`,
    answer.status >= 500
      ? "C1 answers 500 to some invalid input too; the message above may say which."
      : "The message above is C1's; correct the document it concerns and plan again.",
  );
}
