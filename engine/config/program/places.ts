/** Stack traces of the script that ran → places in the files that a person wrote. */
import { join } from "node:path";
import type { Source } from "../../model.ts";
import type { Problem } from "../../problem.ts";
import { PROGRAM_FILE } from "../load.ts";
import type { Bundle } from "./bundle.ts";

/** The first frame that is in the program: whoever wrote the construct is nearer than whoever wrote its class. */
export function firstPlace(frames: readonly string[], bundle: Bundle, root: string): Source | undefined {
  for (const frame of frames) {
    const [, file, line, column] = /\(?([^()\s][^()]*?):(\d+):(\d+)\)?$/.exec(frame.trim()) ?? [];
    if (file?.replace(/^.* /, "") !== join(root, PROGRAM_FILE)) continue;
    const source = bundle.sourceAt(Number(line), Number(column));
    if (source !== undefined) return source;
  }
  return undefined;
}

/** An error of the program's, as the runner tells it: its own words, and where it was thrown. */
export function problemOfFailure(told: unknown, bundle: Bundle, root: string, start: Source): Problem {
  const text = (key: string): string => {
    const value: unknown = typeof told === "object" && told !== null ? Reflect.get(told, key) : undefined;
    return typeof value === "string" ? value : "";
  };
  const message = text("message")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ");
  const name = text("name");
  const shown = name === "" || name === "Error" ? message : `${name}: ${message}`;
  return {
    code: "program-failed",
    message: `The program throws: ${shown.replace(/\.$/, "")}.`,
    hint: hintFor(text("code"), message),
    source: firstPlace(text("stack").split("\n"), bundle, root) ?? start,
  };
}

function hintFor(code: string, message: string): string {
  if (code === "ERR_ACCESS_DENIED") {
    return "A program reads the stack's own files and installed packages, and writes nothing; it starts no processes.";
  }
  if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND")
    return "Install the package beside the stack: npm install.";
  if (/no network/.test(message)) return "Put what the program needs into a file of the stack.";
  return "Correct it there; nothing was planned.";
}
