import { expect, test } from "vitest";
import { withDocuments } from "../../../engine/adopt/splice.ts";

test("a file that can hold no more is not added to", () => {
  const full = `#${"x".repeat(32 * 1024 * 1024 - 12)}\nkind: a\n`;
  expect(withDocuments(full, ["kind: b\n"], "x.yaml")).toBeUndefined();
  expect(withDocuments("kind: a", ["kind: b\n", "kind: c\n"], "x.yaml")).toBe("kind: a\n---\nkind: b\n---\nkind: c\n");
});
