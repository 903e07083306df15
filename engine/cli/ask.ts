/** ⇄ One question on a terminal, and one line back. Who presses Ctrl-C or Ctrl-D has not answered: nothing goes on. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { ProblemError } from "../problem.ts";
import { INTERRUPTED } from "./command.ts";
import type { World } from "./world.ts";

export function askOn(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): NonNullable<World["ask"]> {
  return async (question, { hidden = false } = {}) => {
    // The line editor redraws its line: a question that it does not know of would be wiped off the screen.
    if (hidden) output.write(question);
    const lines = createInterface({ input, output: hidden ? silent() : output, terminal: true });
    const unanswered = new Promise<never>((_resolve, reject) => {
      lines.once("SIGINT", () => reject(notAnswered(INTERRUPTED)));
      lines.once("close", () => reject(notAnswered("not-answered")));
    });
    try {
      const answer = lines.question(hidden ? "" : question).catch((cause: unknown) => {
        throw notAnswered("not-answered", cause);
      });
      return (await Promise.race([answer, unanswered])).trim();
    } catch (error) {
      if (!hidden) output.write("\n");
      throw error;
    } finally {
      lines.close();
      if (hidden) output.write("\n");
    }
  };
}

function silent(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

function notAnswered(code: string, cause?: unknown): ProblemError {
  return new ProblemError(
    {
      code,
      message: "The question was not answered.",
      hint: "Nothing was done. Run the command again when you are ready.",
    },
    { cause },
  );
}
