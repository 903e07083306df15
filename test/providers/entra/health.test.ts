/** What preflight and doctor say of a credential, who did it, and who could let us in again. */
import { describe, expect, test } from "vitest";
import type { Check } from "../../../engine/provider.ts";
import { NEEDS } from "../../../providers/entra/permissions.ts";
import { entra } from "../../../providers/entra/provider.ts";
import { all } from "../../support/asked.ts";
import { START } from "../../support/clock.ts";
import { connected, SECRET } from "./connected.ts";

const READ = ["Organization.Read.All", "User.Read.All", "GroupMember.Read.All"];

async function doctor(tenant: ReturnType<typeof connected>, kinds: readonly string[] = ["group", "user"]) {
  const checks = await all<Check>(tenant.view().doctor(kinds));
  return new Map(checks.map((check) => [check.name, check]));
}

describe("preflight", () => {
  test("names each permission that the declared kinds read with, narrowest first", async () => {
    const tenant = connected({ app: { roles: ["Organization.Read.All"] } });
    expect((await tenant.view().preflight(["group"])).map(({ message, fatal }) => [message, fatal])).toEqual([
      ["The application may not read users: User.Read.All is not granted.", true],
      ["The application may not read groups and their members: GroupMember.Read.All is not granted.", true],
    ]);
    expect((await tenant.view().preflight(["user"])).map(({ message }) => message)).toContainEqual(
      expect.stringContaining("RoleManagement.Read.Directory"),
    );
  });

  test("takes a wider permission for a narrower one", async () => {
    const tenant = connected({ app: { roles: ["Directory.Read.All"] } });
    expect(await tenant.view().preflight(["group", "user"])).toEqual([]);
  });

  test("a consent that came after the token counts from the next one on", async () => {
    const tenant = connected({ app: { roles: READ.slice(0, 2) } });
    expect(await tenant.view().preflight(["group"])).toHaveLength(1);
    const app = [...tenant.emulator.tenant.apps.values()].at(-1);
    if (app === undefined) throw new Error("no app");
    tenant.emulator.tenant.apps.set(app.appId, { ...app, roles: READ });
    expect(await tenant.view().preflight(["group"])).toHaveLength(1);
    tenant.clock.pass(56 * 60_000);
    expect(await tenant.view().preflight(["group"])).toEqual([]);
  });

  test("every kind of the provider has its permissions in the table", () => {
    const listed = new Set(NEEDS.flatMap(({ kinds }) => kinds));
    expect([...entra.kinds.keys()].filter((kind) => !listed.has(kind))).toEqual([]);
  });
});

describe("doctor", () => {
  test("tells writes that are missing from reads that are missing", async () => {
    const checks = await doctor(connected({ app: { roles: READ } }), ["group"]);
    expect(checks.get("permission Group.ReadWrite.All")).toMatchObject({
      status: "warn",
      detail: expect.stringContaining("Plans work"),
    });
    expect(checks.get("groups")?.status).toBe("ok");
    const blind = await doctor(connected({ app: { roles: ["Organization.Read.All"] } }), ["group"]);
    expect(blind.get("permission GroupMember.Read.All")?.status).toBe("fail");
    expect(blind.get("groups")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("permission missing"),
    });
    expect(blind.get("audit log")).toMatchObject({
      status: "warn",
      detail: expect.stringContaining("no declared kind needs it"),
    });
  });

  test("says which licence is missing, for what", async () => {
    const tenant = connected();
    tenant.emulator.tenant.plans = ["41781fb2-bc0d-497c-bd55-b455cfd4d9a5"];
    const checks = await doctor(tenant);
    expect(checks.get("licence P1")?.status).toBe("ok");
    expect(checks.get("licence P2")).toMatchObject({
      status: "warn",
      detail: "Microsoft Entra ID P2 is missing: no PIM for groups.",
    });
  });

  test("reads when the secret ends, and says so a month before", async () => {
    const endsAt = START + 20 * 86_400_000;
    const roles = [...READ, "Application.Read.All"];
    const checks = await doctor(connected({ app: { roles, secrets: [{ name: "ci", value: SECRET, endsAt }] } }));
    expect(checks.get("secret")).toMatchObject({ status: "warn", detail: '"ci" ends on 2026-03-23, in 20 days.' });
    expect((await doctor(connected({ app: { roles: READ } }))).get("secret")?.status).toBe("unknown");
  });

  test("points out a permission by which the application could give itself any other", async () => {
    const checks = await doctor(connected({ app: { roles: [...READ, "AppRoleAssignment.ReadWrite.All"] } }));
    expect(checks.get("over-wide AppRoleAssignment.ReadWrite.All")?.detail).toContain("give itself any right");
  });
});

describe("who did it", () => {
  test("a person who removed a member by hand is named, for the group and for the member; our own changes are not", async () => {
    const tenant = connected({ lag: 0 });
    const since = tenant.clock.now();
    const group = tenant.groupId("Engineering");
    const ada = tenant.personId("ada");
    await tenant.byHand("DELETE", `/groups/${group}/members/${ada}/$ref`);
    const [live] = await all(tenant.view().list("group", { objects: [{ key: "Sales", fields: [] }] }));
    if (live === undefined) throw new Error("no Sales");
    await tenant
      .hands()
      .update("group", live, { description: "x" }, [{ op: "set", path: ["description"], before: null, after: "x" }], {
        address: "entra/group/sales",
        marker: { tool: "accord" },
        people: {},
        made: async () => {},
        deliver: () => Promise.reject(new Error("none")),
      });
    tenant.clock.pass(tenant.emulator.knobs.auditLagMs);
    const events = await tenant.view().audit([group, live.id], since);
    expect(events).toEqual([
      expect.objectContaining({
        actor: "trent@acme.example",
        action: "Remove member from group",
        targets: expect.arrayContaining([group, ada]),
      }),
    ]);
    expect(await tenant.view().audit([ada], since)).toHaveLength(1);
  });

  test("is unknown, and no problem, where the log may not be read", async () => {
    const tenant = connected({ app: { roles: READ } });
    expect(await tenant.view().audit([tenant.groupId("Sales")], 0)).toEqual([]);
  });
});

test("standing: our own principal, and the Global Administrators", async () => {
  const tenant = connected();
  const standing = await tenant.view().standing();
  const [app] = tenant.emulator.tenant.apps.values();
  expect(standing?.self.id).toBe(app?.principalId);
  expect(standing?.administrators).toEqual([{ id: tenant.personId("trent"), label: "trent@acme.example" }]);
  expect(
    (
      await connected({ app: { roles: READ } })
        .view()
        .standing()
    )?.administrators,
  ).toEqual([]);
});

describe("throttling", () => {
  test("a 429 holds for every call of the token, as long as it says; without a wait, for ten seconds", async () => {
    for (const [wait, expected] of [
      ["7", 7_000],
      [undefined, 10_000],
    ] as const) {
      let refused = 0;
      const tenant = connected({
        through: (pass) => async (request) => {
          if (refused > 0 || request.url.includes("/oauth2/")) return pass(request);
          refused += 1;
          const headers = wait === undefined ? {} : { "retry-after": wait };
          return new Response(JSON.stringify({ error: { code: "TooManyRequests", message: "Too many." } }), {
            status: 429,
            headers,
          });
        },
      });
      const before = tenant.clock.now();
      await tenant.view().preflight(["group"]);
      expect(tenant.clock.now() - before).toBeGreaterThanOrEqual(expected);
      expect(tenant.clock.now() - before).toBeLessThan(expected + 1_000);
    }
  });

  test("250 groups with members stay under 70 % of the writes, and meet no 429", async () => {
    const tenant = connected({ lag: 0 });
    tenant.emulator.knobs.writes = 3_000;
    const people = { "ada@acme.example": tenant.personId("ada") };
    for (let n = 0; n < 250; n += 1) {
      const address = `entra/group/g${n}` as const;
      await tenant.hands().create(
        "group",
        { displayName: `G ${n}`, members: Object.keys(people) },
        {
          address,
          marker: { tool: "accord", stack: "s", address },
          people,
          made: async () => {},
          deliver: () => Promise.reject(new Error("none")),
        },
      );
    }
    expect(tenant.emulator.lastRequests.filter(({ status }) => status === 429)).toEqual([]);
    expect(tenant.writes).toHaveLength(250);
  });

  test("what is throttled inside a batch is sent again, alone", async () => {
    let batches = 0;
    const parts: number[] = [];
    const tenant = connected({
      through: (pass) => async (request) => {
        if (!request.url.endsWith("/$batch")) return pass(request);
        batches += 1;
        const { requests } = (await request.clone().json()) as { requests: { id: string }[] };
        parts.push(requests.length);
        const answer = (await (await pass(request)).json()) as {
          responses: { id: string; status: number; headers: object; body?: unknown }[];
        };
        if (batches === 1) {
          for (const one of answer.responses.slice(0, 1))
            Object.assign(one, { status: 429, headers: { "Retry-After": "3" }, body: {} });
        }
        return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
      },
    });
    const names = Array.from({ length: 40 }, (_, n) => `nobody-${n}@acme.example`);
    expect(await tenant.view().people(["ada@acme.example", ...names])).toHaveLength(41);
    expect(parts[0]).toBe(3);
    expect(parts[1]).toBe(1);
    expect(tenant.waits.some((wait) => wait >= 3_000 && wait < 4_000)).toBe(true);
  });
});
