import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { filesOf } from "../../../engine/gitops/hub/archive.ts";
import { problemsOf } from "../../../engine/problem.ts";

const text = strToU8("text");

function refusal(zip: Uint8Array): string | undefined {
  try {
    filesOf(zip, "artifact plan");
  } catch (error) {
    const [problem] = problemsOf(error);
    expect(problem?.code).toBe("bad-archive");
    return problem?.message;
  }
  return undefined;
}

test("files come by their path; folders are none", () => {
  const files = filesOf(
    zipSync({ "plan.json": text, deep: { er: { "x.txt": text } }, "empty/": new Uint8Array() }),
    "artifact plan",
  );
  expect([...files.keys()].sort()).toEqual(["deep/er/x.txt", "plan.json"]);
});

test.each(["../x", "a/../../x", "/etc/passwd", "a//b", "./x", "a\\b", "C:x", "a\0b", "__proto__"])(
  "a file called %j is refused",
  (name) => {
    expect(refusal(renamed(zipSync({ ["z".repeat(name.length)]: text }), name))).toBe(
      `The artifact plan holds a file called ${JSON.stringify(name)}.`,
    );
  },
);

test("what is no archive says so", () => {
  expect(refusal(strToU8("<html>"))).toBe("The artifact plan cannot be unpacked: invalid zip data.");
});

test("a bomb is refused by what it claims, before it is unpacked", () => {
  const zip = zipSync({ "plan.json": new Uint8Array(1_000) });
  // The size of the file in the central directory, 24 bytes behind its signature.
  const view = new DataView(zip.buffer);
  const at = zip.findIndex((_, index) => index + 4 <= zip.length && view.getUint32(index, true) === 0x02014b50);
  view.setUint32(at + 24, 300 * 1024 * 1024, true);
  expect(refusal(zip)).toBe("The artifact plan holds more than 256 MiB.");
  // Too little: what it really holds would be cut off.
  view.setUint32(at + 24, 2_000, true);
  expect(refusal(zip)).toContain("holds less of");
});

test("a name that comes twice is refused: which of them is meant?", () => {
  expect(refusal(renamed(zipSync({ aa: text, zz: text }), "aa"))).toBe('The artifact plan holds "aa" twice.');
});

/** The archive with another name, as long, in the place of one that is all `z`: no library writes such names. */
function renamed(zip: Uint8Array, name: string): Uint8Array {
  const before = strToU8("z".repeat(name.length));
  for (let index = 0; index + before.length <= zip.length; index += 1) {
    if (before.every((byte, offset) => zip[index + offset] === byte)) zip.set(strToU8(name), index);
  }
  return zip;
}
