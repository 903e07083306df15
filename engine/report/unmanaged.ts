/** What exists beside the stack: objects that nobody manages here, the ones that give most first. */

import { compareText } from "../address.ts";
import type { Beside, Placed } from "../adopt/adoption.ts";
import { coverageOf } from "../adopt/standing.ts";
import { type Catalog, shortKind } from "../plan/tenants.ts";
import { count } from "../words.ts";
import { coverageLines } from "./coverage.ts";
import { paintOf, type TextOptions } from "./paint.ts";
import { plain } from "./say.ts";
import { widest } from "./text-lines.ts";

/** Objects named; the rest are counted. */
const MOST_NAMED = 20;

/** An object beside the stack, with the access that it makes. */
export interface BesideObject {
  /** `<instance>/<kind>` */
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  /** People, or other principals, who hold something through it. */
  readonly people: number;
  readonly privileged: boolean;
  /** Whoever holds it is an administrator of the instance. */
  readonly administers: boolean;
  /** Why no document can be written for it. */
  readonly reason?: string;
}

export interface UnmanagedView {
  /** Administrators first, then other privileges, then by the number of people. */
  readonly objects: readonly BesideObject[];
  readonly coverage: ReturnType<typeof coverageOf>;
}

export function unmanagedView(beside: Beside, catalog: Catalog): UnmanagedView {
  const objects = beside.objects
    .filter(({ standing }) => standing.state !== "managed")
    .map((object) => besideObject(object, catalog))
    .sort(
      (a, b) =>
        Number(b.administers) - Number(a.administers) ||
        Number(b.privileged) - Number(a.privileged) ||
        b.people - a.people ||
        compareText(`${a.kind} ${a.name} ${a.id}`, `${b.kind} ${b.name} ${b.id}`),
    );
  return { objects, coverage: coverageOf(beside.surveyed, beside.objects) };
}

/** Objects that a document could be written for: what the command warns of. */
export function unmanagedCount({ coverage }: UnmanagedView): number {
  return coverage.reduce((sum, row) => sum + row.unmanaged, 0);
}

/** `again`: options that the next command needs too, each after a space. */
export function unmanagedText(view: UnmanagedView, options: TextOptions & { readonly again?: string }): string {
  const paint = paintOf(options);
  const unmanaged = unmanagedCount(view);
  const headline =
    unmanaged === 0
      ? paint.green("Nothing beside the stack that it could manage.")
      : `Beside the stack: ${count(unmanaged, "object")} that nobody manages here.`;
  const privileged = view.objects.filter((one) => one.privileged);
  const others = view.objects.filter((one) => !one.privileged && one.reason === undefined);
  return `${[
    paint.bold(headline),
    ...section("Privileged", privileged, options),
    ...section("Others", others, options),
    "",
    ...coverageLines(view.coverage, ["managed", "unmanaged", "unmanageable"], options),
    ...(unmanaged === 0
      ? []
      : [
          "",
          `${paint.bold("Next:")} accord adopt INSTANCE/KIND --dry-run${plain(options.again ?? "")} shows their documents.`,
        ]),
  ].join("\n")}\n`;
}

function section(title: string, objects: readonly BesideObject[], options: TextOptions): readonly string[] {
  if (objects.length === 0) return [];
  const paint = paintOf(options);
  const shown = objects.slice(0, MOST_NAMED);
  const kinds = widest(shown.map(({ kind }) => kind));
  const names = widest(shown.map(({ name }) => name));
  const rest = objects.length - shown.length;
  return [
    "",
    paint.bold(`${title} (${objects.length})`),
    ...shown.map((one) => {
      const held = one.people === 0 ? "" : count(one.people, "holder");
      const words = [held, one.administers ? "administers" : "", one.reason ?? ""].filter((word) => word !== "");
      const name = plain(one.name).padEnd(names);
      return `  ${plain(one.kind).padEnd(kinds)}  ${name}  ${plain(words.join(", "))}`.trimEnd();
    }),
    ...(rest > 0 ? [paint.dim(`  and ${rest} more: --json lists all`)] : []),
  ];
}

function besideObject({ instance, kind, label, live, standing }: Placed, catalog: Catalog): BesideObject {
  const object = { spec: live.spec, ...(live.people === undefined ? {} : { people: live.people }) };
  const edges = [...(catalog.factsOf(kind).edges?.(object) ?? [])];
  return {
    ...{ kind: `${instance}/${shortKind(kind)}`, id: live.id, name: label },
    people: new Set(edges.map(({ personId, person }) => personId ?? person)).size,
    privileged: edges.some((edge) => edge.privileged === true || edge.administers === true),
    administers: edges.some((edge) => edge.administers === true),
    ...("reason" in standing && standing.reason !== undefined ? { reason: standing.reason } : {}),
  };
}
