/** C1's conventions as the client keeps to them (c1.md §2): pages, redirects, masks, what may be sent twice. */
import { describe, expect, it } from "vitest";
import { context, find, readOne, recorder, stage, watched } from "./tenant.ts";

describe("a list", () => {
  it("is read to its end, a hundred rows a page", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    for (let n = 0; n < 101; n += 1) await hands.create("app", { displayName: `App ${n}` }, context());
    const { connection, sent } = watched(all);
    expect(await find(connection, "app", { name: "App 100" })).not.toBe("");
    expect(sent.map(({ path, body }) => ({ path, body }))).toEqual([
      { path: "/api/v1/search/apps", body: { pageSize: 100 } },
      { path: "/api/v1/search/apps", body: { pageSize: 100, pageToken: expect.stringMatching(/./) } },
    ]);
  });

  it("that hands out the same page for ever is given up, not read for ever", async () => {
    const { connection } = watched(stage(), ({ url }) =>
      url.endsWith("/search/apps") ? Response.json({ list: [], nextPageToken: "again" }) : undefined,
    );
    await expect(find(connection, "app", { name: "Okta" })).rejects.toMatchObject({
      problems: [{ code: "paging-loop" }],
    });
  });
});

describe("a redirect", () => {
  it("is an answer that fails, since an unusable id is answered with one", async () => {
    const all = stage();
    const id = await find(all.connection, "app", { name: "Okta" });
    const { connection, sent } = watched(all, ({ url }) =>
      url.endsWith(id) ? new Response(null, { status: 301, headers: { location: "/api/v1/apps" } }) : undefined,
    );
    const byId = connection.view().get("app", [{ id, fields: [] }]);
    await expect(byId[Symbol.asyncIterator]().next()).rejects.toMatchObject({ problems: [{ code: "redirected" }] });
    expect(sent.map(({ path }) => path)).toEqual([`/api/v1/apps/${id}`]);
  });

  it("is not risked with an empty id", async () => {
    const { connection, sent } = watched(stage());
    const byId = connection.view().get("app", [{ id: "", fields: [] }]);
    await expect(byId[Symbol.asyncIterator]().next()).rejects.toThrow();
    expect(sent).toEqual([]);
  });
});

describe("an update", () => {
  it("sends the fields that change, under a mask that names them, and our marks", async () => {
    const all = stage();
    const spec = { displayName: "Wiki", description: "Ours", instructions: "Ask", monthlyCostUsd: 3 };
    const made = await all.connection.hands(recorder).create("app", spec, context());
    const live = await readOne(all.connection, "app", spec, made.id);
    if (live === undefined) throw new Error("not there");
    const { connection, sent } = watched(all);
    const change = { op: "set", path: ["instructions"], before: "Ask", after: "Ask twice" } as const;
    const next = { ...spec, instructions: "Ask twice" };
    await connection.hands(recorder).update("app", live, next, [change], context());
    expect(sent[0]).toEqual({
      method: "POST",
      path: `/api/v1/apps/${made.id}`,
      body: {
        app: { instructions: "Ask twice", annotations: expect.objectContaining({ managed_by: "accord" }) },
        updateMask: "instructions,annotations",
      },
    });
  });

  it("of half an emergency grant leaves the other half out", async () => {
    const all = stage();
    const app = { id: await find(all.connection, "app", { name: "AWS" }) };
    const spec = {
      app,
      resource: { type: "Role", name: "billing" },
      slug: "assigned",
      emergencyGrant: { enabled: false },
    };
    const made = await all.connection.hands(recorder).create("entitlement", spec, context());
    const { connection, sent } = watched(all);
    const change = { op: "set", path: ["emergencyGrant", "enabled"], before: false, after: true } as const;
    const next = { ...spec, emergencyGrant: { enabled: true } };
    await connection.hands(recorder).update("entitlement", made, next, [change], context());
    expect(sent[0]?.body).toMatchObject({ updateMask: "emergencyGrantEnabled,annotations" });
  });
});

describe("what may be sent twice", () => {
  it("is a search, and never a POST that creates: it may have been carried out", async () => {
    const all = stage();
    const once = (path: string): ((request: Request) => Response | undefined) => {
      let broken = false;
      return ({ url }) => {
        if (broken || !url.endsWith(path)) return undefined;
        broken = true;
        return new Response(null, { status: 502 });
      };
    };
    const searching = watched(all, once("/search/apps"));
    expect(await find(searching.connection, "app", { name: "Okta" })).not.toBe("");
    expect(searching.sent).toHaveLength(2);
    const creating = watched(all, once("/api/v1/catalogs"));
    const create = creating.connection.hands(recorder).create("access-profile", { displayName: "P" }, context());
    await expect(create).rejects.toMatchObject({ problems: [{ code: "unclear-outcome" }] });
    expect(creating.sent).toHaveLength(1);
  });
});
