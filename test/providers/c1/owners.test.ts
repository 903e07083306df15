/** Owners by entitlement, and of connectors: roles have no published names, so they are read off who is there. */
import { expect, it } from "vitest";
import type { FieldChange, Live } from "../../../engine/model.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { context, readOne, recorder, resolved, type Stage, stage, watched } from "./tenant.ts";

const LATER = 150_000;
const [ADA, GRACE] = ["ada@acme.example", "grace@acme.example"] as const;

async function oktaConnector(all: Stage): Promise<{ readonly live: Live; readonly people: Record<string, string> }> {
  const [connector] = all.emulator.tenant.connectors.rows();
  if (connector === undefined) throw new Error("the sandbox has no connector");
  const app = { id: connector.appId };
  const live = await readOne(all.connection, "connector", { app, integration: "okta_v2", owners: [] });
  if (live === undefined) throw new Error("the connector is not found");
  return { live, people: await resolved(all.connection, ADA, GRACE) };
}

const owns = (op: "add" | "remove", element: string): FieldChange => ({ op, path: ["owners"], element });

it("of a connector come and go one at a time, in the role that the app's owners have", async () => {
  const all = stage();
  const { live, people } = await oktaConnector(all);
  const { connection, sent } = watched(all);
  const spec = { app: live.spec.app ?? null, integration: "okta_v2", owners: [ADA] };
  await connection.hands(recorder).update("connector", live, spec, [owns("add", ADA)], context(people));
  await all.pass(LATER);
  const now = await readOne(all.connection, "connector", spec);
  expect(now?.spec.owners).toEqual([ADA]);
  const swap = [owns("add", GRACE), owns("remove", ADA)];
  await connection
    .hands(recorder)
    .update("connector", now ?? live, { ...spec, owners: [GRACE] }, swap, context(people));
  const writes = sent.filter(({ method, path }) => method !== "GET" && !path.includes("/search/"));
  expect(writes.map(({ method, path }) => `${method} ${path.replace(/.*\/owners/, "")}`)).toEqual([
    `POST /users/owner/${people[ADA]}`,
    `POST /users/owner/${people[GRACE]}`,
    `DELETE /users/owner/${people[ADA]}`,
  ]);
});

it("is a problem where nobody shows what the role is called, or several do", async () => {
  const all = stage();
  const { owners } = all.emulator.tenant;
  const { live, people } = await oktaConnector(all);
  const add = () =>
    all.connection.hands(recorder).update("connector", live, live.spec, [owns("add", ADA)], context(people));
  const [appOwners] = owners.rows();
  const [version] = appOwners?.versions ?? [];
  if (appOwners === undefined || version === undefined) throw new Error("the sandbox has no owner");
  const user = { id: people[ADA] ?? "", role: "steward", since: all.emulator.tenant.stamp() };
  owners.put({ ...appOwners, versions: [{ ...version, users: [...version.users, user] }] });
  await expect(add()).rejects.toMatchObject({ problems: [{ code: "owner-role-ambiguous" }] });
  for (const { key } of owners.rows()) owners.delete(key);
  await expect(add()).rejects.toMatchObject({ problems: [{ code: "owner-role-unknown" }] });
});

it.each(["app", "connector", "entitlement", "group", "access-profile"])(
  "of %s by entitlement are said in words, since no impact names them",
  (kind) => {
    const element = { id: "a/b" };
    const told = (fields: readonly FieldChange[]) =>
      c1.kinds.get(kind)?.describe?.({ action: "update", before: undefined, after: {}, fields })?.notes?.join() ?? "";
    expect(told([{ op: "add", path: ["ownerEntitlements"], element }])).toContain("owns it too");
    expect(told([{ op: "remove", path: ["ownerEntitlements"], element }])).toBe("");
  },
);
