/** The comment as people see it: in a browser, in GitHub's style sheet, on a phone and on a desk. */
import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { planMarkdown } from "../../../engine/report/markdown.ts";
import { openBrowser } from "../../support/browser.ts";
import { githubPage } from "../../support/github-page.ts";
import { PLAN } from "./example.ts";
import { ATTACKS, hostilePlan } from "./hostile.ts";
import { PLANS } from "./plans.ts";

const SCREENS = { phone: { width: 390, height: 844 }, desk: { width: 1012, height: 800 } } as const;
const VIEWS = Object.entries({ ...PLANS, everything: { plan: PLAN } });

const browser = await openBrowser();
if (typeof browser === "string") console.warn(`Nobody looks at the rendered comment: ${browser}.`);
const page = typeof browser === "string" ? undefined : await browser.newPage();
afterAll(async () => {
  if (typeof browser !== "string") await browser.close();
});

type Skip = (reason: string) => never;

async function shown(markdown: string, screen: keyof typeof SCREENS, skip: Skip): Promise<Page> {
  if (page === undefined) return skip(String(browser));
  await page.setViewportSize(SCREENS[screen]);
  await page.setContent(githubPage(markdown));
  return page;
}

describe.each(["phone", "desk"] as const)("on a %s", (screen) => {
  const { width, height } = SCREENS[screen];

  // Thousands of lines take a browser a second; what does not fit a phone's width is their matter, not a desk's.
  const views = VIEWS.filter(([name]) => screen === "phone" || name !== "thousands");
  test.for(views)("%s fits, and opens with the verdict and with people", async ([, view], { skip }) => {
    const on = await shown(planMarkdown(view), screen, skip);
    expect(await on.evaluate<number>("document.documentElement.scrollWidth"), "nothing hangs over").toBe(width);
    const bottoms = await on.evaluate<number[]>(
      `[...document.querySelectorAll("h2, h3:first-of-type, h3:first-of-type + ul > li:first-child > code")]
         .map((element) => element.getBoundingClientRect().bottom)`,
    );
    expect(bottoms.length).toBeGreaterThan(0);
    expect(Math.max(...bottoms), "there before anybody scrolls").toBeLessThan(height * 0.6);
  });
});

test("what is long folds, and opens at a touch", async ({ skip }) => {
  const on = await shown(planMarkdown(PLANS.thousands), "phone", skip);
  const length = (): Promise<number> => on.evaluate<number>("document.documentElement.scrollHeight");
  const before = await length();
  expect(before, "two screens say what matters").toBeLessThan(2 * SCREENS.phone.height);
  await on.locator("summary", { hasText: "okta/group" }).last().click();
  expect(await length()).toBeGreaterThan(5 * before);
});

/** What GitHub keeps of a comment, of the little that ours is made of. */
const KEPT = "H2 H3 P UL LI BR CODE PRE STRONG DETAILS SUMMARY SUB SPAN";

describe("a name of somebody who wishes the reader ill", () => {
  test.for(ATTACKS)("stays a name: %j", async (attack, { skip }) => {
    const on = await shown(planMarkdown({ plan: hostilePlan(attack) }), "phone", skip);
    const elements = await on.evaluate<string[]>(
      `[...new Set([...document.querySelectorAll("article *")].map((element) => element.tagName))]`,
    );
    expect(KEPT.split(" ")).toEqual(expect.arrayContaining(elements));
    const attributes = await on.evaluate<string[]>(
      `[...document.querySelectorAll("article *:not(span)")].flatMap((element) => element.getAttributeNames())`,
    );
    expect(attributes.filter((name) => name !== "open")).toEqual([]);
    // GitHub makes links of mentions, issues, commits and addresses, but not inside code.
    const spoken = await on.evaluate<string>(
      `(() => {
         const copy = document.querySelector("article").cloneNode(true);
         for (const code of copy.querySelectorAll("code")) code.replaceWith("\\u2423");
         return copy.textContent;
       })()`,
    );
    expect(spoken).not.toMatch(/[@<>|\u202E]|#\d|gh-\d|\/\/|www\.|:[a-z]+:|[0-9a-f]{7}/i);
    expect(await on.evaluate<number>("document.documentElement.scrollWidth"), "and hangs over nothing").toBe(390);
  });
});
