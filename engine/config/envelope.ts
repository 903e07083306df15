/** The fields around a spec: what a document is, where it lives, how it is to be treated. */
import { formatAddress, isName } from "../address.ts";
import type { Address, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import type { KindFacts } from "../provider.ts";
import { asSpec, isObject } from "../value.ts";
import { listed, nearest } from "../words.ts";
import type { Config } from "./config.ts";
import { notAbout, schemaProblems } from "./schema-problems.ts";
import { unknownKind } from "./schemas.ts";
import { sourceAt } from "./source-at.ts";
import { fillPlain } from "./values.ts";
import type { YamlDocument } from "./yaml.ts";

export interface Envelope {
  /** Absent where the name cannot stand in one; that is reported. */
  readonly address?: Address;
  readonly instance: string;
  /** `<provider>/<kind>`. */
  readonly kind: string;
  readonly facts: KindFacts;
  /** Everything but the spec, variables filled in. */
  readonly fields: Spec;
  /** As written. */
  readonly spec: Spec;
}

const DOCUMENT_SCHEMA = "document.schema.json";
const HELP = `A document is described in schemas/${DOCUMENT_SCHEMA}.`;

/** Undefined where it cannot be told what the spec should look like; the reason goes to `problems`. */
export function envelopeOf(document: YamlDocument, config: Config, problems: Problem[]): Envelope | undefined {
  const { value, sources } = document;
  if (!isObject(value)) {
    problems.push(noDocument(document));
    return undefined;
  }
  const { spec } = value;
  const rest = withoutSpec(value);
  const unfilled: Problem[] = [];
  const fields = asSpec(fillPlain(rest, [], { variables: config.stack.variables, sources, problems: unfilled }));
  problems.push(...unfilled);
  const whole = fields === rest ? value : spec === undefined ? fields : { ...fields, spec };
  const wrong = schemaProblems(config.schemas, DOCUMENT_SCHEMA, { value: whole, root: [], sources, help: HELP });
  problems.push(...notAbout(unfilled, wrong));
  const { kind, name } = fields;
  // The schema has said what is wrong with it.
  if (typeof kind !== "string" || kind.split("/").length !== 2) return undefined;
  const place = placeOf(kind, fields.provider, config);
  if ("code" in place) {
    problems.push({ ...place, source: sourceAt(sources, [place.field]) ?? document.source });
    return undefined;
  }
  const { instance, facts } = place;
  // Written out: spreads of thousands of documents are felt.
  if (typeof name !== "string" || !isName(name)) return { instance, facts, kind, fields, spec: asSpec(spec ?? {}) };
  const address = formatAddress({ instance, kind: kind.slice(kind.indexOf("/") + 1), name });
  return { address, instance, facts, kind, fields, spec: asSpec(spec ?? {}) };
}

/** What rest syntax gives, at a fraction of its time: this is asked of every document. */
function withoutSpec(value: Spec): Spec {
  const rest: Record<string, Value> = {};
  for (const key of Object.keys(value)) {
    const field = value[key];
    if (key !== "spec" && field !== undefined) rest[key] = field;
  }
  return rest;
}

type Misplaced = Omit<Problem, "source"> & { readonly field: string };

/** The instance that a kind lives in, and what its provider says about it. */
function placeOf(
  kind: string,
  chosen: unknown,
  { stack, schemas, providers }: Config,
): Pick<Envelope, "instance" | "facts"> | Misplaced {
  const [system = "", short = ""] = kind.split("/");
  if (schemas.schemaOf(kind) === undefined)
    return { ...unknownKindOf(system, short, { stack, schemas }), field: "kind" };
  const name = typeof chosen === "string" ? chosen : system;
  const instance = stack.providers.get(name);
  const field = chosen === undefined ? "kind" : "provider";
  if (instance === undefined) return { ...noInstance(name, system, stack), field };
  if (instance.provider !== system) {
    return {
      code: "wrong-instance",
      message: `${name} is an instance of ${instance.provider}, which has no kind ${kind}.`,
      hint: ofProvider(system, stack),
      field,
    };
  }
  const provider = providers.get(system);
  if (provider === undefined) throw new Error(`The provider ${system} is not loaded`);
  const facts = provider.kinds.get(short);
  return facts === undefined
    ? {
        ...unknownKind(
          kind,
          [...provider.kinds.keys()].map((known) => `${system}/${known}`),
        ),
        field: "kind",
      }
    : { instance: name, facts };
}

function unknownKindOf(system: string, short: string, { stack, schemas }: Pick<Config, "stack" | "schemas">): Problem {
  const instance = stack.providers.get(system);
  const meant = `${instance?.provider}/${short}`;
  if (instance === undefined || instance.provider === system || schemas.schemaOf(meant) === undefined) {
    return unknownKind(`${system}/${short}`, schemas.knownKinds());
  }
  return {
    code: "unknown-kind",
    message: `There is no kind ${system}/${short}: ${system} is an instance.`,
    hint: `Write kind: ${meant} and provider: ${system}.`,
  };
}

function noInstance(name: string, system: string, stack: Config["stack"]): Problem {
  const near = nearest(name, stack.providers.keys());
  return {
    code: "unknown-instance",
    message: `accord.yaml has no instance ${name}.`,
    hint: near === "" ? ofProvider(system, stack) : near,
  };
}

function ofProvider(system: string, stack: Config["stack"]): string {
  const names = [...stack.providers.values()].filter(({ provider }) => provider === system).map(({ name }) => name);
  return names.length === 0
    ? `Add one under providers: ${system}: { … }.`
    : `Say which one it lives in: provider: ${names.length === 1 ? names[0] : `one of ${listed(names)}`}.`;
}

function noDocument({ value, source }: YamlDocument): Problem {
  return {
    code: "no-document",
    message: `A document is a mapping of kind, name and spec, and this one is ${Array.isArray(value) ? "a list" : "a single value"}.`,
    hint: Array.isArray(value)
      ? "Write each item as a document of its own, separated by `---`."
      : "Start it with `kind:`.",
    source,
  };
}
