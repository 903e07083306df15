/** Addresses that C1 calls, and words that it cannot rename. */
import { describe, expect, it } from "vitest";
import type { Spec } from "../../../engine/model.ts";
import { c1 } from "../../../providers/c1/provider.ts";
import { context, recorder, stage } from "./tenant.ts";

const HOOK = { displayName: "Ticket bot", url: "https://hooks.acme.example/c1" };

function codes(spec: Spec): readonly string[] {
  return [...(c1.kinds.get("webhook")?.check?.({ ...HOOK, ...spec }) ?? [])].map(({ code }) => code);
}

describe("a webhook", () => {
  it.each(["http://hooks.acme.example", "https://hooks.acme.example:8443/c1", "https://me:pw@hooks.acme.example"])(
    "is no address that C1 would not call: %s",
    (url) => expect(codes({ url })).toEqual(["webhook-url"]),
  );

  it("waits between a day and thirty, written in one way", () => {
    expect(codes({ callbackTimeout: "1d" })).toEqual([]);
    expect(codes({ callbackTimeout: "30d" })).toEqual([]);
    expect(codes({ callbackTimeout: "24h" })).toEqual(["duration-spelling"]);
    expect(codes({ callbackTimeout: "12h" })).toEqual(["callback-timeout"]);
    expect(codes({ callbackTimeout: "31d" })).toEqual(["callback-timeout"]);
  });

  it("waits eight days where nobody says how long", async () => {
    const made = await stage().connection.hands(recorder).create("webhook", HOOK, context());
    expect(made.spec.callbackTimeout).toBe("8d");
  });

  it.each([
    { ...HOOK, url: "https://hooks.acme.example:8443" },
    { ...HOOK, callbackTimeout: "31d" },
  ])("is refused by the tenant too: %o", async (spec) => {
    const made = stage().connection.hands(recorder).create("webhook", spec, context());
    await expect(made).rejects.toMatchObject({ problems: [{ code: "refused" }] });
  });
});

describe("a risk level", () => {
  it("is replaced, not renamed, and the plan says what that breaks", () => {
    const level = c1.kinds.get("risk-level");
    expect(level?.can.update).toBe(false);
    const told = level?.describe?.({
      action: "replace",
      before: { id: "1", spec: { value: "High" } },
      after: { value: "Severe" },
      fields: [],
    });
    expect(told?.notes?.join()).toContain("risk_level_value_id");
  });
});
