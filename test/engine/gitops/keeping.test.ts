/** What an artifact holds of a plan, for nobody but who has the key. */
import { expect, test } from "vitest";
import { openText, sealText } from "../../../engine/gitops/keeping.ts";

const KEY = "a state key that is long enough";
const PLAN = JSON.stringify({ changes: ["ada@acme.example joins prod"] });

test("sealed under the state key, it tells nothing and opens again", async () => {
  const sealed = await sealText(PLAN, KEY);
  expect(Buffer.from(sealed, "latin1").toString("utf8")).not.toContain("ada");
  expect(sealed).toMatch(/^eyJ[\w-]+\.\./);
  expect(await openText(Buffer.from(sealed), KEY)).toBe(PLAN);
});

test("under another key, or changed, it is refused with what next", async () => {
  const sealed = await sealText(PLAN, KEY);
  await expect(openText(Buffer.from(sealed), `${KEY}!`)).rejects.toThrow(/another ACCORD_STATE_KEY/);
  await expect(
    openText(Buffer.from(sealed.replace(/.$/, "A").replace(/\.[^.]+$/, ".AAAAAAAAAAAAAAAAAAAAAA")), KEY),
  ).rejects.toThrow(/another ACCORD_STATE_KEY/);
});

test("what was never sealed is read as it is", async () => {
  expect(await openText(Buffer.from(PLAN), KEY)).toBe(PLAN);
});
