import { describe, expect, test } from "vitest";
import { patientFetch } from "../../../engine/gitops/patient-fetch.ts";
import { type Attempt, limitWait, waitBeforeNextTry } from "../../../engine/gitops/patient-timing.ts";
import { problemsOf } from "../../../engine/problem.ts";
import { testClock } from "../../support/clock.ts";

const MINUTE = 60_000;

function attempt(changes: Partial<Attempt> = {}): Attempt {
  return { status: 502, headers: new Headers(), message: "", tries: 1, repeatable: true, ...changes };
}

describe("how long to wait", () => {
  test("a moment's trouble is waited for longer each time, and given up at the fifth try", () => {
    const waits = [1, 2, 3, 4, 5].map((tries) => waitBeforeNextTry(attempt({ tries })));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, undefined]);
  });

  test("what must not be sent twice is not, but for a limit, which is checked before anything is done", () => {
    expect(waitBeforeNextTry(attempt({ repeatable: false }))).toBeUndefined();
    expect(waitBeforeNextTry(attempt({ repeatable: false, status: 0 }))).toBeUndefined();
    const headers = new Headers({ "retry-after": "7" });
    expect(waitBeforeNextTry(attempt({ repeatable: false, status: 403, headers }))).toBe(7_000);
  });

  test.each([400, 401, 404, 409, 410, 422, 501])("status %i says the same next time", (status) => {
    expect(waitBeforeNextTry(attempt({ status }))).toBeUndefined();
  });

  test("the primary limit ends at its reset, by the server's clock", () => {
    const headers = new Headers({
      ...{ "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Date.UTC(2026, 2, 3, 10, 5) / 1_000) },
      date: "Tue, 03 Mar 2026 10:00:00 GMT",
    });
    expect(waitBeforeNextTry(attempt({ status: 403, headers }))).toBe(5 * MINUTE + 1_000);
  });

  test("what takes longer than a job should wait is said instead", () => {
    const headers = new Headers({ "retry-after": "1800" });
    expect(waitBeforeNextTry(attempt({ status: 429, headers }))).toBeUndefined();
    expect(limitWait(attempt({ status: 429, headers }))).toBe(30 * MINUTE);
  });

  test("a secondary limit without a time is a minute, then two", () => {
    const limited = { status: 403, message: "You have exceeded a secondary rate limit." };
    expect([1, 2].map((tries) => waitBeforeNextTry(attempt({ ...limited, tries })))).toEqual([MINUTE, 2 * MINUTE]);
  });

  test("a 403 about a permission is no limit", () => {
    const message = "Resource not accessible by integration";
    expect(waitBeforeNextTry(attempt({ status: 403, message }))).toBeUndefined();
  });
});

describe("fetching", () => {
  const asked = (answers: readonly (() => Response)[]) => {
    const clock = testClock();
    const left = [...answers];
    const trace: string[] = [];
    const fetch = patientFetch({
      clock,
      signal: new AbortController().signal,
      fetch: async () => left.shift()?.() ?? new Response("too many requests were sent", { status: 599 }),
      trace: (line) => trace.push(line),
    });
    return { clock, fetch, trace };
  };
  const request = () => new Request("https://api.github.com/x?sig=secret", { method: "POST", body: "{}" });

  test("a write is sent again with its body, once the limit is over", async () => {
    const { clock, fetch, trace } = asked([
      () => new Response("{}", { status: 429, headers: { "retry-after": "60" } }),
      () => new Response("{}", { status: 201 }),
    ]);
    expect((await fetch(request(), { repeatable: false })).status).toBe(201);
    expect(clock.monotonic()).toBe(MINUTE);
    expect(trace).toEqual(["POST api.github.com/x 429", "POST api.github.com/x 201"]);
  });

  test("a body that breaks off is asked for again", async () => {
    const broken = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"half":'));
            controller.error(new TypeError("terminated"));
          },
        }),
      );
    const { fetch } = asked([broken, () => new Response("{}")]);
    expect(await (await fetch(request(), { repeatable: true })).text()).toBe("{}");
  });

  test("an answer that is larger than anything expected is left", async () => {
    const { fetch } = asked([() => new Response("x".repeat(3_000_000))]);
    const refused = await fetch(request(), { repeatable: true, most: 2 * 1024 * 1024 }).catch(problemsOf);
    expect(refused).toMatchObject([{ code: "github-too-large", message: "GitHub's answer is larger than 2 MiB." }]);
  });

  test("a connection that is never made says whether the write may have happened", async () => {
    const lost = () => {
      throw new TypeError("fetch failed", { cause: new Error("read ECONNRESET") });
    };
    const read = await asked(Array(5).fill(lost)).fetch(request(), { repeatable: true }).catch(problemsOf);
    expect(read).toMatchObject([
      { code: "github-unreachable", message: "api.github.com did not answer: read ECONNRESET." },
    ]);
    const write = await asked([lost]).fetch(request(), { repeatable: false }).catch(problemsOf);
    expect(write).toMatchObject([
      {
        code: "unclear-outcome",
        message: "api.github.com did not answer: read ECONNRESET. Whether it took effect is unknown.",
      },
    ]);
  });

  test("Ctrl-C ends it at once, whatever is being waited for", async () => {
    const stop = new AbortController();
    const fetch = patientFetch({
      clock: testClock(undefined, async () => stop.abort(new Error("stopped"))),
      signal: stop.signal,
      fetch: async () => new Response(null, { status: 502 }),
    });
    await expect(fetch(request(), { repeatable: true })).rejects.toThrow("stopped");
  });
});
