/** A vault is known by its id alone, and C1 takes its owners once. */
import { expect, it } from "vitest";
import type { Gone, Live } from "../../../engine/model.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { changes, complaints } from "./contract.ts";
import { context, recorder, resolved, stage, watched } from "./tenant.ts";

const PEOPLE = ["ada@acme.example", "grace@acme.example"];
const VAULT = { displayName: "Break-glass", access: "magic", magic: { views: 1 }, owners: ["ada@acme.example"] };

it("shows the owners that were applied, so that others are a change", async () => {
  const all = stage();
  const people = await resolved(all.connection, ...PEOPLE);
  const made = await all.connection.hands(recorder).create("vault", VAULT, context(people));
  const wanted = { ...VAULT, owners: ["grace@acme.example"] };
  const answers: (Live | Gone)[] = [];
  const asked = { id: made.id, fields: ["owners"], known: [wanted, VAULT] };
  for await (const answer of all.connection.view().get("vault", [asked])) answers.push(answer);
  const [live] = answers;
  if (live === undefined || "gone" in live) throw new Error("the vault is gone");
  expect(changes("vault", VAULT, live)).toEqual([]);
  expect(changes("vault", wanted, live).map(({ path }) => path[0])).toContain("owners");
  expect(live.people).toEqual({ "ada@acme.example": people["ada@acme.example"] });
});

it("never sends owners again, and always says what it changes", async () => {
  const all = stage();
  const { connection, sent } = watched(all);
  const people = await resolved(all.connection, ...PEOPLE);
  const made = await connection.hands(recorder).create("vault", VAULT, context(people));
  const field = { op: "set", path: ["magic", "views"], before: 1, after: 2 } as const;
  await connection.hands(recorder).update("vault", made, { ...VAULT, magic: { views: 2 } }, [field], context(people));
  expect(sent.findLast(({ path }) => path.endsWith(made.id))?.body).toEqual({
    vault: { magicVault: { allowUnauthedViews: false, allowedViews: 2 } },
    updateMask: "magicVault",
  });
});

it("is said to be in no list, and to take its contents with it", () => {
  const told = (action: string) =>
    c1.kinds.get("vault")?.describe?.({ action, before: undefined, after: VAULT, fields: [] });
  expect(told("create")?.notes?.join()).toContain("cannot list vaults");
  expect(told("replace")).toMatchObject({ undo: "none" });
  expect(told("replace")?.notes?.join()).toContain("nothing brings it back");
  expect(told("none")).toEqual({});
});

it("has links only where links open it", () => {
  expect(complaints("vault", VAULT)).toEqual([]);
  expect(complaints("vault", { ...VAULT, access: "group" })).not.toEqual([]);
});
