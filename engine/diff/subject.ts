/** One resource on its way to a decision: what is wanted, found and owned, and what its kind is. */
import type { KindRules } from "../config/rules.ts";
import type { Address, Change, Drift, FieldChange, Live, Owned, Path, Resource, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import type { KindFacts } from "../provider.ts";
import { dotted, isList, pointer, valueAt } from "../value.ts";
import { listed } from "../words.ts";
import { type DiffOptions, diffFields, elementKey } from "./fields.ts";
import type { Found } from "./found.ts";
import { elementName } from "./lag.ts";
import type { Doubt } from "./ours.ts";

export interface Subject {
  readonly resource: Resource;
  readonly wanted: Spec;
  readonly found: Found;
  readonly owned: Owned | undefined;
  readonly rules: KindRules;
  readonly facts: KindFacts;
  /** Addresses whose change must come first. */
  readonly needs: readonly Address[];
  /** Collection field → element (lower case) → why it is there. */
  readonly explained: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly stack: string;
  /** Asked for by --replace. */
  readonly replace: boolean;
  /** Digest of a secret field as it would be sent now; undefined without a state key. */
  readonly secretDigest: (path: Path) => string | undefined;
  readonly notes: readonly string[];
  readonly people: Readonly<Record<string, string>>;
  /** Set where an interrupted create of ours may have made it. */
  readonly doubt: Doubt | undefined;
}

export interface Decision {
  /** Whether it was created is unknown, and nothing can tell: said, and left alone. */
  readonly unsettled?: Problem;
  readonly change?: Change;
  readonly drift?: Drift;
  readonly problems: readonly Problem[];
  /** Worth saying even where nothing changes. */
  readonly remarks?: readonly string[];
}

/** What every change of the subject says, whatever it does. */
export function base(
  subject: Subject,
  fields: readonly FieldChange[],
  before: Live | undefined,
  action: string,
  notes: readonly string[] = subject.notes,
) {
  const { resource, facts, wanted } = subject;
  const told = facts.describe?.({ action, before, after: wanted, fields });
  const common = {
    address: resource.address,
    kind: resource.kind,
    dependsOn: subject.needs,
    people: subject.people,
    source: resource.source,
    notes: told?.notes === undefined ? notes : [...notes, ...told.notes],
    undo: told?.undo ?? (action === "update" || action === "adopt" ? "exact" : "approximate"),
  } as const;
  return told?.uncertain === undefined ? common : { ...common, uncertain: told.uncertain };
}

/** The most frequent change of all, written out: spreads are felt by thousands of resources. */
export function unchanged(subject: Subject, live: Live, notes: readonly string[]): Change {
  const told = base(subject, [], live, "none", notes);
  const { address, kind, dependsOn, people, source, undo } = told;
  const after = resolved(subject);
  return { address, kind, dependsOn, people, source, notes: told.notes, undo, action: "none", before: live, after };
}

/** As apply and state need it: with what it refers to as needs, so that a removal later knows what must go before. */
export function resolved(subject: Subject): Resource {
  const { resource, wanted, needs } = subject;
  const same = wanted === resource.spec && needs.length === 0 && resource.dependsOn.length === 0;
  return same ? resource : { ...resource, spec: wanted, dependsOn: needs };
}

/** How the subject's document wants it compared. */
export function options(subject: Subject, owned: Owned | undefined): DiffOptions {
  const { resource, explained } = subject;
  return {
    manage: resource.manage,
    ignore: resource.ignore,
    explained: (path: Path, element: Value) =>
      explained[dotted(path)]?.[elementKey(element, { foldCase: true })] !== undefined,
    secretMoved: (path: Path) => secretMoved(subject, owned, path),
  };
}

/** Without a key to compare by, a secret is unknown, never a change; only its `secretVersion` can move it then. */
function secretMoved(subject: Subject, owned: Owned | undefined, path: Path): boolean {
  if (owned === undefined) return true;
  const sent = owned.secrets[pointer(path)];
  const version = valueAt(subject.wanted, ["secretVersion"]);
  if (sent === undefined) return true;
  if (version !== undefined && String(version) !== sent.version) return true;
  const digest = subject.secretDigest(path);
  return digest !== undefined && sent.digest !== undefined && digest !== sent.digest;
}

/** Live members that nobody declared and that stay, with the reason. */
export function toleratedNotes(subject: Subject, live: Live): string[] {
  const notes: string[] = [];
  for (const [field, reasons] of Object.entries(subject.explained)) {
    const path = field.split(".");
    const declared = valueAt(subject.wanted, path);
    const names = new Set((isList(declared) ? declared : []).map((item) => elementKey(item, { foldCase: true })));
    const elements = valueAt(live.spec, path);
    const kept = (isList(elements) ? elements : [])
      .map((element) => elementKey(element, { foldCase: true }))
      .filter((key) => !names.has(key) && reasons[key] !== undefined);
    if (kept.length > 0) notes.push(`${field}: ${listed(kept.map((name) => `${name} stays (${reasons[name]})`))}`);
  }
  return notes;
}

/** How the collections in mode `observe` differ from the document: said, and left as it is. */
export function observedNotes({ resource, wanted, rules }: Subject, live: Live): string[] {
  const observed = Object.entries(resource.manage).flatMap(([field, mode]) => (mode === "observe" ? [field] : []));
  if (observed.length === 0) return [];
  const differences = diffFields(wanted, live.spec, rules.spec, { ignore: resource.ignore });
  return observed.flatMap((field) => {
    const words = differences.flatMap((change) => {
      if (change.op === "set" || dotted(change.path) !== field) return [];
      return [`${elementName(change.element)} ${change.op === "add" ? "is missing" : "is there, and not listed"}`];
    });
    return words.length === 0 ? [] : [`${field}, only observed: ${listed(words, 10)}`];
  });
}
