import { expect, test } from "vitest";
import { digestOfDocuments } from "../../../engine/config/digest.ts";
import { validated } from "./small-world.ts";

const a = "kind: shop/team\nname: a\nspec: { name: A, members: [x, y] }\n";
const b = 'kind: shop/team\nname: b\nspec: { name: "B ${var:region}" }\n';
const digest = async (text: string, variables: Record<string, string> = {}) =>
  digestOfDocuments((await validated(text, { variables })).resources);

test("order, places and key order do not count; content and variables do", async () => {
  const declared = await digest(`${a}---\n${b}`);
  expect(declared).toMatch(/^[0-9a-f]{64}$/);
  expect(await digest(`# moved\n\n${b}---\nname: a\nkind: shop/team\nspec:\n  members: [x, y]\n  name: A\n`)).toBe(
    declared,
  );
  expect(await digest(`${a}---\n${b}`, { region: "us" })).not.toBe(declared);
  expect(await digest(`${a.replace("[x, y]", "[x]")}---\n${b}`)).not.toBe(declared);
  expect(await digest(`protect: true\n${a}---\n${b}`)).not.toBe(declared);
});
