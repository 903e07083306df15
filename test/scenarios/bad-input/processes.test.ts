/** Real processes that meet, are interrupted, or run out of disk: nothing is lost, nothing half-written, nothing made twice. */
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { beforeAll, describe, expect, type TestContext, test } from "vitest";
import { builtCommand } from "../../support/built.ts";
import { type Accord, accordIn } from "../../support/run.ts";
import { type Running, type ServedOkta, serveOkta, startAccord } from "./program.ts";
import { expectSafe, kept, problemsIn } from "./scene.ts";

const STACK = `version: 1
stack: acme
providers:
  okta:
    domain: acme.okta.com
    clientId: 0oa1accordsandbox000
    privateKey: "\${env:OKTA_KEY}"
    baseUrl: "\${env:OKTA_URL}"
`;
const NAMES = Array.from({ length: 12 }, (_, nth) => `team-${String(nth).padStart(2, "0")}`);
const TEAMS = NAMES.map(
  (name) => `kind: okta/group\nname: ${name}\nspec: { name: ${name}, members: [ada@acme.example] }\n`,
);

let program: string;
beforeAll(async () => {
  program = await builtCommand();
});

interface Stage {
  readonly served: ServedOkta;
  readonly directory: string;
  /** In a process of its own; `fileLimit` fills its disk. */
  start(argv: readonly string[], fileLimit?: number, more?: Readonly<Record<string, string>>): Running;
  /** In this one, where sleeping takes no time. */
  readonly accord: Accord;
  /** Names of our groups, as often as Okta has them. */
  teams(): readonly string[];
  /** However the run before ended: the next one completes it, the one after has nothing to do, the record is whole. */
  expectWhole(): Promise<void>;
}

async function stage({ onTestFinished }: Pick<TestContext, "onTestFinished">): Promise<Stage> {
  const served = await serveOkta();
  const { okta, env, clock } = served;
  const directory = await mkdtemp(`${tmpdir()}/accord-process-`);
  onTestFinished(async () => {
    await served.close();
    await rm(directory, { recursive: true });
  });
  await writeFile(`${directory}/accord.yaml`, STACK);
  await writeFile(`${directory}/teams.yaml`, TEAMS.join("---\n"));
  const accord = accordIn(directory, { env, clock, fetch: (request) => okta.fetch(request) });
  const teams = (): readonly string[] =>
    [...okta.tenant.groups.values()]
      .map((group) => String(group.profile.name))
      .filter((name) => name.startsWith("team-"))
      .sort();
  return {
    served,
    directory,
    accord,
    teams,
    start: (argv, fileLimit, more) =>
      startAccord(program, argv, {
        directory,
        env: { ...env, ...more },
        ...(fileLimit === undefined ? {} : { fileLimit }),
      }),
    async expectWhole() {
      const again = await accord("apply", "--yes");
      expect(again, again.stderr).toMatchObject({ code: 0 });
      expect(teams()).toEqual(NAMES);
      expect(await accord("plan", "--detailed-exitcode")).toMatchObject({ code: 0 });
      expect(await accord("verify")).toMatchObject({ code: 0 });
      const files = await readdir(directory, { recursive: true });
      expect(files.filter((name) => name.endsWith(".tmp"))).toEqual([]);
    },
  };
}

/** Several processes at once, on a machine that may be busy. */
const SLOW = { timeout: 120_000 };

describe.concurrent("two applies at once", SLOW, () => {
  test("the second says who holds the stack, and does nothing", async (context) => {
    const { served, directory, start, expectWhole } = await stage(context);
    const writing = served.hold();
    const first = start(["apply", "--yes"]);
    await writing;
    const before = await kept(directory);
    const second = await start(["apply", "--yes", "--json"]).ended;
    expect(second.code).toBe(1);
    const [problem] = problemsIn(second.stdout);
    expect(problem?.code).toBe("lease-held");
    expect(problem?.message).toContain(`(pid ${first.process.pid})`);
    expect(problem?.message).toContain("command: accord apply");
    expect(problem?.hint).toBe(
      "Wait for it with --lock-timeout 5m; if that process is certainly gone, run accord state unlock.",
    );
    expect(await kept(directory)).toEqual(before);
    const waiting = start(["apply", "--yes", "--lock-timeout", "1m"]);
    served.release();
    expect(await first.ended).toMatchObject({ code: 0 });
    expect(await waiting.ended).toMatchObject({ code: 0, stdout: expect.stringContaining("No changes") });
    await expectWhole();
  });
});

describe.concurrent("Ctrl-C", SLOW, () => {
  test.for([["plan"], ["apply", "--yes"], ["doctor"]])("while %j reads: stops at once", async (argv, context) => {
    const { directory, start, expectWhole } = await stage(context);
    const silent = createServer();
    context.onTestFinished(() => void silent.close().closeAllConnections());
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const reading = start(argv, undefined, { OKTA_URL: `http://127.0.0.1:${port}` });
    await once(silent, "request");
    const before = await kept(directory);
    reading.process.kill("SIGINT");
    const said = await reading.ended;
    expect(said).toMatchObject({ code: 130, stdout: "" });
    expect(said.stderr).toMatch(/Stopped\. Nothing was changed\.\n$/);
    expect(await kept(directory)).toEqual(before);
    await expectWhole();
  });

  test("once: calls in flight are finished and recorded, nothing more is begun", async (context) => {
    const { served, accord, start, teams, expectWhole } = await stage(context);
    const writing = served.hold();
    const apply = start(["apply", "--yes", "--json"]);
    await writing;
    apply.process.kill("SIGINT");
    await context.expect.poll(apply.stderr, { timeout: 60_000 }).toContain("Finishing the calls in flight");
    served.release();
    const said = await apply.ended;
    expect(said.code).toBe(4);
    const { counts } = JSON.parse(said.stdout) as { counts: Record<string, number> };
    expect(counts).toMatchObject({ confirmed: teams().length, skipped: NAMES.length - teams().length, failed: 0 });
    expect(counts.skipped).toBeGreaterThan(0);
    const { resources } = JSON.parse((await accord("state", "list", "--json")).stdout) as { resources: unknown[] };
    expect(resources).toHaveLength(teams().length);
    await expectWhole();
  });

  test("twice: stops at once; the journal knows what was under way, and the next apply settles it", async (context) => {
    const { served, start, teams, expectWhole } = await stage(context);
    const writing = served.hold();
    const apply = start(["apply", "--yes"]);
    await writing;
    apply.process.kill("SIGINT");
    await context.expect.poll(apply.stderr, { timeout: 60_000 }).toContain("Finishing the calls in flight");
    apply.process.kill("SIGINT");
    const said = await apply.ended;
    expect(said).toMatchObject({ code: 130, stderr: expect.stringContaining("the next apply settles it") });
    expectSafe(said, {});
    served.release();
    expect(teams().length).toBeGreaterThan(0);
    await expectWhole();
  });
});

describe.concurrent("a disk that is full", SLOW, () => {
  test("while a plan is saved: no half of it is left", async (context) => {
    const { directory, start } = await stage(context);
    const said = await start(["plan", "--out", "plan.json"], 1).ended;
    expect(said).toMatchObject({ code: 1 });
    expect(said.stderr).toContain("Writing plan.json: the file would be larger than this process may write (EFBIG).");
    expect(said.stderr).toContain("→ Free some space and run the command again.");
    expectSafe(said, {});
    expect((await readdir(directory)).sort()).toEqual(["accord.yaml", "teams.yaml"]);
  });

  // The journal, the ledger and the state run into their limit at different moments.
  test.for([1, 4, 8])("at %i kB of any file while applying: what was done is known", async (fileLimit, context) => {
    const { start, expectWhole } = await stage(context);
    const said = await start(["apply", "--yes"], fileLimit).ended;
    expect(said.code, said.stderr).not.toBe(0);
    expect(said.stdout + said.stderr).toContain("EFBIG");
    expectSafe(said, {});
    await expectWhole();
  });
});
