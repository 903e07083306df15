/** Apps: made by hand, or promoted from what a directory's connector found. */
import { describe, expect, it } from "vitest";
import type { Spec } from "../../../engine/model.ts";
import { createOktaEmulator } from "../../../providers/okta/emulator.ts";
import { changes, complaints } from "./contract.ts";
import { context, find, readOne, recorder, stage } from "./tenant.ts";

const HOUR = 3_600_000;

/** A tenant whose Okta connector has synced, and the name of an app that it found and nobody manages. */
async function synced() {
  const all = stage();
  const okta = createOktaEmulator(all.world);
  all.others.set(okta.host, okta);
  for (let hours = 0; hours < 2; hours += 1) await all.pass(HOUR);
  const directory = await find(all.connection, "app", { name: "Okta" });
  const states = all.emulator.tenant.managedStates.rows().filter((row) => row.managedAppId === "");
  return { all, directory, name: states[0]?.displayName ?? "" };
}

describe("an app that the directory already knows", () => {
  it("is promoted instead of made twice", async () => {
    const { all, directory, name } = await synced();
    expect(name).not.toBe("");
    const spec: Spec = { displayName: name, promoteFrom: { id: directory }, description: "Promoted" };
    const made = await all.connection.hands(recorder).create("app", spec, context());
    await all.pass(180_000);
    const live = await readOne(all.connection, "app", spec, made.id);
    expect(live && changes("app", spec, live)).toEqual([]);
    expect(live && complaints("app", live.spec)).toEqual([]);
  });

  it("is pointed out where somebody would make it anew", async () => {
    const { all, name } = await synced();
    const findings = await all.connection.view().review("app", { displayName: name }, undefined);
    expect(findings).toMatchObject([{ code: "already-discovered", severity: "warning" }]);
    expect(findings[0]?.hint).toBe(undefined);
    expect(await all.connection.view().review("app", { displayName: "Something else" }, undefined)).toEqual([]);
    const whispered = name.toLowerCase();
    expect(whispered).not.toBe(name);
    expect(await all.connection.view().review("app", { displayName: whispered }, undefined)).toMatchObject([
      { code: "already-discovered", message: expect.stringContaining(name), hint: expect.stringContaining(name) },
    ]);
  });

  it("is refused by name where nothing of that name was found", async () => {
    const { all, directory } = await synced();
    const spec: Spec = { displayName: "Nowhere", promoteFrom: { id: directory } };
    await expect(all.connection.hands(recorder).create("app", spec, context())).rejects.toMatchObject({
      problems: [{ code: "not-discovered" }],
    });
  });
});

describe("an app that exists", () => {
  it("is bound by its exact name, system app included", async () => {
    const { connection } = stage();
    for (const name of ["ConductorOne", "Okta", "PagerDuty", "AWS"]) {
      expect((await readOne(connection, "app", { displayName: name }))?.id).toBe(
        await find(connection, "app", { name }),
      );
    }
    const { exact, near } = await connection.view().find("app", { name: "pagerduty" });
    expect([exact, near.map((one) => one.label)]).toEqual([[], ["PagerDuty"]]);
  });
});
