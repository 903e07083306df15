/** Guardrails × facts → verdicts: one for each guardrail and outcome, however many things it is about. Pure. */
import type { Verdict } from "../model.ts";
import { count, listed } from "../words.ts";
import { type Exception, endedWords, endingWords, excusedWords, excuseFor } from "./exceptions.ts";
import type { Guardrail } from "./guardrail.ts";
import { ruleOf } from "./rule.ts";
import type { Subject, Subjects } from "./subjects.ts";

/** Things that a message names; the rest is counted. */
const NAMED = 3;

interface Hit {
  readonly subject: Subject;
  readonly message: string;
}

/** `now`: epoch milliseconds, by which exceptions end. */
export function guardrailVerdicts(
  guardrails: readonly Guardrail[],
  subjects: Subjects,
  now: number,
): readonly Verdict[] {
  return guardrails.flatMap((guardrail) => verdictsOf(guardrail, subjects, now));
}

function verdictsOf(guardrail: Guardrail, subjects: Subjects, now: number): readonly Verdict[] {
  const rule = ruleOf(guardrail);
  const hits: Hit[] = [];
  const unknown: Hit[] = [];
  const excused = new Map<Exception, Hit[]>();
  const ended = new Set<Exception>();
  for (const subject of subjects[guardrail.each]) {
    const answer = rule(subject);
    if (answer.hit === undefined) unknown.push({ subject, message: answer.why });
    if (answer.hit !== true) continue;
    const hit = { subject, message: sentenceOf(answer.message) };
    const excuse = excuseFor(subject.names, guardrail.exceptions, now);
    if (excuse?.holds === true) excused.set(excuse.exception, [...(excused.get(excuse.exception) ?? []), hit]);
    else hits.push(hit);
    if (excuse?.holds === false) ended.add(excuse.exception);
  }
  return [
    ...(unknown.length === 0 ? [] : [unjudged(guardrail, unknown)]),
    ...(hits.length === 0 ? [] : [hitBy(guardrail, hits, [...ended])]),
    ...[...excused].map(([exception, some]) => excusedBy(guardrail, exception, some, now)),
  ];
}

function hitBy(guardrail: Guardrail, hits: readonly Hit[], ended: readonly Exception[]): Verdict {
  const { name, outcome, from } = guardrail;
  const over = ended.map((exception) => ` ${endedWords(exception)}.`).join("");
  return {
    name,
    outcome,
    message: `${told(hits)}${over}`,
    hint: hintOf(guardrail),
    ...placeOf(hits),
    ...(from === undefined ? {} : { approvers: from }),
  };
}

function unjudged(guardrail: Guardrail, unknown: readonly Hit[]): Verdict {
  const [first] = unknown;
  const where = listed(
    unknown.map(({ subject }) => subject.label),
    NAMED,
  );
  return {
    name: guardrail.name,
    outcome: "deny",
    message: `Nobody can tell whether ${where} may be: ${first?.message}.`,
    hint: `A guardrail that fails lets nothing pass. Ask with has(…) before a field that may be absent, in ${placeIn(guardrail)}.`,
    ...placeOf(unknown),
  };
}

function excusedBy(guardrail: Guardrail, exception: Exception, hits: readonly Hit[], now: number): Verdict {
  const ending = endingWords(exception, now);
  return {
    name: guardrail.name,
    outcome: "allow",
    message: `${told(hits)} Let pass ${excusedWords(exception)}.${ending === undefined ? "" : ` ${ending}.`}`,
    ...placeOf(hits),
  };
}

/** Each message with what it is about; those that say the same are one, and past a few a count takes over. */
function told(hits: readonly Hit[]): string {
  const groups = new Map<string, string[]>();
  for (const { message, subject } of hits) groups.set(message, [...(groups.get(message) ?? []), subject.label]);
  const [only] = hits.length === 1 ? hits : [];
  // Of the plan as a whole there is one, and an address stands beside the message.
  const placed = only !== undefined && [undefined, only.subject.label].includes(only.subject.address);
  const shown = [...groups].slice(0, NAMED).map(([message, labels]) => withLabels(message, labels, placed));
  const rest = [...groups.values()].slice(NAMED).flat();
  return [...shown, ...(rest.length === 0 ? [] : [`And ${rest.length} more: ${listed(rest, NAMED)}.`])].join(" ");
}

function withLabels(message: string, labels: readonly string[], placed: boolean): string {
  const [first = ""] = labels;
  const said = first.split(": ").every((part) => message.includes(part));
  if (labels.length === 1 && (said || placed)) return message;
  const counted = labels.length > NAMED ? `${count(labels.length, "time")}: ` : "";
  return `${message.replace(/\.$/, "")} (${counted}${listed(labels, NAMED)}).`;
}

function hintOf(guardrail: Guardrail): string {
  const { from, outcome, hint } = guardrail;
  if (outcome !== "approve" || from === undefined) return hint ?? `Change the stack, or see ${placeIn(guardrail)}.`;
  const has = from.count === 1 ? "has" : "have";
  const approval = `${from.count} of ${from.group} ${has} to approve; apply refuses it until then.`;
  return hint === undefined ? `${approval} See ${placeIn(guardrail)}.` : `${approval} ${hint}`;
}

function placeIn({ source, shipped, name }: Pick<Guardrail, "source" | "shipped" | "name">): string {
  return shipped ? `${name} of the baseline (${source.file})` : `${source.file}:${source.line}`;
}

function placeOf(hits: readonly Hit[]): Pick<Verdict, "address" | "hits"> {
  const addresses = new Set(hits.map(({ subject }) => subject.address));
  const [only] = addresses;
  return {
    ...(addresses.size === 1 && only !== undefined ? { address: only } : {}),
    ...(hits.length > 1 ? { hits: hits.length } : {}),
  };
}

function sentenceOf(message: string): string {
  const text = message.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
