import { expect, test } from "vitest";
import { TextResponse } from "../../../providers/shared/text-response.ts";

const TEXT = '{"name":"Zoë 👩🏽‍🚒"}';
const INIT = { status: 201, headers: { "content-type": "application/json", "x-request-id": "r-1" } };
const made = (): Response => new TextResponse(TEXT, INIT);
const ordinary = (): Response => new Response(TEXT, INIT);

const READERS: Readonly<Record<string, (response: Response) => Promise<unknown>>> = {
  text: (response) => response.text(),
  json: (response) => response.json(),
  arrayBuffer: async (response) => Buffer.from(await response.arrayBuffer()).toString(),
  blob: async (response) => {
    const blob = await response.blob();
    return [blob.type, await blob.text()];
  },
  body: (response) => new Response(response.body).text(),
  clone: (response) => response.clone().text(),
};

for (const [name, read] of Object.entries(READERS)) {
  test(`gives by ${name} what an ordinary response gives`, async () => {
    expect(await read(made())).toEqual(await read(ordinary()));
  });
}

test("is read once, whichever way", async () => {
  for (const first of ["text", "json", "arrayBuffer", "body"]) {
    for (const second of ["text", "json", "arrayBuffer", "blob"]) {
      for (const response of [made(), ordinary()]) {
        await READERS[first]?.(response);
        expect(response.bodyUsed).toBe(true);
        await expect(READERS[second]?.(response), `${second} after ${first}`).rejects.toThrow(/Body/);
      }
    }
  }
});

test("leaves itself to be read where a clone was read, and has no clone once it was read", async () => {
  const response = made();
  expect(await response.clone().json()).toEqual(JSON.parse(TEXT));
  expect(response.bodyUsed).toBe(false);
  expect(await response.text()).toBe(TEXT);
  expect(() => response.clone()).toThrow(/Body/);
});

test("tells status and headers, and lends them to another response", async () => {
  const other = new Response("{}", made());
  expect([other.status, other.headers.get("x-request-id"), await other.text()]).toEqual([201, "r-1", "{}"]);
});

test("shows a list of forms as any response does", async () => {
  const form = new TextResponse("a=1&b=2", { headers: { "content-type": "application/x-www-form-urlencoded" } });
  expect([...(await form.formData())]).toEqual([
    ["a", "1"],
    ["b", "2"],
  ]);
});
