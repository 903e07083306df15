/** What a user waits for before anything is done: the version, a check of a small stack, a sandbox. */
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { accord, best, start } from "./process.ts";
import { atMost, type Measurement, type Row, seconds, told } from "./row.ts";

const RUNS = 7;

export const starting: Measurement = {
  name: "start",
  async run(directory) {
    const version = await best(accord(["--version"], directory, { runs: RUNS }));
    const node = await best({ command: process.execPath, argv: ["-e", "0"], cwd: directory, runs: RUNS });
    await tenDocuments(directory);
    const validate = await best(accord(["validate"], directory, { runs: RUNS }));
    const synthesis = await synthesisOver(directory);
    const serving: number[] = [];
    for (let run = 0; run < RUNS; run += 1) serving.push(await untilServing(directory, `sandbox-${run}`));
    return [
      within("`accord --version`", version.ms, 100),
      told("Node itself, which does nothing", seconds(node.ms)),
      within("`validate` of ten documents of seven kinds", validate.ms, 400),
      within("synthesis of a program of 200 resources, in a process of its own", synthesis, 1000),
      within("`sandbox serve` ready", Math.min(...serving), 700),
    ];
  },
};

function within(what: string, ms: number, budget: number): Row {
  return atMost(what, seconds(budget), seconds(ms), ms / budget);
}

/** The on-call story, and who may read its dashboards. */
async function tenDocuments(directory: string): Promise<void> {
  const root = dirname(createRequire(import.meta.url).resolve("accord-access/package.json"));
  await cp(join(root, "examples/on-call"), directory, { recursive: true });
  const story = await readFile(join(directory, "on-call.yaml"), "utf8");
  const documents = story.split(/^---$/m).length;
  const more = Array.from({ length: 9 - documents }, (_, index) => {
    return `kind: okta/group\nname: readers-${index}\nspec: { name: readers-${index}, members: [ada@acme.example] }\n`;
  });
  const rule =
    'kind: okta/group-rule\nname: engineers\nspec: { name: engineers, expression: "user.department == \\"SRE\\"", groups: [okta/group/readers-0] }\n';
  await writeFile(join(directory, "more.yaml"), [...more, rule].join("---\n"));
}

/** What a program adds to `validate`: the same stack with and without it. */
async function synthesisOver(directory: string): Promise<number> {
  const root = dirname(createRequire(import.meta.url).resolve("accord-access/package.json"));
  const stack = join(directory, "organisation");
  await cp(join(root, "examples/typescript/organisation"), stack, { recursive: true });
  const whole = await best(accord(["validate", "--dir", stack], directory, { runs: RUNS }));
  await rm(join(stack, "stack.ts"));
  const bare = await best(accord(["validate", "--dir", stack], directory, { runs: RUNS }));
  return whole.ms - bare.ms;
}

/** From the start of the process to the line that says where the tenants are. */
async function untilServing(cwd: string, data: string): Promise<number> {
  const started = performance.now();
  const child = start(accord(["sandbox", "serve", "--port", "0", "--data", data], cwd));
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  try {
    return await new Promise<number>((resolve, reject) => {
      let text = "";
      child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (text.includes("\n")) resolve(performance.now() - started);
      });
      child.on("error", reject);
      child.on("close", (code) => reject(new Error(`sandbox serve ended with ${code} before it was ready`)));
    });
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}
