/** A PagerDuty account, a method per question. A reader keeps what it has read; only teams are written. */
import type { Recorder } from "../../engine/kind.ts";
import type { Spec } from "../../engine/model.ts";
import type { Outside } from "../../engine/outside.ts";
import { ProblemError } from "../../engine/problem.ts";
import type { Session } from "../../engine/provider.ts";
import { path } from "../shared/http.ts";
import { createMemo, once } from "../shared/memo.ts";
import { optionalNumber } from "../shared/narrow.ts";
import type { LimitReading } from "../shared/rate-limit.ts";
import { type Connection, connect } from "./client/connection.ts";
import {
  fieldsOf,
  listOf,
  type Reference,
  referenceOf,
  type Schedule,
  type Shift,
  scheduleOf,
  type User,
  userOf,
} from "./client/rows.ts";
import { type Reads, type TeamReader, type TeamWriter, teamOf, teamReader, teamWriter } from "./client/teams.ts";

export interface PagerdutyReader extends TeamReader {
  readonly host: string;
  readonly region: "us" | "eu";
  /** The server's clock: who is on call is its question, not ours. */
  now(): number;
  abilities(): Promise<readonly string[]>;
  /** The owner of a user key; undefined for an account key. */
  me(): Promise<User | undefined>;
  /** Does the key refuse every write? Asked by a preview, which changes nothing either way. */
  readOnly(): Promise<boolean>;
  budget(): LimitReading | undefined;
  /** Any user, to learn the account's own host. */
  anyUser(): Promise<User | undefined>;
  user(id: string): Promise<User | undefined>;
  everyUser(): Promise<readonly User[]>;
  /** By exact e-mail, in the fewest calls. */
  usersByEmail(emails: readonly string[]): Promise<ReadonlyMap<string, User>>;
  /** Legacy ones, with who is on call now. */
  schedules(): Promise<readonly Schedule[]>;
  schedule(id: string): Promise<Schedule | undefined>;
  shiftSchedules(): Promise<readonly Reference[]>;
  shiftSchedule(id: string): Promise<Schedule | undefined>;
  /** Who covers when, overrides included, from now on for so many milliseconds; both generations. */
  shiftsAhead(id: string, generation: "layers" | "shifts", ahead: number): Promise<readonly Shift[]>;
}

export interface PagerdutyWriter extends PagerdutyReader, TeamWriter {}

const BUCKET = "api";
const PAGE = 100;
/** Further than this no offset reaches (oncall.md §1.1). */
const CEILING = 10_000;
const MINUTE = 60_000;

export function connectPagerduty(settings: Spec, outside: Outside): Session<PagerdutyReader, PagerdutyWriter> {
  const connection = connect(settings, outside);
  const region = settings.region === "eu" ? "eu" : "us";
  return {
    calls: () => connection.calls(),
    reader: () => createReader(connection, region, readsOf(connection)),
    writer: (recorder) => createWriter(connection, region, recorder),
  };
}

/** Who is on call is never written: that is PagerDuty's own business (oncall.md §5). */
function createWriter(connection: Connection, region: "us" | "eu", recorder: Recorder): PagerdutyWriter {
  const reads = readsOf(connection);
  return {
    ...createReader(connection, region, reads),
    ...teamWriter(reads, connection.send, recorder, BUCKET),
  };
}

interface UserPage {
  readonly users: readonly User[];
  readonly total: number;
}

interface PagedReads extends Reads {
  pages<T>(target: string, name: string, narrow: (row: unknown) => T, size?: number, from?: number): Promise<T[]>;
  read(target: string): Promise<unknown>;
}

function readsOf(connection: Connection): PagedReads {
  const read = async (target: string): Promise<unknown> =>
    (await connection.send({ method: "GET", path: target, bucket: BUCKET })).body;
  return {
    read,
    async byId(target, name, narrow) {
      const answer = await connection.send({ method: "GET", path: target, bucket: BUCKET, accept: [404] });
      return answer.status === 404 ? undefined : narrow(fieldsOf(answer.body, name)[name]);
    },
    async pages(target, name, narrow, size = PAGE, from = 0) {
      const rows: ReturnType<typeof narrow>[] = [];
      for (let offset = from; ; offset += size) {
        if (offset + size > CEILING) throw tooMany(name);
        const join = target.includes("?") ? "&" : "?";
        const body = fieldsOf(await read(`${target}${join}limit=${size}&offset=${offset}`), `a page of ${name}`);
        rows.push(...listOf(body[name], name, narrow));
        if (body.more !== true) return rows;
      }
    },
  };
}

function createReader(connection: Connection, region: "us" | "eu", reads: PagedReads): PagerdutyReader {
  const users = createMemo<User | undefined>();
  const schedules = createMemo<Schedule | undefined>();
  const { read, byId, pages } = reads;

  /** The first page says how many there are, and so whether a sweep or single questions cost less. */
  const firstUsers = once(async (): Promise<UserPage> => {
    const body = fieldsOf(await read(`/users?limit=${PAGE}&offset=0&total=true`), "a page of users");
    const users = listOf(body.users, "users", userOf);
    return { users, total: optionalNumber(body, "total") ?? Number.POSITIVE_INFINITY };
  });

  const everyUser = once(async (): Promise<readonly User[]> => {
    const { users, total } = await firstUsers();
    return total <= users.length ? users : [...users, ...(await pages("/users", "users", userOf, PAGE, PAGE))];
  });

  const userByEmail = (email: string): Promise<User | undefined> =>
    users(email, async () => {
      // The filter is loose: it finds ada@ in nada@ too.
      const found = await pages(`/users?query=${encodeURIComponent(email)}`, "users", userOf);
      return found.find((user) => fold(user.email) === email);
    });

  /** The users are needed anyway to name who is on call, and their answer tells the server's time. */
  const aWindow = async (end: (now: number) => number): Promise<string> => {
    await firstUsers();
    const now = connection.now();
    const [since, until] = [now, end(now)].map((time) => encodeURIComponent(new Date(time).toISOString()));
    return `since=${since}&until=${until}`;
  };
  const aMoment = (): Promise<string> => aWindow((now) => now + MINUTE);

  return {
    ...teamReader(reads),
    teams: once(() => pages("/teams", "teams", teamOf)),
    host: connection.base.host,
    region,
    now: () => connection.now(),
    budget: () => connection.lastReading(),
    abilities: once(async () =>
      listOf(fieldsOf(await read("/abilities"), "the abilities").abilities, "the abilities", String),
    ),
    me: () =>
      users("me", async () => {
        const answer = await connection.send({ method: "GET", path: "/users/me", bucket: BUCKET, accept: [400] });
        return answer.status === 400 ? undefined : userOf(fieldsOf(answer.body, "the current user").user);
      }),
    readOnly: async () => {
      const answer = await connection.send({
        method: "POST",
        path: "/schedules/preview",
        body: {},
        bucket: BUCKET,
        writes: false,
        accept: [400, 403],
      });
      return answer.status === 403;
    },
    anyUser: async () => (await firstUsers()).users[0],
    everyUser,
    user: (id) =>
      users(id, async () => {
        const { users, total } = await firstUsers();
        const known = users.find((user) => user.id === id);
        if (known !== undefined || users.length >= total) return known;
        return byId(path`/users/${id}`, "user", userOf);
      }),
    async usersByEmail(emails) {
      const wanted = [...new Set(emails.map(fold))];
      const { users, total } = await firstUsers();
      const known = new Map(users.map((user) => [fold(user.email), user]));
      const missing = wanted.filter((email) => !known.has(email));
      const sweep = Math.ceil(total / PAGE) - 1;
      if (missing.length > 0 && sweep > 0 && total <= CEILING && sweep <= missing.length) {
        for (const user of await everyUser()) known.set(fold(user.email), user);
      } else if (sweep > 0) {
        for (const user of await Promise.all(missing.map(userByEmail))) {
          if (user !== undefined) known.set(fold(user.email), user);
        }
      }
      return new Map(wanted.flatMap((email) => entryOf(known, email)));
    },
    schedules: once(async () =>
      pages(`/schedules?include[]=final_schedule&${await aMoment()}`, "schedules", scheduleOf),
    ),
    schedule: (id) =>
      schedules(`legacy ${id}`, async () =>
        byId(`${path`/schedules/${id}`}?${await aMoment()}`, "schedule", scheduleOf),
      ),
    // Its own paging: a hundred unless asked otherwise, a thousand at most (oncall.md §1.4).
    shiftSchedules: once(() => pages("/v3/schedules", "schedules", referenceOf, 1_000)),
    shiftSchedule: (id) =>
      schedules(`v3 ${id}`, async () =>
        byId(`${path`/v3/schedules/${id}`}?include[]=final_schedule&${await aMoment()}`, "schedule", scheduleOf),
      ),
    async shiftsAhead(id, generation, ahead) {
      const asked = await aWindow((now) => now + ahead);
      const target =
        generation === "layers"
          ? `${path`/schedules/${id}`}?${asked}`
          : `${path`/v3/schedules/${id}`}?include[]=final_schedule&${asked}`;
      return (await byId(target, "schedule", scheduleOf))?.shifts ?? [];
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

function tooMany(name: string): ProblemError {
  return new ProblemError({
    code: "pagerduty-too-many",
    message: `The account has more than ${CEILING} ${name}, and PagerDuty lists no more.`,
    hint: "Declare fewer objects at once, so that each can be asked for by itself.",
  });
}
