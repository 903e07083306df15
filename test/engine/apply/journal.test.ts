import { describe, expect, it } from "vitest";
import { type Journal, openJournal } from "../../../engine/apply/journal.ts";
import type { JournalStep } from "../../../engine/apply/journal-record.ts";
import { recover, recoverState } from "../../../engine/apply/journal-recovery.ts";
import type { Lease, Log } from "../../../engine/state/backend.ts";
import { memoryBackend } from "../../../engine/state/memory.ts";
import { emptyState } from "../../../engine/state/state.ts";
import { ada, bob, codesOf, steppingClock } from "../../conformance/backend.ts";
import { owned } from "../state/samples.ts";

const step = (name: string, operation: JournalStep["operation"] = "create"): JournalStep => ({
  id: `step-${name}`,
  address: `okta/group/${name}`,
  operation,
});

const post = { method: "POST", path: "/api/v1/groups", key: "ops" };

/** A journal on a log that counts its appends: each is one fsync. */
async function setUp() {
  const clock = steppingClock();
  const backend = memoryBackend({ stack: "acme", environment: "prod", clock });
  const appends: (readonly string[])[] = [];
  const log: Log = {
    ...backend.journal,
    async append(lines, lease) {
      appends.push(lines);
      await backend.journal.append(lines, lease);
    },
  };
  const lease = await backend.lease(ada);
  const open = (under: Lease = lease): Promise<Journal> =>
    openJournal(log, { run: "run-1", plan: "digest", lineage: "lineage-1", lease: under, clock });
  return { backend, clock, lease, log, appends, open, journal: await open() };
}

describe("the journal", () => {
  it("holds an intent before the request may be sent", async () => {
    const { journal, log } = await setUp();
    await journal.recorder(step("ops")).intent(post);
    expect(recover(await log.readAll()).open).toEqual([
      {
        run: "run-1",
        step: "step-ops",
        address: "okta/group/ops",
        operation: "create",
        at: "2026-03-03T12:00:00.000Z",
        requests: [{ method: "POST", path: "/api/v1/groups", key: "ops", at: "2026-03-03T12:00:00.000Z" }],
        made: [],
      },
    ]);
  });

  it("makes one append of concurrent intents, and of those that come while it is on its way", async () => {
    const { journal, appends } = await setUp();
    const before = appends.length;
    await Promise.all(Array.from({ length: 100 }, (_, index) => journal.recorder(step(`g${index}`)).intent(post)));
    expect(appends.length - before).toBe(1);
    const waves = [1, 2, 3].map(async (wave) => {
      for (let turn = 0; turn < wave; turn += 1) await Promise.resolve();
      await journal.recorder(step(`w${wave}`)).intent(post);
    });
    await Promise.all(waves);
    expect(appends.length - before).toBe(2);
  });

  it("lets outcomes travel with the next append", async () => {
    const { journal, appends } = await setUp();
    const intent = await journal.recorder(step("ops")).intent(post);
    const before = appends.length;
    intent.outcome({ status: 200, requestId: "req-1" });
    expect(appends.length).toBe(before);
    await journal.made(step("ops"), "00g1");
    expect(appends.length).toBe(before + 1);
    expect(appends.at(-1)?.map((line) => JSON.parse(line).type)).toEqual(["outcome", "made"]);
  });

  it("keeps no value of a query", async () => {
    const { journal, appends } = await setUp();
    await journal.recorder(step("ops")).intent({ method: "POST", path: "/users?activate=true&token=s3cret&x" });
    expect(appends.flat().join()).not.toContain("s3cret");
    expect(JSON.parse(appends.flat().at(-1) ?? "").path).toBe("/users?activate=…&token=…&x=…");
  });

  it("sends nothing once the lease is lost", async () => {
    const { journal, backend, clock, appends } = await setUp();
    clock.pass(120_000);
    const before = appends.length;
    expect(await codesOf(journal.recorder(step("ops")).intent(post))).toEqual(["lease-lost"]);
    expect(appends.length).toBe(before);
    const overtaken = await setUp();
    await overtaken.backend.unlock(bob);
    expect(await codesOf(overtaken.journal.recorder(step("ops")).intent(post))).toEqual(["lease-lost"]);
    expect(await backend.holder()).toBeDefined();
  });

  it("sends nothing when the disk kept the intent for longer than the lease lasts", async () => {
    const { backend, clock, lease } = await setUp();
    const slow: Log = {
      ...backend.journal,
      async append(lines, under) {
        await backend.journal.append(lines, under);
        if (lines.some((line) => line.includes("intent"))) clock.pass(120_000);
      },
    };
    const journal = await openJournal(slow, { run: "r", plan: "p", lineage: "l", lease, clock });
    expect(await codesOf(journal.recorder(step("ops")).intent(post))).toEqual(["lease-lost"]);
  });

  it("is empty after a run that left nothing open", async () => {
    const { journal, log } = await setUp();
    const intent = await journal.recorder(step("ops")).intent(post);
    intent.outcome({ status: 200 });
    await journal.done(step("ops"), { owned: owned("okta/group/ops") });
    await journal.checkpoint(1, journal.position());
    await journal.close();
    expect(await log.readAll()).toEqual([]);
  });

  it("keeps what is open, or not yet in state, for the next run", async () => {
    const { journal, log, open } = await setUp();
    await journal.recorder(step("ops")).intent(post);
    await journal.done(step("dev"), { owned: owned("okta/group/dev") });
    await journal.close();
    expect(recover(await log.readAll()).covered).toHaveLength(1);

    const next = await open();
    expect(next.recovered().open.map((one) => one.address)).toEqual(["okta/group/ops"]);
    await next.checkpoint(2, next.position());
    await next.close();
    expect(recover(await log.readAll())).toMatchObject({ covered: [], open: [{ address: "okta/group/ops" }] });

    const last = await open();
    await last.done({ id: "settle", address: "okta/group/ops", operation: "create" }, { unchanged: true });
    await last.close();
    expect(await log.readAll()).toEqual([]);
  });

  it("drops a torn last line before it goes on", async () => {
    const { journal, log, lease, open } = await setUp();
    await journal.recorder(step("ops")).intent(post);
    await log.replace([...(await log.readAll()), '{"type":"made","st'], lease);
    await (await open()).recorder(step("dev")).intent(post);
    expect(recover(await log.readAll()).open).toHaveLength(2);
  });

  it("is not written on when it is damaged", async () => {
    const { journal, log, lease, open } = await setUp();
    await journal.recorder(step("ops")).intent(post);
    await log.replace(["{}", ...(await log.readAll())], lease);
    expect(await codesOf(open())).toEqual(["journal-damaged"]);
  });
});

describe("recovery", () => {
  /** What recovery says after these answers to one step's requests; undefined: the crash came first. */
  async function openAfter(...statuses: readonly (number | undefined)[]): Promise<number> {
    const { journal, log } = await setUp();
    for (const status of statuses) {
      const intent = await journal.recorder(step("ops")).intent(post);
      if (status !== undefined) intent.outcome({ status });
    }
    await journal.checkpoint(0, 0);
    return recover(await log.readAll()).open.length;
  }

  it("has a step open unless the vendor refused each of its requests", async () => {
    expect(await openAfter(undefined)).toBe(1);
    expect(await openAfter(0)).toBe(1);
    expect(await openAfter(201)).toBe(1);
    expect(await openAfter(500)).toBe(1);
    expect(await openAfter(408)).toBe(1);
    expect(await openAfter(429, 400)).toBe(0);
    expect(await openAfter(200, 403)).toBe(1);
  });

  it("knows the ids that the vendor gave before the crash", async () => {
    const { journal, log } = await setUp();
    const intent = await journal.recorder(step("ops")).intent(post);
    intent.outcome({ status: 201, requestId: "req-1" });
    await journal.made(step("ops"), "00g1");
    expect(recover(await log.readAll()).open).toMatchObject([
      { made: ["00g1"], requests: [{ status: 201, requestId: "req-1" }] },
    ]);
  });

  it("gives the steps that state does not hold yet, the last word on each address", async () => {
    const { journal, log } = await setUp();
    await journal.done(step("a"), { owned: owned("okta/group/a") });
    const upTo = journal.position();
    await journal.done(step("b"), { owned: owned("okta/group/b") });
    await journal.checkpoint(1, upTo);
    await journal.done(step("c"), { owned: owned("okta/group/c") });
    await journal.done(step("c", "delete"), { removed: true });
    expect(recover(await log.readAll()).covered).toEqual([
      { address: "okta/group/b", owned: owned("okta/group/b") },
      { address: "okta/group/c", removed: true },
    ]);
  });

  it("brings state to where the run was", async () => {
    const { journal, log } = await setUp();
    await journal.done(step("a"), { owned: owned("okta/group/a") });
    const recovered = recover(await log.readAll());
    const state = emptyState("acme", "prod", "lineage-1");
    expect(recoverState(state, recovered).resources).toEqual([owned("okta/group/a")]);
    expect(() => recoverState({ ...state, lineage: "lineage-2" }, recovered)).toThrowError(
      /belongs to a state of lineage/,
    );
  });

  it("says nothing of an empty journal", () => {
    expect(recover([])).toEqual({ lineage: undefined, covered: [], open: [] });
  });

  it("takes a torn last line for normal, and a hole for damage", async () => {
    const { journal, log } = await setUp();
    await journal.recorder(step("a")).intent(post);
    await journal.done(step("b"), { owned: owned("okta/group/b") });
    const lines = await log.readAll();
    for (let length = 1; length < (lines.at(-1) ?? "").length; length += 9) {
      const torn = recover([...lines.slice(0, -1), (lines.at(-1) ?? "").slice(0, length)]);
      expect(torn.covered).toEqual([]);
      expect(torn.open).toHaveLength(1);
    }
    const [first = "", , last = ""] = lines;
    expect(() => recover([first, last])).toThrowError("cannot be read at line 2");
    expect(() => recover([first, "{", last])).toThrowError("cannot be read at line 2");
  });
});
