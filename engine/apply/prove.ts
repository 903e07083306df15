/** ⇄ Did it really happen? Asks the way the kind says its truth can be known, until it shows or the window closes. */

import { type KindRules, ruleAt } from "../config/rules.ts";
import { diffFields, elementKey } from "../diff/fields.ts";
import type { FieldChange, Live, Spec } from "../model.ts";
import type { Clock } from "../outside.ts";
import type { Problem } from "../problem.ts";
import type { KindFacts, View } from "../provider.ts";
import { dotted } from "../value.ts";
import { listed } from "../words.ts";

export type Proven =
  | { readonly state: "confirmed"; readonly live: Live }
  | { readonly state: "unconfirmed"; readonly live: Live | undefined; readonly note: string }
  | { readonly state: "awaiting"; readonly live: Live; readonly note: string; readonly url: string }
  | { readonly state: "failed"; readonly live: Live; readonly problem: Problem };

export interface ProofContext {
  readonly facts: KindFacts;
  readonly rules: KindRules;
  /** A fresh look for each question: nothing kept from before the write. */
  readonly look: () => View;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const FIRST_WAIT = 1_000;

/** `wanted` is what must show: the written fields, in the words of a spec. */
export async function proveWritten(
  written: Live,
  wanted: Spec,
  fields: readonly FieldChange[] | undefined,
  context: ProofContext,
): Promise<Proven> {
  const { facts, clock, signal } = context;
  if (facts.proof.by === "response" && !facts.can.progress) return { state: "confirmed", live: written };
  const { every, within } = windowOf(facts);
  const deadline = clock.now() + within;
  let wait = Math.min(every, FIRST_WAIT);
  let note = "";
  let seen: Live | undefined = written;
  for (;;) {
    const progress = await advance(written, context);
    if (progress.state !== "converging") {
      if (progress.state !== "done") return progress;
      seen = progress.live;
      const missing = seen === undefined ? [] : notShown(wanted, seen.spec, fields, context.rules);
      if (seen !== undefined && missing.length === 0) return { state: "confirmed", live: seen };
      note = seen === undefined ? "it cannot be read back yet" : `reads do not show ${listed(missing)} yet`;
    } else note = progress.note;
    if (clock.now() + wait > deadline) return { state: "unconfirmed", live: seen, note };
    await clock.sleep(wait, signal);
    wait = Math.min(wait * 2, Math.max(every, FIRST_WAIT));
  }
}

type Advance =
  | { readonly state: "done"; readonly live: Live | undefined }
  | { readonly state: "converging"; readonly note: string }
  | Exclude<Proven, { readonly state: "confirmed" | "unconfirmed" }>;

async function advance(written: Live, { facts, look }: ProofContext): Promise<Advance> {
  if (facts.can.progress) {
    const progress = await look().progress(facts.name, written);
    if (progress.state === "awaiting" || progress.state === "failed") return { ...progress, live: written };
    if (progress.state === "converging") return progress;
    return { state: "done", live: progress.live };
  }
  if (!facts.can.get) return { state: "done", live: written };
  for await (const answer of look().get(facts.name, [{ id: written.id, fields: Object.keys(written.spec) }])) {
    if (answer.id === written.id && !("gone" in answer)) return { state: "done", live: answer };
  }
  return { state: "done", live: undefined };
}

/** Fields in which what is read is not yet what was written. What the document does not manage is no concern here. */
function notShown(
  wanted: Spec,
  seen: Spec,
  fields: readonly FieldChange[] | undefined,
  rules: KindRules,
): readonly string[] {
  const ours = fields === undefined ? undefined : new Set(fields.map(changeName));
  const open = diffFields(wanted, seen, rules.spec).filter((one) => {
    // A secret is never read back, so no read can show it.
    if (ruleAt(rules.spec, one.path)?.secret === true) return false;
    return ours === undefined ? one.op !== "remove" : ours.has(changeName(one));
  });
  return [...new Set(open.map((one) => dotted(one.path)))];
}

function changeName(change: FieldChange): string {
  const element = change.op === "set" ? "" : elementKey(change.element, { foldCase: true });
  return `${change.op} ${dotted(change.path)} ${element}`;
}

/** Is it gone, by the vendor's own word? */
export async function proveGone(live: Live, context: ProofContext): Promise<boolean> {
  const { facts, clock, signal } = context;
  if (!facts.can.get || facts.proof.by === "response") return true;
  const { every, within } = windowOf(facts);
  const deadline = clock.now() + within;
  for (let wait = Math.min(every, FIRST_WAIT); ; wait = Math.min(wait * 2, Math.max(every, FIRST_WAIT))) {
    for await (const answer of context.look().get(facts.name, [{ id: live.id, fields: [] }])) {
      if (answer.id === live.id && "gone" in answer) return true;
    }
    if (clock.now() + wait > deadline) return false;
    await clock.sleep(wait, signal);
  }
}

function windowOf(facts: KindFacts): { every: number; within: number } {
  if (facts.proof.by === "poll") return facts.proof;
  return { every: FIRST_WAIT, within: facts.consistency ?? 0 };
}
