/**
 * Sections of all stacks within the room of one comment. First every stack has its head; those that matter least have a
 * line instead where not all heads fit; where not even lines do, the rest is counted. What is left is shared among the
 * bodies by what each needs.
 */
import { LEAST_ROOM } from "../report/markdown-sections.ts";
import { sharesOf } from "./room.ts";
import type { Section } from "./section.ts";

const LEFT_OUT = "**Left out for length: who and what, one by one.** `accord plan` shows everything.";
/** GitHub takes 65,536 characters; a mask may make a text longer that looks like a credential. */
export const LIMIT = 65_000;
/** Characters of a body that is not cut. */
const ALL = 65_536;
const GAP = "\n\n";
const OTHERS = "## The other stacks";
/** Share of the room that heads have even where not all others have a line. */
const FIRST = 0.33;
/** Room for the line that counts what has not even a line. */
const COUNT = 400;

/** `counted` says what the last so many are. */
export function fitted(
  sections: readonly Section[],
  room: number,
  counted: (from: number) => string,
): readonly string[] {
  const heads = sections.map(({ head }) => head.length + GAP.length + LEFT_OUT.length + GAP.length);
  const lines = sections.map(({ line }) => line.length + 1);
  const withHead = mostHeads(heads, lines, room - OTHERS.length - COUNT);
  const headed = sections.slice(0, withHead);
  const rest = sections.slice(withHead);
  const left = room - sum(heads.slice(0, withHead));
  const list = rest.length === 0 ? [] : othersOf(rest, left, (from) => counted(withHead + from));
  const whole = headed.map((section) => section.body(ALL));
  const wanted = whole.map((body) => body.length);
  const shares = sharesOf(wanted, left - sum(list.map((text) => text.length + GAP.length)), LEAST_ROOM);
  return [
    ...headed.flatMap((section, index) => {
      const [body = "", share = 0] = [whole[index], shares[index]];
      if (body === "") return [section.head];
      return [section.head, body.length <= share ? body : cut(section, share)];
    }),
    ...list,
  ];
}

/** As many heads as leave a line to each of the others; and those that matter most in any case. */
function mostHeads(heads: readonly number[], lines: readonly number[], room: number): number {
  if (sum(heads) <= room + OTHERS.length + COUNT) return heads.length;
  const most = (used: number, cost: (index: number) => number, limit: number): number => {
    for (const index of heads.keys()) {
      used += cost(index);
      if (used > limit) return index;
    }
    return heads.length;
  };
  return Math.max(
    most(sum(lines), (index) => (heads[index] ?? 0) - (lines[index] ?? 0), room),
    most(0, (index) => heads[index] ?? 0, room * FIRST),
  );
}

function cut(section: Section, room: number): string {
  if (room < LEAST_ROOM) return LEFT_OUT;
  const body = section.body(room);
  return body.length <= room ? body : LEFT_OUT;
}

function othersOf(sections: readonly Section[], room: number, counted: (from: number) => string): readonly string[] {
  const shown: string[] = [];
  let left = room - OTHERS.length - COUNT;
  for (const { line } of sections) {
    if (line.length + 1 > left) break;
    shown.push(line);
    left -= line.length + 1;
  }
  const items = shown.length === sections.length ? shown : [...shown, `- … and ${counted(shown.length)}`];
  return [OTHERS, items.join("\n")];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
