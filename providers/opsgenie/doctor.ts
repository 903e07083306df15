/** What `accord doctor` says about an account: host, key, what it may read, its limits, and when all of it ends. */
import { type Problem, ProblemError } from "../../engine/problem.ts";
import type { Check } from "../../engine/provider.ts";
import type { OpsgenieReader } from "./client.ts";
import { endOfApi } from "./end-of-api.ts";

export async function* doctor(reader: OpsgenieReader, kinds: readonly string[]): AsyncIterable<Check> {
  const refused = await refusalOf(reader.account());
  const unreachable = refused?.code === "unreachable";
  yield unreachable
    ? failed("host", refused)
    : { name: "host", status: "ok", detail: `${reader.host} answers (region ${reader.region})` };
  if (unreachable) yield unasked("credential");
  else yield refused === undefined ? await credential(reader) : failed("credential", refused);
  const dead = unreachable || refused?.code === "opsgenie-credential-refused";
  if (kinds.includes("schedule"))
    yield dead ? unasked("schedules") : await checked("schedules", () => schedules(reader));
  if (kinds.includes("team")) yield dead ? unasked("teams") : await checked("teams", () => teams(reader));
  if (!dead) {
    yield {
      name: "key rights",
      status: "unknown",
      detail: "Opsgenie tells nobody what else a key may do.",
      hint: "Accord only reads here: see under Settings, API key management, that Create and Update and Delete are off.",
    };
    yield rate(reader);
  }
  const { message, hint } = endOfApi(reader.now());
  yield { name: "end of the API", status: "warn", detail: message, ...(hint === undefined ? {} : { hint }) };
}

async function credential(reader: OpsgenieReader): Promise<Check> {
  const { name, plan } = await reader.account();
  const detail = `a key of the account ${name}${plan === undefined ? "" : ` (plan ${plan})`}`;
  return { name: "credential", status: "ok", detail };
}

async function schedules(reader: OpsgenieReader): Promise<Verdict> {
  const all = await reader.schedules();
  const disabled = all.filter(({ enabled }) => !enabled).map(({ name }) => name);
  await reader.onCalls();
  if (disabled.length === 0) return { status: "ok", detail: `${all.length}, and who is on call in them` };
  return {
    status: "warn",
    detail: `${all.length}, of which disabled: ${disabled.join(", ")}`,
    hint: "Nobody on a disabled schedule is woken; name none of these.",
  };
}

async function teams(reader: OpsgenieReader): Promise<Verdict> {
  return { status: "ok", detail: String((await reader.teams()).length) };
}

function rate(reader: OpsgenieReader): Check {
  const state = reader.rateState();
  if (state === undefined) return { name: "rate limit", status: "unknown", detail: "no answer carried its state" };
  if (state === "OK") return { name: "rate limit", status: "ok", detail: "the latest answer was not throttled" };
  return {
    name: "rate limit",
    status: "warn",
    detail: `the latest answer says ${state}`,
    hint: "Other clients of the account use up its limit.",
  };
}

type Verdict = Omit<Check, "name">;

function unasked(name: string): Check {
  return { name, status: "unknown", detail: "not asked: the account cannot be read" };
}

async function refusalOf(asked: Promise<unknown>): Promise<Problem | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0];
    throw error;
  }
}

function failed(name: string, { message, hint }: Problem): Check {
  return { name, status: "fail", detail: message, ...(hint === undefined ? {} : { hint }) };
}

/** A check that fails says so and lets the next one run. */
async function checked(name: string, run: () => Promise<Verdict>): Promise<Check> {
  const asked = run();
  const refused = await refusalOf(asked);
  return refused === undefined ? { name, ...(await asked) } : failed(name, refused);
}
