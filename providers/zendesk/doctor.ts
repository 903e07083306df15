/** What `accord doctor` says about an account: host, credential and its end, rights, plan, budget. */
import { ProblemError, problemsOf } from "../../engine/problem.ts";
import type { Check } from "../../engine/provider.ts";
import { tokenEnd } from "./auth/token-end.ts";
import { loginOf, type User } from "./client/users.ts";
import type { ZendeskReader } from "./client.ts";
import { isAbsent } from "./enterprise.ts";
import { anonymous } from "./preflight.ts";

/** Below this share of the minute other integrations crowd us out. */
const SCARCE = 0.25;
const DAY = 24 * 3_600_000;

export async function* doctor(reader: ZendeskReader, kinds: readonly string[]): AsyncIterable<Check> {
  const { host } = reader.settings.base;
  let me: User | undefined;
  try {
    me = await reader.me();
    yield { name: "host", status: "ok", detail: `${host} answers.` };
    if (me === undefined) yield { name: "credential", status: "fail", ...said(new ProblemError(anonymous(reader))) };
  } catch (error) {
    yield {
      name: problemsOf(error)[0]?.code === "unreachable" ? "host" : "credential",
      status: "fail",
      ...said(error),
    };
  }
  if (me === undefined) {
    yield* credentialEnd(reader);
    yield { name: "api", status: "unknown", detail: "Not asked: there is no usable credential." };
    return;
  }
  yield await credential(reader, me);
  yield* credentialEnd(reader);
  yield role(me);
  yield await gate("custom roles", () => reader.customRoles(), kinds.includes("custom-role"));
  yield await gate(
    "audit log",
    () => reader.auditLogs(undefined, reader.clock.now() - DAY, reader.clock.now(), 1),
    false,
  );
  if (kinds.includes("organization")) yield await severalOrganizations(reader);
  yield budget(reader);
}

async function credential(reader: ZendeskReader, me: User): Promise<Check> {
  try {
    const token = await reader.token();
    if (token === undefined) {
      return {
        name: "credential",
        status: "warn",
        detail: `An API token, used as ${loginOf(me)}. It can act as any verified user of the account.`,
        hint: "Make a confidential OAuth client, tie it to an administrator, and give clientId and clientSecret.",
      };
    }
    const minutes = Math.round((token.expiresAt - reader.clock.now()) / 60_000);
    const missing = ["read", "write"].filter((scope) => !token.scopes.includes(scope));
    if (missing.length === 0) {
      return {
        name: "credential",
        status: "ok",
        detail: `An OAuth client of ${loginOf(me)}; its token lasts ${minutes} minutes.`,
      };
    }
    return {
      name: "credential",
      status: missing.includes("read") ? "fail" : "warn",
      detail: `An OAuth client of ${loginOf(me)}, whose token lacks the scope ${missing.join(" and ")}.`,
      hint: "Allow the client read and write: groups have no scope of their own.",
    };
  } catch (error) {
    return { name: "credential", status: "fail", ...said(error) };
  }
}

function* credentialEnd(reader: ZendeskReader): Iterable<Check> {
  if (reader.settings.credential.kind === "token") yield tokenEnd(reader.clock.now());
}

function role(me: User): Check {
  if (me.role === "admin") return { name: "role", status: "ok", detail: "Administrator." };
  return {
    name: "role",
    status: "fail",
    detail: `${loginOf(me)} is ${me.role}, not an administrator.`,
    hint: "Tie the credential to an administrator: others see, and may change, only a part.",
  };
}

async function gate(name: string, ask: () => Promise<unknown>, needed: boolean): Promise<Check> {
  try {
    await ask();
    return { name, status: "ok", detail: "The account's plan has it." };
  } catch (error) {
    if (!isAbsent(error)) return { name, status: "fail", ...said(error) };
    return {
      name,
      status: needed ? "fail" : "unknown",
      detail: "The account's plan has none (it comes with Enterprise).",
      ...(needed ? { hint: "Take what needs it out of the stack." } : {}),
    };
  }
}

/** No call says whether the setting is on; somebody who is in two proves it. */
async function severalOrganizations(reader: ZendeskReader): Promise<Check> {
  const name = "multiple organizations";
  try {
    const counts = new Map<string, number>();
    for (const { userId } of await reader.organizationMemberships.some()) {
      counts.set(userId, (counts.get(userId) ?? 0) + 1);
    }
    if ([...counts.values()].some((count) => count > 1))
      return { name, status: "ok", detail: "On: somebody is in two." };
    return {
      name,
      status: "unknown",
      detail: "Nobody seen is in two. While the account's setting is off, Zendesk refuses a second one.",
    };
  } catch (error) {
    return { name, status: "fail", ...said(error) };
  }
}

function budget(reader: ZendeskReader): Check {
  const reading = reader.budget();
  if (reading === undefined) return { name: "rate budget", status: "unknown", detail: "No answer carried it." };
  const { limit, remaining } = reading;
  return {
    name: "rate budget",
    status: remaining < limit * SCARCE ? "warn" : "ok",
    detail: `${remaining} of ${limit} requests left this minute, for all integrations of the account.`,
  };
}

function said(error: unknown): { readonly detail: string; readonly hint?: string } {
  if (!(error instanceof ProblemError)) throw error;
  const [problem] = error.problems;
  const hint = problem?.hint;
  return { detail: problem?.message ?? "Failed.", ...(hint === undefined ? {} : { hint }) };
}
