/** Requests to PIM, followed until the service has worked them off (entra.md §8). */
import { type Problem, ProblemError, UNCLEAR_OUTCOME } from "../../../engine/problem.ts";
import { graphSaid, hasCode } from "../client/errors.ts";
import { waitForReplica } from "../client/recent.ts";
import type { Holding, RequestState, RoleRequest } from "../client/role-schedules.ts";
import type { RoleDefinition } from "../client/roles.ts";
import type { EntraWriter } from "../client.ts";
import { inWords } from "./role-policy.ts";

export interface RoleWish {
  readonly holding: Holding;
  readonly role: RoleDefinition;
  readonly principalId: string;
  readonly scope: string;
  readonly endsAt: string | undefined;
  readonly justification: string;
  readonly address: string;
}

export interface Granted {
  readonly id: string;
  /** ISO time. */
  readonly created: string | undefined;
}

/** Milliseconds for which a request may be under way, or a lost schedule not show. */
const PATIENCE = 5 * 60_000;
/** Clocks differ. */
const SKEW = 120_000;
const DONE = /^(?:Provisioned|Granted|Revoked|AdminApproved)$/;
const WAITING = /^(?:Pending|Accepted|ScheduleCreated|Provisioning)/;

export async function grant(writer: EntraWriter, wish: RoleWish, pim: boolean): Promise<Granted> {
  const since = writer.clock.now() - SKEW;
  const now = new Date(writer.clock.now()).toISOString();
  try {
    if (!pim) {
      const made = await writer.assignDirectoryRole(wish.principalId, wish.role.id, wish.scope);
      return { id: `direct/${made.id}`, created: now };
    }
    const schedule = { startsAt: now, endsAt: wish.endsAt };
    const { scheduleId } = await settled(writer, wish, { action: "adminAssign", schedule });
    if (scheduleId !== undefined) return { id: `${wish.holding}/${scheduleId}`, created: now };
    const found = await shown(writer, wish, pim);
    if (found !== undefined) return found;
    throw new ProblemError(notShown(wish));
  } catch (error) {
    const exists = /^(?:RoleAssignmentExists|PendingRoleAssignmentRequest)$/.test(graphSaid(error)?.code ?? "");
    const again = exists || hasCode(error, "exists");
    if (!again && !hasCode(error, UNCLEAR_OUTCOME)) throw error;
    const found = await shown(writer, wish, pim);
    if (found === undefined) throw error;
    // Without a time nobody can tell whose it is.
    if (found.created !== undefined && Date.parse(found.created) >= since) return found;
    if (!again) throw error;
    throw new ProblemError({
      code: "exists",
      message: `${wish.principalId} has ${wish.role.name} already.`,
      hint: `Bind it: \`accord import ${wish.address} ${found.id}\`, or say \`adopt: true\` in the document.`,
    });
  }
}

/** Sends the request, and asks after it until it is done. */
export async function settled(
  writer: EntraWriter,
  wish: RoleWish,
  rest: Pick<RoleRequest, "action" | "schedule" | "scheduleId">,
): Promise<RequestState> {
  const { holding, role, principalId, scope, justification } = wish;
  const request = { principalId, roleId: role.id, scope, justification, ...rest };
  const until = writer.clock.monotonic() + PATIENCE;
  let state = await inWords(role.name, writer.requestRole(holding, request));
  for (let tries = 1; !DONE.test(state.status); tries += 1) {
    if (!WAITING.test(state.status)) throw new ProblemError(ended(wish, state));
    const wait = waitForReplica(tries);
    if (state.status === "PendingApproval" || writer.clock.monotonic() + wait > until) {
      throw new ProblemError(underWay(wish, state));
    }
    await writer.clock.sleep(wait, writer.signal);
    state = (await writer.roleRequest(holding, state.id)) ?? state;
  }
  return state;
}

async function shown(writer: EntraWriter, wish: RoleWish, pim: boolean): Promise<Granted | undefined> {
  const until = writer.clock.monotonic() + PATIENCE;
  for (let tries = 1; ; tries += 1) {
    const found = pim ? await scheduled(writer, wish) : await held(writer, wish);
    const wait = waitForReplica(tries);
    if (found !== undefined || writer.clock.monotonic() + wait > until) return found;
    await writer.clock.sleep(wait, writer.signal);
  }
}

async function scheduled(writer: EntraWriter, wish: RoleWish): Promise<Granted | undefined> {
  const rows = await writer.roleSchedules(wish.holding);
  const found = rows.find((row) => row.direct && !row.activated && isOf(row, wish));
  return found === undefined ? undefined : { id: `${wish.holding}/${found.id}`, created: found.created };
}

async function held(writer: EntraWriter, wish: RoleWish): Promise<Granted | undefined> {
  const found = (await writer.roleAssignmentsNow()).find((row) => isOf(row, wish));
  return found === undefined ? undefined : { id: `direct/${found.id}`, created: undefined };
}

function isOf(
  row: { readonly principalId: string; readonly roleId: string; readonly scope: string },
  { principalId, role, scope }: RoleWish,
): boolean {
  return row.principalId === principalId && row.roleId === role.id && row.scope === scope;
}

function ended({ role }: RoleWish, { status }: RequestState): Problem {
  return {
    code: "entra-role-request",
    message: `The request about ${role.name} ended as ${status}.`,
    hint: "Privileged Identity Management shows why, under its requests and in its audit history.",
  };
}

function underWay({ role }: RoleWish, { id, status }: RequestState): Problem {
  return {
    code: "entra-role-pending",
    message: `The request ${id} about ${role.name} is still ${status}.`,
    hint:
      status === "PendingApproval"
        ? "Somebody has to approve it in Privileged Identity Management; plan again after that."
        : "Plan again later: what it did by then is found.",
  };
}

function notShown({ role }: RoleWish): Problem {
  return {
    code: "entra-not-shown",
    message: `PIM has worked off the request about ${role.name}, and does not show what it made.`,
    hint: "Plan again later: what is there by then is found.",
  };
}
