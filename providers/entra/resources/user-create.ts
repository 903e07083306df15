/**
 * A new account with a generated password (entra.md §4.3). The password leaves the process once, encrypted, to the sink
 * that the document names, before Graph gets it: a lost answer must not lose it.
 */
import type { Delivery, WriteContext } from "../../../engine/kind.ts";
import type { Value } from "../../../engine/model.ts";
import { type Problem, ProblemError, problemsOf, UNCLEAR_OUTCOME } from "../../../engine/problem.ts";
import { graphSaid, hasCode } from "../client/errors.ts";
import { waitForReplica } from "../client/recent.ts";
import { type User, WHO } from "../client/users.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { generatePassword } from "./password.ts";
import { toApi, type UserSpec } from "./user-spec.ts";

/** A password may be on the list of banned ones. */
const MOST_PASSWORDS = 3;
/** Milliseconds for which a lost account may not show. */
const REPLICATION = 5 * 60_000;
/** Vendor clocks and ours may differ by this much. */
const SKEW = 120_000;

export async function createAccount(writer: EntraWriter, spec: UserSpec, context: WriteContext): Promise<User> {
  const login = spec.userPrincipalName ?? "";
  const federated = await isFederated(writer, login);
  const since = writer.clock.now();
  for (let tries = 1; ; tries += 1) {
    const password = generatePassword([login, spec.displayName ?? ""]);
    const delivery = federated ? undefined : await delivered(spec, password, context);
    const body = { ...toApi(spec), passwordProfile: { password, forceChangePasswordNextSignIn: !federated } };
    try {
      const made = await created(writer, body, login, since);
      await context.made(made.id);
      await delivery?.inForce();
      return made;
    } catch (error) {
      if (tries < MOST_PASSWORDS && isRefusedPassword(error)) continue;
      throw new ProblemError(
        problemsOf(error).map((problem) => without(problem, password)),
        { cause: undefined },
      );
    }
  }
}

export async function isFederated(reader: EntraReader, login: string): Promise<boolean> {
  return (await reader.federatedDomains()).has((login.split("@")[1] ?? "").toLowerCase());
}

async function delivered(spec: UserSpec, password: string, context: WriteContext): Promise<Delivery> {
  if (spec.passwordSink === undefined) throw new ProblemError(noSink(spec.userPrincipalName ?? ""));
  const name = context.address.replaceAll("/", "-");
  return context.deliver(spec.passwordSink, name, { [`password of ${spec.userPrincipalName ?? ""}`]: password });
}

export function noSink(login: string): Problem & { hint: string } {
  return {
    code: "entra-no-sink",
    message: `${login} is a new account, and its document does not say where the first password goes.`,
    hint: "Name a sink of accord.yaml under `passwordSink`: the password is encrypted for its key and shown nowhere.",
  };
}

/** Without an answer: looked for by its login, and never asked for twice while it may only be slow to show. */
async function created(
  writer: EntraWriter,
  body: Readonly<Record<string, Value>>,
  login: string,
  since: number,
): Promise<User> {
  try {
    return await writer.createUser(body, login);
  } catch (error) {
    if (!hasCode(error, UNCLEAR_OUTCOME)) throw error;
    const found = await lost(writer, login, since).catch(() => undefined);
    if (found === undefined) throw error;
    return found;
  }
}

async function lost(writer: EntraWriter, login: string, since: number): Promise<User | undefined> {
  const until = writer.clock.monotonic() + REPLICATION;
  for (let tries = 1; ; tries += 1) {
    const found = await writer.user(login, WHO);
    if (found !== undefined) return Date.parse(found.created ?? "") >= since - SKEW ? found : undefined;
    const wait = waitForReplica(tries);
    if (writer.clock.monotonic() + wait > until) return undefined;
    await writer.clock.sleep(wait, writer.signal);
  }
}

function isRefusedPassword(error: unknown): boolean {
  return /password/i.test(graphSaid(error)?.message ?? "");
}

/** Graph may quote what it was sent. */
function without(problem: Problem, password: string): Problem {
  return {
    code: problem.code,
    message: problem.message.replaceAll(password, "••••"),
    ...(problem.hint === undefined ? {} : { hint: problem.hint.replaceAll(password, "••••") }),
    ...(problem.fatal === undefined ? {} : { fatal: problem.fatal }),
    ...(problem.requestId === undefined ? {} : { requestId: problem.requestId }),
  };
}
