import { describe, expect, test } from "vitest";
import type { Cache } from "../../../engine/outside.ts";
import { byId, byKey, connected } from "./connected.ts";

function shelf(): Cache & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
  };
}

const HOUR = 3_600_000;

async function warm() {
  const cache = shelf();
  const tenant = connected({}, { cache });
  await tenant.sleep(HOUR);
  const members = () => byKey(tenant.view(), "group", "engineering", "members");
  const first = await members();
  tenant.requests();
  return { cache, tenant, members, first };
}

describe("member lists are kept between runs", () => {
  test("and not read again while Okta says that nothing changed", async () => {
    const { tenant, members, first } = await warm();

    expect(await members()).toEqual(first);
    expect(tenant.requests()).toEqual(["GET /api/v1/groups?limit=200&expand=stats"]);
  });

  test("until a membership changes", async () => {
    const { tenant, members } = await warm();
    const [group, ada] = await Promise.all([tenant.idOf("engineering"), tenant.idOf("ada@acme.example")]);
    await tenant.box.call("PUT", `/api/v1/groups/${group}/users/${ada}`);

    expect((await members()).spec.members).toContain("ada@acme.example");
  });

  test("or a day has passed, since a deactivation may leave no trace on the group", async () => {
    const { tenant, members } = await warm();
    await tenant.sleep(25 * HOUR);

    await members();

    expect(tenant.requests()).toHaveLength(2);
  });

  test("a read by id, on which removals rest, never uses them", async () => {
    const { tenant, first } = await warm();

    await byId(tenant.view(), "group", first.id, "members");

    expect(tenant.requests().some((line) => line.includes("/users?"))).toBe(true);
  });

  test("a list of this very minute is not kept: another change may have had the same moment", async () => {
    const cache = shelf();
    const tenant = connected({}, { cache });

    await byKey(tenant.view(), "group", "engineering", "members");

    expect(cache.kept.size).toBe(0);
  });

  test("a damaged entry is no entry", async () => {
    const { cache, members, first } = await warm();
    for (const damage of ["{", "[]", '{"stamp":"x"}', "null"]) {
      for (const key of cache.kept.keys()) cache.kept.set(key, damage);
      expect(await members()).toEqual(first);
    }
  });

  test("and a place that refuses to keep anything costs calls, nothing else", async () => {
    const refuses = () => Promise.reject(new Error("disk full"));
    const tenant = connected({}, { cache: { get: refuses, set: refuses } });
    await tenant.sleep(HOUR);

    expect((await byKey(tenant.view(), "group", "engineering", "members")).spec.members).toHaveLength(3);
  });
});
