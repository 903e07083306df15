/** What a person at a terminal sees of a question, and what their keys mean. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askOn } from "../../../engine/cli/ask.ts";
import { ProblemError } from "../../../engine/problem.ts";

function terminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  let written = "";
  output.on("data", (part) => (written += String(part)));
  return { ask: askOn(input, output), press: (keys: string) => input.write(keys), screen: () => shown(written) };
}

/** The lines as they stand: what was erased is not there. */
function shown(written: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys is what this is about.
  return written.replaceAll(/[^\n]*\u001b\[1G\u001b\[0J/g, "").replaceAll(/\u001b\[\d*[A-Z]|\r/g, "");
}

test("a question stays on the screen while it waits, and what is typed is the answer", async () => {
  const { ask, press, screen } = terminal();
  const answer = ask("Apply this plan? ");
  expect(screen()).toBe("Apply this plan? ");
  press(" yes \n");
  expect(await answer).toBe("yes");
  const second = ask("Sure? ");
  press("no\n");
  expect(await second).toBe("no");
});

test("a secret is not shown", async () => {
  const { ask, press, screen } = terminal();
  const answer = ask("Token: ", { hidden: true });
  press("s3cret\n");
  expect(await answer).toBe("s3cret");
  expect(screen()).toBe("Token: \n");
});

test.each([
  ["Ctrl-C", "\u0003", "interrupted"],
  ["Ctrl-D", "\u0004", "not-answered"],
])("%s is no answer", async (_key, keys, code) => {
  for (const hidden of [false, true]) {
    const { ask, press } = terminal();
    const answer = ask("Apply this plan? ", { hidden });
    press(keys);
    const error = await answer.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ problems: [{ code, message: "The question was not answered." }] });
  }
});
