/**
 * A kind: one type of object of a managed system. It needs a key and either `list` or `get`; every other member is
 * optional, and a missing member is the capability flag: without `create` an object is only ever bound, without
 * `delete` it stays live, and the plan says so. `providers/README.md` walks through one.
 */
import type {
  Address,
  Edge,
  FieldChange,
  Gone,
  Held,
  Live,
  Marker,
  Path,
  Spec,
  Turn,
  Uncertain,
  Undo,
} from "./model.ts";
import type { Counted, Population } from "./population.ts";
import type { Excerpt, Problem } from "./problem.ts";

/** How a write is known to have happened, and how long reads may lag behind it (milliseconds). */
export type Proof =
  /** The answer to the write is the truth. */
  | { readonly by: "response" }
  /** Read by id right after shows it. */
  | { readonly by: "read" }
  /** Read until it shows it, every `every`, for at most `within`; later it counts as unconfirmed. */
  | { readonly by: "poll"; readonly every: number; readonly within: number };

/** What the stack asks of a list: only that needs reading. */
export interface Want {
  readonly objects: readonly WantedObject[];
  /** Adoption and `--unmanaged`: every object, with every field. */
  readonly everything?: boolean;
}

export interface WantedObject {
  /** Known from state. */
  readonly id?: string;
  /** Natural key; absent while it depends on something that does not exist yet. */
  readonly key?: string;
  /** Top-level spec fields that are declared or owned: members are read for groups that declare them. */
  readonly fields: readonly string[];
  /** Resolved specs, declared and last applied, for what can only be asked about one by one (C1's conflict bindings). */
  readonly known?: readonly Spec[];
}

/** What a lookup found. */
export interface Candidate {
  readonly id: string;
  /** In words a reader can choose by. */
  readonly label: string;
}

/** `near` is what a reader may have meant when nothing matches exactly. */
export interface Candidates {
  readonly exact: readonly Candidate[];
  readonly near: readonly Candidate[];
}

/** Another system's word that it put a person where they are. */
export interface Grant {
  /** Vendor id, in the other system, of the object granted (an Okta group's id). */
  readonly object: string;
  /** Which part of it, as `x-granted-as` of a collection names it ("member"). */
  readonly slug: string;
  /** Every name the person goes by: login, e-mails. Compared without case. */
  readonly names: readonly string[];
  /** "C1 grant, profile On-call". */
  readonly reason: string;
}

/** Everybody who holds an object. */
export interface Holders {
  readonly id: string;
  readonly edges: readonly Edge[];
}

/** Before and after of each mutating request, on disk before it is sent. */
export interface Recorder {
  intent(request: { readonly method: string; readonly path: string; readonly key?: string }): Promise<RecordedIntent>;
}

export interface RecordedIntent {
  /** `status` 0: no answer came (dropped, timed out), so the effect is unknown. */
  outcome(answer: { readonly status: number; readonly requestId?: string }): void;
}

/** What a write step knows beside the spec. */
export interface WriteContext {
  readonly address: Address;
  /** To leave on the object where the vendor has a place for it. */
  readonly marker: Marker;
  /** Vendor id of each person that the spec names, as resolved and reviewed. */
  readonly people: Readonly<Record<string, string>>;
  /** Called with an id as soon as the vendor gave one, so that a create of several calls is never orphaned. */
  made(id: string): Promise<void>;
  /**
   * Sends generated secrets to a sink of the stack, encrypted for its holder, and returns when they are there: before the
   * vendor gets them, so that a lost answer loses no password. `name`, and the name of each, say what they are and hold
   * none of them. They are nowhere else. Throws ProblemError where there is no such sink, or it fails.
   */
  deliver(sink: string, name: string, secrets: Readonly<Record<string, string>>): Promise<Delivery>;
}

/** Secrets that lie in a sink and are not known to be in force yet. */
export interface Delivery {
  /** Says that the vendor has taken them. */
  inForce(): Promise<void>;
}

/** How far a write is that takes longer than its answer. */
export type Progress<S extends Spec = Spec> =
  | { readonly state: "done"; readonly live: Live<S> }
  | { readonly state: "converging"; readonly note: string }
  /** A person has to act at `url`. */
  | { readonly state: "awaiting"; readonly note: string; readonly url: string }
  | { readonly state: "failed"; readonly problem: Problem };

/** A finding about one field of a spec; the engine turns the path into file and line. */
export type Finding = Remark & (Stopping | Warning);

interface Remark {
  readonly code: string;
  readonly message: string;
  readonly path?: Path;
  /** Where in the value at `path`. */
  readonly excerpt?: Excerpt;
}

/** Stops the plan, and so says what next. */
interface Stopping {
  readonly severity?: "error";
  readonly hint: string;
}

/** Becomes a note of the plan. */
interface Warning {
  readonly severity: "warning";
  readonly hint?: string;
}

export interface RenderedFile {
  readonly path: string;
  readonly content: string;
}

/**
 * One type of object. `toSpec`/`toApi` live in the kind's file; beyond it nobody sees a vendor's shape.
 * Reader is all a plan ever gets. Specs that arrive here are resolved: references are `{ id }`, people are
 * logins, secrets their values (in `create` and `update` only).
 */
export interface Kind<Reader, Writer extends Reader, S extends Spec = Spec> {
  /** "group" → schemas/<provider>/group.schema.json */
  readonly name: string;
  readonly proof: Proof;
  /** Milliseconds for which reads may show the past after a write; absence and old values count only after it. */
  readonly consistency?: number;
  /** Writes of all kinds of the instance that share a lane happen one at a time (Okta's rule lock). */
  readonly lane?: string;
  /** One write carries the whole object (a PUT, a full replace): additions and removals are not made apart. */
  readonly whole?: boolean;
  /** `last`: created and changed after everything else, removed before it (automations). */
  readonly phase?: "last";
  /**
   * How people recognise it: a name, a label, a login. Also asked of the known part of a spec, where even a required
   * field may be missing, and of every live spec, whichever fields were read: undefined, never a throw.
   */
  key(spec: Partial<S>): string | undefined;
  /** Findings that need no call: CEL types, combinations a schema cannot say. */
  check?(spec: S): Iterable<Finding>;
  /** Findings that need the tenant: lints, limits, roles of owners. `live` is undefined for a new object. */
  review?(reader: Reader, spec: S, live: Live<S> | undefined): Promise<readonly Finding[]>;
  /** Every object that exists and has a wanted id or key, found in bulk; more may come, they are ignored. */
  list?(reader: Reader, want: Want): AsyncIterable<Live<S>>;
  /** By id, with the fields of `want` filled; an id that is provably absent comes as Gone, in any order. */
  get?(reader: Reader, wanted: readonly (WantedObject & { readonly id: string })[]): AsyncIterable<Live<S> | Gone>;
  /** Objects that match a lookup exactly, or all near ones when none does exactly: the engine wants one. */
  find?(reader: Reader, lookup: Spec): Promise<Candidates>;
  /**
   * The inverse of `find`: lookups by which people may name the object, the clearest first; those that need not be
   * unique among them. A field that a spec has as well is meant to be written as the lookup says it.
   */
  lookups?(live: Live<S>): readonly Spec[];
  /** Grants this kind's objects made in other systems, for the vendor ids asked. */
  grants?(reader: Reader, objects: readonly string[]): AsyncIterable<Grant>;
  /**
   * The answer names every field that was written: the proof reads those. After an unclear outcome, and where the engine
   * found no object that is ours, it is called once more: what it looks up it reads anew.
   */
  create?(writer: Writer, spec: S, context: WriteContext): Promise<Live<S>>;
  /**
   * Only `fields`, against `live` as just read. `spec` is the declared part of the goal: what is ignored or tolerated is in
   * it as it is live, so that `{ ...live.spec, ...spec }` differs from `live` by `fields` alone. The answer names every
   * field that was written. Tries every element, then throws one ProblemError for those that failed. Unless `whole`,
   * removals come in a later call of their own.
   */
  update?(
    writer: Writer,
    live: Live<S>,
    spec: S,
    fields: readonly FieldChange[],
    context: WriteContext,
  ): Promise<Live<S>>;
  /** Twice is fine. */
  delete?(writer: Writer, live: Live<S>, context: WriteContext): Promise<void>;
  /** The reversible end (suspend); deleting twice is fine here too. */
  disable?(writer: Writer, live: Live<S>, context: WriteContext): Promise<void>;
  /** For writes that go on after their answer: jobs, syncs, consents. Absent: read and compare. */
  progress?(reader: Reader, live: Live<S>): Promise<Progress<S>>;
  /** Which access the object makes; of a planned object, as far as its spec is known, and without `id` where it is new. */
  edges?(object: {
    readonly spec: S;
    readonly people?: Readonly<Record<string, string>>;
    readonly id?: string;
  }): Iterable<Edge>;
  /** What holding the object itself is, as far as the spec is known; absent where nothing is given through it. */
  held?(spec: S): Held | undefined;
  /**
   * Who holds the objects, as edges into themselves, where no spec lists them: asked where a change concerns all of them,
   * and by `who`.
   */
  holders?(reader: Reader, ids: readonly string[]): AsyncIterable<Holders>;
  /**
   * Whom the rule in `spec` takes in, over the directory as the reader shows it; undefined where there is no rule, or it
   * is at rest. With `live`, who is judged otherwise by the rule that is live is told as well. It may cost a sweep of
   * everybody: asked only where a rule is new or changed, and for the access graph.
   */
  population?(reader: Reader, spec: S, live: Live<S> | undefined): Promise<Population | undefined>;
  /**
   * The vendor's own count for a live rule, to hold the prediction against; undefined while it has not evaluated the rule
   * since then (epoch milliseconds), as far as it tells. Asked by every plan of the next day: calls count.
   */
  counted?(reader: Reader, live: Live<S>, since: number): Promise<Counted | undefined>;
  /**
   * Who holds the object by turns, from the tenant's own now on for `ahead` milliseconds: of what is handed over by the
   * clock. Asked where a document that changes names it, and shown, never declared: it would drift at each handover.
   */
  rota?(reader: Reader, live: Live<S>, ahead: number): Promise<readonly Turn[]>;
  /** Top-level fields that make the rule: a change of another one moves nobody. */
  readonly ruleFields?: readonly string[];
  /**
   * What a reviewer should know of this change: notes, how exactly it can be undone (default exact; create and delete
   * approximate), and which of its effects the vendor does not tell. Also asked what a deletion would be like of every
   * object that is live: whoever it may concern is what a removal is a share of.
   */
  describe?(change: {
    readonly action: string;
    readonly before: Live<S> | undefined;
    readonly after: S | undefined;
    readonly fields: readonly FieldChange[];
  }): {
    readonly notes?: readonly string[];
    readonly undo?: Undo;
    readonly uncertain?: Uncertain;
  };
  /** Files that the object stands for elsewhere. */
  render?(spec: S, context: { readonly address: Address; readonly id: string | undefined }): Iterable<RenderedFile>;
}
