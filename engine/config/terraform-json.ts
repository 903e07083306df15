/**
 * Terraform JSON → the documents that YAML would hold, for the same pipeline: resources, with variables, locals, `count`
 * and `for_each` worked out and references as templates. What is not understood is a Problem that names the construct.
 */
import { compareText, formatAddress, parseAddress } from "../address.ts";
import type { Address, Source, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import { asSpec, isList, isObject } from "../value.ts";
import { listed, nearest } from "../words.ts";
import { type BlockPlace, configurationOf, type PlaceOf, type ResourceBlock } from "./hcl/configuration.ts";
import { knownTerm } from "./hcl/evaluate.ts";
import { type BlockType, blockTypes, placedValues } from "./hcl/kinds.ts";
import { dependsOn, lifecycleOf } from "./hcl/lifecycle.ts";
import { type Module, moduleOf, type Names } from "./hcl/modules.ts";
import { type Repetition, repetitionsOf } from "./hcl/repetition.ts";
import { Block, Deferred, joined, Refused, type Term, written } from "./hcl/terms.ts";
import type { DeclaredOutput } from "./outputs.ts";
import type { Schemas } from "./schemas.ts";
import type { Stack } from "./stack.ts";
import { type AddressReference, scanTemplate } from "./template.ts";
import { ENVELOPE, envelopeOf } from "./terraform/envelope.ts";
import { nameOfLabel } from "./terraform/names.ts";
import { withSecretReferences } from "./terraform/secret-text.ts";
import type { Attribute, Shape } from "./terraform/shape.ts";
import { specOf } from "./terraform/values.ts";
import type { YamlDocument } from "./yaml.ts";

export interface Declared {
  /** In the order of the program. */
  readonly documents: readonly YamlDocument[];
  readonly outputs: readonly DeclaredOutput[];
  /** What Terraform calls each: `accord_okta_group.x`, with `["key"]` where a block is repeated. */
  readonly blocks: ReadonlyMap<Address, string>;
}

export interface ReadOptions {
  readonly stack: Stack;
  readonly schemas: Schemas;
  /** Where the program begins: the place of what has none of its own. */
  readonly start: Source;
  readonly placeOf: PlaceOf;
  /** False: objects of the kind are nowhere but in state. */
  readonly isRemote: (kind: string) => boolean;
}

/** One resource: a block, or one of those that it is repeated into. */
interface Instance {
  readonly block: ResourceBlock;
  readonly type: BlockType;
  readonly repetition: Repetition;
  readonly address: Address;
}

/** Attributes that say how, not what. */
const META = new Set(["count", "for_each", "depends_on", "provider", "lifecycle", ENVELOPE]);

export function readTerraform(json: Value, options: ReadOptions, problems: Problem[]): Declared {
  const configuration = configurationOf(json, options.start, options.placeOf, problems);
  const typeNamed = blockTypes(options.schemas);
  const instances = new Map<string, readonly Instance[]>();
  const byAddress = new Map<Address, Instance>();
  const blocks = new Map(configuration.resources.map((block) => [`${block.type}.${block.label}`, block]));

  const names: Names = { blocks: (type) => blocksOf(type), known: (deferred) => knownOf(deferred) };
  const module = moduleOf({
    variables: configuration.variables,
    locals: configuration.locals,
    given: options.stack.variables,
    environment: options.stack.environment ?? "default",
    names,
  });
  const scopeOf = ({ names: own }: Repetition) => module.scope({ ...names, ...own });

  /** Of a block, when first named: what it is repeated into may depend on others. */
  const instancesOf = (block: ResourceBlock): readonly Instance[] => {
    const name = `${block.type}.${block.label}`;
    const known = instances.get(name);
    if (known !== undefined) return known;
    const type = typeNamed(block.type);
    if (type === undefined) throw unknownType(block, options.schemas);
    instances.set(name, []);
    const made = repetitionsOf(block.body, module, module.scope(names)).map((repetition): Instance => {
      const label = nameOfLabel(block.label, repetition.key);
      const said = asSpec(written(module.term(asSpec(block.body[ENVELOPE] ?? {}), scopeOf(repetition)))).name;
      const address = formatAddress({
        instance: instanceOf(block, type.kind, options.stack),
        kind: type.kind.slice(type.kind.indexOf("/") + 1),
        name: typeof said === "string" ? said : label,
      });
      return { block, type, repetition, address };
    });
    instances.set(name, made);
    for (const instance of made) if (!byAddress.has(instance.address)) byAddress.set(instance.address, instance);
    return made;
  };

  const termAt = ({ block, repetition }: Instance, name: string): Term | undefined => {
    const value = block.body[name];
    return value === undefined || META.has(name) ? undefined : module.term(value, scopeOf(repetition));
  };

  const blockOf = (instance: Instance): Block => {
    const { type, address } = instance;
    return new Block(blockName(instance), address, (name) => {
      const returned = type.foreign?.returns[name];
      if (returned !== undefined) return termAt(instance, returned) ?? null;
      const field = fieldNamed(name, type);
      return field === undefined ? undefined : new Deferred([{ kind: "reference", address, field }]);
    });
  };

  const blocksOf = (type: string): Term | undefined => {
    if (typeNamed(type) === undefined) return undefined;
    const named = configuration.resources.filter((block) => block.type === type);
    const entries = named.map((block) => [block.label, { enumerable: true, get: () => repeated(block) }] as const);
    return Object.defineProperties({}, Object.fromEntries(entries));
  };

  const repeated = (block: ResourceBlock): Term => {
    const made = instancesOf(block);
    const [only] = made;
    if (only !== undefined && only.repetition.key === undefined) return blockOf(only);
    if (block.body.count !== undefined) return made.map(blockOf);
    return Object.fromEntries(made.map((instance) => [String(instance.repetition.key), blockOf(instance)]));
  };

  const open = new Set<string>();
  const knownOf = ({ parts }: Deferred): Term | undefined => {
    const pieces = parts.map((part): Term | undefined => {
      if (part.kind === "text") return part.text;
      return part.kind === "reference" ? declaredAt(part) : undefined;
    });
    if (!pieces.every((piece) => piece !== undefined)) return undefined;
    return pieces.length === 1 ? pieces[0] : joined(pieces);
  };
  const declaredAt = ({ address, field }: AddressReference): Term | undefined => {
    const instance = byAddress.get(address);
    const name = instance?.type.attributes.find((attribute) => attribute.field === field)?.name;
    const key = `${address}.${field}`;
    if (instance === undefined || name === undefined || open.has(key)) return undefined;
    open.add(key);
    try {
      const term = termAt(instance, name);
      return term === undefined ? undefined : knownTerm(term, { known: knownOf });
    } finally {
      open.delete(key);
    }
  };

  const documents: YamlDocument[] = [];
  for (const block of blocks.values()) {
    guarded(block.place, problems, () => {
      for (const instance of instancesOf(block)) {
        const document = guarded(block.place, problems, () =>
          documentOf(instance, module, scopeOf(instance.repetition), options),
        );
        if (document !== undefined) documents.push(document);
      }
    });
  }
  const outputs = configuration.outputs.flatMap(({ name, body, place }): DeclaredOutput[] => {
    const scope = module.scope(names);
    const value = guarded(place, problems, () => written(module.term(body.value ?? null, scope)));
    if (value === undefined) return [];
    const { description, sensitive } = body;
    const described = typeof description === "string" ? { description } : {};
    return [{ name, value, ...described, sensitive: sensitive === true, source: place.source }];
  });
  const blockNames = [...byAddress].map(([address, instance]) => [address, blockName(instance)] as const);
  return { documents: documents.toSorted(bySource), outputs, blocks: new Map(blockNames) };
}

function blockName({ block, repetition: { key } }: Instance): string {
  return `${block.type}.${block.label}${key === undefined ? "" : `[${JSON.stringify(key)}]`}`;
}

function documentOf(
  instance: Instance,
  module: Module,
  scope: ReturnType<Module["scope"]>,
  { stack, isRemote }: ReadOptions,
): YamlDocument {
  const { block, type, address } = instance;
  for (const name of ["provisioner", "connection"]) {
    if (name in block.body) throw new Refused(`${name} is not understood`, "Accord runs no programs on the side.");
  }
  const attributes = Object.entries(block.body).filter(([name]) => !META.has(name));
  const values = asSpec(written(module.term(Object.fromEntries(attributes), scope)));
  const { body, place } = block;
  const spec = type.foreign === undefined ? specIn(values, type.attributes, stack) : placedValues(values, type);
  const said = envelopeOf(written(module.term(asSpec(body[ENVELOPE] ?? {}), scope)));
  const [instanceName = "", , name = ""] = address.split("/");
  const system = type.kind.slice(0, type.kind.indexOf("/"));
  const needed = dependsOn(body, module, scope);
  const value: Spec = {
    kind: type.kind,
    ...(instanceName === system ? {} : { provider: instanceName }),
    ...said,
    name,
    ...lifecycleOf(body, { attributes: type.attributes, remote: isRemote(type.kind) }, module, scope),
    ...(needed.length === 0 ? {} : { dependsOn: needed }),
    spec,
  };
  const { source } = place;
  return { value, source, sources: { get: (pointer) => (pointer === "" ? source : undefined) } };
}

function specIn(values: Spec, attributes: readonly Attribute[], stack: Stack): Spec {
  const shaped = withSecretReferences(asSpec(inShape(values, { form: "object", attributes })), attributes);
  return specOf(shaped, attributes, { reference: (text) => referenceOf(text, stack), nulls: true });
}

/** Escape hatches write lists as objects with numbers for keys. What no attribute is called is refused. */
function inShape(value: Value, shape: Shape, path = ""): Value {
  if (shape.form === "list" || shape.form === "set") {
    const keys = isObject(value) ? Object.keys(value) : [];
    const list = isObject(value) && keys.every((key) => /^\d+$/.test(key)) ? Object.values(value) : value;
    return isList(list) ? list.map((item, index) => inShape(item, shape.element, `${path}[${index}]`)) : list;
  }
  if (!isObject(value)) return value;
  if (shape.form === "map") {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, inShape(item, shape.element, `${path}.${key}`)]),
    );
  }
  if (shape.form !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const attribute = shape.attributes.find(({ name }) => name === key);
      if (attribute === undefined) {
        const known = shape.attributes.map(({ name }) => name);
        const where = `${path}.${key}`.replace(/^\./, "");
        throw new Refused(`there is no attribute ${where}`, nearest(key, known) || `There are ${listed(known, 40)}.`);
      }
      return [key, inShape(item, attribute.shape, `${path}.${key}`)];
    }),
  );
}

/** `${okta/group/x.id}` where an object is named is its address; so is what reads like one. */
function referenceOf(text: string, stack: Stack): Value | undefined {
  if (!text.includes("${")) {
    const address = parseAddress(text);
    return address !== undefined && stack.providers.has(address.instance) ? text : undefined;
  }
  const [part, ...more] = scanTemplate(text);
  if (part?.kind === "reference" && more.length === 0 && part.field === "id") return part.address;
  // A lookup, written as JSON, may hold templates.
  return /^\s*\{/.test(text) ? undefined : text;
}

function fieldNamed(name: string, { attributes, outputs }: BlockType): string | undefined {
  return name === "id" ? "id" : (attributes.find((one) => one.name === name)?.field ?? outputs.get(name));
}

/** `accord.okta-emea` is the instance okta-emea; without a word, it is named after its provider. */
function instanceOf({ body }: ResourceBlock, kind: string, stack: Stack): string {
  const system = kind.slice(0, kind.indexOf("/"));
  const { provider } = body;
  if (typeof provider !== "string") return system;
  const alias = /\.([A-Za-z0-9_-]+)\}?$/.exec(provider)?.[1];
  if (alias === undefined) return system;
  if (stack.providers.has(alias)) return alias;
  throw new Refused(
    `accord.yaml has no instance ${alias}`,
    nearest(alias, stack.providers.keys()) || `It has ${listed([...stack.providers.keys()])}.`,
  );
}

function unknownType({ type }: ResourceBlock, schemas: Schemas): Refused {
  const types = schemas.knownKinds().map((kind) => `accord_${kind.replaceAll(/[/-]/g, "_")}`);
  return new Refused(
    `${type} is no type that Accord manages`,
    `${nearest(type, types)} \`accord schema\` lists every kind.`.trim(),
  );
}

/** Runs it; what is refused becomes a Problem of the construct. */
function guarded<T>({ path, source }: BlockPlace, problems: Problem[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    problems.push({ code: "not-understood", message: `${path}: ${error.message}.`, ...hint, source });
    return undefined;
  }
}

function bySource({ source: a }: YamlDocument, { source: b }: YamlDocument): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}
