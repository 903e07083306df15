/**
 * Positions of an application's groups. Okta numbers them without gaps and moves the others up and down with every
 * write, so that assignments written one after the other displace each other (okta.md §4.6). What one run has placed is
 * remembered, and put back where a later write displaced it: in whatever order they come, they end where they belong.
 */
import type { OktaSettings } from "../auth/settings.ts";
import type { AppGroup } from "../client/apps.ts";
import type { OktaReader, OktaWriter } from "../client.ts";

/** Group → declared position, of the assignments of one application that this run has placed. */
type Placed = Map<string, number>;

/** By connection (which has one settings object), then by application. */
const runs = new WeakMap<OktaSettings, Map<string, Placed>>();

function placedIn({ settings }: OktaReader, appId: string): Placed {
  const apps = runs.get(settings) ?? new Map<string, Placed>();
  runs.set(settings, apps);
  const placed = apps.get(appId) ?? new Map<string, number>();
  apps.set(appId, placed);
  return placed;
}

/** Writes an assignment at its declared position; `live` are the application's assignments as just read. */
export async function place(
  writer: OktaWriter,
  assignment: AppGroup & { readonly priority: number },
  live: readonly AppGroup[],
): Promise<AppGroup> {
  const { appId, groupId, priority } = assignment;
  const placed = placedIn(writer, appId);
  // Last in the map: where two are declared at one position, the later write has it.
  placed.delete(groupId);
  placed.set(groupId, priority);
  const before = live.filter((one) => one.groupId !== groupId).toSorted(byPriority);
  const rows = new Map(before.map((one) => [one.groupId, one]));
  const others = before.map((one) => one.groupId);
  const wanted = new Map([...placed].filter(([id]) => id === groupId || rows.has(id)));
  const index = targetOrder(others, wanted).indexOf(groupId);
  const written = await writer.putAppGroup({ ...assignment, priority: index });
  for (const move of movesTo(others.toSpliced(index, 0, groupId), wanted)) {
    const row = move.id === groupId ? assignment : rows.get(move.id);
    if (row !== undefined) await writer.putAppGroup({ ...row, priority: move.index });
  }
  return { ...written, priority };
}

/** As it is declared, where it is as far as it can be before the others of this run are there. */
export async function placedAs(reader: OktaReader, found: AppGroup): Promise<AppGroup> {
  const placed = placedIn(reader, found.appId);
  const priority = placed.get(found.groupId);
  if (priority === undefined) return found;
  const order = (await reader.appGroups(found.appId)).toSorted(byPriority).map(({ groupId }) => groupId);
  const wanted = new Map([...placed].filter(([id]) => order.includes(id)));
  return movesTo(order, wanted).length === 0 ? { ...found, priority } : found;
}

export interface Move {
  readonly id: string;
  readonly index: number;
}

/** Which of `wanted` to write, one after the other and where, until each is at its position; nobody else is written. */
export function movesTo(order: readonly string[], wanted: ReadonlyMap<string, number>): readonly Move[] {
  const target = targetOrder(order, wanted);
  const moves: Move[] = [];
  let current = [...order];
  for (let at = current.findIndex((id, place) => id !== target[place]); at !== -1; ) {
    const belongs = target[at] ?? "";
    // Who is not ours comes up by itself when whoever of ours stands there goes down.
    const id = wanted.has(belongs) ? belongs : (current[at] ?? "");
    const index = target.indexOf(id);
    moves.push({ id, index });
    current = current.filter((one) => one !== id).toSpliced(index, 0, id);
    at = current.findIndex((one, place) => one !== target[place]);
  }
  return moves;
}

/** Those that are wanted at their positions, as far down as there are any; the others around them in their order. */
function targetOrder(order: readonly string[], wanted: ReadonlyMap<string, number>): readonly string[] {
  const target = order.filter((id) => !wanted.has(id));
  for (const [id, position] of [...wanted].toSorted(([, one], [, other]) => one - other)) {
    target.splice(Math.min(position, target.length), 0, id);
  }
  return target;
}

function byPriority(one: AppGroup, other: AppGroup): number {
  return (one.priority ?? 0) - (other.priority ?? 0);
}
