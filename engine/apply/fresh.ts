/** ⇄ What is about to change, read anew: by id where there is one, by key where nothing should be. */
import { seen } from "../diff/lag.ts";
import type { Address, Change, Live, Owned, Plan } from "../model.ts";
import { type Catalog, shortKind } from "../plan/tenants.ts";
import { asSpec, knownPart } from "../value.ts";
import type { Target } from "./executor.ts";

/** What was written lately, and may not show yet. */
export interface Past {
  readonly owned: readonly Owned[];
  /** Epoch milliseconds. */
  readonly now: number;
}

export async function freshLives(
  plan: Plan,
  targets: ReadonlyMap<string, Target>,
  catalog: Catalog,
  past: Past,
): Promise<ReadonlyMap<Address, Live | undefined>> {
  const fresh = new Map<Address, Live | undefined>();
  const groups = new Map<string, Change[]>();
  for (const change of plan.changes) {
    if (change.action === "none") continue;
    const key = `${change.address.slice(0, change.address.indexOf("/"))} ${change.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  await Promise.all(
    [...groups].map(async ([key, changes]) => {
      const target = targets.get(key.slice(0, key.indexOf(" ")));
      const kind = changes[0]?.kind;
      if (target === undefined || kind === undefined) return;
      for (const [address, live] of await readGroup(changes, kind, target, catalog, past)) fresh.set(address, live);
    }),
  );
  return fresh;
}

async function readGroup(
  changes: readonly Change[],
  kind: string,
  target: Target,
  catalog: Catalog,
  { owned, now }: Past,
): Promise<Map<Address, Live | undefined>> {
  const facts = catalog.factsOf(kind);
  const view = target.connection.view();
  const found = new Map<Address, Live | undefined>();
  if (!facts.can.list && !facts.can.get) {
    // No remote: what state holds is the truth, and the lease guards it.
    for (const change of changes) found.set(change.address, "before" in change ? change.before : undefined);
    return found;
  }
  const bound = changes.flatMap((change) =>
    "before" in change && change.before !== undefined ? [{ change, live: change.before }] : [],
  );
  const wanted = bound.map(({ change, live }) => ({
    id: live.id,
    fields: fieldsOf(change, live),
    known: "after" in change ? [change.after.spec, live.spec] : [live.spec],
  }));
  const byId = new Map<string, Live>();
  if (wanted.length > 0) {
    const answers = facts.can.get ? view.get(shortKind(kind), wanted) : view.list(shortKind(kind), { objects: wanted });
    for await (const answer of answers) if (!("gone" in answer)) byId.set(answer.id, answer);
  }
  const remembered = new Map(owned.map((one) => [one.address, one]));
  for (const { change, live } of bound) {
    const one = remembered.get(change.address);
    const answer = byId.get(live.id);
    const at = one?.id === live.id ? seen(answer, one, facts, catalog.rulesOf(kind).spec, now) : undefined;
    found.set(change.address, at === undefined ? answer : at.state === "present" ? at.live : undefined);
  }

  const keys = changes.flatMap((change) => {
    if (change.action !== "create") return [];
    const key = facts.key(asSpec(knownPart(change.after.spec) ?? {}));
    return key === undefined ? [] : [{ change, key }];
  });
  if (keys.length === 0 || !facts.can.list) return found;
  const byKey = new Map<string, Live>();
  const objects = keys.map(({ change, key }) => ({ key, fields: Object.keys(change.after.spec) }));
  for await (const live of view.list(shortKind(kind), { objects })) {
    const key = facts.key(live.spec);
    if (key !== undefined) byKey.set(key, live);
  }
  for (const { change, key } of keys) found.set(change.address, byKey.get(key));
  return found;
}

function fieldsOf(change: Change, live: Live): readonly string[] {
  const declared = "after" in change ? Object.keys(change.after.spec) : [];
  return [...new Set([...declared, ...Object.keys(live.spec)])];
}
