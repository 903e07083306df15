/**
 * wanted + found + owned → one Change, and the drift beside it. Three-way: what live says against what we last applied
 * is drift, what the document says against live is the change.
 */
import { type FieldRule, ruleAt } from "../config/rules.ts";
import type { Change, Drift, Live, Owned, Path } from "../model.ts";
import type { Problem } from "../problem.ts";
import { bound } from "./bind.ts";
import { diffFields, invertField } from "./fields.ts";
import { describeLag } from "./lag.ts";
import { isForeign, unsettled } from "./ours.ts";
import { blankProblem, cannotReplace, cannotUpdate, fedByVendor, foreignObject, notFound } from "./refusals.ts";
import {
  base,
  type Decision,
  observedNotes,
  options,
  resolved,
  type Subject,
  toleratedNotes,
  unchanged,
} from "./subject.ts";

export function decide(subject: Subject): Decision {
  const { found, owned } = subject;
  if (found.state === "absent") return created(subject);
  if (found.state === "gone") return { ...created(subject), ...goneSince(subject, found.id) };
  if (owned === undefined) return bound(subject, found.live);
  if (found.state === "present" && found.insteadOf !== undefined)
    return { ...bound(subject, found.live), ...goneSince(subject, found.insteadOf) };
  return updated(subject, found.live, owned);
}

function goneSince({ resource, owned }: Subject, id: string): Pick<Decision, "drift"> {
  if (owned === undefined) return {};
  return { drift: { address: resource.address, kind: resource.kind, id, fields: [], gone: true } };
}

function created(subject: Subject): Decision {
  const { facts, resource } = subject;
  if (subject.doubt !== undefined && !facts.can.list && facts.can.get)
    return { problems: [], unsettled: unsettled(resource) };
  if (!facts.can.create) {
    return { problems: [notFound(subject)] };
  }
  return {
    change: { ...base(subject, [], undefined, "create"), action: "create", after: resolved(subject) },
    problems: [],
  };
}

function updated(subject: Subject, live: Live, owned: Owned): Decision {
  const { rules, facts } = subject;
  if (isForeign(live, subject.stack)) return { problems: [foreignObject(subject, live)] };
  const blank = blankFields(rules.spec, owned, live);
  if (blank.length > 0) return { problems: [blankProblem(subject, blank)] };

  const open = diffFields(subject.wanted, live.spec, rules.spec, options(subject, owned));
  const lag = subject.found.state === "present" ? (subject.found.lag ?? []) : [];
  const drift = driftOf(subject, live, owned);
  const unmarked = owned.origin === "created" && live.unmarked !== undefined ? [live.unmarked] : [];
  const remarks = [
    ...unmarked,
    ...observedNotes(subject, live),
    ...lag.map((one) => `converging: ${describeLag(one)}`),
  ];
  const notes = [...subject.notes, ...toleratedNotes(subject, live), ...remarks];
  const result = (change: Change, problems: readonly Problem[] = []): Decision => ({
    change,
    problems: [...problems, ...fedByVendor(subject, live, open)],
    remarks,
    ...(drift === undefined ? {} : { drift }),
  });

  const immutable = open.filter((change) => isImmutable(rules.spec, change.path));
  if (subject.replace || immutable.length > 0) {
    const problem = facts.can.create && facts.can.delete ? [] : [cannotReplace(subject, immutable)];
    return result(
      {
        ...base(subject, open, live, "replace", notes),
        action: "replace",
        before: live,
        after: resolved(subject),
        fields: open,
        reason: subject.replace ? "replace_by_request" : "replace_because_cannot_update",
      },
      problem,
    );
  }
  if (open.length === 0) return result(unchanged(subject, live, notes));
  return result(
    {
      ...base(subject, open, live, "update", notes),
      action: "update",
      before: live,
      after: resolved(subject),
      fields: open,
    },
    cannotUpdate(subject, live, open),
  );
}

/** What live says against what we last applied, told from our own side: before = applied, after = live. */
function driftOf(subject: Subject, live: Live, owned: Owned): Drift | undefined {
  // Where nothing can be read, what was applied is what is there.
  if (live.spec === owned.applied) return undefined;
  const back = diffFields(owned.applied, live.spec, subject.rules.spec, {
    ...options(subject, owned),
    secretMoved: () => false,
  });
  if (back.length === 0) return undefined;
  const fields = back.map(invertField);
  return { address: owned.address, kind: owned.kind, id: live.id, fields, gone: false };
}

function isImmutable(rule: FieldRule, path: Path): boolean {
  return path.some((_, index) => ruleAt(rule, path.slice(0, index + 1))?.immutable === true);
}

function blankFields(rule: FieldRule, owned: Owned, live: Live): string[] {
  const blank: string[] = [];
  for (const [field, property] of rule.properties ?? []) {
    if (property.neverBlank !== true || owned.applied[field] === undefined) continue;
    const value = live.spec[field];
    if (value === undefined || value === null || value === "") blank.push(field);
  }
  return blank;
}
