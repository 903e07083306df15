/** What becomes of an owned object whose document is gone. */
import type { KindRules } from "../config/rules.ts";
import type { Address, Change, Drift, Live, Owned, Removal } from "../model.ts";
import type { KindFacts } from "../provider.ts";
import type { Found } from "./found.ts";
import { isForeign, markedBy } from "./ours.ts";

export interface Orphan {
  readonly owned: Owned;
  readonly found: Found;
  readonly rules: KindRules;
  readonly facts: KindFacts;
  readonly dependsOn: readonly Address[];
  /** Absent where nothing but the command says so (--destroy). */
  readonly reason?: string;
  /** Name of the stack, as markers say it. */
  readonly stack: string;
}

export function decideRemoval(orphan: Orphan): { change: Change; drift?: Drift } {
  const { owned, found, facts } = orphan;
  const base = {
    address: owned.address,
    kind: owned.kind,
    dependsOn: orphan.dependsOn,
    people: {},
    ...(orphan.reason === undefined ? {} : { reason: orphan.reason }),
  };
  if (found.state === "gone" || found.state === "absent") {
    return {
      change: { ...base, action: "forget", undo: "exact", notes: ["it is already gone"] },
      ...(found.state === "gone"
        ? { drift: { address: owned.address, kind: owned.kind, id: owned.id, fields: [], gone: true } }
        : {}),
    };
  }
  const how = removalOf(orphan, found.live);
  const told = facts.describe?.({ action: how, before: found.live, after: undefined, fields: [] });
  const notes = told?.notes ?? [];
  if (how === "forget") {
    return {
      change: {
        ...base,
        action: "forget",
        before: found.live,
        undo: "exact",
        notes: [...notes, staysLive(orphan, found.live)],
      },
    };
  }
  return {
    change: {
      ...base,
      action: "delete",
      how,
      before: found.live,
      undo: told?.undo ?? (how === "disable" ? "exact" : "approximate"),
      notes,
      ...(told?.uncertain === undefined ? {} : { uncertain: told.uncertain }),
    },
  };
}

/** The document's wish, else the schema's default; what we only adopted or cannot end is forgotten. */
function removalOf({ owned, rules, facts, stack }: Orphan, live: Live): Removal {
  const wish = owned.onRemoval ?? (owned.origin === "adopted" || live.synced === true ? "forget" : rules.onRemoval);
  // What another tool or stack has marked since is not ours to end.
  if (live.readOnly !== undefined || isForeign(live, stack)) return "forget";
  if (wish === "disable") return facts.can.disable ? "disable" : "forget";
  if (wish === "delete")
    return facts.can.delete || isRemembered(facts) ? "delete" : facts.can.disable ? "disable" : "forget";
  return "forget";
}

/** A kind without a remote (`null`) is deleted by being forgotten, and says delete. */
function isRemembered(facts: KindFacts): boolean {
  return !facts.can.list && !facts.can.get && facts.can.create;
}

function staysLive({ owned, facts, stack }: Orphan, live: Live): string {
  const name = facts.key(live.spec) ?? live.id;
  if (isForeign(live, stack)) return `"${name}" stays live: it carries the mark of ${markedBy(live)} now`;
  if (owned.origin === "adopted") return `"${name}" stays live: it was there before this stack`;
  if (live.readOnly !== undefined) return `"${name}" stays live: ${live.readOnly}`;
  return `"${name}" stays live`;
}
