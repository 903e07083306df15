/** Lists and folds of a comment, in the room that each has: as many items as fit, and the count of the rest. */
import { count } from "../words.ts";
import { plain } from "./say.ts";

/** Room for the line that counts what was left out. */
const REST = 40;
/** What a fold costs beside its title and its items. */
const FRAME = "<details>\n<summary></summary>\n\n</details>".length + 4;

export function listSection(title: string, items: readonly string[], room: number, noun: string): string {
  return [title, "", ...fitting(items, room - title.length, noun)].join("\n");
}

/** The first items in the open, the others in a fold that says how many they are. */
export function listSectionFolded(
  title: string,
  items: readonly string[],
  open: number,
  room: number,
  noun: string,
): string {
  // One item more is shorter than a fold around it.
  if (items.length <= open + 1) return listSection(title, items, room, noun);
  const head = [title, "", ...fitting(items.slice(0, open), room - title.length, noun)].join("\n");
  const rest = items.slice(open);
  return `${head}\n\n${folded(count(rest.length, `more ${noun}`), rest, room - head.length - 2, noun)}`;
}

export function folded(title: string, items: readonly string[], room: number, noun: string): string {
  const summary = plain(title);
  const list = fitting(items, room - FRAME - summary.length, noun);
  return [`<details>\n<summary>${summary}</summary>\n`, ...list, "", "</details>"].join("\n");
}

function fitting(items: readonly string[], room: number, noun: string): readonly string[] {
  const shown: string[] = [];
  let left = room - REST;
  for (const item of items) {
    if (item.length + 1 > left) break;
    shown.push(item);
    left -= item.length + 1;
  }
  const rest = items.length - shown.length;
  return rest === 0 ? shown : [...shown, `- … and ${count(rest, `more ${noun}`)}`];
}
