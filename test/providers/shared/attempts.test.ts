import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../engine/problem.ts";
import { attemptAll, onEach, throwAny } from "../../../providers/shared/attempts.ts";
import { inParallel } from "../../../providers/shared/in-parallel.ts";

const refused = (message: string, fatal = false): ProblemError =>
  new ProblemError({ code: "refused", message, ...(fatal ? { fatal } : {}) });

const turn = (): Promise<void> => new Promise(setImmediate);

describe("on each of many", () => {
  test("one that fails keeps no other out, and is named", async () => {
    const done: number[] = [];
    const problems = await onEach(
      Array.from({ length: 20 }, (_, index) => index),
      (item) => `member ${item}`,
      async (item) => {
        if (item % 10 === 3) throw refused("no such user");
        done.push(item);
      },
    );

    expect(problems.map(({ message }) => message)).toEqual(["member 3: no such user", "member 13: no such user"]);
    expect(done).toHaveLength(18);
  });

  test("only a few are under way at once", async () => {
    let now = 0;
    let most = 0;
    await onEach(Array.from({ length: 20 }), String, async () => {
      now += 1;
      most = Math.max(most, now);
      await turn();
      now -= 1;
    });
    expect(most).toBe(5);
  });

  test("a dead credential ends it", async () => {
    let tried = 0;
    const problems = await onEach(Array.from({ length: 20 }), String, async () => {
      tried += 1;
      await turn();
      throw refused("dead", true);
    });
    expect([problems.length, tried]).toEqual([5, 5]);
  });

  test("what nobody foresaw is thrown, but not before all is quiet", async () => {
    const done: number[] = [];
    const work = onEach([0, 1, 2, 3, 4, 5, 6], String, async (item) => {
      if (item === 0) throw new Error("a bug");
      await turn();
      done.push(item);
    });
    await expect(work).rejects.toThrow("a bug");
    expect(done).toEqual([1, 2, 3, 4]);
  });

  test("a mistake before the first call of an item is that item's", async () => {
    const problems = await onEach(["ada"], String, () => {
      throw refused("unknown");
    });
    expect(problems).toMatchObject([{ message: "ada: unknown" }]);
  });
});

describe("steps of a write", () => {
  test("run in order, and what failed is said at the end, all of it", async () => {
    const done: string[] = [];
    const work = attemptAll([
      async () => done.push("label"),
      () => Promise.reject(refused("first")),
      async () => done.push("owners"),
      () => Promise.reject(refused("second")),
    ]);

    await expect(work).rejects.toMatchObject({ problems: [{ message: "first" }, { message: "second" }] });
    expect(done).toEqual(["label", "owners"]);
  });

  test("end at a dead credential", async () => {
    const done: string[] = [];
    const work = attemptAll([() => Promise.reject(refused("dead", true)), async () => done.push("owners")]);

    await expect(work).rejects.toThrow("dead");
    expect(done).toEqual([]);
  });

  test("without a problem throw none", () => {
    expect(() => throwAny([])).not.toThrow();
  });
});

describe("in parallel", () => {
  test("answers come in the order of the questions, a few under way at once", async () => {
    let now = 0;
    let most = 0;
    const seen: number[] = [];
    const answers = inParallel(
      Array.from({ length: 12 }, (_, index) => index),
      async (item) => {
        now += 1;
        most = Math.max(most, now);
        for (let turns = 0; turns < (item * 7) % 5; turns += 1) await turn();
        now -= 1;
        return item;
      },
    );
    for await (const answer of answers) seen.push(answer);

    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect(most).toBeLessThanOrEqual(5);
  });

  test("a failure comes in its turn, and nothing new is begun after it", async () => {
    const begun: number[] = [];
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const answer of inParallel([0, 1, 2, 3, 4, 5, 6, 7, 8], async (item) => {
        begun.push(item);
        if (item === 2) throw refused("gone");
        return item;
      }))
        seen.push(answer);
    };

    await expect(read()).rejects.toThrow("gone");
    expect(seen).toEqual([0, 1]);
    expect(begun).not.toContain(8);
  });
});
