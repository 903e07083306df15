/** ⇄ Who changed what drifted, as the vendors' audit logs tell it; what this state's own runs did is nobody's drift. */
import { readRecent } from "../ledger/ledger.ts";
import type { Address, AuditEvent, Drift } from "../model.ts";
import type { View } from "../provider.ts";
import type { State } from "../state/state.ts";
import type { Made } from "./planning.ts";
import type { Workspace } from "./workspace.ts";

/** Audit logs are asked this far back. */
const AUDIT_WINDOW = 7 * 86_400_000;
/** A vendor's clock and ours may differ by so much, milliseconds. */
const SKEW = 30_000;

/** Drift with whoever did it; `by` is empty where a log was asked and names nobody but us. One question per instance. */
export async function attributed(
  { plan, views, reading }: Made,
  state: State,
  workspace: Workspace,
): Promise<readonly Drift[]> {
  if (plan.drift.length === 0) return [];
  const since = workspace.outside.clock.now() - AUDIT_WINDOW;
  const own = await ownDeeds(workspace, state);
  const items = await Promise.all(
    [...byInstance(plan.drift)].map(async ([instance, drifted]) => {
      const view = views.get(instance);
      const ids = drifted.map((item) => item.id);
      const events = (await view?.audit(ids, since)) ?? [];
      const self = view === undefined ? undefined : await selfIn(events, view);
      return drifted.map((item) => {
        const others = events.filter((event) => !isOwn(event, item.address, self, own));
        return { ...item, by: culprits(item, others, reading) };
      });
    }),
  );
  return items.flat();
}

function byInstance(drift: readonly Drift[]): ReadonlyMap<string, readonly Drift[]> {
  const groups = new Map<string, Drift[]>();
  for (const item of drift) {
    const instance = item.address.slice(0, item.address.indexOf("/"));
    const items = groups.get(instance);
    if (items === undefined) groups.set(instance, [item]);
    else items.push(item);
  }
  return groups;
}

interface OwnDeeds {
  readonly requestIds: ReadonlySet<string>;
  /** When each was changed last, epoch milliseconds. */
  readonly addresses: ReadonlyMap<Address, number>;
}

/** What this state's runs did while the audit logs are asked about: their requests, and the objects that they changed. */
async function ownDeeds({ backend, world }: Workspace, state: State): Promise<OwnDeeds> {
  const events = await readRecent(backend.ledger, state.ledger, world.clock.now() - AUDIT_WINDOW);
  const requestIds = new Set<string>();
  const addresses = new Map<Address, number>();
  for (const event of events) {
    if (event.type !== "change" && event.type !== "action-run") continue;
    for (const id of event.requestIds) requestIds.add(id);
    if (event.type === "change" && event.outcome !== "skipped") addresses.set(event.address, Date.parse(event.at));
  }
  return { requestIds, addresses };
}

/** Our own id there, asked for only where an entry does not tell which request it is of. */
async function selfIn(events: readonly AuditEvent[], view: View): Promise<string | undefined> {
  if (!events.some((event) => event.requestId === undefined && event.actorId !== undefined)) return undefined;
  return (await view.standing())?.self.id;
}

/** By the request that did it; else by who did it, unless we had been done with the object: people share accounts. */
function isOwn(event: AuditEvent, address: Address, self: string | undefined, own: OwnDeeds): boolean {
  if (event.requestId !== undefined) return own.requestIds.has(event.requestId);
  const last = own.addresses.get(address);
  return event.actorId === self && last !== undefined && Date.parse(event.time) <= last + SKEW;
}

/** Entries about the object; where they name the very people that came or went, only those. */
function culprits(item: Drift, events: readonly AuditEvent[], reading: Made["reading"]): readonly AuditEvent[] {
  const about = events.filter((event) => event.targets.includes(item.id));
  const found = reading.found.get(item.address);
  const known = found?.state === "present" ? (found.live.people ?? {}) : {};
  const people = new Map(Object.entries(known).map(([login, id]) => [login.toLowerCase(), id]));
  const moved = new Set(
    item.fields.flatMap((field) => {
      const id =
        field.op === "set" || typeof field.element !== "string" ? undefined : people.get(field.element.toLowerCase());
      return id === undefined ? [] : [id];
    }),
  );
  const named = about.filter((event) => event.targets.some((target) => moved.has(target)));
  return named.length > 0 ? named : about;
}
