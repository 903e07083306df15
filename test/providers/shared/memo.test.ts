import { describe, expect, test } from "vitest";
import { createMemo, once } from "../../../providers/shared/memo.ts";

describe("a memo", () => {
  test("reads each key once, also for callers who ask while it is read", async () => {
    const memo = createMemo<string>();
    const read: string[] = [];
    const ask = (key: string): Promise<string> =>
      memo(key, async () => {
        read.push(key);
        return `the ${key}`;
      });

    expect(await Promise.all([ask("ada"), ask("ada"), ask("grace")])).toEqual(["the ada", "the ada", "the grace"]);
    expect(await ask("ada")).toBe("the ada");
    expect(read).toEqual(["ada", "grace"]);
  });

  test("keeps that there is nothing", async () => {
    let reads = 0;
    const nothing = once(async () => {
      reads += 1;
      return undefined;
    });

    expect([await nothing(), await nothing()]).toEqual([undefined, undefined]);
    expect(reads).toBe(1);
  });

  test("keeps no failure: all who waited hear of it, and who asks again asks anew", async () => {
    let reads = 0;
    const flaky = once(async () => {
      reads += 1;
      if (reads === 1) throw new Error("not now");
      return reads;
    });

    expect((await Promise.allSettled([flaky(), flaky()])).map(({ status }) => status)).toEqual([
      "rejected",
      "rejected",
    ]);
    expect(await flaky()).toBe(2);
  });
});
