/** Why a document cannot be carried out as it stands: each with the next step. */
import { sourceAt } from "../config/source-at.ts";
import type { FieldChange, Live, Resource } from "../model.ts";
import type { Problem } from "../problem.ts";
import type { KindFacts } from "../provider.ts";
import { dotted } from "../value.ts";
import { count, listed } from "../words.ts";
import { elementKey } from "./fields.ts";
import { elementName } from "./lag.ts";
import { markedBy } from "./ours.ts";
import type { Subject } from "./subject.ts";

/** `gone`: id of ours that was there before. */
export function existsAlready(resource: Resource, facts: KindFacts, live: Live, gone?: string): Problem {
  const { address, kind } = resource;
  const name = `${kind} "${facts.key(live.spec) ?? live.id}"`;
  const found =
    gone === undefined
      ? `${name} exists already (${live.id}) and is not managed by this stack.`
      : `${name} of this stack is gone (${gone}), and another has its name (${live.id}).`;
  const free = gone === undefined ? "" : `accord forget ${address}\`, then \``;
  return {
    code: "exists",
    message: found,
    hint: `Take it over with \`${free}accord import ${address} ${live.id}\`, or write \`adopt: true\` in the document.`,
    address: resource.address,
    source: resource.source,
  };
}

export function blankProblem(subject: Subject, fields: readonly string[]): Problem {
  return {
    code: "blank-answer",
    message: `${subject.resource.instance} answered with ${listed(fields)} blank, which cannot be: the credential has lost the right to see this object.`,
    hint: `Give it its role back; \`accord doctor\` says which one is missing. Nothing was planned from the blank answer.`,
    address: subject.resource.address,
    source: subject.resource.source,
  };
}

/** Elements that the vendor itself keeps putting there: a removal by hand would be refused, or undone behind our back. */
export function fedByVendor(subject: Subject, live: Live, fields: readonly FieldChange[]): Problem[] {
  const kept = fields.flatMap((change) => {
    if (change.op !== "remove") return [];
    const reasons = Object.entries(live.explained?.[dotted(change.path)] ?? {});
    const key = elementKey(change.element, { foldCase: true });
    const reason = reasons.find(([name]) => name.toLowerCase() === key)?.[1];
    return reason === undefined
      ? []
      : [{ field: dotted(change.path), text: `${elementName(change.element)} (${reason})` }];
  });
  const [first] = kept;
  if (first === undefined) return [];
  return [
    {
      code: "kept-by-vendor",
      message: `${first.field} does not list ${listed(
        kept.map((one) => one.text),
        5,
      )}, and the vendor puts them there itself.`,
      hint: `Say \`manage: { ${first.field}: explained }\`, list them, or change what puts them there and apply that first.`,
      address: subject.resource.address,
      source: subject.resource.source,
    },
  ];
}

/** `fields`: in what it differs. Nothing that the document permits would help: the object itself is out of reach. */
export function cannotUpdate(subject: Subject, live: Live, fields: readonly FieldChange[]): Problem[] {
  const { resource, facts } = subject;
  if (fields.length === 0 || (facts.can.update && live.readOnly === undefined)) return [];
  const names = [...new Set(fields.map(({ path }) => String(path[0] ?? "")))];
  const places = names.flatMap((name) => sourceAt(resource.sources, ["spec", name]) ?? []);
  return [
    {
      code: "read-only",
      message: `${resource.kind} "${facts.key(live.spec) ?? live.id}" differs from the document in ${listed(names)}, and cannot be changed: ${live.readOnly ?? "Accord only reads objects of this kind"}.`,
      hint: `Make the document say what is live, or say \`ignore: [${names.join(", ")}]\`.`,
      address: resource.address,
      source: places[0] ?? resource.source,
    },
  ];
}

export function cannotReplace(subject: Subject, immutable: readonly FieldChange[]): Problem {
  return {
    code: "cannot-replace",
    message: `${immutable.length === 0 ? "--replace" : `A change of ${listed(immutable.map((change) => dotted(change.path)))}`} needs a new object, and ${subject.resource.kind} cannot be ${subject.facts.can.create ? "deleted" : "created"} by Accord.`,
    hint: "Put the old value back, or change the object where it lives.",
    address: subject.resource.address,
    source: subject.resource.source,
  };
}

export function firstContact(
  { resource, facts }: Pick<Subject, "resource" | "facts">,
  live: Live,
  removed: readonly FieldChange[],
): Problem {
  const names = removed.map((change) => (change.op === "remove" ? elementName(change.element) : ""));
  const field = dotted(removed[0]?.path ?? []);
  return {
    code: "first-contact",
    message: `${facts.key(live.spec) ?? live.id} holds ${count(names.length, "element")} in ${field} that the document does not list: ${listed(names)}.`,
    hint: `Binding never removes silently: list them, say \`manage: { ${field}: explained }\` (or additive), or \`adopt: { prune: true }\`.`,
    address: resource.address,
    source: sourceAt(resource.sources, ["spec", field]) ?? resource.source,
  };
}

export function foreignObject({ resource, facts }: Subject, live: Live): Problem {
  return {
    code: "foreign-object",
    message: `${resource.kind} "${facts.key(live.spec) ?? live.id}" (${live.id}) is managed by ${markedBy(live)}.`,
    hint: "Remove it from the other tool first; Accord never takes over an object that carries another owner's mark.",
    address: resource.address,
    source: resource.source,
  };
}

export function notFound({ resource, facts, wanted }: Subject): Problem {
  return {
    code: "not-found",
    message: `${resource.kind} "${facts.key(wanted) ?? resource.address}" does not exist in ${resource.instance}.`,
    hint: "Accord does not create objects of this kind: make it there first, or correct the name (it is compared exactly).",
    address: resource.address,
    source: resource.source,
  };
}
