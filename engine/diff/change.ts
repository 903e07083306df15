/**
 * wanted + found + owned → one Change, and the drift beside it. Three-way: what live says against what we last applied
 * is drift, what the document says against live is the change.
 */
import { canonicalJson } from "../canonical.ts";
import { type FieldRule, type KindRules, ruleAt } from "../config/rules.ts";
import type { Address, Change, Drift, FieldChange, Live, Owned, Path, Resource, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import type { KindFacts } from "../provider.ts";
import { dotted, isList, pointer, valueAt } from "../value.ts";
import { count, listed } from "../words.ts";
import { diffFields, elementKey, invertField } from "./fields.ts";
import type { Found } from "./found.ts";
import { type Doubt, isOurs, unsettled } from "./ours.ts";

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
  readonly now: number;
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
}

export function decide(subject: Subject): Decision {
  const { found, owned, resource } = subject;
  if (found.state === "absent" || found.state === "gone") {
    const drift: Drift[] =
      found.state === "gone" && owned !== undefined
        ? [{ address: resource.address, kind: resource.kind, id: found.id, fields: [], gone: true }]
        : [];
    return { ...created(subject), ...(drift[0] === undefined ? {} : { drift: drift[0] }) };
  }
  if (owned === undefined) return bound(subject, found.live);
  return updated(subject, found.live, owned);
}

function base(subject: Subject, fields: readonly FieldChange[], before: Live | undefined, action: string) {
  const { resource, facts, wanted } = subject;
  const told = facts.describe?.({ action, before, after: wanted, fields });
  return {
    address: resource.address,
    kind: resource.kind,
    dependsOn: subject.needs,
    people: subject.people,
    source: resource.source,
    notes: [...subject.notes, ...(told?.notes ?? [])],
    undo: told?.undo ?? (action === "update" || action === "adopt" ? "exact" : "approximate"),
  } as const;
}

/** As apply and state need it: with what it refers to as needs, so that a removal later knows what must go before. */
function resolved(subject: Subject): Resource {
  return { ...subject.resource, spec: subject.wanted, dependsOn: subject.needs };
}

function created(subject: Subject): Decision {
  const { facts, resource } = subject;
  if (subject.doubt !== undefined && !facts.can.list && facts.can.get)
    return { problems: [], unsettled: unsettled(resource) };
  if (!facts.can.create) {
    return {
      problems: [
        {
          code: "not-found",
          message: `${resource.kind} "${facts.key(subject.wanted) ?? resource.address}" does not exist in ${resource.instance}.`,
          hint: "Accord does not create objects of this kind: make it there first, or correct the name (it is compared exactly).",
          address: resource.address,
          source: resource.source,
        },
      ],
    };
  }
  return {
    change: { ...base(subject, [], undefined, "create"), action: "create", after: resolved(subject) },
    problems: [],
  };
}

function updated(subject: Subject, live: Live, owned: Owned): Decision {
  const { rules, facts } = subject;
  const blank = blankFields(rules.spec, owned, live);
  if (blank.length > 0) return { problems: [blankProblem(subject, blank)] };

  const changes = diffFields(subject.wanted, live.spec, rules.spec, options(subject, owned));
  const { open, converging } = settle(changes, owned, subject.now);
  const drift = driftOf(subject, live, owned);
  const notes = [...toleratedNotes(subject, live), ...converging.map((one) => `converging: ${describe(one)}`)];
  const withNotes = { ...subject, notes: [...subject.notes, ...notes] };
  const result = (change: Change, problems: readonly Problem[] = []): Decision => ({
    change,
    problems,
    ...(drift === undefined ? {} : { drift }),
  });

  const immutable = open.filter((change) => isImmutable(rules.spec, change.path));
  if (subject.replace || immutable.length > 0) {
    const problem = facts.can.create && facts.can.delete ? [] : [cannotReplace(subject, immutable)];
    return result(
      {
        ...base(withNotes, open, live, "replace"),
        action: "replace",
        before: live,
        after: resolved(subject),
        fields: open,
        reason: subject.replace ? "replace_by_request" : "replace_because_cannot_update",
      },
      problem,
    );
  }
  if (open.length === 0) {
    return result({ ...base(withNotes, [], live, "none"), action: "none", before: live, after: resolved(subject) });
  }
  return result(
    {
      ...base(withNotes, open, live, "update"),
      action: "update",
      before: live,
      after: resolved(subject),
      fields: open,
    },
    cannotUpdate(subject, live),
  );
}

/** An object that exists and is not in state. */
function bound(subject: Subject, live: Live): Decision {
  const { resource, facts, rules, stack } = subject;
  const foreign =
    live.marker !== undefined && !(live.marker.tool === "accord" && (live.marker.stack ?? stack) === stack);
  if (foreign) {
    return {
      problems: [
        {
          code: "foreign-object",
          message: `${resource.kind} "${facts.key(live.spec) ?? live.id}" (${live.id}) is managed by ${markerName(live)}.`,
          hint: "Remove it from the other tool first; Accord never takes over an object that carries another owner's mark.",
          address: resource.address,
          source: resource.source,
        },
      ],
    };
  }
  const ours = isOurs(live, resource.address, stack, subject.doubt?.since);
  const free = !facts.can.create || live.synced === true || ours;
  if (!free && resource.adopt === undefined) {
    return { problems: [existsAlready(resource, facts, live)] };
  }
  const fields = diffFields(subject.wanted, live.spec, rules.spec, options(subject, undefined));
  const removed = fields.filter((change) => change.op === "remove");
  if (removed.length > 0 && resource.adopt?.prune !== true && !ours) {
    const silent = removed.filter((change) => resource.manage[dotted(change.path)] === undefined);
    if (silent.length > 0) return { problems: [firstContact(subject, live, silent)] };
  }
  const change: Change = {
    ...base({ ...subject, notes: [...subject.notes, ...toleratedNotes(subject, live)] }, fields, live, "adopt"),
    action: "adopt",
    before: live,
    after: resolved(subject),
    fields,
    ...(ours ? { reason: OURS } : {}),
  };
  return { change, problems: fields.length === 0 ? [] : cannotUpdate(subject, live) };
}

export function existsAlready(resource: Resource, facts: KindFacts, live: Live): Problem {
  return {
    code: "exists",
    message: `${resource.kind} "${facts.key(live.spec) ?? live.id}" exists already (${live.id}) and is not managed by this stack.`,
    hint: `Take it over with \`accord import ${resource.address} ${live.id}\`, or write \`adopt: true\` in the document.`,
    address: resource.address,
    source: resource.source,
  };
}

/** Reason of an `adopt` that only finds again what this stack made. */
export const OURS = "made_by_this_stack";

function options(subject: Subject, owned: Owned | undefined) {
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

/** What live says against what we last applied, told from our own side: before = applied, after = live. */
function driftOf(subject: Subject, live: Live, owned: Owned): Drift | undefined {
  const back = diffFields(owned.applied, live.spec, subject.rules.spec, {
    ...options(subject, owned),
    secretMoved: () => false,
  });
  const { open } = settle(back, owned, subject.now);
  if (open.length === 0) return undefined;
  const fields = open.map(invertField);
  return { address: owned.address, kind: owned.kind, id: live.id, fields, gone: false };
}

/** A change that we made and that is seen again inside the consistency window is lag. */
function settle(changes: readonly FieldChange[], owned: Owned, now: number) {
  const recent = new Set(
    (owned.converging ?? []).filter((one) => Date.parse(one.until) > now).map((one) => changeKey(one.change)),
  );
  if (recent.size === 0) return { open: changes, converging: [] };
  return {
    open: changes.filter((change) => !recent.has(changeKey(change))),
    converging: changes.filter((change) => recent.has(changeKey(change))),
  };
}

function changeKey(change: FieldChange): string {
  const value = change.op === "set" ? change.after : change.element;
  return `${change.op} ${dotted(change.path)} ${canonicalJson(value)}`;
}

function describe(change: FieldChange): string {
  if (change.op === "set") return `${dotted(change.path)} was written and reads still show the old value`;
  return `${dotted(change.path)} ${change.op === "add" ? "+" : "-"} ${elementName(change.element)} was written and reads do not show it yet`;
}

function elementName(element: Value): string {
  return typeof element === "string" ? element : canonicalJson(element);
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

function blankProblem(subject: Subject, fields: readonly string[]): Problem {
  return {
    code: "blank-answer",
    message: `${subject.resource.instance} answered with ${listed(fields)} blank, which cannot be: the credential has lost the right to see this object.`,
    hint: `Give it its role back; \`accord doctor\` says which one is missing. Nothing was planned from the blank answer.`,
    address: subject.resource.address,
    source: subject.resource.source,
  };
}

function toleratedNotes(subject: Subject, live: Live): string[] {
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

function cannotUpdate(subject: Subject, live: Live): Problem[] {
  const { resource, facts } = subject;
  if (facts.can.update && live.readOnly === undefined) return [];
  return [
    {
      code: "read-only",
      message: `${resource.kind} "${facts.key(live.spec) ?? live.id}" differs from the document and cannot be changed: ${live.readOnly ?? "Accord only reads objects of this kind"}.`,
      hint: "Make the document say what is live, or list the field under `ignore`.",
      address: resource.address,
      source: resource.source,
    },
  ];
}

function cannotReplace(subject: Subject, immutable: readonly FieldChange[]): Problem {
  return {
    code: "cannot-replace",
    message: `${immutable.length === 0 ? "--replace" : `A change of ${listed(immutable.map((change) => dotted(change.path)))}`} needs a new object, and ${subject.resource.kind} cannot be ${subject.facts.can.create ? "deleted" : "created"} by Accord.`,
    hint: "Put the old value back, or change the object where it lives.",
    address: subject.resource.address,
    source: subject.resource.source,
  };
}

function firstContact(subject: Subject, live: Live, removed: readonly FieldChange[]): Problem {
  const names = removed.map((change) => (change.op === "remove" ? elementName(change.element) : ""));
  const field = dotted(removed[0]?.path ?? []);
  return {
    code: "first-contact",
    message: `${subject.facts.key(live.spec) ?? live.id} holds ${count(names.length, "element")} in ${field} that the document does not list: ${listed(names)}.`,
    hint: `Binding never removes silently: list them, say \`manage: { ${field}: explained }\` (or additive), or \`adopt: { prune: true }\`.`,
    address: subject.resource.address,
    source: subject.resource.source,
  };
}

function markerName(live: Live): string {
  const marker = live.marker;
  if (marker === undefined) return "another tool";
  return [marker.tool, marker.stack, marker.address].filter((part) => part !== undefined && part !== "").join(" / ");
}
