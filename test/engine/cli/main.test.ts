/** The command line itself: what it understands, and how it says that it does not. */
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../../../engine/cli/commands.ts";
import { durationOf } from "../../../engine/cli/duration.ts";
import { accordIn } from "../../support/run.ts";

const accord = accordIn(tmpdir());

describe("help", () => {
  test("without a command, or asked for, lists every command", async () => {
    for (const argv of [[], ["help"], ["--help"], ["-h"]]) {
      const { code, stdout } = await accord(...argv);
      expect(code).toBe(0);
      for (const { name } of COMMANDS) expect(stdout).toContain(`  ${name} `);
    }
  });

  test.each(COMMANDS.map(({ name }) => [name]))("of %s says how to use it, with an example", async (name) => {
    const { code, stdout } = await accord(name, "--help");
    expect(code).toBe(0);
    expect(stdout).toContain(`accord ${name}`);
    expect((await accord("help", name)).stdout).toBe(stdout);
  });

  test("needs no stack", async () => {
    expect(await accord("--version")).toEqual({ code: 0, stdout: "0.0.0-test\n", stderr: "" });
  });
});

test("explain lists what a provider offers", async () => {
  const said = await accord("explain", "null");
  expect(said).toEqual({ code: 0, stdout: "null/resource\n", stderr: "" });
});

describe("a mistake names what was meant", () => {
  test.each([
    [["aply"], "apply"],
    [["plan", "--taget", "x"], "--target"],
    [["plan", "--target"], "--target needs a value"],
    [["plan", "--json=yes"], "takes no value"],
    [["plan", "extra"], "extra"],
  ])("%j", async (argv, meant) => {
    const { code, stdout, stderr } = await accord(...argv);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(meant);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

test("without a stack every command says so, and how to begin", async () => {
  const { code, stderr } = await accord("plan");
  expect(code).toBe(1);
  expect(stderr).toContain("accord init");
});

describe("durations", () => {
  test.each([
    ["0", 0],
    ["30s", 30_000],
    ["1h30m", 5_400_000],
    ["7d", 604_800_000],
    ["1.5h", 5_400_000],
    ["PT15M", 900_000],
    ["P1DT2H", 93_600_000],
    ["250ms", 250],
  ])("%s", (text, ms) => {
    expect(durationOf(text, "--by")).toBe(ms);
  });

  test.each([["soon"], [""], ["-5s"], ["5"], ["5 minutes"], ["1h30"]])("%j is none", (text) => {
    expect(() => durationOf(text, "--by")).toThrow(`--by: "${text}" is no duration.`);
  });
});
