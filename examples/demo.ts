/**
 * The on-call story on emulated tenants, command by command: `npm run demo`. Every line that begins with `$` is a real
 * `accord` process in a directory of its own; what happens between two of them happens in the tenants.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { demoTenants } from "./demo-tenants.ts";

const home = dirname(createRequire(import.meta.url).resolve("accord-access/package.json"));
const bin = join(home, "dist/bin/accord.js");
const colored = process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";
const bold = (text: string): string => (colored ? `\u001b[1m${text}\u001b[22m` : text);
const dim = (text: string): string => (colored ? `\u001b[2m${text}\u001b[22m` : text);

function tell(text: string): void {
  process.stdout.write(`\n${bold(text)}\n\n`);
}

/** Runs a command and insists on its exit code: a demo that goes wrong says so. */
async function accord(directory: string, expected: number, ...argv: readonly string[]): Promise<void> {
  process.stdout.write(`${dim("$")} accord ${argv.join(" ")}\n`);
  const child = spawn(process.execPath, [bin, ...argv], { cwd: directory, stdio: ["ignore", "inherit", "inherit"] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== expected) throw new Error(`accord ${argv.join(" ")} ended with ${code}, not ${expected}`);
}

async function demo(directory: string): Promise<void> {
  const run = (expected: number, ...argv: string[]): Promise<void> => accord(directory, expected, ...argv);
  const tenants = demoTenants(directory);

  tell("1. A stack in an empty directory, on emulated Okta, ConductorOne and PagerDuty tenants");
  await run(0, "init", "--sandbox", "--example", "on-call", "--quiet");
  await run(0, "doctor", "--sandbox", "--quiet");

  tell("2. What would change, and for whom? Save it, then do exactly that");
  await run(0, "plan", "--sandbox", "--quiet", "--out", "plan.json");
  await run(0, "apply", "plan.json", "--sandbox", "--yes", "--quiet");
  await run(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

  tell("3. Ada is on call. Three hours on, ConductorOne has synced and its automation has run");
  await run(0, "sandbox", "tick", "--by", "3h");
  await tenants.show();

  tell("4. Grace takes the pager from Ada: an override in PagerDuty, and nothing in Git changes");
  await tenants.takePager("grace@acme.example");
  await run(0, "sandbox", "tick", "--by", "3h");
  await tenants.show();
  await run(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

  tell("5. Trent adds Mallory to the production group by hand");
  await tenants.addByHand("mallory@acme.example");
  await run(2, "drift", "--sandbox", "--quiet");

  tell("6. Apply puts it right: Mallory goes, Grace stays, because ConductorOne says why she is there");
  await run(0, "apply", "--sandbox", "--yes", "--quiet");
  await tenants.show();
  await run(0, "plan", "--sandbox", "--quiet", "--detailed-exitcode");

  tell("7. A year later, somebody asks");
  await run(0, "history", "--quiet");
  await run(0, "verify", "--quiet");
}

const directory = await mkdtemp(join(tmpdir(), "accord-demo-"));
try {
  await demo(directory);
} finally {
  await rm(directory, { recursive: true, force: true });
}
