import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beyond, deltaFrom, isActing } from "../../../engine/gitops/delta.ts";
import type { Showing, Target, Word } from "../../../engine/gitops/model.ts";
import { sealFor } from "../../../engine/gitops/showing.ts";
import { needsOf, type StandingInput, standingOf, wordsOf } from "../../../engine/gitops/standing.ts";

const target: Target = { stack: "acme", environment: "default", directory: "" };
const gain = (who: string): string => JSON.stringify(["gain", "okta", "member of prod", who, null, ""]);
const HEAD = "a".repeat(40);
const at = (minute: number): string => new Date(minute * 60_000).toISOString();

const approvedBy = (login: string, minute = 10, commit = HEAD): Word => ({
  ...{ login, approves: true, at: at(minute), commit },
});

function standing(said: {
  readonly now: readonly string[];
  readonly shown?: readonly {
    readonly elements: readonly string[];
    readonly minute: number;
    readonly commit?: string;
  }[];
  readonly words: readonly Word[];
  readonly needs?: StandingInput["needs"];
  readonly more?: Partial<StandingInput>;
}) {
  const shown = (said.shown ?? [{ elements: said.now, minute: 5 }]).map(({ elements, minute, commit = HEAD }) => {
    const delta = deltaFrom(elements);
    return { delta, showing: { target, commit, digest: delta.digest, at: at(minute) } satisfies Showing };
  });
  return standingOf({
    ...{ target, delta: deltaFrom(said.now), words: said.words },
    needs: said.needs ?? [{ name: "reviews", count: 1 }],
    showings: shown.map(({ showing }) => showing),
    hands: new Set(["ada"]),
    elementsOf: (digest) => shown.find(({ delta }) => delta.digest === digest)?.delta.elements,
    mayWrite: (login) => login !== "stranger",
    isIn: (group, login) => group === "security" && login.startsWith("sec-"),
    ...said.more,
  });
}

describe("an approval", () => {
  test("counts for what was shown on that commit", () => {
    expect(standing({ now: [gain("linus")], words: [approvedBy("ben")] })).toEqual({
      needs: [{ name: "reviews", count: 1, by: ["ben"] }],
      lapsed: [],
      refusing: [],
      met: true,
    });
  });

  test("counts for less as well", () => {
    const shown = [{ elements: [gain("linus"), gain("grace")], minute: 5 }];
    expect(standing({ now: [gain("linus")], shown, words: [approvedBy("ben")] }).met).toBe(true);
  });

  test("ends with one more grant, and says which", () => {
    const shown = [{ elements: [gain("linus")], minute: 5 }];
    const { met, lapsed } = standing({ now: [gain("linus"), gain("mallory")], shown, words: [approvedBy("ben")] });
    expect(met).toBe(false);
    expect(lapsed).toEqual([
      { login: "ben", why: 'approved a smaller plan: this one also gives mallory "member of prod" in okta' },
    ]);
  });

  test("is of what was shown at the time: what came later was not approved", () => {
    const shown = [
      { elements: [gain("linus")], minute: 5 },
      { elements: [gain("linus"), gain("mallory")], minute: 20 },
    ];
    const now = [gain("linus"), gain("mallory")];
    expect(standing({ now, shown, words: [approvedBy("ben", 10)] }).met).toBe(false);
    expect(standing({ now, shown, words: [approvedBy("ben", 30)] }).met).toBe(true);
  });

  test("within the same second counts only for what both of two plans do", () => {
    const shown = [
      { elements: [gain("linus")], minute: 5 },
      { elements: [gain("linus"), gain("mallory")], minute: 10 },
    ];
    expect(standing({ now: [gain("linus"), gain("mallory")], shown, words: [approvedBy("ben", 10)] }).met).toBe(false);
    expect(standing({ now: [gain("linus")], shown, words: [approvedBy("ben", 10)] }).met).toBe(true);
  });

  test("of a commit whose plan was never shown is worth nothing", () => {
    const { lapsed } = standing({ now: [gain("linus")], words: [approvedBy("ben", 10, "b".repeat(40))] });
    expect(lapsed).toEqual([{ login: "ben", why: "approved bbbbbbb before its plan was shown" }]);
  });

  test("survives a rebase that leaves the plan as it was", () => {
    const shown = [{ elements: [gain("linus")], minute: 5, commit: "b".repeat(40) }];
    expect(standing({ now: [gain("linus")], shown, words: [approvedBy("ben", 10, "b".repeat(40))] }).met).toBe(true);
  });

  test("of one's own work, or by somebody who may not write, does not count", () => {
    const { met, lapsed } = standing({ now: [gain("linus")], words: [approvedBy("Ada"), approvedBy("stranger")] });
    expect(met).toBe(false);
    expect(lapsed.map(({ login }) => login)).toEqual(["Ada", "stranger"]);
  });

  test("of a plan that nobody has kept counts only where today's is the same", () => {
    const gone = { elementsOf: () => undefined };
    const shown = [{ elements: [gain("linus")], minute: 5 }];
    const words = [approvedBy("ben")];
    expect(standing({ now: [gain("linus")], shown, words, more: gone }).met).toBe(true);
    expect(standing({ now: [], shown, words, more: gone }).lapsed[0]?.why).toContain("not kept any more");
  });

  test("is outweighed by anybody who asks for changes", () => {
    const refuses: Word = { ...approvedBy("cleo"), approves: false };
    const { met, refusing } = standing({ now: [gain("linus")], words: [approvedBy("ben"), refuses] });
    expect({ met, refusing }).toEqual({ met: false, refusing: ["cleo"] });
  });
});

test("a guardrail's group has to approve itself, beside the reviews that every change takes", () => {
  const verdict = {
    name: "prod",
    outcome: "approve",
    message: "",
    approvers: { group: "security", count: 2 },
  } as const;
  const needs = needsOf(deltaFrom([gain("linus")]), [verdict], 1);
  const words = [approvedBy("ben"), approvedBy("sec-cleo")];
  const before = standing({ now: [gain("linus")], needs, words });
  expect(before).toMatchObject({
    met: false,
    needs: [
      { name: "reviews", by: ["ben", "sec-cleo"] },
      { name: "prod", count: 2, by: ["sec-cleo"] },
    ],
  });
  expect(standing({ now: [gain("linus")], needs, words: [...words, approvedBy("sec-dan")] }).met).toBe(true);
});

test("what changes nothing needs nobody", () => {
  expect(
    needsOf(deltaFrom(['["stack","acme","default","normal"]', '["tenant","okta","00o","acme.okta.com"]']), [], 2),
  ).toEqual([]);
  expect(isActing(deltaFrom(['["unprotect","okta/group/prod"]']))).toBe(true);
});

test("the last word of each person is in force; a dismissal takes all of theirs back, a bot has none", () => {
  const review = (
    login: string,
    state: "approved" | "changes-requested" | "commented" | "dismissed",
    minute: number,
  ) => ({
    ...{ login, state, at: at(minute), commit: HEAD, person: login !== "bot" },
  });
  const words = wordsOf([
    review("ben", "changes-requested", 1),
    review("Ben", "approved", 2),
    review("ben", "commented", 3),
    review("cleo", "approved", 4),
    review("cleo", "dismissed", 5),
    review("bot", "approved", 6),
  ]);
  expect(words).toEqual([{ login: "Ben", approves: true, at: at(2), commit: HEAD }]);
});

test("law: what an approval covers is what it covered, and any part of it", () => {
  const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"));
  fc.assert(
    fc.property(names, names, (approved, now) => {
      const [then, today] = [deltaFrom(approved.map(gain)), deltaFrom(now.map(gain))];
      const within = now.every((name) => approved.includes(name));
      expect(beyond(today, then).length === 0).toBe(within);
      expect(
        standing({
          now: now.map(gain),
          shown: [{ elements: approved.map(gain), minute: 5 }],
          words: [approvedBy("ben")],
        }).met,
      ).toBe(within);
    }),
  );
});

describe("what was shown is signed", () => {
  const key = "k".repeat(32);
  const showing: Showing = { target, commit: HEAD, digest: "d".repeat(64), at: at(1), artifact: "accord-12" };
  const seal = sealFor(key, "acme/access", 12);
  const line = seal.sign(showing);

  test("and read back from any text", () => {
    expect(seal.read(`Plan\n\n${line}\nmore`)).toEqual([showing]);
  });

  test.each([
    ["with another key", sealFor("x".repeat(32), "acme/access", 12)],
    ["for another pull request", sealFor(key, "acme/access", 13)],
    ["for another repository", sealFor(key, "evil/access", 12)],
  ])("%s it is nothing", (_, other) => {
    expect(other.read(line)).toEqual([]);
  });

  test("a line that was changed is nothing", () => {
    const forged = Buffer.from(JSON.stringify({ ...showing, digest: "e".repeat(64) })).toString("base64url");
    expect(seal.read(line.replace(/:[^.]+\./, `:${forged}.`))).toEqual([]);
  });

  test("without a key there are no approvals, and it says what to do", () => {
    expect(() => sealFor(undefined, "acme/access", 12)).toThrow(/ACCORD_STATE_KEY/);
  });
});
