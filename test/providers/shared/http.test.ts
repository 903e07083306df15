import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Recorder } from "../../../engine/kind.ts";
import { ProblemError, UNCLEAR_OUTCOME } from "../../../engine/problem.ts";
import { type Call, createHttp, type HttpOptions, path } from "../../../providers/shared/http.ts";
import { createLimiter } from "../../../providers/shared/rate-limit.ts";
import { virtualClock } from "../../bench/virtual-clock.ts";
import { START, testClock } from "../../support/clock.ts";
import { type Vendor, vendor } from "./vendor.ts";

let tenant: Vendor;
beforeEach(async () => {
  tenant = await vendor();
});
afterEach(() => tenant.close());

const READ: Call = { method: "GET", path: "/things", bucket: "api" };
const MAKE: Call = { method: "POST", path: "/things", bucket: "api", body: { name: "one" }, key: "one" };

function connected(options: Partial<HttpOptions> = {}) {
  const clock = testClock();
  const stop = new AbortController();
  const http = createHttp({
    base: tenant.base,
    outside: { fetch: (request) => fetch(request), clock, signal: stop.signal },
    limiter: createLimiter(
      { clock, signal: stop.signal },
      { fallback: { limit: 1_000, window: 60_000 }, concurrency: 5 },
    ),
    authorize: async (request) => request,
    problem: ({ status }, call) => ({ code: `refused-${status}`, message: `${call.method} ${status}` }),
    requestIdHeader: "x-request-id",
    ...options,
  });
  return { http, clock, stop };
}

/** What the journal would hold, in order. */
function journal() {
  const lines: string[] = [];
  const recorder: Recorder = {
    async intent({ method, path: to, key }) {
      lines.push(`intent ${method} ${to} ${key ?? ""}`.trim());
      return { outcome: ({ status, requestId }) => void lines.push(`outcome ${status} ${requestId ?? ""}`.trim()) };
    },
  };
  return { recorder, lines };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ProblemError) return error.problems.map(({ code }) => code).join();
    throw error;
  }
  throw new Error("it was not refused");
}

const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status: code, headers });

describe("a request", () => {
  test("goes to a path below the base, as JSON, and comes back with its id", async () => {
    tenant.will(Response.json({ id: "7" }, { status: 201, headers: { "x-request-id": "r-1" } }));
    const { http } = connected({ base: new URL("/tenant/", tenant.base) });

    const answer = await http.send(MAKE, journal().recorder);

    expect(answer).toMatchObject({ status: 201, body: { id: "7" }, requestId: "r-1" });
    const [asked] = tenant.asked;
    expect(asked).toMatchObject({ method: "POST", path: "/tenant/things", body: '{"name":"one"}' });
    expect(Object.fromEntries(asked?.headers ?? [])).toMatchObject({
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": "accord-access",
    });
  });

  test("of a text is sent as it is", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    await connected().http.send({ ...MAKE, body: "grant_type=x", headers, writes: false });

    expect(tenant.asked[0]?.body).toBe("grant_type=x");
    expect(tenant.asked[0]?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
  });

  test.each([
    ["an empty body", new Response(null, { status: 204 })],
    ["a page of somebody else", new Response("<html>", { status: 200 })],
  ])("answered with %s has none", async (_with, answer) => {
    tenant.will(answer);
    expect((await connected().http.send(READ)).body).toBeUndefined();
  });

  test("is counted in its bucket, each try", async () => {
    tenant.will(status(503), status(200));
    const { http } = connected();
    await http.send(READ);
    await http.send({ ...READ, bucket: "search" });

    expect(http.calls()).toEqual({ api: 2, search: 1 });
  });

  test("never leaves the tenant's own origin", async () => {
    await expect(connected().http.send({ ...READ, path: "//elsewhere.example/x" })).rejects.toThrow(
      /elsewhere\.example is not/,
    );
    expect(tenant.asked).toEqual([]);
  });

  test("puts each value into the path as one segment, and refuses an empty one", () => {
    expect(path`/groups/${"a/b c"}/users/${"ada@acme.example"}`).toBe("/groups/a%2Fb%20c/users/ada%40acme.example");
    for (const value of ["", ".", ".."]) expect(() => path`/groups/${value}`).toThrow(/empty path segment/);
  });
});

describe("an answer", () => {
  test("that the caller accepts is no problem", async () => {
    tenant.will(status(404));
    expect(await connected().http.send({ ...READ, accept: [404] })).toMatchObject({ status: 404 });
  });

  test.each([400, 403, 404, 409])("of %i is refused in the vendor's words, once", async (code) => {
    tenant.will(status(code));
    expect(await refusal(connected().http.send(READ))).toBe(`refused-${code}`);
    expect(tenant.asked).toHaveLength(1);
  });

  test.each([301, 302, 307, 308])("of %i is not followed: it would look like success", async (code) => {
    tenant.will(status(code, { location: new URL("/other", tenant.base).href }));
    expect(await refusal(connected().http.send(READ))).toBe(`refused-${code}`);
    expect(tenant.asked).toHaveLength(1);
  });

  test("of 401 renews the credential once; each try is authorized anew", async () => {
    const tokens = ["old", "new", "newer"].values();
    const authorize = async (request: Request): Promise<Request> => {
      request.headers.set("authorization", String(tokens.next().value));
      return request;
    };
    tenant.will(status(401), status(401));

    expect(await refusal(connected({ authorize, renew: () => true }).http.send(READ))).toBe("refused-401");
    expect(tenant.asked.map(({ headers }) => headers.get("authorization"))).toEqual(["old", "new"]);
  });

  test("of 401 ends it where no other credential can be had", async () => {
    tenant.will(status(401));
    expect(await refusal(connected({ renew: () => false }).http.send(READ))).toBe("refused-401");
    expect(tenant.asked).toHaveLength(1);
  });
});

describe("a 429", () => {
  const now = new Date(START).toUTCString();
  const later = new Date(START + 9_000).toUTCString();

  test.each([
    ["in seconds", { "retry-after": "9" }],
    ["as a date on the server's clock", { "retry-after": later, date: now }],
  ])("is waited for as it asks, %s, even by a write", async (_how, headers) => {
    tenant.will(status(429, headers));
    const { http, clock } = connected();
    await http.send(MAKE, journal().recorder);

    expect(tenant.asked).toHaveLength(2);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(9_000);
    expect(clock.monotonic()).toBeLessThan(9_300);
  });

  test("is waited for as the vendor's own headers ask, where it has such", async () => {
    tenant.will(status(429, { "retry-after": "1", reset: "30" }));
    const { http, clock } = connected({ askedWait: (headers) => Number(headers.get("reset")) * 1_000 });
    await http.send(READ);

    expect(clock.monotonic()).toBeGreaterThanOrEqual(30_000);
  });

  test("does not come where the headers said before how little is left", async () => {
    const left = (remaining: number): Response => status(200, { remaining: String(remaining) });
    tenant.will(left(2), left(1), left(0));
    const readLimit: HttpOptions["readLimit"] = (headers) => {
      const remaining = headers.get("remaining");
      return remaining === null ? undefined : { limit: 3, remaining: Number(remaining), resetIn: 20_000 };
    };
    const { http, clock } = connected({ readLimit });
    const moments: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      await http.send(READ);
      moments.push(clock.monotonic());
    }

    expect(moments).toEqual([0, 0, 0, 20_000]);
  });

  test("in a crowd is the last of its window: nobody is sent after it until the window ends", async () => {
    const window = 60_000;
    const clock = virtualClock(START, async () => {});
    const refused: number[] = [];
    const served = new Map<number, number>();
    const fetch = async (): Promise<Response> => {
      const current = Math.floor(clock.monotonic() / window);
      const before = served.get(current) ?? 0;
      served.set(current, before + 1);
      await new Promise(setImmediate);
      clock.busy();
      if (before < 10) return Response.json({});
      refused.push(before);
      return status(429, { "retry-after": String(Math.ceil(((current + 1) * window - clock.monotonic()) / 1_000)) });
    };
    const signal = new AbortController().signal;
    const fallback = { limit: 1_000, window };
    const limiter = createLimiter({ clock, signal }, { fallback, concurrency: 5 });
    const { http } = connected({ outside: { fetch, clock, signal }, limiter });

    await clock.carry(Promise.all(Array.from({ length: 30 }, () => http.send(READ))));

    // The five that were under way together, in each window that was overrun; a sixth would be one too many.
    expect(Math.max(...refused)).toBeLessThan(15);
    expect(clock.monotonic()).toBeLessThan(3 * window);
  });

  test("is given up at last", async () => {
    tenant.will(...Array.from({ length: 20 }, () => status(429, { "retry-after": "1" })));
    expect(await refusal(connected().http.send(READ))).toBe("refused-429");
    expect(tenant.asked).toHaveLength(20);
  });
});

describe("a failure", () => {
  test.each([
    ["of the server", status(500)],
    ["of a connection", "drop" as const],
  ])("%s is tried again where that does no harm", async (_of, failed) => {
    for (const call of [READ, { ...MAKE, method: "PUT" as const }, { ...MAKE, method: "DELETE" as const }]) {
      tenant.will(failed instanceof Response ? failed.clone() : failed);
      expect(await connected().http.send(call, journal().recorder)).toMatchObject({ status: 200 });
    }
    expect(tenant.asked).toHaveLength(6);
  });

  test("that stays is the vendor's refusal of a read, and unclear for a write", async () => {
    const five = Array.from({ length: 5 }, () => status(500));
    tenant.will(...five);
    expect(await refusal(connected().http.send(READ))).toBe("refused-500");
    tenant.will(...five.map((answer) => answer.clone()));
    expect(await refusal(connected().http.send({ ...MAKE, method: "PUT" }, journal().recorder))).toBe(UNCLEAR_OUTCOME);
    expect(tenant.asked).toHaveLength(10);
  });

  test.each([
    ["a server error", status(502)],
    ["a dropped connection", "drop" as const],
  ])("to create, by %s, is not tried again: the effect is unclear", async (_by, failed) => {
    const { recorder, lines } = journal();
    tenant.will(failed);

    expect(await refusal(connected().http.send(MAKE, recorder))).toBe(UNCLEAR_OUTCOME);
    expect(lines).toEqual(["intent POST /things one", "outcome 0"]);
    expect(tenant.asked).toHaveLength(1);
  });

  test("to answer in time counts as a lost answer", async () => {
    const { recorder, lines } = journal();
    tenant.will("silence");

    expect(await refusal(connected({ timeout: 20 }).http.send(MAKE, recorder))).toBe(UNCLEAR_OUTCOME);
    expect(lines.at(-1)).toBe("outcome 0");
  });

  test("that the vendor calls a busy lock did nothing, so a write is tried again", async () => {
    tenant.will(status(423));
    const { http } = connected({ notNow: (answer) => answer.status === 423 });

    expect(await http.send(MAKE, journal().recorder)).toMatchObject({ status: 200 });
    expect(tenant.asked).toHaveLength(2);
  });

  test("to reach anybody is told at once, and nothing was done", async () => {
    await tenant.close();
    const { recorder, lines } = journal();
    const { http, clock } = connected();

    expect(await refusal(http.send(READ))).toBe("unreachable");
    expect(await refusal(http.send(MAKE, recorder))).toBe("unreachable");
    expect(clock.monotonic()).toBe(0);
    expect(lines).toEqual(["intent POST /things one", "outcome 400"]);
  });
});

describe("a write", () => {
  test("is recorded before it is sent, and its answer after", async () => {
    const { recorder, lines } = journal();
    tenant.will(status(204, { "x-request-id": "r-9" }));
    await connected().http.send(MAKE, recorder);

    expect(lines).toEqual(["intent POST /things one", "outcome 204 r-9"]);
  });

  test("without a recorder is refused", async () => {
    await expect(connected().http.send(MAKE)).rejects.toThrow("POST /things writes, and has no recorder");
    expect(tenant.asked).toEqual([]);
  });

  test("that cannot be recorded is not sent", async () => {
    const recorder: Recorder = { intent: () => Promise.reject(new Error("the disk is full")) };
    await expect(connected().http.send(MAKE, recorder)).rejects.toThrow("the disk is full");
    expect(tenant.asked).toEqual([]);
  });

  test("is what changes something: a search by POST needs no recorder and may be repeated", async () => {
    tenant.will(status(500));
    expect(await connected().http.send({ ...MAKE, writes: false })).toMatchObject({ status: 200 });
  });

  test("that was stopped is neither repeated nor called settled", async () => {
    const { recorder, lines } = journal();
    const { http, stop } = connected({
      authorize: async (request) => {
        stop.abort(new Error("stopped"));
        return request;
      },
    });

    await expect(http.send(MAKE, recorder)).rejects.toThrow("stopped");
    expect(lines).toEqual(["intent POST /things one", "outcome 0"]);
  });
});

describe("bodies", () => {
  test("are read as the provider says; what it cannot read is no body", async () => {
    const { http } = connected({ parse: (text) => [JSON.parse(text), text] });
    tenant.will(new Response('{"id":9007199254740993}'), new Response("Rate limit exceeded"));

    expect((await http.send(READ)).body).toEqual([{ id: 9007199254740992 }, '{"id":9007199254740993}']);
    expect((await http.send(READ)).body).toBeUndefined();
  });
});
