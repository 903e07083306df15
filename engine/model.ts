/**
 * The nouns. Everything is plain, readonly data: a saved plan, a report, a
 * guardrail's input and a ledger event are the same values. Imports nothing.
 */

/** What YAML, JSON and an API body can hold. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** The declared fields of one object. A field that is left out is not managed. */
export type Spec = { readonly [field: string]: Value };

/** `<instance>/<kind>/<name>`, e.g. `okta/group/prod-breakglass`; `name` is the stack's own. */
export type Address = `${string}/${string}/${string}`;

/** Where in a field a value sits: object keys and list indexes. */
export type Path = readonly (string | number)[];

/** A place in a file of the stack; line and column count from 1. */
export interface Source {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where each node of a document is written, by JSON pointer (`/spec/members/0`). */
export type Sources = Pick<ReadonlyMap<string, Source>, "get">;

/**
 * A reference after resolution: the vendor's id of another object. Ids that a vendor scopes to a parent
 * are joined by the kind that owns them (C1: `appId/entitlementId`) and opaque to everyone else.
 */
export type Ref = { readonly id: string };

/**
 * A value that only apply can know. `text` is a template over outputs of other resources
 * (`${okta/group/x.id}`), `lookup` a search that cannot be made before they exist.
 */
export type Unknown =
  | { readonly $unknown: { readonly text: string } }
  | { readonly $unknown: { readonly lookup: Spec; readonly kind: string; readonly instance: string } };

/** A secret as everybody but the writing step sees it: where it comes from, never what it is. */
export type Secret = { readonly $secret: string };

/** How a declared list treats live elements that it does not name. */
export type CollectionMode = "exclusive" | "explained" | "additive" | "observe";

/** What happens to the live object when its document is removed. */
export type Removal = "delete" | "disable" | "forget";

/** One declared object, validated; references as written until the plan resolves them. */
export interface Resource {
  readonly address: Address;
  readonly instance: string;
  /** `<provider>/<kind>`: what the schema and the kind are found by. */
  readonly kind: string;
  readonly spec: Spec;
  readonly protect: boolean;
  /** Collection field → mode; a field that is absent is exclusive. */
  readonly manage: Readonly<Record<string, CollectionMode>>;
  /** Dotted field names that are never diffed. */
  readonly ignore: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly onRemoval?: Removal;
  /** Permission to bind to an existing object; `prune` also to remove what it holds beyond the document. */
  readonly adopt?: { readonly prune: boolean };
  readonly dependsOn: readonly Address[];
  /** Made anew when one of these is updated or made anew. */
  readonly replaceWith?: readonly Address[];
  readonly source: Source;
  readonly sources: Sources;
}

/** Who says an object is theirs; kept where the vendor has a place for it. */
export interface Marker {
  readonly tool: string;
  readonly stack?: string;
  readonly address?: string;
}

/** What was found, in the same shape as a spec, plus the vendor id. */
export interface Live<S extends Spec = Spec> {
  readonly id: string;
  readonly spec: S;
  /** Read-only facts that others may reference (`${address.field}`) or reports may show. */
  readonly computed?: Spec;
  /** Login as it stands in `spec` → vendor id, for every person that `spec` names. */
  readonly people?: Readonly<Record<string, string>>;
  /** Collection field → element key → why the vendor itself put it there ("rule eng-all"). */
  readonly explained?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Display names of ids that `spec` holds, for reports. */
  readonly names?: Readonly<Record<string, string>>;
  readonly marker?: Marker;
  /** No mark is where the vendor has a place for one: what that says of an object that we made. */
  readonly unmarked?: string;
  /** ISO time the vendor says the object was made; decides whether an interrupted create was ours. */
  readonly createdAt?: string;
  /** The vendor itself made it (a connector's sync): bound without asking, forgotten when its document goes. */
  readonly synced?: boolean;
  /** The object exists but cannot be changed by us (synced, built in): the reason, as a sentence ends, without the full stop. */
  readonly readOnly?: string;
  /**
   * Dotted secret fields that are in use and never shown: a document that is written for the object names where they
   * come from. What is around them is in `spec`.
   */
  readonly secrets?: readonly string[];
}

/** Asked for by id and provably not there: 404, or the vendor's soft-delete mark. */
export interface Gone {
  readonly gone: true;
  readonly id: string;
}

/** What state remembers as ours. */
export interface Owned {
  readonly address: Address;
  readonly kind: string;
  readonly id: string;
  /** The declared fields as last applied, references resolved; secrets left out. */
  readonly applied: Spec;
  /** Live values of computed fields at the last contact, for references from other stacks' plans and reports. */
  readonly computed?: Spec;
  readonly people: Readonly<Record<string, string>>;
  /** JSON pointer of a secret field → keyed digest of what was sent. */
  readonly secrets: Readonly<Record<string, { readonly digest?: string; readonly version?: string }>>;
  readonly protect: boolean;
  readonly origin: "created" | "adopted";
  readonly onRemoval?: Removal;
  readonly dependsOn: readonly Address[];
  readonly converging?: readonly Converging[];
  /** ISO time from which on every read must show that the object exists: it was made that recently. */
  readonly shownBy?: string;
  /** ISO time of a last write that nobody saw succeed: reads tell what it did only a consistency window later. */
  readonly uncertainSince?: string;
}

/** A change that was made and proved too recently for every read to show it: seen again before `until`, it is lag. */
export interface Converging {
  readonly change: FieldChange;
  /** ISO time at which the kind's consistency window closes. */
  readonly until: string;
}

/** One difference. `add` and `remove` are elements of an unordered collection at `path`. */
export type FieldChange =
  | { readonly op: "set"; readonly path: Path; readonly before: Value | undefined; readonly after: Value }
  | { readonly op: "add"; readonly path: Path; readonly element: Value }
  | { readonly op: "remove"; readonly path: Path; readonly element: Value };

/** An effect of a change that the vendor does not tell: printed as uncertain, counted as the worst that it can be. */
export interface Uncertain {
  /** What is not known, in a sentence without its full stop. */
  readonly effect: string;
  /** People who may lose access by it, beside those whom the change itself takes out: budgets count them as removed. */
  readonly people: number;
}

/** Can `apply --undo` restore it: exactly, with a new id, or not at all (a task sent, a key rotated). */
export type Undo = "exact" | "approximate" | "none";

/** What a run does of a change in one go: what it gives and sets, or what it takes. What is not split is both at once. */
export type Part = "give" | "take";

/**
 * A part of a change that begins only once a part of another one is confirmed, although it needs nothing of it: what must
 * hold at every moment would break in between. Without the confirmation it is skipped.
 */
export interface Wait {
  readonly part: Part;
  readonly for: { readonly address: Address; readonly part: Part };
  /** What is kept by it, as a sentence ends, without the full stop. */
  readonly why: string;
}

interface ChangeBase {
  readonly address: Address;
  readonly kind: string;
  /** Addresses whose change must have succeeded first. */
  readonly dependsOn: readonly Address[];
  /** What the plan holds back for the sake of others; they never go in a circle. */
  readonly waits?: readonly Wait[];
  /** Login → vendor id of every person the document names, as resolved when it was reviewed. */
  readonly people: Readonly<Record<string, string>>;
  /** Sentences a reviewer should read: staleness bounds, tolerated members. */
  readonly notes: readonly string[];
  readonly uncertain?: Uncertain;
  readonly undo: Undo;
  readonly source?: Source;
  /** Why this action, in Terraform's words where it has one (`delete_because_no_resource_config`). */
  readonly reason?: string;
}

/** What apply will do to one resource, and nothing else: the union is executed as it stands. */
export type Change =
  | (ChangeBase & { readonly action: "create"; readonly after: Resource })
  | (ChangeBase & {
      readonly action: "update";
      readonly before: Live;
      readonly after: Resource;
      readonly fields: readonly FieldChange[];
    })
  | (ChangeBase & {
      readonly action: "replace";
      readonly before: Live;
      readonly after: Resource;
      readonly fields: readonly FieldChange[];
    })
  | (ChangeBase & {
      readonly action: "adopt";
      readonly before: Live;
      readonly after: Resource;
      readonly fields: readonly FieldChange[];
    })
  | (ChangeBase & { readonly action: "delete"; readonly before: Live; readonly how: "delete" | "disable" })
  | (ChangeBase & { readonly action: "forget"; readonly before?: Live })
  | (ChangeBase & { readonly action: "none"; readonly before: Live | undefined; readonly after: Resource });

export type Action = Change["action"];

/** Live differs from what we last applied: somebody else's change. */
export interface Drift {
  readonly address: Address;
  readonly kind: string;
  readonly id: string;
  /** From last applied to live. `gone`: the object itself vanished. */
  readonly fields: readonly FieldChange[];
  readonly gone: boolean;
  readonly by?: readonly AuditEvent[];
}

/** One fact of access: a person holds an entitlement, through a path. */
export interface Edge {
  /** Login, or another principal's name as the vendor shows it. */
  readonly person: string;
  readonly personId?: string;
  /** What is held, in words a reviewer knows ("member of prod-breakglass"). */
  readonly entitlement: string;
  readonly privileged?: boolean;
  /** Set where holding it makes the person an administrator of the instance. */
  readonly administers?: boolean;
  /** The person's account itself: without it nothing that is held there can be used. */
  readonly account?: boolean;
  /** The holder is an object: whoever holds that one holds this too. `person` says so where nobody can tell who it is. */
  readonly holder?: "self" | ObjectName;
  /** What is held is an object, and what that one gives comes with it. */
  readonly object?: "self" | ObjectName;
  /** Why it is there, where the vendor or another system put it ("rule eng-all"). */
  readonly why?: string;
  /** No standing fact: whoever comes to hold the holder is given it. */
  readonly entry?: Entry;
  /** Held by a rule itself: `populations` says whom it takes in and lets go, and by what. */
  readonly rule?: boolean;
}

/** What joining gives, and what becomes of it when somebody stops holding the holder. It is never taken otherwise. */
export interface Entry {
  readonly leaver: "loses" | "keeps" | "uncertain";
  /** Where it is new, those who hold the holder already are given it as well. */
  readonly everybody?: boolean;
}

/** What holding an object is called. */
export interface Held {
  readonly entitlement: string;
  readonly privileged?: boolean;
  /** Its name in other systems (C1's slug): with the object's id it tells which of theirs stands for it. */
  readonly as?: string;
  /** The object of another system that this one stands for: who holds either holds both. */
  readonly same?: { readonly id: string; readonly as: string };
}

/** An object as others refer to it: a kind and the vendor's id, of the same instance or of the only one of its provider. */
export interface ObjectName {
  /** `<provider>/<kind>`. */
  readonly kind: string;
  readonly id: string;
  /** Only those who hold it themselves, not through an object in it. */
  readonly direct?: boolean;
}

/** What somebody gains or loses by a plan. */
export type Move = Edge & {
  /** The change that causes it. */
  readonly address: Address;
  /** What is held on the way, outermost last; one list for each way there is. Absent where it is held directly. */
  readonly paths?: readonly (readonly string[])[];
  /** Nobody can tell whether it comes to that; counted as if it did. */
  readonly uncertain?: boolean;
};

/** Who gains and who loses what. Whoever keeps a thing by another path is not among them. */
export interface Impact {
  readonly gained: readonly Move[];
  readonly lost: readonly Move[];
}

/** An attribute of a person, with the value by which a rule decides about them. */
export interface Fact {
  readonly attribute: string;
  readonly value: Value;
}

/** Somebody about whom a rule decides anew, and by what. */
export interface Mover {
  readonly person: string;
  readonly personId: string;
  readonly by: readonly Fact[];
}

/** What a changed rule does to people, as judged here: the vendor acts on it in its own time. */
export interface PopulationChange {
  readonly address: Address;
  /** What the rule gives. */
  readonly entitlement: string;
  /** Where that is an object: what it gives comes with it. */
  readonly object?: "self" | ObjectName;
  readonly enters: readonly Mover[];
  readonly leaves: readonly Mover[];
  /** Where the vendor's own semantics are not certain: `held` now, or not, and why nobody knows what comes. */
  readonly uncertain: readonly (Mover & { readonly held: boolean; readonly why: string })[];
  /** How many people hold it by the rule now. */
  readonly held: number;
  /** How many people the rule matches afterwards, at least and at most. */
  readonly matches: { readonly least: number; readonly most: number };
  /** What the vendor does in view of so many. */
  readonly remarks: readonly string[];
}

/** From a moment on these people hold something by turns; none is a gap. */
export interface Turn {
  /** ISO time. */
  readonly from: string;
  readonly people: readonly string[];
}

/** Who holds what a changed rule rests on, by turns: the first turn is the one that runs, the others are handovers. */
export interface Rota {
  readonly address: Address;
  readonly turns: readonly Turn[];
}

/** A guardrail's or a built-in safety rule's answer about a plan. */
export interface Verdict {
  readonly name: string;
  /** `approve`: refused until enough people have approved. `allow`: something that an exception let pass. */
  readonly outcome: "allow" | "warn" | "approve" | "deny";
  readonly message: string;
  readonly hint?: string;
  readonly address?: Address;
  /** How many things it is about, where that is more than one. */
  readonly hits?: number;
  /** Of `approve`: whose approval it takes, and how many of them. */
  readonly approvers?: { readonly group: string; readonly count: number };
  /** Set on a verdict that an explicit `--allow` let pass: who and why. */
  readonly overridden?: string;
}

/** One entry of a vendor's audit log. */
export interface AuditEvent {
  readonly time: string;
  readonly actor: string;
  readonly action: string;
  /** Vendor ids of the objects it names. */
  readonly targets: readonly string[];
  /** Vendor id of who did it. */
  readonly actorId?: string;
  /** The vendor's id of the request that did it, as answers carry it. */
  readonly requestId?: string;
}

/** What each change relies on: the live values seen, by digest and in words for the refusal. */
export interface Precondition {
  readonly address: Address;
  readonly id: string | null;
  readonly digest: string;
  /** The fields covered, as seen, so that a refusal can name what moved. */
  readonly seen: Spec | null;
}

/** A tenant as its own API identifies it; another one behind the same instance name is a problem. */
export interface Tenant {
  readonly id: string;
  readonly host: string;
}

/** Everything a plan decided, and all that apply needs: no document is read again. */
export interface Plan {
  readonly stack: string;
  readonly environment: string;
  readonly createdAt: string;
  readonly mode: "normal" | "refresh-only" | "destroy";
  readonly changes: readonly Change[];
  readonly drift: readonly Drift[];
  readonly impact: Impact;
  /** Whom changed rules take in and let go; absent in plans of versions that judged none. */
  readonly populations?: readonly PopulationChange[];
  /** Who takes turns where changed documents name what is handed over by the clock. */
  readonly rotas?: readonly Rota[];
  readonly verdicts: readonly Verdict[];
  readonly preconditions: readonly Precondition[];
  readonly tenants: Readonly<Record<string, Tenant>>;
  /** Digest of the declared documents. */
  readonly documents: string;
  readonly lineage: string;
  readonly serial: number;
  /** Calls made, per instance and rate-limit bucket. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Elements and objects live per kind when it was made: what the share of a removal budget is a share of. */
  readonly held: Readonly<Record<string, number>>;
  /** Display names of vendor ids that lookups found: `<instance> <id>` → name. */
  readonly names: Readonly<Record<string, string>>;
  /** Sentences about the plan as a whole (deprecations, staleness, partial targets). */
  readonly notes: readonly string[];
  /** False with --target or --exclude. */
  readonly complete: boolean;
}
