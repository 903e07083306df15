import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Exception,
  endedWords,
  endingWords,
  excusedWords,
  excuseFor,
  hasEnded,
} from "../../../engine/guardrails/exceptions.ts";

const exception = (covers: readonly string[], expires = "2026-12-31"): Exception => ({
  ...{ covers, expires },
  ...{ owner: "ada@acme.example", reason: "The pager needs it.", ticket: "SEC-12" },
});
const at = (moment: string): number => Date.parse(moment);
const MIDSUMMER = at("2026-06-21T12:00:00Z");

describe("an exception covers", () => {
  test.each([
    ["okta/group/prod", "okta/group/prod", true],
    ["okta/group/prod", "okta/group/prod-eu", false],
    ["Ada@Acme.example", "ada@acme.example", true],
    ["okta/group/*", "okta/group/prod", true],
    ["okta/group/*", "okta/group-rule/prod", false],
    ["*@acme.example", "ada@acme.example", true],
    ["*@acme.example", "ada@acme.example.evil", false],
    ["okta/*/prod-*", "okta/group/prod-eu", true],
    ["a*a", "a", false],
    ["a*b*c", "a-c-b-c", true],
    ["a*b*c", "acb", false],
    ["okta.group", "okta/group", false],
    ["*", "anything", true],
  ])("%s: %s %s", (pattern, name, covered) => {
    expect(excuseFor([name], [exception([pattern])], MIDSUMMER)?.holds ?? false).toBe(covered);
  });

  test("a name with stars in it as text, whatever else it holds", () => {
    const part = fc.stringMatching(/^[a-z.@/]{0,4}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 4 }), part, (parts, filling) => {
        const name = parts.join(filling);
        expect(excuseFor([name], [exception([parts.join("*")])], MIDSUMMER)?.holds).toBe(true);
        const whole = new RegExp(`^${parts.map((one) => one.replaceAll(".", "\\.")).join(".*")}$`);
        const other = `${name}${filling}b`;
        expect(excuseFor([other], [exception([parts.join("*")])], MIDSUMMER) !== undefined).toBe(whole.test(other));
      }),
      { numRuns: 200 },
    );
  });

  test("whatever one of several names is", () => {
    expect(excuseFor(["x", "okta/group/prod"], [exception(["okta/group/*"])], MIDSUMMER)).toBeDefined();
  });
});

describe("it ends", () => {
  test("with its day, in UTC", () => {
    const one = exception(["x"], "2026-06-21");
    expect(excuseFor(["x"], [one], at("2026-06-21T23:59:59.999Z"))).toMatchObject({ holds: true });
    expect(excuseFor(["x"], [one], at("2026-06-22T00:00:00Z"))).toMatchObject({ holds: false });
    expect(hasEnded(one, at("2026-06-22T00:00:00Z"))).toBe(true);
  });

  test("and the one that holds longest counts", () => {
    const [ended, holds] = [exception(["x"], "2026-01-01"), exception(["x"], "2027-01-01")];
    expect(excuseFor(["x"], [ended, holds], MIDSUMMER)).toEqual({ exception: holds, holds: true });
    expect(excuseFor(["x"], [holds, ended], MIDSUMMER)).toEqual({ exception: holds, holds: true });
  });
});

test("what is said of it", () => {
  const one = exception(["x"], "2026-06-30");
  expect(excusedWords(one)).toBe("by the exception of ada@acme.example (SEC-12) until 2026-06-30: The pager needs it");
  expect(endedWords(one)).toBe("The exception of ada@acme.example (SEC-12) ended on 2026-06-30");
  expect(endingWords(one, MIDSUMMER)).toBe("The exception of ada@acme.example (SEC-12) ends in 9 days, on 2026-06-30");
  expect(endingWords(one, at("2026-06-29T12:00:00Z"))).toContain("ends tomorrow");
  expect(endingWords(one, at("2026-06-30T12:00:00Z"))).toContain("ends today");
  expect(endingWords(one, at("2026-07-01T00:00:00Z"))).toBeUndefined();
  expect(endingWords(one, at("2026-06-01T00:00:00Z"))).toBeUndefined();
});
