/** How many people gain or lose: one login may have an id in each system, and a name may be that of several people. */
import { expect, test } from "vitest";
import type { Address, Impact } from "../../../engine/model.ts";
import { sideOf } from "../../../engine/report/people.ts";

const edge = (address: Address, person: string, personId?: string): Impact["gained"][number] => ({
  address,
  person,
  entitlement: `member of ${address}`,
  ...(personId === undefined ? {} : { personId }),
});

test.each<[string, number, Impact["gained"]]>([
  ["nobody", 0, []],
  ["one login with an id in each of two systems", 1, [edge("a/group/x", "ada", "1"), edge("b/group/y", "Ada", "7")]],
  ["one login, known by id in one system only", 1, [edge("a/group/x", "ada", "1"), edge("b/group/y", "ada")]],
  ["two of one name in the same system", 2, [edge("a/group/x", "Ada L.", "1"), edge("a/group/y", "Ada L.", "2")]],
  ["one account under two logins", 1, [edge("a/group/x", "ada", "1"), edge("a/group/y", "ada.l", "1")]],
  ["two logins", 2, [edge("a/group/x", "ada"), edge("a/group/x", "grace")]],
])("%s: %i", (_, count, gained) => {
  expect(sideOf(gained).people).toBe(count);
});
