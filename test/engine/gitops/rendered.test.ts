/** What GitHub shows of a pull request and of drift: in a browser, in GitHub's style sheet, on a phone and on a desk. */
import { writeFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { appliedComment } from "../../../engine/gitops/applied.ts";
import { commentOf } from "../../../engine/gitops/comment.ts";
import { openBrowser } from "../../support/browser.ts";
import { githubPage } from "../../support/github-page.ts";
import { ATTACKS } from "../report/hostile.ts";
import { ENDINGS, hostileEndings } from "./endings.ts";
import { HUGE, hostileOutlooks, PULLS, viewOf } from "./outlooks.ts";

const SCREENS = { phone: { width: 390, height: 844 }, desk: { width: 1012, height: 800 } } as const;
type Screen = keyof typeof SCREENS;

const applied = (endings: Parameters<typeof appliedComment>[0]["endings"]): string =>
  appliedComment({ endings, commit: "4d5e6f7a8b9c", remarks: [] });

const COMMENTS: readonly (readonly [string, string])[] = [
  ...Object.entries(PULLS).map(([name, outlooks]) => [name, commentOf(viewOf(outlooks))] as const),
  ...Object.entries(ENDINGS).map(([name, endings]) => [name, applied(endings)] as const),
  ["2,000 changes", commentOf(viewOf([HUGE]))],
];

const browser = await openBrowser();
if (typeof browser === "string") console.warn(`Nobody looks at the rendered comments: ${browser}.`);
const page = typeof browser === "string" ? undefined : await browser.newPage();
afterAll(async () => {
  if (typeof browser !== "string") await browser.close();
});

type Skip = (reason: string) => never;

async function shown(markdown: string, screen: Screen | { width: number; height: number }, skip: Skip): Promise<Page> {
  if (page === undefined) return skip(String(browser));
  await page.setViewportSize(typeof screen === "string" ? SCREENS[screen] : screen);
  await page.setContent(githubPage(markdown));
  return page;
}

describe.each(["phone", "desk"] as const)("on a %s", (screen) => {
  // What does not fit a phone's width is their matter, not a desk's.
  const comments = screen === "phone" ? COMMENTS : COMMENTS.slice(0, 3);
  test.for(comments)("%s hangs over nothing", async ([, markdown], { skip }) => {
    const on = await shown(markdown, screen, skip);
    expect(await on.evaluate<number>("document.documentElement.scrollWidth")).toBe(SCREENS[screen].width);
  });
});

test.for([
  ["needs-approval", PULLS["needs-approval"]],
  ["lapsed", PULLS.lapsed],
  ["2,000 changes", [HUGE]],
] as const)(
  "%s: verdict, needs, what becomes of it and the first person are there before anybody scrolls",
  async ([, outlooks], { skip }) => {
    const on = await shown(commentOf(viewOf(outlooks)), "phone", skip);
    const bottoms = await on.evaluate<number[]>(
      `["h2", "h2 ~ ul li:last-child", "h3", "h3 + ul > li:first-child > code"]
       .map((selector) => document.querySelector(selector).getBoundingClientRect().bottom)`,
    );
    expect(bottoms, "one below the other").toEqual([...bottoms].sort((a, b) => a - b));
    expect(bottoms.at(-1)).toBeLessThan(SCREENS.phone.height * 0.75);
  },
);

/** What GitHub keeps of a comment, of the little that ours is made of. */
const KEPT = "H2 H3 P UL LI BR CODE PRE STRONG DETAILS SUMMARY SUB SPAN A";

describe("a name of somebody who wishes the reader ill", () => {
  test.for(ATTACKS)("stays a name: %j", async (attack, { skip }) => {
    const markdown = `${commentOf(viewOf(hostileOutlooks(attack)))}\n${applied(hostileEndings(attack))}`;
    const on = await shown(markdown, "phone", skip);
    const elements = await on.evaluate<string[]>(
      `[...new Set([...document.querySelectorAll("article *")].map((element) => element.tagName))]`,
    );
    expect(KEPT.split(" ")).toEqual(expect.arrayContaining(elements));
    const links = await on.evaluate<string[]>(`[...document.querySelectorAll("article a")].map((link) => link.href)`);
    expect(links.filter((link) => link !== viewOf([]).run)).toEqual([]);
    expect(await on.evaluate<number>("document.documentElement.scrollWidth")).toBe(390);
  });
});

/** For the README; fonts differ from machine to machine, so it is written only when asked for. */
const PICTURE = new URL("../../../.github/comment.png", import.meta.url);

test("a picture of a comment for the README (ACCORD_PICTURES=1 writes it anew)", async ({ skip }) => {
  const on = await shown(commentOf(viewOf(PULLS.lapsed)), { width: 800, height: 600 }, skip);
  const picture = await on.screenshot({ fullPage: true });
  expect(picture.subarray(1, 4).toString()).toBe("PNG");
  expect(picture.readUInt32BE(16), "as wide as a comment is on a laptop").toBe(800);
  expect(picture.readUInt32BE(20), "with all of it").toBeGreaterThan(600);
  if (process.env.ACCORD_PICTURES === "1") await writeFile(PICTURE, picture);
});
