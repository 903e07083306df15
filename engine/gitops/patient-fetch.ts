/** ⇄ A fetch that waits for limits and tries again what may be tried again, on the clock that is passed in. */
import type { Outside } from "../outside.ts";
import { ProblemError } from "../problem.ts";
import { lostProblem } from "./hub/problem.ts";
import { waitBeforeNextTry } from "./patient-timing.ts";

export interface PatientCall {
  /** Can it be sent twice without a second effect? */
  readonly repeatable: boolean;
  /** Largest answer that is taken, in bytes. */
  readonly most?: number;
}

export type PatientFetch = (request: Request, call: PatientCall) => Promise<Response>;

const TIMEOUT = 60_000;
const MOST_BYTES = 32 * 1024 * 1024;

/** Answers come whole: a connection that breaks half-way through a body is tried again like any other. */
export function patientFetch(outside: Pick<Outside, "fetch" | "clock" | "signal" | "trace">): PatientFetch {
  const { clock, signal, trace } = outside;

  async function once(request: Request, most: number): Promise<Response> {
    const attempt = new Request(request.clone(), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    });
    const response = await outside.fetch(attempt);
    trace?.(traced(request, response));
    return whole(response, request.url, most);
  }

  return async (request, { repeatable, most = MOST_BYTES }) => {
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      const answer = await once(request, most).catch((error: unknown) => {
        if (signal.aborted) throw signal.reason;
        if (error instanceof ProblemError) throw error;
        return { lost: error };
      });
      if (answer instanceof Response) {
        const message = answer.status === 403 ? await messageOf(answer.clone()) : "";
        const { status, headers } = answer;
        const wait = answer.ok ? undefined : waitBeforeNextTry({ status, headers, message, tries, repeatable });
        if (wait === undefined) return answer;
        await clock.sleep(wait, signal);
      } else {
        const wait = waitBeforeNextTry({ status: 0, headers: new Headers(), message: "", tries, repeatable });
        if (wait === undefined)
          throw new ProblemError(lostProblem(request, repeatable, answer.lost), { cause: answer.lost });
        await clock.sleep(wait, signal);
      }
    }
  };
}

async function whole(response: Response, url: string, most: number): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body !== null) {
    for await (const chunk of response.body) {
      size += chunk.byteLength;
      if (size > most) throw tooLarge(response, most);
      chunks.push(chunk);
    }
  }
  const { status, statusText, headers } = response;
  const copy = new Response(size === 0 ? null : Buffer.concat(chunks), { status, statusText, headers });
  // octokit asks it where the answer came from; one that was made here would not know.
  return Object.defineProperty(copy, "url", { value: url });
}

function tooLarge(response: Response, most: number): ProblemError {
  return new ProblemError({
    code: "github-too-large",
    message: `GitHub's answer is larger than ${most / (1024 * 1024)} MiB${response.url === "" ? "" : ` (${new URL(response.url).host})`}.`,
    hint: "Nothing of this size is expected there; see what made it.",
  });
}

async function messageOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && "message" in body ? String(body.message) : "";
  } catch {
    return text;
  }
}

/** Without the query: signed addresses of downloads carry their credential there. */
function traced(request: Request, response: Response): string {
  const { host, pathname } = new URL(request.url);
  return `${request.method} ${host}${pathname} ${response.status} ${response.headers.get("x-github-request-id") ?? ""}`.trimEnd();
}
