/** What `accord doctor` says about an account: host, key, abilities, rate budget, schedules that C1 may not see. */
import { ProblemError, problemsOf } from "../../engine/problem.ts";
import type { Check } from "../../engine/provider.ts";
import { TEAM_PLANS } from "./client/connection.ts";
import type { PagerdutyReader } from "./client.ts";

/** Below this share of a window other integrations crowd us out. */
const SCARCE = 0.25;
/** Base roles that may create, change and delete teams (support.pagerduty.com/main/docs/teams, read 2026-11-26). */
const TEAM_WRITERS = ["owner", "admin", "user"];

export async function* doctor(reader: PagerdutyReader, kinds: readonly string[]): AsyncIterable<Check> {
  const abilities = await checked("abilities", async () => ok((await reader.abilities()).join(", ")));
  const refused = await codeOf(reader.abilities());
  yield refused === "unreachable"
    ? { ...abilities, name: "host" }
    : { name: "host", ...ok(`${reader.host} answers (region ${reader.region})`) };
  if (refused === "unreachable" || refused === "pagerduty-credential-refused") {
    yield refused === "unreachable" ? unasked("credential") : { ...abilities, name: "credential" };
    for (const name of ["abilities", "schedules", "rate budget"]) yield unasked(name);
    return;
  }
  yield await checked("credential", () => credential(reader, kinds.includes("team")));
  yield abilities;
  if (kinds.includes("schedule")) yield await checked("schedules", () => schedules(reader));
  if (kinds.includes("team")) yield await checked("teams", () => teams(reader));
  yield budget(reader);
}

/** Teams are written, and nothing else is. */
async function credential(reader: PagerdutyReader, writes: boolean): Promise<Verdict> {
  const me = await reader.me();
  if (me !== undefined) {
    const powerless = writes && !TEAM_WRITERS.includes(me.role);
    return {
      status: "warn",
      detail: `a user key: it acts as ${me.name} (${me.role})${powerless ? ", who may not change teams," : ""} and ends with that user`,
      hint: writes
        ? "An account key with full access outlives its maker."
        : "Accord only reads here: a read-only account key is enough, and it outlives its maker.",
    };
  }
  if (await reader.readOnly()) {
    if (!writes) return ok("a read-only account key");
    return {
      status: "warn",
      detail: "a read-only account key: plans work, applying their changes of teams will not",
      hint: "Apply with an account key that has full access (Integrations, API Access Keys).",
    };
  }
  if (writes) return ok("an account key that may write everything; PagerDuty has none for teams alone");
  return {
    status: "warn",
    detail: "an account key that may write everything",
    hint: "Accord only reads here: make a read-only account key under Integrations, API Access Keys.",
  };
}

async function teams(reader: PagerdutyReader): Promise<Verdict> {
  if ((await reader.abilities()).includes("teams")) return ok(String((await reader.teams()).length));
  return { status: "fail", detail: "The account's plan has no teams (ability `teams`).", hint: TEAM_PLANS };
}

async function schedules(reader: PagerdutyReader): Promise<Verdict> {
  const [legacy, shifts] = await Promise.all([reader.schedules(), reader.shiftSchedules()]);
  const detail = `${legacy.length} legacy, ${shifts.length} shift-based`;
  if (shifts.length === 0) return ok(detail);
  return {
    status: "warn",
    detail: `${detail} (${shifts.map((row) => row.name).join(", ")})`,
    hint: "C1's PagerDuty connector is not known to list shift-based (v3) schedules; check there before relying on one.",
  };
}

function budget(reader: PagerdutyReader): Check {
  const reading = reader.budget();
  if (reading === undefined) return { name: "rate budget", status: "unknown", detail: "no answer carried it" };
  const { limit, remaining } = reading;
  return {
    name: "rate budget",
    status: remaining < limit * SCARCE ? "warn" : "ok",
    detail: `${remaining} of ${limit} requests left this minute`,
  };
}

type Verdict = Omit<Check, "name">;

function ok(detail: string): Verdict {
  return { status: "ok", detail };
}

function unasked(name: string): Check {
  return { name, status: "unknown", detail: "not asked: the account cannot be read" };
}

async function codeOf(asked: Promise<unknown>): Promise<string | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    return problemsOf(error)[0]?.code;
  }
}

/** A check that fails says so and lets the next one run. */
async function checked(name: string, run: () => Promise<Verdict>): Promise<Check> {
  try {
    return { name, ...(await run()) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [problem] = problemsOf(error);
    return {
      name,
      status: "fail",
      detail: problem?.message ?? "refused",
      ...(problem?.hint === undefined ? {} : { hint: problem.hint }),
    };
  }
}
