/**
 * A story on emulated tenants, command by command: `npm run demo -- zendesk-support`. Every line that begins with `$` is
 * a real `accord` process in a directory of its own; what happens between two of them happens in the tenants.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { GithubEmulator } from "../engine/sandbox/github/emulator.ts";
import { serveRequests } from "./demo-door.ts";
import { createStage } from "./demo-stage.ts";
import { listOfStories, STORIES } from "./demo-stories.ts";

const closings: (() => Promise<void>)[] = [];
const [name = Object.keys(STORIES)[0] ?? "", ...more] = process.argv.slice(2);
const load = Object.hasOwn(STORIES, name) && more.length === 0 ? STORIES[name] : undefined;
if (load === undefined) {
  const listed = name === "--list" && more.length === 0;
  if (!listed) process.stderr.write(`There is no story ${[name, ...more].join(" ")}.\n`);
  process[listed ? "stdout" : "stderr"].write(`npm run demo -- NAME\n${await listOfStories()}`);
  process.exitCode = listed ? 0 : 1;
} else {
  const directory = await mkdtemp(join(tmpdir(), "accord-demo-"));
  try {
    const story = await load();
    await story.play(
      createStage({
        directory,
        clock: { now: () => Date.now() },
        run: (argv, env) => command(directory, argv, env),
        open: onLoopback,
        print: (text) => void process.stdout.write(text),
        paint: { bold: inColor(1), dim: inColor(2) },
      }),
    );
  } finally {
    for (const close of closings) await close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** GitHub on a port of this machine, for as long as the story lasts. */
async function onLoopback(make: (apiUrl: string) => Promise<GithubEmulator>): Promise<GithubEmulator> {
  const { port, handle, close } = await serveRequests();
  closings.push(close);
  const hub = await make(`http://127.0.0.1:${port}`);
  handle((request) => hub.fetch(request));
  return hub;
}

function command(
  directory: string,
  argv: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const home = dirname(createRequire(import.meta.url).resolve("accord-access/package.json"));
  const bin = join(home, "dist/bin/accord.js");
  const child = spawn(process.execPath, [bin, ...argv], {
    ...{ cwd: directory, env: { ...process.env, ...more } },
    stdio: ["ignore", "inherit", "inherit"],
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === null) reject(new Error(`accord ${argv.join(" ")} was ended by ${signal}`));
      else resolve(code);
    });
  });
}

function inColor(code: number): (text: string) => string {
  const colored = process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";
  return (text) => (colored ? `\u001b[${code}m${text}\u001b[22m` : text);
}
