/**
 * The one issue about what somebody changed by hand of a stack: privileged access that nobody reviewed first, each with
 * who did it, then the two ways out. Without drift it says so, and is closed. Pure.
 */
import type { Drift, Plan } from "../model.ts";
import { culprits } from "../report/drift.ts";
import { fieldLines } from "../report/lines.ts";
import { placeWords } from "../report/markdown.ts";
import { code, prose } from "../report/markdown-escape.ts";
import { listSection, listSectionFolded } from "../report/markdown-fit.ts";
import { codes } from "../report/markdown-people.ts";
import { dangerWord, type Side, sideOf } from "../report/people.ts";
import { type Identities, instanceOf } from "../report/plan-view.ts";
import { sayIn } from "../report/say.ts";
import { minuteOf } from "../report/time.ts";
import { count } from "../words.ts";
import { type BackDoor, backDoorsOf, SORTS, type Sort } from "./back-doors.ts";
import { linkTo } from "./comment.ts";
import { LIMIT } from "./fitted.ts";
import { driftMarker } from "./marker.ts";
import type { Target } from "./model.ts";

/** One of the two ways out: a pull request that does it, and the command that does the same by hand. */
export interface Way {
  readonly pull?: number;
  readonly command: string;
}

export interface DriftIssueView {
  readonly target: Target;
  readonly drift: readonly Drift[];
  /** The plan that would take it all back. */
  readonly back: Pick<Plan, "impact">;
  readonly identities: Identities;
  /** Resources compared. */
  readonly checked: number;
  /** ISO time of the look. */
  readonly at: string;
  readonly adopt: Way;
  readonly revert: Way;
  /** Address of the workflow run. */
  readonly run?: string;
}

export interface DriftIssue {
  readonly title: string;
  readonly body: string;
  /** False: there is none any more. */
  readonly open: boolean;
}

const NAMES = 10;
/** Objects of a sort in the open. */
const OPEN = 10;

const TITLES: Readonly<Record<Sort, string>> = {
  privileged: "🔑 Privileged access given by hand",
  given: "Access given by hand",
  taken: "Access taken by hand",
  settings: "Settings changed by hand",
};
/** What of the body each may take, in per cent. */
const SHARES: Readonly<Record<Sort, number>> = { privileged: 35, given: 20, taken: 15, settings: 15 };

export function driftIssueOf(view: DriftIssueView): DriftIssue {
  const { target, drift, checked } = view;
  const doors = backDoorsOf(drift, view.back);
  const given = sideOf(doors.flatMap((door) => door.given));
  const taken = sideOf(doors.flatMap((door) => door.taken));
  const sum = drift.length === 0 ? "none any more" : summaryOf(given, taken, drift.length);
  const paragraphs =
    drift.length === 0
      ? [`✅ **No drift any more.** ${count(checked, "resource")}, live as last applied.`]
      : [
          `**${sum.charAt(0).toUpperCase()}${sum.slice(1)}.** ${drift.length} of ${count(checked, "resource")} differ from what was last applied.`,
          ...SORTS.flatMap((sort) => sortSection(sort, doors, view)),
          waysSection(view),
        ];
  return {
    title: `Drift in ${placeWords(target)}: ${sum}`,
    body: `${[driftMarker(target), ...paragraphs, originOf(view)].join("\n\n")}\n`,
    open: drift.length > 0,
  };
}

/** `2 people hold access that nobody reviewed, 1 of them privileged access; 1 person lost access`. */
function summaryOf(given: Side, taken: Side, objects: number): string {
  const words = [
    ...(given.people === 0
      ? []
      : [`${count(given.people, "person holds", "people hold")} access that nobody reviewed${privilegedWords(given)}`]),
    ...(taken.people === 0 ? [] : [`${count(taken.people, "person", "people")} lost access`]),
  ];
  return words.length === 0 ? `settings of ${count(objects, "object")}` : words.join("; ");
}

function privilegedWords({ people, privileged }: Side): string {
  if (privileged === 0) return "";
  return people === 1
    ? ", some of it privileged"
    : `, ${privileged === people ? "all" : privileged} of them privileged access`;
}

function sortSection(sort: Sort, doors: readonly BackDoor[], view: DriftIssueView): readonly string[] {
  const items = doors.filter((door) => door.sort === sort).map((door) => doorItem(door, view));
  if (items.length === 0) return [];
  return [listSectionFolded(`### ${TITLES[sort]}`, items, OPEN, Math.floor((LIMIT * SHARES[sort]) / 100), "object")];
}

function doorItem({ drift, given, taken }: BackDoor, { identities }: DriftIssueView): string {
  const say = sayIn(instanceOf(drift.address), identities, NAMES);
  return `- ${[
    code(drift.address),
    ...holdingLines(given, "holds", "hold"),
    ...holdingLines(taken, "lost", "lost"),
    ...(drift.gone ? ["gone: somebody deleted it"] : []),
    ...fieldLines(drift.fields, say, NAMES).map(({ field, mark, text }) =>
      code(`${field} ${mark === "" ? "" : `${mark} `}${text}`),
    ),
    ...culprits(drift.by).map((words) => `by ${prose(words)}`),
  ].join("<br>\n  ")}`;
}

/** Entitlements named of one object; the rest is counted. */
const MOST_ENTITLEMENTS = 5;

function holdingLines(moves: BackDoor["given"], one: string, many: string): readonly string[] {
  const { holders } = sideOf(moves);
  const lines = holders.slice(0, MOST_ENTITLEMENTS).map((held) => {
    const danger = dangerWord(held);
    const sign = danger === "" ? "" : `🔑 **${danger}** `;
    return `${codes(held.people, NAMES)} ${held.people.length === 1 ? one : many} ${sign}${code(held.entitlement)}`;
  });
  const rest = holders.length - lines.length;
  return rest > 0 ? [...lines, `and ${count(rest, "more entitlement")}`] : lines;
}

function waysSection({ adopt, revert }: DriftIssueView): string {
  return listSection(
    "### What to do",
    [wayItem("Take it back", "changes the tenants", revert), wayItem("Keep it", "changes the documents", adopt)],
    LIMIT,
    "way",
  );
}

/** A number is GitHub's own, and meant to be a link. */
function wayItem(title: string, effect: string, { pull, command }: Way): string {
  const how = pull === undefined ? code(command) : `merge #${pull}, or ${code(command)}`;
  return `- **${title}** (${effect}): ${how}`;
}

function originOf({ at, run }: DriftIssueView): string {
  const parts = [`Looked at ${minuteOf(at)}`, ...(run === undefined ? [] : [linkTo("the workflow run", run)])];
  return `<sub>${parts.join(" · ")}</sub>`;
}
