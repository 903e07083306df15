/** What state remembers, as a list and one by one. */
import type { Owned } from "../model.ts";
import { count } from "../words.ts";
import { specLines } from "./lines.ts";
import { paintOf, type TextOptions } from "./paint.ts";
import { type Identities, instanceOf } from "./plan-view.ts";
import { plain, sayIn, word } from "./say.ts";
import { fieldWidth, lineText, widest } from "./text-lines.ts";

export interface StateView {
  readonly stack: string;
  readonly environment: string;
  readonly serial: number;
  readonly resources: readonly Owned[];
}

/** An address a line, with its vendor id: fit for `grep` and `cut`. */
export function stateListText(state: StateView, options: TextOptions): string {
  const paint = paintOf(options);
  const width = widest(state.resources.map((owned) => owned.address));
  const lines = state.resources.map((owned) => {
    const marks = [...(owned.protect ? ["protected"] : []), ...(owned.origin === "adopted" ? ["adopted"] : [])];
    return `${plain(owned.address).padEnd(width)}  ${plain(owned.id)}${marks.length === 0 ? "" : `  ${marks.join(", ")}`}`;
  });
  const place = `${plain(state.stack)}, environment ${plain(state.environment)}, serial ${state.serial}`;
  return `${[...lines, paint.dim(`${count(state.resources.length, "resource")} in ${place}`)].join("\n")}\n`;
}

/** Everything about one resource, secrets aside: of those state knows only that they were sent. */
export function stateShowText(owned: Owned, identities: Identities, options: TextOptions): string {
  const paint = paintOf(options);
  const say = sayIn(instanceOf(owned.address), identities, Number.POSITIVE_INFINITY);
  const fields = specLines(owned.applied, "", say, Number.POSITIVE_INFINITY);
  const computed = specLines(owned.computed ?? {}, "", say, Number.POSITIVE_INFINITY);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [paint.bold(title), ...lines];
  const width = fieldWidth([...fields, ...computed]);
  return `${[
    paint.bold(plain(owned.address)),
    `  kind      ${plain(owned.kind)}`,
    `  id        ${plain(owned.id)}`,
    `  origin    ${owned.origin}${owned.protect ? ", protected" : ""}`,
    ...(owned.onRemoval === undefined ? [] : [`  removal   ${owned.onRemoval}`]),
    ...(owned.dependsOn.length === 0 ? [] : [`  after     ${owned.dependsOn.map(plain).join(", ")}`]),
    ...section(
      "Last applied",
      fields.map((line) => `  ${lineText(line, width, paint)}`),
    ),
    ...section(
      "Computed",
      computed.map((line) => `  ${lineText(line, width, paint)}`),
    ),
    ...section(
      "Secrets sent",
      Object.keys(owned.secrets).map((pointer) => `  ${plain(pointer)}`),
    ),
    ...section(
      "People",
      Object.entries(owned.people).map(([login, id]) => `  ${word(login)}  ${plain(id)}`),
    ),
  ].join("\n")}\n`;
}
