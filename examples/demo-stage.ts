/** What a story is, and what it is played on: commands in a directory of its own, and hands in its tenants. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../engine/outside.ts";
import type { GithubEmulator } from "../engine/sandbox/github/emulator.ts";
import { type Forge, openForge } from "./demo-forge.ts";
import { type Hands, withHands } from "./demo-hands.ts";

export interface Story {
  /** In a line, for the list of stories. */
  readonly about: string;
  /** Throws where anything comes out otherwise than the story says. */
  play(stage: Stage): Promise<void>;
}

export interface Stage {
  /** A heading: what happens next, and why. */
  tell(text: string): void;
  /** One fact about the tenants as they now are. */
  say(fact: string): void;
  /** A longer text, as it is. */
  show(text: string): void;
  /** A command, which has to end with this exit code. */
  accord(expected: number, ...argv: readonly string[]): Promise<void>;
  /** What somebody does in a vendor's console, or looks up there. */
  byHand<T>(work: (hands: Hands) => Promise<T>): Promise<T>;
  /** A file of the stack. */
  read(file: string): Promise<string>;
  /** Names of the files in a directory of the stack. */
  list(directory: string): Promise<readonly string[]>;
  /** What somebody commits: a text in a file of the stack gives way to another. */
  edit(file: string, from: string, to: string): Promise<void>;
  /** The stack's directory as a repository on an emulated GitHub, with people who may write to it. */
  onGitHub(logins: readonly string[]): Promise<Forge>;
}

export interface StageOptions {
  readonly directory: string;
  readonly clock: Pick<Clock, "now">;
  /** Runs a command, its output included; gives its exit code. `env`: beside what every command has. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<number>;
  /** Makes GitHub reachable for commands: told its address, gives what answers there. */
  open(make: (apiUrl: string) => Promise<GithubEmulator>): Promise<GithubEmulator>;
  print(text: string): void;
  /** Default: no colours. */
  readonly paint?: { bold(text: string): string; dim(text: string): string };
}

const PLAIN = { bold: (text: string): string => text, dim: (text: string): string => text };

export function createStage(options: StageOptions): Stage {
  const { directory, clock, run, print, paint = PLAIN } = options;
  return {
    onGitHub: (logins) => openForge({ ...options, paint }, logins),
    tell: (text) => print(`\n${paint.bold(text)}\n\n`),
    say: (fact) => print(`  ${fact}\n`),
    show: (text) => print(`${text.trimEnd()}\n`),
    async accord(expected, ...argv) {
      print(`${paint.dim("$")} accord ${argv.join(" ")}\n`);
      const code = await run(argv);
      if (code !== expected) throw new Error(`accord ${argv.join(" ")} ended with ${code}, not ${expected}`);
    },
    byHand: (work) => withHands(directory, clock, work),
    read: (file) => readFile(join(directory, file), "utf8"),
    list: (place) => readdir(join(directory, place)),
    async edit(file, from, to) {
      const path = join(directory, file);
      const text = await readFile(path, "utf8");
      if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
      await writeFile(path, text.replace(from, to));
      print(`${paint.dim(file)}\n  - ${from}\n  + ${to}\n`);
    },
  };
}
