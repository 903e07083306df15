/** An Opsgenie account, a method per question. It is only read: a reader keeps what it has read. */
import type { Spec } from "../../engine/model.ts";
import type { Outside } from "../../engine/outside.ts";
import type { Session } from "../../engine/provider.ts";
import { path } from "../shared/http.ts";
import { createMemo, once } from "../shared/memo.ts";
import { optionalNumber } from "../shared/narrow.ts";
import { type Connection, connect } from "./client/connection.ts";
import {
  type Account,
  accountOf,
  fieldsOf,
  listOf,
  type Member,
  membersOf,
  onCallOf,
  type Period,
  periodsOf,
  type Schedule,
  scheduleOf,
  type Team,
  teamOf,
  type User,
  userOf,
} from "./client/rows.ts";

export interface OpsgenieReader {
  readonly host: string;
  readonly region: "us" | "eu";
  /** The server's clock. */
  now(): number;
  /** `OK` or `THROTTLED`, as the latest answer said. */
  rateState(): string | undefined;
  account(): Promise<Account>;
  /** All of them, with their rotations. */
  schedules(): Promise<readonly Schedule[]>;
  schedule(id: string): Promise<Schedule | undefined>;
  /** Schedule id → e-mails of who is on call now, for all schedules in one call. */
  onCalls(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** E-mails of who is on call in one schedule. */
  onCall(scheduleId: string): Promise<readonly string[]>;
  /** Who covers when in the next days, overrides included; a recipient may be a team or an escalation. */
  timeline(scheduleId: string, days: number): Promise<readonly Period[]>;
  /** All of them, without members. */
  teams(): Promise<readonly Team[]>;
  team(id: string): Promise<Team | undefined>;
  members(teamId: string): Promise<readonly Member[]>;
  /** By exact e-mail, in the fewest calls. */
  usersByEmail(emails: readonly string[]): Promise<ReadonlyMap<string, User>>;
}

/** Domains of Opsgenie's rate limits (docs.opsgenie.com/docs/api-rate-limiting, read 2026-11-26). */
const CONFIGURATION = "configuration";
const ON_CALLS = "schedule-oncalls";
const SEARCH = "search";
const PAGE = 100;

export function connectOpsgenie(settings: Spec, outside: Outside): Session<OpsgenieReader, OpsgenieReader> {
  const connection = connect(settings, outside);
  const region = settings.region === "eu" ? "eu" : "us";
  return {
    calls: () => connection.calls(),
    reader: () => createReader(connection, region),
    // Nothing here is written: the API ends (oncall.md §2.1).
    writer: () => createReader(connection, region),
  };
}

interface UserPage {
  readonly users: readonly User[];
  readonly total: number;
}

interface TeamWithMembers {
  readonly team: Team;
  readonly members: readonly Member[];
}

function createReader(connection: Connection, region: "us" | "eu"): OpsgenieReader {
  const users = createMemo<User | undefined>();
  const teams = createMemo<TeamWithMembers | undefined>();

  const dataOf = (body: unknown, what: string): unknown => fieldsOf(body, what).data;

  const read = async (target: string, what: string, bucket = CONFIGURATION): Promise<unknown> =>
    dataOf((await connection.send({ method: "GET", path: target, bucket })).body, what);

  const byId = async <T>(target: string, what: string, narrow: (row: unknown) => T): Promise<T | undefined> => {
    const answer = await connection.send({ method: "GET", path: target, bucket: CONFIGURATION, accept: [404] });
    return answer.status === 404 ? undefined : narrow(dataOf(answer.body, what));
  };

  const userPage = async (offset: number): Promise<UserPage> => {
    const target = `/v2/users?limit=${PAGE}&offset=${offset}`;
    const { body } = await connection.send({ method: "GET", path: target, bucket: SEARCH });
    const page = fieldsOf(body, "a page of users");
    return { users: listOf(page.data, "users", userOf), total: optionalNumber(page, "totalCount") ?? 0 };
  };
  /** The first page says how many there are, and so whether a sweep or single questions cost less. */
  const firstUsers = once(() => userPage(0));
  const otherUsers = once(async (): Promise<readonly User[]> => {
    const { total } = await firstUsers();
    const offsets = Array.from({ length: Math.ceil(total / PAGE) - 1 }, (_, index) => (index + 1) * PAGE);
    return (await Promise.all(offsets.map(userPage))).flatMap((page) => page.users);
  });
  const userByEmail = (email: string): Promise<User | undefined> =>
    users(email, () => byId(path`/v2/users/${email}`, "a user", userOf));

  const teamById = (id: string): Promise<TeamWithMembers | undefined> =>
    teams(id, () => byId(path`/v2/teams/${id}`, "a team", (row) => ({ team: teamOf(row), members: membersOf(row) })));

  return {
    host: connection.base.host,
    region,
    now: () => connection.now(),
    rateState: () => connection.rateState(),
    account: once(async () => accountOf(await read("/v2/account", "the account"))),
    schedules: once(async () =>
      listOf(await read("/v2/schedules?expand=rotation", "the schedules"), "the schedules", scheduleOf),
    ),
    schedule: (id) => byId(path`/v2/schedules/${id}`, "a schedule", scheduleOf),
    onCalls: once(async () => {
      const rows = await read("/v2/schedules/on-calls?flat=true", "who is on call", ON_CALLS);
      const all = listOf(rows, "who is on call", onCallOf);
      return new Map(all.map(({ scheduleId, recipients }) => [scheduleId, recipients]));
    }),
    onCall: async (id) =>
      onCallOf(await read(`${path`/v2/schedules/${id}/on-calls`}?flat=true`, "who is on call", ON_CALLS)).recipients,
    timeline: async (id, days) =>
      periodsOf(await read(`${path`/v2/schedules/${id}/timeline`}?interval=${days}&intervalUnit=days`, "a timeline")),
    teams: once(async () => listOf(await read("/v2/teams", "the teams"), "the teams", teamOf)),
    team: async (id) => (await teamById(id))?.team,
    members: async (id) => (await teamById(id))?.members ?? [],
    async usersByEmail(emails) {
      const wanted = [...new Set(emails.map(fold))];
      const { users: first, total } = await firstUsers();
      const known = new Map(first.map((user) => [fold(user.username), user]));
      const missing = wanted.filter((email) => !known.has(email));
      const sweep = Math.ceil(total / PAGE) - 1;
      const more =
        sweep <= missing.length ? await otherUsers() : await Promise.all(missing.map((email) => userByEmail(email)));
      for (const user of more) if (user !== undefined) known.set(fold(user.username), user);
      return new Map(wanted.flatMap((email) => entryOf(known, email)));
    },
  };
}

export function fold(email: string): string {
  return email.toLowerCase();
}

function entryOf(known: ReadonlyMap<string, User>, email: string): [string, User][] {
  const user = known.get(email);
  return user === undefined ? [] : [[email, user]];
}
