/** How far something is approved, in words: what is lacking, who has approved what, whose approval does not count and why. */
import { prose } from "../report/markdown-escape.ts";
import { codes } from "../report/markdown-people.ts";
import { clipped } from "../report/visible.ts";
import { count, listed } from "../words.ts";
import type { MetNeed, Standing } from "./model.ts";

/** How a format shows a name. */
export type Show = (name: string) => string;

/** Items of one sort before a count takes over: the head of a section has to stay short. */
const MOST = 5;
const MOST_LOGINS = 5;
const LONGEST_WHY = 400;

export function unmetOf(standings: readonly Standing[]): readonly MetNeed[] {
  return standings.flatMap(({ needs }) => needs.filter(({ by, count: needed }) => by.length < needed));
}

/** `1 more of security and 2 reviewers`: each group once, with the most that anybody lacks of it. */
export function lackingWords(standings: readonly Standing[], show: Show): string {
  const most = new Map<string | undefined, { readonly lacking: number; readonly more: boolean }>();
  for (const { group, count: needed, by } of unmetOf(standings)) {
    const lacking = needed - by.length;
    if (lacking > (most.get(group)?.lacking ?? 0)) most.set(group, { lacking, more: by.length > 0 });
  }
  return listed(
    [...most].map(([group, { lacking, more }]) =>
      group === undefined
        ? count(lacking, more ? "more reviewer" : "reviewer")
        : `${lacking} ${more ? "more " : ""}of ${show(group)}`,
    ),
    3,
  );
}

/** Everybody whose approval counts, each once. */
export function approversOf({ needs }: Standing): readonly string[] {
  return [...new Set(needs.flatMap(({ by }) => by))];
}

/** Items of a list: those who refuse, each need with who has met it, what does not count. */
export function standingItems({ refusing, needs, lapsed }: Standing): readonly string[] {
  const unmet = needs.filter(({ by, count: needed }) => by.length < needed);
  const met = needs.filter((need) => !unmet.includes(need));
  return [
    ...(refusing.length === 0 ? [] : [`- ✋ ${codes(refusing, MOST_LOGINS)} asked for changes`]),
    ...upTo([...unmet, ...met].map(needItem), "need"),
    ...upTo(
      lapsed.map(({ login, why }) => `- ⚠️ does not count: ${codes([login], 1)} ${prose(clipped(why, LONGEST_WHY))}`),
      "approval that does not count",
      "approvals that do not count",
    ),
  ];
}

function needItem({ name, group, count: needed, by }: MetNeed): string {
  const sign = by.length >= needed ? "✅" : "✋";
  const whose = group === undefined ? (needed === 1 ? " reviewer" : " reviewers") : ` of ${codes([group], 1)}`;
  const who = by.length === 0 ? "nobody so far" : `approved by ${codes(by, MOST_LOGINS)}`;
  return `- ${sign} ${codes([name], 1)} wants ${needed}${whose}: ${who}`;
}

function upTo(items: readonly string[], noun: string, nouns = `${noun}s`): readonly string[] {
  // One item more is as long as the line that would count it.
  if (items.length <= MOST + 1) return items;
  const rest = items.length - MOST;
  return [...items.slice(0, MOST), `- … and ${rest} more ${rest === 1 ? noun : nouns}`];
}
