/** Who is concerned by a plan, for a terminal: who gains, who loses, whom rules move, who takes turns, what is uncertain. */
import type { Plan } from "../model.ts";
import { count } from "../words.ts";
import type { Paint } from "./paint.ts";
import { dangerWord, type Holders, MOST_WAYS, type Side, sideOf, sideWords, waysUpTo } from "./people.ts";
import { populationRows, ROTA_TITLE, rotaRows } from "./populations.ts";
import { plain, sentence } from "./say.ts";
import { uncertainOf } from "./uncertain.ts";

/** Each section's lines; empty where there is nothing to say. */
export function peopleSections(plan: Plan, limit: number, paint: Paint): readonly (readonly string[])[] {
  return [
    peopleSection("gain", sideOf(plan.impact.gained), limit, paint),
    peopleSection("lose", sideOf(plan.impact.lost), limit, paint),
    populationSection(plan, limit, paint),
    rotaSection(plan, limit, paint),
    uncertainSection(plan, limit, paint),
  ];
}

function peopleSection(verb: "gain" | "lose", side: Side, limit: number, paint: Paint): readonly string[] {
  if (side.people === 0) return [];
  const lines = [paint.bold(sideWords(verb, side))];
  for (const holders of side.holders.slice(0, limit)) lines.push(...holderLines(verb, holders, limit, paint));
  const rest = side.holders.length - limit;
  if (rest > 0) lines.push(paint.dim(`  … and ${count(rest, "more entitlement")}`));
  return lines;
}

function populationSection(plan: Plan, limit: number, paint: Paint): readonly string[] {
  const rows = populationRows(plan, limit);
  if (rows.length === 0) return [];
  const marks = { "+": paint.green("+"), "-": paint.red("-"), "?": paint.yellow("?") };
  return [
    paint.bold("Whom changed rules take in and let go"),
    ...rows.flatMap(({ address, entitlement, summary, movers, rest, remarks }) => [
      `  ${plain(entitlement)}: ${summary}`,
      ...movers.map(
        ({ mark, person, why }) =>
          `      ${marks[mark]} ${plain(person)}${why === "" ? "" : `  ${paint.dim(plain(why))}`}`,
      ),
      ...(rest > 0 ? [paint.dim(`      … and ${count(rest, "more person", "more people")}`)] : []),
      ...remarks.map((remark) => `      · ${sentence(remark)}`),
      paint.dim(`      through ${plain(address)}`),
    ]),
  ];
}

function rotaSection(plan: Plan, limit: number, paint: Paint): readonly string[] {
  const rows = rotaRows(plan, limit);
  if (rows.length === 0) return [];
  return [
    paint.bold(ROTA_TITLE),
    ...rows.flatMap(({ address, turns, rest }) => [
      `  ${plain(address)}`,
      ...turns.map(([when, who]) => `      ${when.padEnd(16)}  ${plain(who)}`),
      ...(rest > 0 ? [paint.dim(`      … and ${count(rest, "more handover")}`)] : []),
    ]),
  ];
}

function uncertainSection(plan: Plan, limit: number, paint: Paint): readonly string[] {
  const uncertain = uncertainOf(plan);
  if (uncertain === undefined) return [];
  const rest = uncertain.rows.length - limit;
  return [
    paint.bold(uncertain.title),
    ...uncertain.rows
      .slice(0, limit)
      .flatMap(({ address, effect }) => [`  ${paint.yellow("?")} ${plain(address)}`, `      ${sentence(effect)}`]),
    ...(rest > 0 ? [paint.dim(`  … and ${count(rest, "more uncertain effect")}`)] : []),
  ];
}

function holderLines(verb: "gain" | "lose", holders: Holders, limit: number, paint: Paint): readonly string[] {
  const danger = dangerWord(holders);
  const mark = verb === "gain" ? paint.green("+") : paint.red("-");
  const title = plain(holders.entitlement);
  return [
    `  ${mark} ${danger === "" ? title : `${paint.bold(title)}  ${paint.yellow(`(${danger})`)}`}`,
    `      ${namesUpTo(holders.people, limit)}`,
    paint.dim(`      through ${namesUpTo(holders.through, 3)}`),
    ...waysUpTo(holders.ways, MOST_WAYS, plain).map((way) => paint.dim(`      ${way}`)),
  ];
}

export function namesUpTo(names: readonly string[], limit: number): string {
  const shown = names.slice(0, limit).map(plain).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}
