/**
 * A provider: a managed system, its kinds and its one-shot actions. Authors write a ProviderDefinition over their own
 * reader and writer clients; `defineProvider` closes over both, so that the engine sees no type parameter. What plans
 * is handed a View, which has no member that writes.
 */
import type {
  Candidates,
  Finding,
  Grant,
  Holders,
  Kind,
  Progress,
  Recorder,
  Want,
  WantedObject,
  WriteContext,
} from "./kind.ts";
import type { AuditEvent, FieldChange, Gone, Live, Spec, Tenant, Turn, Value } from "./model.ts";
import type { Outside } from "./outside.ts";
import type { Counted, Population } from "./population.ts";
import { type Problem, ProblemError } from "./problem.ts";

/** Who an asked name is; several candidates make it ambiguous, none unknown. */
export interface PersonMatch {
  readonly name: string;
  readonly candidates: readonly { readonly id: string; readonly login: string }[];
}

/** One line of `accord doctor`. */
export interface Check {
  readonly name: string;
  readonly status: "ok" | "warn" | "fail" | "unknown";
  readonly detail: string;
  readonly hint?: string;
}

/** A one-shot action, for what makes no sense to declare: `accord run INSTANCE NAME k=v…`. */
export interface OneShot<Reader, Writer extends Reader> extends ActionFacts {
  /** Shown before the question: what would happen, to what. Throws ProblemError when it cannot. */
  preview(reader: Reader, parameters: Readonly<Record<string, string>>): Promise<readonly string[]>;
  /** `secrets` are named values that leave the process only through a declared sink. */
  run(writer: Writer, parameters: Readonly<Record<string, string>>): Promise<ActionResult>;
}

export interface ActionFacts {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, { readonly description: string; readonly required?: boolean }>>;
}

export interface ActionResult {
  readonly summary: readonly string[];
  readonly secrets?: Readonly<Record<string, string>>;
  /** Recorded in the ledger; never a secret. */
  readonly facts?: Value;
}

/** What is said of a whole instance before it is read: a problem stops the plan, a warning becomes one of its notes. */
export interface InstanceFinding extends Problem {
  readonly severity?: "error" | "warning";
}

/** One connected tenant. Nothing is called before it is needed. */
export interface Session<Reader, Writer extends Reader> {
  /** A fresh view: what it has read it keeps, so that a plan reads each page once; the next reader starts anew. */
  reader(): Reader;
  writer(recorder: Recorder): Writer;
  /** Ids of what earlier runs made so lately that who refers to it may be told that it does not exist; before any write. */
  born?(ids: readonly string[]): void;
  /** Requests sent so far, per rate-limit bucket. */
  calls(): Readonly<Record<string, number>>;
}

/** Who the credential is and who administers the tenant: they must survive every plan. */
export interface Standing {
  readonly self: { readonly id: string; readonly label: string };
  readonly administrators: readonly { readonly id: string; readonly label: string }[];
}

/** A managed system. */
export interface ProviderDefinition<Reader, Writer extends Reader> {
  readonly name: string;
  /** Most requests in flight at once. */
  readonly concurrency: number;
  readonly kinds: readonly Kind<Reader, Writer>[];
  readonly actions?: readonly OneShot<Reader, Writer>[];
  /** Settings are validated against schemas/<provider>/settings.schema.json, secrets filled in. Throws ProblemError. */
  connect(settings: Spec, outside: Outside): Session<Reader, Writer>;
  tenant(reader: Reader): Promise<Tenant>;
  /**
   * What a credential must be able to read for these kinds, and cannot: blank answers are refused here. As warnings, what
   * concerns the instance and no single document: the announced end of an API.
   */
  preflight?(reader: Reader, kinds: readonly string[]): Promise<readonly InstanceFinding[]>;
  /** The health checks of the system, in order, each independent of the ones that failed before where it can be. */
  doctor(reader: Reader, kinds: readonly string[]): AsyncIterable<Check>;
  /** Who each name is: login, else exact primary e-mail. One match per name asked. */
  people?(reader: Reader, names: readonly string[]): Promise<readonly PersonMatch[]>;
  /** Why somebody cannot use what they hold ("disabled"), as far as what was read already tells: no call is made for it. */
  leaver?(reader: Reader, login: string): string | undefined;
  standing?(reader: Reader): Promise<Standing>;
  /** Audit entries about these vendor ids, newest first; best effort, an empty list is an answer. */
  audit?(reader: Reader, ids: readonly string[], since: number): Promise<readonly AuditEvent[]>;
}

/** What the engine may ask of a kind without a tenant. */
export type KindFacts = Pick<
  Kind<never, never>,
  | "name"
  | "proof"
  | "consistency"
  | "lane"
  | "phase"
  | "whole"
  | "key"
  | "lookups"
  | "check"
  | "edges"
  | "held"
  | "describe"
  | "render"
  | "ruleFields"
> & { readonly can: Readonly<Record<Capability, boolean>> };

export type Capability =
  | "list"
  | "get"
  | "find"
  | "create"
  | "update"
  | "delete"
  | "disable"
  | "grants"
  | "holders"
  | "progress"
  | "population"
  | "rota"
  | "counted";

/** One consistent look at a tenant; asking a kind for what it cannot do throws. */
export interface View {
  list(kind: string, want: Want): AsyncIterable<Live>;
  get(kind: string, wanted: readonly (WantedObject & { readonly id: string })[]): AsyncIterable<Live | Gone>;
  find(kind: string, lookup: Spec): Promise<Candidates>;
  grants(kind: string, objects: readonly string[]): AsyncIterable<Grant>;
  holders(kind: string, ids: readonly string[]): AsyncIterable<Holders>;
  review(kind: string, spec: Spec, live: Live | undefined): Promise<readonly Finding[]>;
  population(kind: string, spec: Spec, live: Live | undefined): Promise<Population | undefined>;
  counted(kind: string, live: Live, since: number): Promise<Counted | undefined>;
  rota(kind: string, live: Live, ahead: number): Promise<readonly Turn[]>;
  progress(kind: string, live: Live): Promise<Progress>;
  tenant(): Promise<Tenant>;
  preflight(kinds: readonly string[]): Promise<readonly InstanceFinding[]>;
  doctor(kinds: readonly string[]): AsyncIterable<Check>;
  people(names: readonly string[]): Promise<readonly PersonMatch[]>;
  leaver(login: string): string | undefined;
  standing(): Promise<Standing | undefined>;
  audit(ids: readonly string[], since: number): Promise<readonly AuditEvent[]>;
  preview(action: string, parameters: Readonly<Record<string, string>>): Promise<readonly string[]>;
}

/** The writing half, made for one step of one run. */
export interface Hands {
  create(kind: string, spec: Spec, context: WriteContext): Promise<Live>;
  update(kind: string, live: Live, spec: Spec, fields: readonly FieldChange[], context: WriteContext): Promise<Live>;
  delete(kind: string, live: Live, context: WriteContext): Promise<void>;
  disable(kind: string, live: Live, context: WriteContext): Promise<void>;
  run(action: string, parameters: Readonly<Record<string, string>>): Promise<ActionResult>;
}

export interface Connection {
  view(): View;
  hands(recorder: Recorder): Hands;
  born(ids: readonly string[]): void;
  calls(): Readonly<Record<string, number>>;
}

export interface Provider {
  readonly name: string;
  readonly concurrency: number;
  readonly kinds: ReadonlyMap<string, KindFacts>;
  readonly actions: ReadonlyMap<string, ActionFacts>;
  readonly namesPeople: boolean;
  connect(settings: Spec, outside: Outside): Connection;
}

/** Closes over a definition's clients. */
export function defineProvider<Reader, Writer extends Reader>(
  definition: ProviderDefinition<Reader, Writer>,
): Provider {
  const kinds = new Map(definition.kinds.map((kind) => [kind.name, kind]));
  const actions = new Map((definition.actions ?? []).map((action) => [action.name, action]));
  const kindOf = (name: string): Kind<Reader, Writer> => {
    const kind = kinds.get(name);
    if (kind === undefined) throw new Error(`${definition.name} has no kind ${name}`);
    return kind;
  };
  const actionOf = (name: string): OneShot<Reader, Writer> => {
    const action = actions.get(name);
    if (action !== undefined) return action;
    throw new ProblemError({
      code: "unknown-action",
      message: `${definition.name} has no action "${name}".`,
      hint: actions.size === 0 ? "It has none." : `Its actions: ${[...actions.keys()].join(", ")}.`,
    });
  };

  return {
    name: definition.name,
    concurrency: definition.concurrency,
    kinds: new Map(definition.kinds.map((kind) => [kind.name, factsOf(kind)])),
    actions,
    namesPeople: definition.people !== undefined,
    connect(settings, outside) {
      const session = definition.connect(settings, outside);
      return {
        calls: () => session.calls(),
        born: (ids) => session.born?.(ids),
        view: () => viewOf(definition, session.reader(), kindOf, actionOf),
        hands: (recorder) => handsOf(session.writer(recorder), kindOf, actionOf),
      };
    },
  };
}

function factsOf<Reader, Writer extends Reader>(kind: Kind<Reader, Writer>): KindFacts {
  const has = (member: Capability): boolean => kind[member] !== undefined;
  return Object.assign(Object.create(kind) as Kind<Reader, Writer>, {
    can: {
      list: has("list"),
      get: has("get"),
      find: has("find"),
      create: has("create"),
      update: has("update"),
      delete: has("delete"),
      disable: has("disable"),
      grants: has("grants"),
      holders: has("holders"),
      progress: has("progress"),
      population: has("population"),
      rota: has("rota"),
      counted: has("counted"),
    },
  });
}

function viewOf<Reader, Writer extends Reader>(
  definition: ProviderDefinition<Reader, Writer>,
  reader: Reader,
  kindOf: (name: string) => Kind<Reader, Writer>,
  actionOf: (name: string) => OneShot<Reader, Writer>,
): View {
  return {
    list: (kind, want) => required(kindOf(kind).list?.(reader, want), kind, "list"),
    get: (kind, wanted) => required(kindOf(kind).get?.(reader, wanted), kind, "get"),
    find: (kind, lookup) => required(kindOf(kind).find?.(reader, lookup), kind, "find"),
    holders: (kind, ids) => required(kindOf(kind).holders?.(reader, ids), kind, "holders"),
    grants: (kind, objects) => required(kindOf(kind).grants?.(reader, objects), kind, "grants"),
    review: async (kind, spec, live) => (await kindOf(kind).review?.(reader, spec, live)) ?? [],
    population: (kind, spec, live) => required(kindOf(kind).population?.(reader, spec, live), kind, "population"),
    counted: (kind, live, since) => required(kindOf(kind).counted?.(reader, live, since), kind, "counted"),
    rota: (kind, live, ahead) => required(kindOf(kind).rota?.(reader, live, ahead), kind, "rota"),
    progress: (kind, live) => required(kindOf(kind).progress?.(reader, live), kind, "progress"),
    tenant: () => definition.tenant(reader),
    preflight: async (names) => (await definition.preflight?.(reader, names)) ?? [],
    doctor: (names) => definition.doctor(reader, names),
    people: (names) => required(definition.people?.(reader, names), definition.name, "people"),
    leaver: (login) => definition.leaver?.(reader, login),
    standing: async () => definition.standing?.(reader),
    audit: async (ids, since) => (await definition.audit?.(reader, ids, since)) ?? [],
    preview: (action, parameters) => actionOf(action).preview(reader, parameters),
  };
}

function handsOf<Reader, Writer extends Reader>(
  writer: Writer,
  kindOf: (name: string) => Kind<Reader, Writer>,
  actionOf: (name: string) => OneShot<Reader, Writer>,
): Hands {
  return {
    create: (kind, spec, context) => required(kindOf(kind).create?.(writer, spec, context), kind, "create"),
    update: (kind, live, spec, fields, context) =>
      required(kindOf(kind).update?.(writer, live, spec, fields, context), kind, "update"),
    delete: (kind, live, context) => required(kindOf(kind).delete?.(writer, live, context), kind, "delete"),
    disable: (kind, live, context) => required(kindOf(kind).disable?.(writer, live, context), kind, "disable"),
    run: (action, parameters) => actionOf(action).run(writer, parameters),
  };
}

function required<T>(value: T | undefined, kind: string, member: string): T {
  if (value === undefined) throw new Error(`${kind} cannot ${member}; its capabilities say so`);
  return value;
}
