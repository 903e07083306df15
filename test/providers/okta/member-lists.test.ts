import { describe, expect, test } from "vitest";
import type { Cache } from "../../../engine/outside.ts";
import { all, byId, byKey, refusal } from "../../support/asked.ts";
import { remove } from "../../support/field-changes.ts";
import { connected, context } from "./connected.ts";

function shelf(): Cache & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
  };
}

const HOUR = 3_600_000;

/** What a plan of groups asks when no list has changed. */
const WARM = [
  "GET /api/v1/groups?limit=200&expand=stats",
  "GET /api/v1/groups/rules?limit=200&expand=groupIdToGroupNameMap",
];

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
    expect(tenant.requests()).toEqual(WARM);
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

    expect(tenant.requests()).toHaveLength(WARM.length + 1);
  });

  test("or a rule that feeds the group, which changes who may be removed and not the group's own time", async () => {
    const { tenant, members, first } = await warm();
    const live = await byKey(tenant.view(), "group-rule", "engineering");
    await tenant.hands().delete("group-rule", live, context());

    const after = await members();

    expect(first.explained?.members).toHaveProperty("alan@acme.example");
    expect(after.explained?.members).toEqual({});
    expect(after.spec.members).toEqual(first.spec.members);
  });

  test("or a removal finds that a rule has come to feed somebody", async () => {
    const { tenant, members } = await warm();
    const [group, mallory] = await Promise.all([tenant.idOf("engineering"), tenant.idOf("mallory@acme.example")]);
    await tenant.box.call("PUT", `/api/v1/groups/${group}/users/${mallory}`);
    await tenant.sleep(HOUR);
    const before = await members();
    const profile = { department: "Engineering" };
    await tenant.box.call("POST", `/api/v1/users/${mallory}`, { profile });
    await tenant.sleep(HOUR);
    expect((await members()).explained?.members).not.toHaveProperty("mallory@acme.example");

    const fields = [remove("mallory@acme.example", "members")];
    await refusal(tenant.hands().update("group", before, before.spec, fields, context()));

    expect((await members()).explained?.members).toHaveProperty("mallory@acme.example");
  });

  test("and not kept where the credential may not see rules", async () => {
    const cache = shelf();
    const refused = Response.json({ errorCode: "E0000006", errorSummary: "Denied" }, { status: 403 });
    const tenant = connected(
      {},
      {
        cache,
        through: (fetch) => (request) =>
          request.url.includes("/groups/rules") ? Promise.resolve(refused.clone()) : fetch(request),
      },
    );
    await tenant.sleep(HOUR);

    await all(tenant.view().list("group", { objects: [], everything: true }));

    expect(cache.kept.size).toBe(0);
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
