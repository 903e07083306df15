/** What the ledger records. `schemas/event.schema.json` says the same to other programs. Secrets are never in it. */
import type { HeldObject } from "../impact/holdings.ts";
import type { Action, Address, Edge, FieldChange, Owned, Spec, Value, Verdict } from "../model.ts";

/** How far a change got: `confirmed` means that its kind's proof holds. */
export type Outcome = "confirmed" | "unconfirmed" | "failed" | "skipped" | "awaiting";

interface OfRun {
  readonly run: string;
}

export interface RunStarted extends OfRun {
  readonly type: "run-started";
  /** Who, as the CLI or CI knows them. */
  readonly actor: string;
  readonly command: string;
  /** Version of Accord. */
  readonly tool: string;
  /** Digest of the plan that is executed. */
  readonly plan: string;
  readonly verdicts: readonly Verdict[];
  /** Who approved the plan, where an approval was asked for. */
  readonly approvals?: readonly string[];
  /** Why, in the words of who ran it (`--reason`). */
  readonly reason?: string;
}

export interface ChangeEvent extends OfRun {
  readonly type: "change";
  readonly address: Address;
  readonly action: Action;
  readonly kind: string;
  /** Vendor id; null where the object never came to be. */
  readonly id: string | null;
  /** As sent, with ids in place of what only the run made known. */
  readonly fields: readonly FieldChange[];
  readonly outcome: Outcome;
  /** The vendor's ids of the requests made, for a support case. */
  readonly requestIds: readonly string[];
  /** The declared fields before a delete or replace: what an undo starts from. */
  readonly before?: Spec;
  /** Of an object that is only disabled: how it came to be ours, so that an undo knows. */
  readonly origin?: Owned["origin"];
  /** Vendor id of the object that a replacement took the place of. */
  readonly replaces?: string;
  /** What it gives and takes, as rolling budgets count it: edges granted and revoked, elements removed, collections emptied. */
  readonly effect?: {
    readonly granted: number;
    readonly revoked: number;
    readonly privileged: number;
    readonly removed: number;
    readonly emptied: number;
    /** Elements and objects brought, in the unit of `removed`. */
    readonly added?: number;
    /** Of a rule: people whom it lets go and takes in, or may. */
    readonly released?: number;
    readonly entered?: number;
  };
  /** Of a rule: how many people it was judged to match, at least and at most, when the plan was made. */
  readonly matches?: { readonly least: number; readonly most: number };
  /** Why it is not confirmed: codes and messages of its problems. */
  readonly problems?: readonly { readonly code: string; readonly message: string }[];
  /** The run that it takes back (`apply --undo`). */
  readonly undoes?: string;
}

export interface RunFinished extends OfRun {
  readonly type: "run-finished";
  readonly counts: Readonly<Record<Outcome, number>>;
}

/** Who held what, as read and as proven: what `who --at` and `access --at` answer from. Mostly what is new since the last. */
export interface Observation extends OfRun {
  readonly type: "observation";
  /** ISO time from which on it was read. */
  readonly read: string;
  /** Instances of which everything that the stack has was seen; of others it says nothing. */
  readonly coverage: readonly string[];
  /** What was not seen, in sentences. */
  readonly gaps: readonly string[];
  /** Instance → provider: what names of objects mean. */
  readonly instances: Readonly<Record<string, string>>;
  /** Place of the observation that it goes on from; absent: it stands alone. */
  readonly after?: number;
  /** Everybody whom `objects` names: as shown there, and the id where one is known. */
  readonly people: readonly (readonly [name: string] | readonly [name: string, id: string])[];
  /** Objects that are new or different, by key. */
  readonly objects: Readonly<Record<string, ObservedObject>>;
  /** Objects that are again as an earlier observation wrote them: its place. */
  readonly again: Readonly<Record<string, number>>;
  /** Objects that are not there any more. */
  readonly gone: readonly string[];
  /** `<instance> <id>` → what people call it, where that is new or different. */
  readonly names: Readonly<Record<string, string>>;
}

/** One object, and what it makes people hold. */
export interface ObservedObject extends Omit<HeldObject, "edges"> {
  readonly holds: readonly ObservedHold[];
}

/** An edge of many: what it gives, and the places in `people` of those who have it. */
export interface ObservedHold extends Omit<Edge, "person" | "personId"> {
  readonly by: readonly number[];
}

export interface ActionRun extends OfRun {
  readonly type: "action-run";
  readonly actor: string;
  readonly instance: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outcome: Outcome;
  readonly requestIds: readonly string[];
  readonly facts?: Value;
}

/** A guardrail, budget or protection was set aside for one plan. */
export interface Override {
  readonly type: "override";
  readonly run?: string;
  /** `budget:removals`, the name of a verdict. */
  readonly name: string;
  readonly plan: string;
  readonly actor: string;
  readonly reason: string;
}

export interface Forgotten {
  readonly type: "forget";
  readonly actor: string;
  readonly address: Address;
  readonly id: string;
}

export interface Imported {
  readonly type: "import";
  readonly actor: string;
  readonly address: Address;
  readonly id: string;
}

export interface Moved {
  readonly type: "move";
  readonly actor: string;
  readonly from: Address;
  readonly to: Address;
  readonly id: string;
}

/** An event before it has its place in the chain. */
export type EventBody =
  | RunStarted
  | ChangeEvent
  | RunFinished
  | Observation
  | ActionRun
  | Override
  | Forgotten
  | Imported
  | Moved;

/** Its place: the hash covers everything but itself, and with `prev` everything before. */
export interface Link {
  /** From 1, without a gap. */
  readonly seq: number;
  /** ISO time. */
  readonly at: string;
  readonly prev: string;
  readonly hash: string;
}

export type LedgerEvent = EventBody & Link;
