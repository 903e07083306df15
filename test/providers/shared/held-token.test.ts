import { expect, test } from "vitest";
import { holdToken } from "../../../providers/shared/held-token.ts";
import { testClock } from "../../support/clock.ts";

/** Tokens of an hour, numbered; `refuse` makes the next request fail. */
function held() {
  const clock = testClock();
  let asked = 0;
  let refusing = false;
  const token = holdToken(
    async () => {
      asked += 1;
      await Promise.resolve();
      if (refusing) throw new Error("refused");
      return { value: asked, obtainedAt: clock.now(), expiresAt: clock.now() + 3_600_000 };
    },
    clock,
    60_000,
  );
  return {
    ...token,
    clock,
    value: async () => (await token.get()).value,
    refuse(yes: boolean) {
      refusing = yes;
    },
  };
}

test("callers that wait together get one token, and so do those after them", async () => {
  const { value, known } = held();
  expect(known()).toBeUndefined();
  expect(await Promise.all([value(), value(), value()])).toEqual([1, 1, 1]);
  expect(known()?.value).toBe(1);
  expect(await value()).toBe(1);
});

test("a token is asked for anew before its end, not at it", async () => {
  const { value, clock } = held();
  await value();
  clock.pass(3_600_000 - 60_000);
  expect(await value()).toBe(1);
  clock.pass(1);
  expect(await value()).toBe(2);
});

test("a refusal is said to all who waited, and not kept", async () => {
  const { value, refuse } = held();
  refuse(true);
  expect(await Promise.allSettled([value(), value()])).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  refuse(false);
  expect(await value()).toBe(2);
});

test("one that is refused is forgotten, unless it came a moment ago", async () => {
  const { value, forget, clock } = held();
  await value();
  clock.pass(4_999);
  forget();
  expect(await value()).toBe(1);
  clock.pass(1);
  forget();
  expect(await value()).toBe(2);
  forget();
  expect(await value()).toBe(2);
  forget(true);
  expect(await value()).toBe(3);
});
