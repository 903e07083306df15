/** What we ship as an example is valid, its README shows the plan that it really gives, and its story can be told. */
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { GithubEmulator } from "../engine/sandbox/github/emulator.ts";
import { createStage } from "../examples/demo-stage.ts";
import { listOfStories, STORIES } from "../examples/demo-stories.ts";
import { integrationOf } from "../providers/c1/resources/integrations.ts";
import { testClock } from "./support/clock.ts";
import { accordIn } from "./support/run.ts";

const root = new URL("../examples", import.meta.url).pathname;

const entries = await readdir(root, { withFileTypes: true });
const examples = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);

let copy: string | undefined;
afterEach(async () => {
  if (copy !== undefined) await rm(copy, { recursive: true, force: true });
});

async function copyOf(example: string): Promise<string> {
  copy = await mkdtemp(join(tmpdir(), "accord-example-"));
  await cp(join(root, example), copy, { recursive: true });
  return copy;
}

test("every example is one that `accord init --example` finds and names, and is in the list", async () => {
  expect(examples.length).toBeGreaterThan(0);
  const list = await readFile(join(root, "README.md"), "utf8");
  const { stdout: help } = await accordIn(root)("init", "--help");
  for (const example of examples) {
    expect(help).toContain(example);
    expect(await readdir(join(root, example))).toEqual(expect.arrayContaining(["accord.yaml", "README.md"]));
    expect(list).toContain(`\`${example}/\``);
  }
});

describe.each(examples)("%s", (example) => {
  test("is valid, offline and without a credential", async () => {
    const accord = accordIn(await copyOf(example));
    expect(await accord("validate")).toEqual({ code: 0, stdout: expect.stringMatching(/^Valid: /), stderr: "" });
  });

  test("plans what its README shows", async () => {
    const directory = await copyOf(example);
    const planned = await accordIn(directory)("plan", "--sandbox");
    expect(planned.code, planned.stderr).toBe(0);
    const shown = shownIn(await readFile(join(root, example, "README.md"), "utf8"));
    expect(comparable(shown)).toBe(comparable(planned.stdout));
  });
});

test("the on-call stack as a program plans to the same changes as its documents", async () => {
  const plans = [];
  for (const example of ["on-call", "typescript"]) {
    const directory = await copyOf(example);
    const { stdout } = await accordIn(directory, { clock: testClock() })("plan", "--sandbox", "--format", "json");
    const { resource_changes } = JSON.parse(stdout);
    plans.push(comparable(JSON.stringify(resource_changes, (key, value) => (key === "source" ? undefined : value))));
  }
  expect(plans[1]).toBe(plans[0]);
});

test("an organisation of 200 objects is a table and a loop", async () => {
  const { stdout, stderr } = await accordIn(join(root, "typescript/organisation"))("validate");
  expect(stdout, stderr).toBe("Valid: 200 documents.\n");
});

test("entra-joiner names every option of C1's Entra connector", async () => {
  const text = await readFile(join(root, "entra-joiner/c1.yaml"), "utf8");
  const options = Object.keys(integrationOf("microsoft_entra")?.settings ?? {});
  expect(options).toHaveLength(8);
  for (const option of ["auth", ...options]) expect(text).toMatch(new RegExp(`^ {4}${option}: `, "m"));
});

const GRANTED = "(C1 grant (profile Tier 2 support)), Tier 2";

const SRE = "ada@acme.example, grace@acme.example";

/** What each story finds in the tenants, from one step to the next. */
const FACTS: Readonly<Record<string, readonly string[]>> = {
  gitops: [
    "the comment opens: ✋ Needs approval by 1 reviewer and 1 of `security`",
    "with Ben: ✋ Needs approval by 1 of `security`",
    "with Cleo: ✅ Approved by `ben` and `cleo`",
    "after the rebase: ✅ Approved by `ben` and `cleo`",
    "in production: ada@acme.example, linus@acme.example",
    "open: Drift in `production`: 1 person holds access that nobody reviewed",
    "open issues: 0",
  ],
  "on-call": [
    "in prod-breakglass: ada@acme.example (C1 grant (profile On-call))",
    "in prod-breakglass: grace@acme.example (C1 grant (profile On-call))",
    "in prod-breakglass: grace@acme.example (C1 grant (profile On-call))",
  ],
  typescript: [],
  "zendesk-support": [
    // Three hours on, then with Linus added by hand, then without him again, then with him by right.
    "in Tier 2: rosalind@acme.example (listed in Git), no custom role",
    `in Tier 2: ada@acme.example ${GRANTED}`,
    `in Tier 2: grace@acme.example ${GRANTED}`,
    "in Tier 2: rosalind@acme.example (listed in Git), no custom role",
    `in Tier 2: ada@acme.example ${GRANTED}`,
    `in Tier 2: grace@acme.example ${GRANTED}`,
    "in Tier 2: linus@acme.example (nobody knows why), no custom role, 1 ticket",
    "in Tier 2: rosalind@acme.example (listed in Git), no custom role",
    `in Tier 2: ada@acme.example ${GRANTED}`,
    `in Tier 2: grace@acme.example ${GRANTED}`,
    "in Tier 2: 1 ticket without anybody",
    `in Tier 2: ada@acme.example ${GRANTED}`,
    `in Tier 2: grace@acme.example ${GRANTED}`,
    `in Tier 2: linus@acme.example ${GRANTED}`,
    "in Tier 2: 2 tickets without anybody",
  ],
  "separation-of-duties": [
    "in Finance: ada@acme.example, linus@acme.example",
    "in Payments release: grace@acme.example",
    "in Finance: linus@acme.example",
    "in Payments release: ada@acme.example, grace@acme.example",
  ],
  "entra-joiner": [
    // After the apply, three hours on, after Mallory came and went, and after the last day.
    "hedy@acme.example: enabled, reports to ada@acme.example",
    "in SRE: nobody",
    "in SRE first day: hedy@acme.example, linus@acme.example",
    "ConductorOne sees in SRE first day: hedy@acme.example, linus@acme.example",
    "the help desk opens the sink with its key, and has the first password",
    "hedy@acme.example: enabled, reports to ada@acme.example",
    `in SRE: ${SRE}, hedy@acme.example, linus@acme.example`,
    "in SRE first day: hedy@acme.example, linus@acme.example",
    "ConductorOne sees in SRE first day: hedy@acme.example, linus@acme.example",
    "hedy@acme.example: enabled, reports to ada@acme.example",
    `in SRE: ${SRE}, hedy@acme.example, linus@acme.example`,
    "in SRE first day: hedy@acme.example, linus@acme.example",
    "ConductorOne sees in SRE first day: hedy@acme.example, linus@acme.example",
    "hedy@acme.example: disabled, reports to ada@acme.example",
    `in SRE: ${SRE}, linus@acme.example`,
    "in SRE first day: linus@acme.example",
    "ConductorOne sees in SRE first day: linus@acme.example",
  ],
};

/** What its commands say of changes by hand, of removals and of denials. */
const SAID: Readonly<Record<string, readonly RegExp[]>> = {
  gitops: [/members \+ mallory@acme\.example\n +by Trent/, /## ✅ Applied: 1 change, all confirmed\n/, /\nIntact: /],
  typescript: [/^breakglass-group = 00g\w+$/m],
  "on-call": [/members \+ mallory@acme\.example\n +by Trent Admin/],
  "zendesk-support": [
    /configuration\.ticket_deletion +false → true\n +by Trent Admin/,
    /members \+ linus@acme\.example\n +by Trent Admin, .* \(update: Linus Pauling added\)/,
    /members - linus@acme\.example[\s\S]*unassigns the working tickets that linus@acme\.example has/,
    /members - rosalind@acme\.example[\s\S]*unassigns the working tickets that rosalind@acme\.example has/,
  ],
  "separation-of-duties": [
    /ada@acme\.example would hold member of Payments entry \(as member of Finance\) and member of Payments release\.\n/,
    /Let pass by the exception of cfo@acme\.example \(FIN-12\) until \d{4}-\d\d-\d\d: Grace is away\./,
    /DENIED by separation:payments\.[\s\S]*The exception of cfo@acme\.example \(FIN-12\) ended on \d{4}-\d\d-\d\d\./,
    /Gives only once entra\/group\/finance is confirmed: nobody may hold both \(payments\)/,
  ],
  "entra-joiner": [
    /policies\.By request\.managerApproves +true → false/,
    /members \+ mallory@acme\.example\n +by trent@acme\.example/,
    /accountEnabled +true → false\n +· Sessions end/,
  ],
};

describe("npm run demo", () => {
  test("lists a story for every example", async () => {
    expect(Object.keys(STORIES).sort()).toEqual([...examples].sort());
    const list = await listOfStories();
    for (const example of examples) expect(list).toMatch(new RegExp(`^ {2}${example} +\\S`, "m"));
  });

  test.each(examples)(
    "tells %s to its end",
    async (example) => {
      copy = await mkdtemp(join(tmpdir(), "accord-story-"));
      const clock = testClock();
      const printed: string[] = [];
      const facts: string[] = [];
      let hub: GithubEmulator | undefined;
      const directory = copy;
      const fetch = (request: Request): Promise<Response> =>
        hub === undefined ? Promise.reject(new Error("no network in tests")) : hub.fetch(request);
      const stage = createStage({
        directory,
        clock,
        print: (text) => void printed.push(text),
        async open(make) {
          hub = await make("https://api.github.com");
          return hub;
        },
        async run(argv, env) {
          const more = env === undefined ? {} : { env: { ...env, PATH: process.env.PATH ?? "" } };
          const { code, stdout, stderr } = await accordIn(directory, { clock, fetch, ...more })(...argv);
          printed.push(stdout, stderr);
          return code;
        },
      });
      const story = await STORIES[example]?.();
      await story?.play({ ...stage, say: (fact) => void facts.push(fact) }).catch((cause: unknown) => {
        throw new Error(`${String(cause)}\n${printed.join("")}`, { cause });
      });
      expect(facts).toEqual(FACTS[example]);
      const said = printed.join("");
      for (const words of SAID[example] ?? [/^$/]) expect(said).toMatch(words);
    },
    60_000,
  );
});

/** The fenced block that is a plan. */
function shownIn(readme: string): string {
  const block = /^```\n(Plan: [\s\S]*?)^```$/m.exec(readme)?.[1];
  if (block === undefined) throw new Error("The README shows no plan");
  return block;
}

/**
 * Without what differs from run to run: ConductorOne's ids (27 letters and digits) hold the moment and chance, and how
 * many calls two lookups at the same time share is a matter of timing.
 */
function comparable(plan: string): string {
  return plan.replaceAll(/\b[0-9A-Za-z]{27}\b/g, "<id>").replace(/^Calls made: .*$/m, "Calls made: …");
}
