/** A command that a hint names gets the options of the one that was run, and nothing else of the sentence changes. */
import { expect, test } from "vitest";
import { commandsAgain } from "../../../engine/report/again.ts";

const AGAIN = " --env qa --sandbox";

test.each([
  [
    "Say `accord import okta/group/a 00g1`, or adopt.",
    "Say `accord import okta/group/a 00g1 --env qa --sandbox`, or adopt.",
  ],
  [
    "Bind the right one: accord import okta/group/a <id>.",
    "Bind the right one: accord import okta/group/a <id> --env qa --sandbox.",
  ],
  [
    "If renamed: accord move okta/group/a okta/group/b. If okta/group/a is to go: accord forget okta/group/a first.",
    "If renamed: accord move okta/group/a okta/group/b --env qa --sandbox. If okta/group/a is to go: accord forget okta/group/a --env qa --sandbox first.",
  ],
  [
    "If it is not: accord forget okta/group/v1.2, then apply again.",
    "If it is not: accord forget okta/group/v1.2 --env qa --sandbox, then apply again.",
  ],
  ["Make a new one: accord plan --out FILE.", "Make a new one: accord plan --out FILE --env qa --sandbox."],
  [
    "Restore it, or run accord state rebuild. Going on would forget.",
    "Restore it, or run accord state rebuild --env qa --sandbox. Going on would forget.",
  ],
  ["accord plan shows whether it has by now.", "accord plan --env qa --sandbox shows whether it has by now."],
  ["`accord doctor` says more.", "`accord doctor --env qa --sandbox` says more."],
])("%s", (hint, expected) => {
  expect(commandsAgain(hint, AGAIN)).toBe(expected);
  expect(commandsAgain(hint, "")).toBe(hint);
});

test.each([
  "`accord explain okta/group` describes every field.",
  "`accord plan --help` lists the options.",
  "This is a bug in Accord. Please report it.",
  "The plan was written by a newer Accord.",
])("left alone: %s", (hint) => {
  expect(commandsAgain(hint, AGAIN)).toBe(hint);
});
