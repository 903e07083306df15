import { describe, expect, it } from "vitest";
import { createBatch } from "../../../providers/c1/client/batch.ts";

describe("questions of one moment", () => {
  it("are one request, in parts of what it bears, and each is asked once", async () => {
    const asked: (readonly string[])[] = [];
    const batch = createBatch(
      2,
      async (keys) => {
        asked.push(keys);
        return new Map(keys.map((key) => [key, key.toUpperCase()]));
      },
      "",
    );

    expect(await Promise.all(["a", "b", "c", "a"].map((key) => batch.get(key)))).toEqual(["A", "B", "C", "A"]);
    expect(await batch.get("c")).toBe("C");
    expect(asked).toEqual([["a", "b"], ["c"]]);
  });

  it("have an answer where the request brought none, and where another brought it before", async () => {
    const batch = createBatch<string | undefined>(10, async () => new Map(), undefined);
    batch.put("known", "before");

    expect([await batch.get("known"), await batch.get("gone")]).toEqual(["before", undefined]);
  });

  it("fail together, and may be asked again", async () => {
    let requests = 0;
    const batch = createBatch(
      10,
      async (keys) => {
        requests += 1;
        if (requests === 1) throw new Error("not now");
        return new Map(keys.map((key) => [key, requests]));
      },
      0,
    );

    const both = await Promise.allSettled([batch.get("a"), batch.get("b")]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await batch.get("a")).toBe(2);
  });
});
