import { describe, expect, test } from "vitest";
import { askedWait, bucketOf, readLimit } from "../../../providers/okta/client/limits.ts";
import { nextPath } from "../../../providers/okta/client/transport.ts";
import { all, byKey, refusal } from "../../support/asked.ts";
import { connected } from "./connected.ts";
import { textAt } from "./emulator/sandbox.ts";

describe("every call counts in the bucket that Okta counts it in", () => {
  test.each([
    ["GET", "/api/v1/groups?limit=200", "/groups"],
    ["GET", "/api/v1/groups/rules?limit=200", "/groups"],
    ["GET", "/api/v1/groups/rules/0pr1", "/groups"],
    ["PUT", "/api/v1/groups/00g1/users/00u1", "/groups"],
    ["PUT", "/api/v1/groups/00g1", "/groups/{id}"],
    ["GET", "/api/v1/apps/0oa1", "/apps/{id}"],
    ["GET", "/api/v1/apps/0oa1/groups", "/apps"],
    ["GET", "/api/v1/users/00u1", "/users/{id}"],
    ["POST", "/api/v1/users/00u1", "/users/{id} write"],
    ["POST", "/api/v1/users/00u1/lifecycle/suspend", "/users"],
    ["GET", "/api/v1/iam/roles", "/iam"],
    ["GET", "/api/v1/logs?limit=1", "/logs"],
    ["GET", "/oauth2/v1/clients/0oa1/roles", "/oauth2/v1/clients"],
  ])("%s %s: %s", (method, path, bucket) => {
    expect(bucketOf(method, path)).toBe(bucket);
  });
});

describe("limits are read on the server's clock", () => {
  const at = Date.parse("2026-11-22T09:00:00Z");
  const headers = (limit: string, remaining: string, reset: string): Headers =>
    new Headers({
      "x-rate-limit-limit": limit,
      "x-rate-limit-remaining": remaining,
      "x-rate-limit-reset": reset,
      date: new Date(at).toUTCString(),
    });

  test("whatever this machine's clock says", () => {
    expect(readLimit(headers("250", "249", String(at / 1000 + 42)))).toEqual({
      limit: 250,
      remaining: 249,
      resetIn: 42_000,
    });
    expect(askedWait(headers("250", "0", String(at / 1000 + 2)))).toBe(3_000);
  });

  test("doubled headers say nothing, and the concurrency limit is not a bucket's", () => {
    expect(readLimit(headers("250, 250", "249, 249", "1, 1"))).toBeUndefined();
    expect(readLimit(headers("0", "0", String(at / 1000 + 1)))).toBeUndefined();
    expect(askedWait(headers("0", "0", String(at / 1000 + 60)))).toBe(1_000);
  });
});

describe("a tenant under pressure", () => {
  test("is waited for, as its headers ask, without a second refusal", async () => {
    const tenant = connected();
    tenant.box.okta.knobs.rateShare = 0.02;
    const view = tenant.view();

    for (let round = 0; round < 12; round += 1) await all(view.get("group", [{ id: "00gnever", fields: ["members"] }]));
    for (let round = 0; round < 12; round += 1) await byKey(tenant.view(), "group", "support", "members");

    expect(tenant.box.okta.lastRequests.filter(({ status }) => status === 429).length).toBeLessThanOrEqual(1);
    expect(tenant.waits.some((wait) => wait > 30_000)).toBe(true);
  });

  test("counts what was sent, bucket by bucket", async () => {
    const tenant = connected();

    await byKey(tenant.view(), "group", "support", "members");

    expect(tenant.connection.calls()).toEqual({ "/oauth2/v1/token": 1, "/groups": 2 });
  });

  test("that has too many calls at once is asked by fewer, and nothing is missing", async () => {
    let running = 0;
    let refused = 0;
    const headers = { "x-rate-limit-limit": "0", "x-rate-limit-remaining": "0" };
    const tenant = connected(
      {},
      {
        through: (fetch) => async (request) => {
          if (!request.url.includes("/users?limit=200")) return fetch(request);
          running += 1;
          try {
            await new Promise(setImmediate);
            if (running <= 2) return await fetch(request);
            refused += 1;
            return Response.json({ errorCode: "E0000047" }, { status: 429, headers });
          } finally {
            running -= 1;
          }
        },
      },
    );
    const ada = await tenant.idOf("ada@acme.example");
    for (let index = 0; index < 20; index += 1) {
      const made = await tenant.box.call("POST", "/api/v1/groups", { profile: { name: `team-${index}` } });
      await tenant.box.call("PUT", `/api/v1/groups/${textAt(made.body, "id")}/users/${ada}`);
    }
    await tenant.sleep(60_000);

    const found = await all(tenant.view().list("group", { objects: [], everything: true }));

    expect(found).toHaveLength(22);
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(4);
  });

  test("with doubled rate headers is read all the same", async () => {
    const tenant = connected();
    tenant.box.okta.knobs.duplicateRateHeaders = true;

    expect((await byKey(tenant.view(), "group", "support")).spec.name).toBe("support");
  });
});

describe("pages", () => {
  const base = new URL("https://acme.okta.com");
  const page = (link: string): { headers: Headers; body: unknown } => ({
    headers: new Headers({ link }),
    body: undefined,
  });

  test("are followed where the server says, in the header or in the body", () => {
    const self = '<https://acme.okta.com/api/v1/groups?limit=2>; rel="self"';
    const next = '<https://acme.okta.com/api/v1/groups?after=00g%2B1&limit=2>; rel="next"';
    expect(nextPath(page(`${self}, ${next}`), base)).toBe("/api/v1/groups?after=00g%2B1&limit=2");
    expect(nextPath(page(self), base)).toBeUndefined();
    const body = { _links: { next: { href: "https://acme.okta.com/api/v1/iam/roles?after=1" } } };
    expect(nextPath({ headers: new Headers(), body }, base)).toBe("/api/v1/iam/roles?after=1");
  });

  test("on another host are refused before a credential is sent there", () => {
    expect(() => nextPath(page('<https://evil.example/api/v1/groups>; rel="next"'), base)).toThrow(/not at/);
  });

  test("that lead back to themselves end", async () => {
    let asked = 0;
    const tenant = connected(
      {},
      {
        through: (fetch) => async (request) => {
          if (!request.url.includes("/api/v1/groups?")) return fetch(request);
          asked += 1;
          const answer = await fetch(request);
          const headers = new Headers(answer.headers);
          headers.append("link", `<${request.url}>; rel="next"`);
          return new Response(answer.body, { status: 200, headers });
        },
      },
    );

    expect((await byKey(tenant.view(), "group", "support")).spec.name).toBe("support");
    expect(asked).toBe(1);
  });

  test("keep what Okta drops from the next address", async () => {
    const tenant = connected();
    const group = await tenant.idOf("support");
    for (let index = 0; index < 201; index += 1) {
      const login = `person${index}@acme.example`;
      const profile = { login, email: login, firstName: "P", lastName: String(index) };
      await tenant.box.call("POST", `/api/v1/users?activate=false`, { profile, groupIds: [group] });
      if (index % 80 === 79) await tenant.box.pass(60_000);
    }
    await tenant.box.pass(60_000);
    tenant.requests();

    const live = await byKey(tenant.view(), "group", "support", "members");

    expect(live.spec.members).toHaveLength(202);
    expect(tenant.requests().filter((line) => line.includes("expand=group-rules"))).toHaveLength(2);
  });
});

describe("a failing server", () => {
  test("is asked again where that is safe, and not for ever", async () => {
    let failures = 0;
    const tenant = connected(
      {},
      {
        through: (fetch) => async (request) => {
          if (!request.url.includes("/groups")) return fetch(request);
          failures += 1;
          return new Response("<html>bad gateway</html>", { status: 502 });
        },
      },
    );

    expect(await refusal(byKey(tenant.view(), "group", "support"))).toMatchObject([{ code: "okta-unavailable" }]);
    expect(failures).toBe(5);
  });
});
