/**
 * Background jobs: a bulk write answers at once and has done nothing yet. The request that starts one is in the journal
 * before it is sent; what became of it, the job's own results say, item by item (zendesk.md §1.6).
 */
import type { Recorder } from "../../../engine/kind.ts";
import { type Fields, isFields, optionalText } from "../../shared/narrow.ts";
import { createLimiter } from "../../shared/rate-limit.ts";
import { JOBS_AT_ONCE } from "./limits.ts";
import { fieldsOf, listOf, optionalId, textOf } from "./narrow.ts";
import type { Transport, ZendeskCall } from "./transport.ts";

export interface Job {
  readonly id: string;
  readonly type: string;
  /** queued, working, completed, failed, killed. */
  readonly status: string;
  readonly message: string;
  /** Undefined while it runs, and where Zendesk says no more than that it worked. */
  readonly results: readonly JobResult[] | undefined;
}

export interface JobResult {
  readonly index: number | undefined;
  readonly id: string | undefined;
  /** Undefined: it worked. */
  readonly error: string | undefined;
}

export interface Jobs {
  /** Starts a job and follows it to its last item, or until it has taken too long; then it is still unfinished. */
  run(call: ZendeskCall, recorder: Recorder): Promise<Job>;
  job(id: string): Promise<Job | undefined>;
  /**
   * Waits for jobs that are under way and that nobody here follows: from a run that was cut off, or started by a request
   * whose answer was lost. So nobody reads memberships that are just changing. Those that go on for too long are named.
   */
  settled(): Promise<readonly Job[]>;
  /** Jobs of ours that took too long, by the id of the object that they change. */
  readonly unfinished: Map<string, readonly Job[]>;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 10_000;
/** How long an apply stays with a job of its own. */
const PATIENCE = 300_000;
/** How long a read waits for jobs of others. */
const PATIENCE_WITH_OTHERS = 60_000;

export function createJobs(transport: Transport): Jobs {
  const { clock, signal } = transport;
  const slots = createLimiter(transport.outside, {
    fallback: { limit: Number.MAX_SAFE_INTEGER, window: 1_000 },
    concurrency: JOBS_AT_ONCE,
  });
  const own = new Set<string>();
  let looked: Promise<readonly Job[]> | undefined;

  async function job(id: string): Promise<Job | undefined> {
    const call = { method: "GET", path: `/job_statuses/${encodeURIComponent(id)}`, accept: [404] } as const;
    const answer = await transport.send(call);
    return answer.status === 404 ? undefined : jobOf(fieldsOf(answer.body, "a job").job_status);
  }

  /** Until it ends, is forgotten by Zendesk, or patience does. */
  async function followed(started: Job, patience: number): Promise<Job> {
    const until = clock.monotonic() + patience;
    let latest = started;
    for (
      let wait = FIRST_WAIT;
      isRunning(latest) && clock.monotonic() < until;
      wait = Math.min(wait * 2, LONGEST_WAIT)
    ) {
      await clock.sleep(wait, signal);
      latest = (await job(latest.id)) ?? { ...latest, status: "completed", results: undefined };
    }
    return latest;
  }

  async function begin(call: ZendeskCall, recorder: Recorder): Promise<Job> {
    try {
      const answer = await transport.send(call, recorder);
      return jobOf(fieldsOf(answer.body, "a started job").job_status);
    } catch (error) {
      // It may have started all the same: whoever reads next has to look for it.
      looked = undefined;
      throw error;
    }
  }

  async function othersEnded(): Promise<readonly Job[]> {
    const running: Job[] = [];
    for await (const { body } of transport.pages("/job_statuses", 1)) {
      running.push(...listOf(body.job_statuses, "the jobs", jobOf).filter((one) => isRunning(one) && !own.has(one.id)));
    }
    const ended = await Promise.all(running.map((one) => followed(one, PATIENCE_WITH_OTHERS)));
    return ended.filter(isRunning);
  }

  return {
    job,
    unfinished: new Map(),
    async run(call, recorder) {
      const leave = await slots.acquire("jobs");
      try {
        const started = await begin(call, recorder);
        own.add(started.id);
        return await followed(started, PATIENCE);
      } finally {
        leave();
      }
    },
    settled() {
      looked ??= othersEnded().catch((error: unknown) => {
        looked = undefined;
        throw error;
      });
      return looked;
    },
  };
}

export function isRunning(job: Job): boolean {
  return job.status === "queued" || job.status === "working";
}

/** What a person can do about a job that goes on and on. */
export function unfinishedNote(job: Job): string {
  return `Zendesk still works on job ${job.id} (${job.type}); what it did shows in a plan once it has ended. Ask GET /api/v2/job_statuses/${job.id} how far it is`;
}

function jobOf(body: unknown): Job {
  const job = fieldsOf(body, "a job");
  return {
    id: textOf(job, "id", "a job"),
    type: optionalText(job, "job_type") ?? "bulk change",
    status: textOf(job, "status", "a job"),
    message: optionalText(job, "message") ?? "",
    results: Array.isArray(job.results) ? job.results.filter(isFields).map(resultOf) : undefined,
  };
}

/** Shapes differ by kind of job: what failed says `error`, or `success: false`. */
function resultOf(result: Fields): JobResult {
  const error = optionalText(result, "error");
  const details = optionalText(result, "details");
  const failed = error !== undefined || result.success === false;
  return {
    index: typeof result.index === "number" ? result.index : undefined,
    id: optionalId(result, "id"),
    error: failed ? [error, details].filter(Boolean).join(": ") || "it failed" : undefined,
  };
}
