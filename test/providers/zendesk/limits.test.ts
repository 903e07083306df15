import { expect, test } from "vitest";
import { connected } from "./connected.ts";

test("the account's budget is learnt from its answers, a fifth is left to others, and nobody is refused", async () => {
  const statuses: number[] = [];
  const tenant = connected({
    through: (pass) => async (request) => {
      const answer = await pass(request);
      statuses.push(answer.status);
      return answer;
    },
  });
  tenant.memory.plan = "growth";
  const perMinute: number[] = [];
  for (let n = 0; n < 700; n += 1) {
    await tenant.view().find("group", { name: "Support" });
    const minute = Math.floor(tenant.waits.reduce((sum, wait) => sum + wait, 0) / 60_000);
    perMinute[minute] = (perMinute[minute] ?? 0) + 1;
  }
  expect(statuses).not.toContain(429);
  expect(perMinute).toEqual([320, 320, 60]);
});

test("a 429 without a single word of JSON is waited out as its header says", async () => {
  let refused = 0;
  const tenant = connected({
    through: (pass) => async (request) => {
      if (request.url.includes("/groups") && refused === 0) {
        refused += 1;
        return new Response("Rate limit exceeded", { status: 429, headers: { "retry-after": "33" } });
      }
      return pass(request);
    },
  });
  expect((await tenant.view().find("group", { name: "Support" })).exact).toHaveLength(1);
  expect(tenant.waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(33_000);
});
