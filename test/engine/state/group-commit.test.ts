import { describe, expect, it } from "vitest";
import type { Log } from "../../../engine/state/backend.ts";
import { groupCommit } from "../../../engine/state/group-commit.ts";
import { memoryBackend } from "../../../engine/state/memory.ts";
import { ada, steppingClock } from "../../conformance/backend.ts";

describe("a group commit", () => {
  it("writes nothing after an append that failed: its lines are missing", async () => {
    const backend = memoryBackend({ stack: "acme", environment: "prod", clock: steppingClock() });
    const lease = await backend.lease(ada);
    let full = true;
    const log: Log = {
      ...backend.journal,
      append: (lines, under) => (full ? Promise.reject(new Error("full")) : backend.journal.append(lines, under)),
    };
    const commits = groupCommit(log, lease);
    commits.add('{"n":1}');
    await expect(commits.commit()).rejects.toThrowError("full");
    full = false;
    commits.add('{"n":2}');
    await expect(commits.commit()).rejects.toThrowError("full");
    expect(await backend.journal.readAll()).toEqual([]);
  });

  it("takes what is added while an append is on its way into the next one", async () => {
    const backend = memoryBackend({ stack: "acme", environment: "prod", clock: steppingClock() });
    const lease = await backend.lease(ada);
    const appends: (readonly string[])[] = [];
    const log: Log = {
      ...backend.journal,
      async append(lines, under) {
        appends.push(lines);
        if (appends.length === 1) for (const line of ["b", "c"]) add(line);
        await backend.journal.append(lines, under);
      },
    };
    const commits = groupCommit(log, lease);
    const promised: Promise<void>[] = [];
    const add = (line: string): void => {
      commits.add(line);
      promised.push(commits.commit());
    };
    add("a");
    await promised[0];
    await Promise.all(promised);
    expect(appends).toEqual([["a"], ["b", "c"]]);
  });

  it("leaves what nobody waits for to the next write, unless somebody does", async () => {
    const backend = memoryBackend({ stack: "acme", environment: "prod", clock: steppingClock() });
    const lease = await backend.lease(ada);
    const said: string[] = [];
    const log: Log = {
      ...backend.journal,
      append: async (lines) => void said.push(`append ${lines}`),
      appendSoon: (lines) => void said.push(`soon ${lines}`),
    };
    const commits = groupCommit(log, lease);
    commits.add("a");
    await commits.commitSoon();
    commits.add("b");
    const waited = commits.commit();
    commits.add("c");
    await Promise.all([waited, commits.commitSoon()]);
    expect(said).toEqual(["soon a", "append b,c"]);
  });
});
