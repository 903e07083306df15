/** ⇄ The .gitignore of a stack: what belongs to one machine, and files that hold secrets. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const LINES = [".accord/*/lock/", ".accord/*/journal/", ".accord/*/cache/", ".accord/*/sandbox/", ".env"];

/** Adds the lines that are missing; what is there stays. */
export async function writeIgnore(directory: string): Promise<void> {
  const path = join(directory, ".gitignore");
  const before = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  const have = new Set(before.split("\n").map((line) => line.trim()));
  const missing = LINES.filter((line) => !have.has(line));
  if (missing.length === 0) return;
  const start = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  await writeFile(path, `${start}# Accord: this machine's own\n${missing.join("\n")}\n`);
}
