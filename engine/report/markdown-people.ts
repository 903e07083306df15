/** Who is concerned by a plan, in a comment: who gains, who loses, whom rules move, who takes turns, what is uncertain. */
import type { Plan } from "../model.ts";
import { count } from "../words.ts";
import { code, prose } from "./markdown-escape.ts";
import { folded, listSection, listSectionFolded } from "./markdown-fit.ts";
import { dangerWord, type Holders, MOST_WAYS, type Side, sideOf, sideWords, waysUpTo } from "./people.ts";
import { populationRows, ROTA_TITLE, rotaRows } from "./populations.ts";
import { uncertainOf } from "./uncertain.ts";

/** Entitlements in the open, beside the privileged ones: the next section has to be near on a phone. */
const OPEN = 5;
const OPEN_PRIVILEGED = 20;

/** `share`: characters that are so many per cent of the comment. */
export function peopleSections(plan: Plan, names: number, share: (percent: number) => number): readonly string[] {
  return [
    ...peopleSection("gain", sideOf(plan.impact.gained), names, share(12)),
    ...peopleSection("lose", sideOf(plan.impact.lost), names, share(12)),
    ...populationSection(plan, names, share(10)),
    ...rotaSection(plan, names, share(4)),
    ...uncertainSection(plan, share(6)),
  ];
}

function peopleSection(verb: "gain" | "lose", side: Side, names: number, room: number): readonly string[] {
  if (side.people === 0) return [];
  const privileged = side.holders.filter((holders) => holders.privileged).length;
  const items = side.holders.map((holders) => holderItem(holders, names));
  const open = Math.max(OPEN, Math.min(OPEN_PRIVILEGED, privileged));
  return [listSectionFolded(`### ${sideWords(verb, side)}`, items, open, room, "entitlement")];
}

function populationSection(plan: Plan, limit: number, room: number): readonly string[] {
  const items = populationRows(plan, limit).map(({ address, entitlement, summary, movers, rest, remarks }) =>
    [
      `- ${code(entitlement)}: ${summary}`,
      ...movers.map(({ mark, person, why }) => `${code(`${mark} ${person}`)}${why === "" ? "" : ` ${prose(why)}`}`),
      ...(rest > 0 ? [`… and ${count(rest, "more person", "more people")}`] : []),
      ...remarks.map((remark) => `· ${prose(remark)}`),
      `through ${code(address)}`,
    ].join("<br>\n  "),
  );
  return items.length === 0 ? [] : [listSection("### Whom changed rules take in and let go", items, room, "rule")];
}

function rotaSection(plan: Plan, limit: number, room: number): readonly string[] {
  const items = rotaRows(plan, limit).map(({ address, turns, rest }) =>
    [
      `- ${code(address)}`,
      ...turns.map(([when, who]) => `${when}: ${prose(who)}`),
      ...(rest > 0 ? [`… and ${count(rest, "more handover")}`] : []),
    ].join("<br>\n  "),
  );
  return items.length === 0 ? [] : [folded(ROTA_TITLE, items, room, "schedule")];
}

function uncertainSection(plan: Plan, room: number): readonly string[] {
  const uncertain = uncertainOf(plan);
  if (uncertain === undefined) return [];
  const items = uncertain.rows.map(({ address, effect }) => `- ${code(address)}<br>\n  ${prose(effect)}`);
  return [listSection(`### ❔ ${uncertain.title}`, items, room, "uncertain effect")];
}

function holderItem(holders: Holders, names: number): string {
  const danger = dangerWord(holders);
  return [
    `- ${danger === "" ? "" : `🔑 **${danger}** `}${code(holders.entitlement)}`,
    codes(holders.people, names),
    `through ${codes(holders.through, 3)}`,
    ...waysUpTo(holders.ways, MOST_WAYS, code),
  ].join("<br>\n  ");
}

export function codes(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).map(code).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}
