/** Background jobs: they move with tenant time, item by item, so that one can be seen half-done (zendesk.md §1.6). */
import { randomBytes } from "node:crypto";
import type { Route } from "../../shared/emulator.ts";
import { idsAsked } from "./input.ts";
import { join, leave } from "./member-rules.ts";
import type { JobItem, JobOutcome, JobRow, JobType, UserRow } from "./memory.ts";
import { page } from "./paging.ts";
import { Refusal } from "./refusal.ts";
import { reply } from "./reply.ts";
import { shownJob } from "./shapes.ts";
import { existing, type Tenant } from "./tenant.ts";
import { changeUser, endUser } from "./user-rules.ts";

const MOST = 30;
const QUEUE = 500;
const DAY = 24 * 3_600_000;

export function startJob(tenant: Tenant, type: JobType, items: readonly JobItem[]): Response {
  const { memory, world } = tenant;
  if (memory.jobs.filter(({ status }) => status !== "completed").length >= MOST) {
    const said = { error: "TooManyJobs", details: "Too many jobs queued or running" };
    throw new Refusal(422, { error: said.error, description: said.details }, said);
  }
  const job: JobRow = {
    id: randomBytes(16).toString("hex"),
    type,
    startedAt: world.now(),
    items,
    status: "queued",
    endedAt: null,
    results: [],
  };
  memory.jobs.push(job);
  return reply(200, { job_status: shownJob(tenant, job) });
}

/** Does what is due by now; jobs are kept for a day. */
export function runJobs(tenant: Tenant): void {
  const { memory, world } = tenant;
  memory.jobs = memory.jobs.filter(({ endedAt }) => endedAt === null || world.now() - endedAt < DAY);
  if (memory.jobsStall) return;
  for (const job of memory.jobs.filter(({ status }) => status !== "completed")) {
    const due = Math.floor((world.now() - job.startedAt - QUEUE) / memory.jobItemMs);
    if (due >= 0) job.status = "working";
    for (const item of job.items.slice(job.results.length, Math.max(due, 0))) {
      job.results.push(outcome(tenant, job, item));
    }
    if (due >= job.items.length) {
      job.status = "completed";
      job.endedAt = world.now();
    }
  }
}

export function jobRoutes(tenant: Tenant): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/job_statuses",
      handle: (exchange) => page(exchange, "job_statuses", tenant.memory.jobs, (job) => shownJob(tenant, job)),
    },
    {
      method: "GET",
      path: "/job_statuses/show_many",
      handle: (exchange) => {
        const asked = idsAsked(exchange);
        const found = tenant.memory.jobs.filter(({ id }) => asked.includes(id));
        return reply(200, { job_statuses: found.map((job) => shownJob(tenant, job)) });
      },
    },
    {
      method: "GET",
      path: "/job_statuses/{job_status_id}",
      handle: ({ params }) =>
        reply(200, { job_status: shownJob(tenant, existing(tenant.memory.jobs, params.job_status_id)) }),
    },
  ];
}

function outcome(tenant: Tenant, job: JobRow, item: JobItem): JobOutcome {
  const index = job.results.length;
  try {
    return { index, id: carryOut(tenant, job.type, item) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { index, id: item.id ?? null, ...error.said };
  }
}

function carryOut(tenant: Tenant, type: JobType, item: JobItem): string | null {
  const actor = owner(tenant);
  const wanted = { userId: item.userId, ofId: item.ofId, asDefault: false };
  switch (type) {
    case "bulk_create_group_membership":
      return join(tenant, actor, "group", wanted).id;
    case "bulk_create_organization_membership":
      return join(tenant, actor, "organization", wanted).id;
    case "bulk_delete_group_membership":
      leave(tenant, actor, "group", item.id);
      return item.id ?? null;
    case "bulk_delete_organization_membership":
      leave(tenant, actor, "organization", item.id);
      return item.id ?? null;
    case "bulk_update_user":
      return changeUser(tenant, actor, item.id, new Map(Object.entries(item.changes ?? {}))).id;
    case "bulk_delete_user":
      return endUser(tenant, actor, item.id).id;
  }
}

/** Who started a job is not kept: its changes count as the owner's. */
function owner({ memory }: Tenant): UserRow {
  const found = memory.users.find((user) => user.owner);
  if (found === undefined) throw new Error("The account has no owner");
  return found;
}
