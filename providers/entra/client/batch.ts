/**
 * Up to 20 requests in one (`$batch`, entra.md §3.6). The outer 200 says nothing: each answer counts for itself, in any
 * order; what was throttled or found the object busy is sent again, alone, after the longest wait that was asked.
 */
import type { Recorder } from "../../../engine/kind.ts";
import { ProblemError, UNCLEAR_OUTCOME } from "../../../engine/problem.ts";
import { isFields } from "../../shared/narrow.ts";
import { waitBeforeRetry } from "../../shared/retry.ts";
import { type GraphProblem, graphProblem, isNotNow } from "./errors.ts";
import { UNITS, unitsOf, WRITES } from "./limits.ts";
import { fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Removal } from "./removals.ts";
import type { Transport } from "./transport.ts";

export type BatchItem =
  | { readonly method: "GET"; readonly path: string }
  | { readonly method: "DELETE"; readonly path: Removal };

export interface BatchAnswer {
  readonly status: number;
  readonly body: unknown;
}

const MOST = 20;

/** Answers in the order of the items. Reads only. */
export async function readBatch(transport: Transport, paths: readonly string[]): Promise<readonly BatchAnswer[]> {
  const answers: BatchAnswer[] = [];
  for (let start = 0; start < paths.length; start += MOST) {
    const items = paths.slice(start, start + MOST).map((path) => ({ method: "GET", path }) as const);
    answers.push(...(await settle(transport, items)));
  }
  return answers;
}

/** Removes things, each of which may be gone already. `key` is what the journal may show. */
export async function removeBatch(
  transport: Transport,
  recorder: Recorder,
  paths: readonly Removal[],
  key: string,
): Promise<readonly (GraphProblem | undefined)[]> {
  const problems: (GraphProblem | undefined)[] = [];
  for (let start = 0; start < paths.length; start += MOST) {
    const items = paths.slice(start, start + MOST).map((path) => ({ method: "DELETE", path }) as const);
    const answers = await settle(transport, items, { recorder, key });
    problems.push(
      ...answers.map((answer, index) => {
        if (answer.status < 300 || answer.status === 404) return undefined;
        const problem = graphProblem(
          { ...answer, requestId: undefined },
          items[index] ?? { method: "DELETE", path: "" },
        );
        return answer.status >= 500 ? { ...problem, code: UNCLEAR_OUTCOME } : problem;
      }),
    );
  }
  return problems;
}

async function settle(
  transport: Transport,
  items: readonly BatchItem[],
  writing?: { readonly recorder: Recorder; readonly key: string },
): Promise<readonly BatchAnswer[]> {
  const settled = new Map<number, BatchAnswer>();
  for (let tries = 1; ; tries += 1) {
    const open = [...items.keys()].filter((index) => !settled.has(index));
    const answers = await send(transport, items, open, writing);
    let wait = 0;
    for (const [index, answer] of answers) {
      const again = waitBeforeRetry(
        {
          status: answer.status,
          tries,
          // Reads and removals of links: twice is once.
          repeatable: true,
          notNow: isNotNow(answer),
          ...(answer.retryAfter === undefined ? {} : { askedWait: answer.retryAfter }),
        },
        Math.random(),
      );
      if (again === undefined) settled.set(index, answer);
      else wait = Math.max(wait, again);
    }
    if (settled.size === items.length) return [...settled].sort(([a], [b]) => a - b).map(([, answer]) => answer);
    await transport.clock.sleep(wait, transport.outside.signal);
  }
}

interface Waiting extends BatchAnswer {
  /** Milliseconds. */
  readonly retryAfter: number | undefined;
}

async function send(
  transport: Transport,
  items: readonly BatchItem[],
  open: readonly number[],
  writing: { readonly recorder: Recorder; readonly key: string } | undefined,
): Promise<ReadonlyMap<number, Waiting>> {
  const requests = open.flatMap((index) => {
    const item = items[index];
    return item === undefined ? [] : [{ id: String(index), method: item.method, url: item.path }];
  });
  const { body } = await transport.send(
    {
      method: "POST",
      path: "/$batch",
      body: { requests },
      repeatable: true,
      writes: writing !== undefined,
      bucket: writing === undefined ? UNITS : WRITES,
      units: writing === undefined ? requests.reduce((sum, { url }) => sum + unitsOf(url), 0) : requests.length,
      ...(writing === undefined ? {} : { key: writing.key }),
    },
    writing?.recorder,
  );
  const rows = listOf(fieldsOf(body, "a batch").responses, "a batch", answerOf);
  const answers = new Map(rows);
  const silent = open.filter((index) => !answers.has(index));
  if (silent.length > 0) throw missing();
  return answers;
}

function answerOf(value: unknown): readonly [number, Waiting] {
  const row = fieldsOf(value, "an answer in a batch");
  const headers = isFields(row.headers) ? row.headers : {};
  const seconds = Number(headers["Retry-After"] ?? headers["retry-after"] ?? "");
  return [
    Number(textOf(row, "id", "an answer in a batch")),
    {
      status: typeof row.status === "number" ? row.status : 0,
      body: row.body,
      retryAfter: Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined,
    },
  ];
}

function missing(): ProblemError {
  return new ProblemError({
    code: "entra-unexpected-answer",
    message: "Microsoft Graph answered a batch without an answer for each of its requests.",
    hint: "Run the command again.",
  });
}
