/** Runs a command through `main()`, in a directory, and gives back what it said. */
import { composed } from "../../engine/cli/compose.ts";
import { main } from "../../engine/cli/main.ts";
import type { World } from "../../engine/cli/world.ts";
import { testClock } from "./clock.ts";

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: World["clock"];
  readonly fetch?: World["fetch"];
  /** Answers to questions, in order, at once or when they are ready; without any there is no terminal. */
  readonly answers?: readonly (string | (() => Promise<string>))[];
  /** Hears every question that is asked. */
  readonly onQuestion?: (question: string) => void;
  readonly actor?: string;
  /** Somebody looks at the output, on a terminal of this width. */
  readonly columns?: number;
  /** True once Ctrl-C was pressed. */
  readonly stopping?: () => boolean;
}

export type Accord = (...argv: readonly string[]) => Promise<Said>;

/** `accord(…)` in `directory`. */
export function accordIn(directory: string, options: RunOptions = {}): Accord {
  const clock = options.clock ?? testClock();
  const answers = [...(options.answers ?? [])];
  return async (...argv) => {
    const stdout: string[] = [];
    const stderr: string[] = [];
    const world: World = {
      cwd: directory,
      env: options.env ?? {},
      stdout: {
        write: (text) => void stdout.push(text),
        isTerminal: options.columns !== undefined,
        ...(options.columns === undefined ? {} : { columns: options.columns }),
      },
      stderr: { write: (text) => void stderr.push(text), isTerminal: false },
      ...(options.answers === undefined
        ? {}
        : {
            async ask(question: string) {
              options.onQuestion?.(question);
              return answerOf(answers.shift());
            },
          }),
      clock,
      fetch: options.fetch ?? (() => Promise.reject(new Error("no network in tests"))),
      signal: new AbortController().signal,
      stopping: options.stopping ?? (() => false),
      running: () => undefined,
      actor: options.actor ?? "tester@host",
    };
    const code = await main(argv, world, composed(), "0.0.0-test");
    return { code, stdout: stdout.join(""), stderr: stderr.join("") };
  };
}

async function answerOf(answer: string | (() => Promise<string>) = ""): Promise<string> {
  return typeof answer === "string" ? answer : answer();
}
