import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problemsOf } from "../../../engine/problem.ts";
import { fileBackend } from "../../../engine/state/file.ts";
import { disk, type Files } from "../../../engine/state/files.ts";
import { emptyState, replay, type State, successor } from "../../../engine/state/state.ts";
import { ada, codesOf, steppingClock } from "../../conformance/backend.ts";
import { faulty, refusal } from "./faults.ts";
import { owned } from "./samples.ts";

let directory: string;
const clock = steppingClock();

beforeAll(async () => {
  directory = await mkdtemp(`${tmpdir()}/accord-disk-`);
});

afterAll(() => rm(directory, { recursive: true }));

const open = (place: string, files: Files = disk) =>
  fileBackend({ directory: `${directory}/${place}`, stack: "acme", environment: "prod", clock, files });

const first = successor(emptyState("acme", "prod", "lineage-1"));
const second = successor(replay(first, [{ address: "okta/group/a", owned: owned("okta/group/a") }]));

/** Writes `second` over `first` while the disk refuses at one operation after the other. */
async function refuseAtEveryOperation(
  code: string,
  check: (seen: { readonly error: unknown; readonly stored: State | undefined }) => void,
): Promise<number> {
  for (let at = 1; ; at += 1) {
    const place = `${code}-${at}`;
    const files = faulty(disk, { at, blow: refusal(code) });
    const backend = open(place, files);
    const lease = await backend.lease(ada);
    await backend.state.write(first, 0, lease);
    files.start();
    const error = await backend.state.write(second, 1, lease).catch((thrown: unknown) => thrown);
    if (!files.struck()) return at - 1;
    const stored = await open(place).state.read();
    check({ error, stored: stored?.state });
    await lease.release();
  }
}

describe.each([
  ["ENOSPC", "disk-full", "the disk is full (ENOSPC)"],
  ["EIO", "disk-failed", "the disk reports an error (EIO)"],
])("a disk that answers %s while state is written", (code, problem, words) => {
  it("leaves the state as it was, or as it was to be", async () => {
    let old = 0;
    const points = await refuseAtEveryOperation(code, ({ error, stored }) => {
      expect(problemsOf(error)).toMatchObject([{ code: problem, message: expect.stringContaining(words) }]);
      expect([first, second]).toContainEqual(stored);
      if (stored?.serial === first.serial) old += 1;
    });
    expect(points).toBeGreaterThanOrEqual(5);
    // Only the last operation, which makes the rename itself durable, comes too late to keep the old one.
    expect(old).toBe(points - 1);
  });
});

describe("a disk that is full while a log is appended to", () => {
  it("fails this append and all that follow: nobody knows what is on disk", async () => {
    const files = faulty(disk, { at: 1, blow: refusal("ENOSPC") });
    const backend = open("log", files);
    const lease = await backend.lease(ada);
    await backend.journal.append(['{"n":1}'], lease);
    files.start();
    expect(await codesOf(backend.journal.append(['{"n":2}'], lease))).toEqual(["disk-full"]);
    expect(await codesOf(backend.journal.append(['{"n":3}'], lease))).toEqual(["disk-full"]);
    expect((await backend.journal.readAll())[0]).toBe('{"n":1}');
  });
});

describe("a log whose last line break an editor took away", () => {
  it("goes on with the next line", async () => {
    const backend = open("editor");
    const lease = await backend.lease(ada);
    await disk.makeDirectory(`${directory}/editor`);
    await disk.write(`${directory}/editor/ledger.jsonl`, '{"seq":1}\n{"seq":2}');
    await backend.ledger.append(['{"seq":3}'], lease);
    expect(await backend.ledger.readAll()).toEqual(['{"seq":1}', '{"seq":2}', '{"seq":3}']);
  });
});
