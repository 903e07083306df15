/** `DELETE /groups/{g}/members/{m}` without `/$ref` deletes the person: no value that a DELETE takes can say that. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isRemoval, linkRemoval, managerRemoval, objectRemoval } from "../../../providers/entra/client/removals.ts";
import { connected } from "./connected.ts";

const root = new URL("../../../providers/entra/", import.meta.url).pathname;

const awkward = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom("..", ".", "a/b", "x/$ref", "x?$ref", "x#", "x/../../../users/y", "%2f", "$ref", "a b"),
);

describe("what may be deleted", () => {
  test("a member or owner is removed as a link, whatever its id", () => {
    fc.assert(
      fc.property(
        awkward,
        awkward,
        fc.constantFrom("members" as const, "owners" as const),
        (group, other, relation) => {
          let path: string;
          try {
            path = linkRemoval(group, relation, other);
          } catch {
            return;
          }
          const { pathname, search, hash } = new URL(`https://graph.microsoft.com/v1.0${path}`);
          expect(pathname).toMatch(/^\/v1\.0\/groups\/[^/]+\/(?:members|owners)\/[^/]+\/\$ref$/);
          expect(search + hash).toBe("");
        },
      ),
    );
  });

  test("an object is removed from its own collection, whatever its id", () => {
    fc.assert(
      fc.property(awkward, fc.constantFrom("users" as const, "groups" as const), (id, collection) => {
        let path: string;
        try {
          path = objectRemoval(collection, id);
        } catch {
          return;
        }
        const { pathname, search, hash } = new URL(`https://graph.microsoft.com/v1.0${path}`);
        expect(pathname.split("/").slice(0, 3)).toEqual(["", "v1.0", collection]);
        expect(pathname.split("/")).toHaveLength(4);
        expect(search + hash).toBe("");
      }),
    );
  });

  test("an empty id is refused: it would mean the collection", () => {
    expect(() => linkRemoval("g", "members", "")).toThrow(/empty/);
    expect(() => objectRemoval("users", "")).toThrow(/empty/);
    expect(() => managerRemoval("..")).toThrow(/empty/);
  });

  test.each([
    "/groups/g/members/m",
    "/groups/g/owners/m",
    "/groups/g/members/$ref",
    "/users/u/manager",
    "/groups/g/members/m/$ref?x",
    "/groups",
    "/users",
  ])("%s is nothing that may be deleted", (path) => {
    expect(isRemoval(path)).toBe(false);
  });

  test("nothing but removals.ts makes such a value", () => {
    const sources = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("/emulator"))
      .map((entry) => join(entry.parentPath, entry.name));
    const casting = sources.filter((file) => /\bas Removal\b|is Removal\b/.test(readFileSync(file, "utf8")));
    expect(casting.map((file) => file.slice(root.length))).toEqual(["client/removals.ts"]);
  });

  test("the dangerous form does in the emulator what it does in Graph: the person is gone", async () => {
    const { emulator, byHand, groupId, personId } = connected({ lag: 0 });
    const ada = personId("ada");
    await byHand("DELETE", `/groups/${groupId("Engineering")}/members/${ada}`);
    expect(emulator.tenant.users.now(ada)).toBeUndefined();
    expect(emulator.tenant.deleted.get(ada)?.type).toBe("user");
  });
});
