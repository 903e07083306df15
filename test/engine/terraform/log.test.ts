/** Under TF_LOG: records that Terraform takes for its own. `handshake.test.ts` reads those of a real process. */
import { expect, test } from "vitest";
import { createMask } from "../../../engine/report/mask.ts";
import { logged, openLog } from "../../../engine/terraform/log.ts";
import type { Request } from "../../../engine/terraform/service.ts";
import { testClock } from "../../support/clock.ts";

function opened(env: Readonly<Record<string, string>>) {
  const lines: string[] = [];
  const mask = createMask(["s3cret-value"]);
  const log = openLog({ env, now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6), mask, write: (line) => lines.push(line) });
  return { log, lines };
}

test("nothing is written unless somebody asks, and then from the level that they ask for", () => {
  expect([opened({}).log, opened({ TF_LOG: "OFF" }).log]).toEqual([undefined, undefined]);
  for (const [env, levels] of [
    [{ TF_LOG: "JSON" }, 3],
    [{ TF_LOG: "DEBUG" }, 2],
    [{ TF_LOG: "TRACE", TF_LOG_PROVIDER: "warn" }, 1],
    [{ TF_LOG_PROVIDER: "trace", TF_LOG_PROVIDER_ACCORD: "error" }, 0],
  ] as const) {
    const { log, lines } = opened(env);
    for (const level of ["trace", "debug", "warn"] as const) log?.write(level, "said");
    expect(lines, JSON.stringify(env)).toHaveLength(levels);
  }
});

test("a call is a record with its duration, and each thing that is wrong one of its own; secrets are in none", async () => {
  const { log, lines } = opened({ TF_LOG: "debug" });
  if (log === undefined) throw new Error("no log");
  const clock = testClock();
  const problem = { severity: "ERROR", summary: "s3cret-value is no token", detail: "x" };
  const service = logged(
    {
      calls: {
        async ReadResource() {
          clock.pass(250);
          return { diagnostics: [problem, { ...problem, severity: "WARNING", summary: "old" }] };
        },
      },
      streams: {
        async *ListResource() {
          yield { display_name: "a" };
          yield { diagnostic: [problem] };
        },
      },
    },
    log,
    { clock },
  );
  const request: Partial<Request> = { type_name: "accord_okta_group" };
  await service.calls.ReadResource?.(request as Request);
  const names: unknown[] = [];
  for await (const event of service.streams.ListResource?.(request as Request) ?? []) names.push(event);
  expect(names).toHaveLength(2);
  expect(lines.map((line) => JSON.parse(line))).toMatchInlineSnapshot(`
    [
      {
        "@level": "error",
        "@message": "•••• is no token",
        "@module": "accord",
        "@timestamp": "2026-01-02T03:04:05.006000Z",
        "tf_provider_addr": "accord.local/accord/accord",
        "tf_resource_type": "accord_okta_group",
        "tf_rpc": "ReadResource",
      },
      {
        "@level": "warn",
        "@message": "old",
        "@module": "accord",
        "@timestamp": "2026-01-02T03:04:05.006000Z",
        "tf_provider_addr": "accord.local/accord/accord",
        "tf_resource_type": "accord_okta_group",
        "tf_rpc": "ReadResource",
      },
      {
        "@level": "debug",
        "@message": "ReadResource",
        "@module": "accord",
        "@timestamp": "2026-01-02T03:04:05.006000Z",
        "tf_provider_addr": "accord.local/accord/accord",
        "tf_req_duration_ms": 250,
        "tf_resource_type": "accord_okta_group",
        "tf_rpc": "ReadResource",
      },
      {
        "@level": "error",
        "@message": "•••• is no token",
        "@module": "accord",
        "@timestamp": "2026-01-02T03:04:05.006000Z",
        "tf_provider_addr": "accord.local/accord/accord",
        "tf_resource_type": "accord_okta_group",
        "tf_rpc": "ListResource",
      },
      {
        "@level": "debug",
        "@message": "ListResource",
        "@module": "accord",
        "@timestamp": "2026-01-02T03:04:05.006000Z",
        "tf_provider_addr": "accord.local/accord/accord",
        "tf_req_duration_ms": 0,
        "tf_resource_type": "accord_okta_group",
        "tf_rpc": "ListResource",
      },
    ]
  `);
});
