/** C1's own groups: three objects in one document, and a rule beside members by hand. */
import { describe, expect, it } from "vitest";
import type { Spec } from "../../../engine/model.ts";
import { createC1Emulator } from "../../../providers/c1/emulator.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { context, find, readOne, recorder, resolved, type Stage, stage, watched } from "./tenant.ts";

const HOUR = 3_600_000;
const SRE: Spec = { displayName: "SRE", cel: 'subject.department == "SRE" && subject.status == UserStatus.ENABLED' };

describe("a C1 group", () => {
  it("lets in whom its rule matches, and keeps whom somebody added by hand", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    const accept = { displayName: "Welcome", type: "grant", steps: [{ accept: { message: "" } }] };
    const grantPolicy = { id: (await hands.create("policy", accept, context())).id };
    const revokePolicy = { id: (await hands.create("policy", { ...accept, type: "revoke" }, context())).id };
    const made = await hands.create("group", { ...SRE, grantPolicy, revokePolicy }, context());
    await all.pass(2 * HOUR);
    const matched = membersOf(all, made.id);
    expect(matched.length).toBeGreaterThan(0);
    const { "victor@acme.example": victor = "" } = await resolved(all.connection, "victor@acme.example");
    expect(matched).not.toContain(victor);

    const [appId = "", id = ""] = made.id.split("/");
    const added = await call(all, "POST", `/api/v1/apps/${appId}/entitlements/${id}/add-manual-user`, {
      userIds: [victor],
    });
    expect(added.status).toBe(200);
    const nobody = { ...SRE, cel: 'subject.department == "Nobody"' };
    const change = { op: "set", path: ["cel"], before: SRE.cel, after: nobody.cel } as const;
    await hands.update("group", made, nobody, [change], context());
    await all.pass(4 * HOUR);
    expect(membersOf(all, made.id)).toEqual([victor]);
  });

  it("is named wherever an entitlement is: its id is that of its membership", async () => {
    const all = stage();
    const hands = all.connection.hands(recorder);
    const made = await hands.create("group", SRE, context());
    const profile = { displayName: "On-call", entitlements: [{ id: made.id }] };
    await hands.create("access-profile", profile, context());
    const live = await readOne(all.connection, "access-profile", profile);
    expect(live?.spec.entitlements).toEqual([{ id: made.id }]);
    expect(await find(all.connection, "group", { name: "SRE" })).toBe(made.id);
    expect(`${made.computed?.appId}/${made.computed?.entitlementId}`).toBe(made.id);
  });

  it("is no entitlement beside, when a tenant is adopted", async () => {
    const all = stage();
    const made = await all.connection.hands(recorder).create("group", SRE, context());
    const ids: string[] = [];
    for await (const { id } of all.connection.view().list("entitlement", { objects: [], everything: true }))
      ids.push(id);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids).not.toContain(made.id);
  });

  it("is made once where only its resource was", async () => {
    const all = stage();
    let refused = 0;
    const { connection } = watched(all, (request) => {
      const path = new URL(request.url).pathname;
      if (request.method !== "POST" || !path.endsWith("/entitlements") || path.includes("search")) return undefined;
      refused += 1;
      return refused === 1 ? new Response("", { status: 503 }) : undefined;
    });
    const hands = connection.hands(recorder);
    await expect(hands.create("group", SRE, context())).rejects.toThrow();
    await connection.hands(recorder).create("group", SRE, context());
    const named = all.emulator.tenant.resources.rows().filter(({ displayName }) => displayName === "SRE");
    expect(named).toHaveLength(1);
  });

  it("excludes people before the rule could let them in", async () => {
    const all = stage();
    const { connection, sent } = watched(all);
    const people = await resolved(all.connection, "ada@acme.example");
    await connection.hands(recorder).create("group", { ...SRE, exclude: ["ada@acme.example"] }, context(people));
    const writes = sent.filter(({ method }) => method === "POST").map(({ path }) => path.split("/").at(-1));
    expect(writes.indexOf("exclusions")).toBeLessThan(writes.indexOf("create"));
    await all.pass(2 * HOUR);
    const [group] = await groupIds(all);
    expect(membersOf(all, group ?? "")).not.toContain(people["ada@acme.example"]);
  });

  it("warns of a rule that tests no status, and says that nothing stops it", () => {
    const kind = c1.kinds.get("group");
    const found = [...(kind?.check?.({ displayName: "SRE", cel: 'subject.department == "SRE"' }) ?? [])];
    expect(found.map(({ code }) => code)).toEqual(["cel-no-status"]);
    const told = kind?.describe?.({ action: "create", before: undefined, after: SRE, fields: [] });
    expect(told?.notes?.join()).toContain("no circuit breaker");
  });

  it("needs a credential that sees rules", async () => {
    const all = stage();
    const reader = all.emulator.addPrincipal({ roles: ["Read-Only Super Administrator"] });
    const { clientId, clientSecret } = reader;
    const problems = await all.connect({ clientId, clientSecret }).view().preflight(["group", "webhook"]);
    expect(problems).toMatchObject([{ code: "missing-role", message: expect.stringContaining("c1/group") }]);
  });

  it("survives being saved", async () => {
    const all = stage();
    await all.connection.hands(recorder).create("group", SRE, context());
    const again = createC1Emulator(all.world, structuredClone(all.emulator.save()));
    expect(again.save()).toEqual(all.emulator.save());
  });
});

function membersOf({ emulator }: Stage, group: string): readonly string[] {
  const [appId = "", id = ""] = group.split("/");
  return emulator.tenant.grants
    .by("entitlement", `${appId}/${id}`)
    .filter(({ removedAt }) => removedAt === null)
    .map(({ userId }) => userId);
}

async function groupIds({ connection }: Stage): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of connection.view().list("group", { objects: [], everything: true })) ids.push(id);
  return ids;
}

/** What an administrator does by hand. */
async function call({ emulator }: Stage, method: string, path: string, body: unknown): Promise<Response> {
  const { clientId = "", clientSecret = "" } = emulator.settings;
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  const signIn = new Request(`https://${emulator.host}/auth/v1/token`, { method: "POST", body: form });
  const token: unknown = await (await emulator.fetch(signIn)).json();
  const access = typeof token === "object" && token !== null ? Reflect.get(token, "access_token") : "";
  return emulator.fetch(
    new Request(`https://${emulator.host}${path}`, {
      method,
      headers: { authorization: `Bearer ${String(access)}` },
      body: JSON.stringify(body),
    }),
  );
}
