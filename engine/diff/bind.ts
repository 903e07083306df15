/** First contact: an object that exists and is not in state. */
import type { Change, FieldChange, Live, Resource } from "../model.ts";
import { dotted } from "../value.ts";
import { diffFields } from "./fields.ts";
import { isForeign, isOurs } from "./ours.ts";
import { cannotUpdate, existsAlready, fedByVendor, firstContact, foreignObject } from "./refusals.ts";
import { base, type Decision, observedNotes, options, resolved, type Subject, toleratedNotes } from "./subject.ts";

/** Reason of an `adopt` that only finds again what this stack made. */
export const OURS = "made_by_this_stack";

/** What goes away by binding although the document never says so: it does not prune, nor say how it manages the list. */
export function unlistedIn(resource: Resource, fields: readonly FieldChange[]): readonly FieldChange[] {
  if (resource.adopt?.prune === true) return [];
  return fields.filter(({ op, path }) => op === "remove" && resource.manage[dotted(path)] === undefined);
}

/** An object that exists and is not in state. */
export function bound(subject: Subject, live: Live): Decision {
  const { resource, facts, rules, stack, owned } = subject;
  if (isForeign(live, stack)) return { problems: [foreignObject(subject, live)] };
  // The successor of ours may be what an update made and did not live to see.
  const uncertain = owned?.uncertainSince === undefined ? undefined : Date.parse(owned.uncertainSince);
  const ours = isOurs(live, resource.address, stack, subject.doubt?.since ?? uncertain);
  const free = !facts.can.create || live.synced === true || ours;
  if (!free && resource.adopt === undefined) {
    return { problems: [existsAlready(resource, facts, live, owned?.id)] };
  }
  const fields = diffFields(subject.wanted, live.spec, rules.spec, options(subject, undefined));
  const refused = cannotUpdate(subject, live, fields);
  // What cannot be changed loses nobody: to permit the removals would only lead here again.
  if (refused.length > 0) return { problems: refused };
  const unlisted = ours ? [] : unlistedIn(resource, fields);
  if (unlisted.length > 0) return { problems: [firstContact(subject, live, unlisted)] };
  const notes = [...subject.notes, ...toleratedNotes(subject, live), ...observedNotes(subject, live)];
  const change: Change = {
    ...base(subject, fields, live, "adopt", notes),
    action: "adopt",
    before: live,
    after: resolved(subject),
    fields,
    ...(ours ? { reason: OURS } : {}),
  };
  return { change, problems: fedByVendor(subject, live, fields) };
}
