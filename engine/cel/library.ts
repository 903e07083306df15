/**
 * An environment as the library wants it. Dotted functions cannot be registered there, so a namespace becomes a
 * constant whose type mirrors the path, and the function a method of its last part: `c1.user.v1.HasApp(u, "x")` then
 * type-checks, and a wrong name or argument is found.
 */
import { Environment } from "@marcbachmann/cel-js";
import type { CelEnvironment, CelFunction } from "./environment.ts";
import { registerOverloads } from "./overloads.ts";
import { isPlain, toCel } from "./values.ts";

export type CelImplementation = (...args: readonly unknown[]) => unknown;

export interface Library {
  readonly environment: Environment;
  /** Implementations of this evaluation's functions, by full name; set while one runs. */
  functions: Readonly<Record<string, CelImplementation>>;
  /** A message of the library in words that the author of the expression knows. */
  plain(message: string): string;
}

/**
 * Thrown where an expression calls what nothing here can answer, also by an implementation: the outcome is then unknown,
 * not false.
 */
export class CelUnavailable extends Error {
  override readonly name = "CelUnavailable";
}

const libraries = new WeakMap<CelEnvironment, Library>();

/** Building one is expensive; each environment is built once. */
export function libraryOf(definition: CelEnvironment): Library {
  const known = libraries.get(definition);
  if (known !== undefined) return known;
  const library = build(definition);
  libraries.set(definition, library);
  return library;
}

function build(definition: CelEnvironment): Library {
  const environment = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true });
  const names = new Map<string, string>();
  const library: Library = {
    environment,
    functions: {},
    plain: (message) =>
      [...names].sort(longestFirst).reduce((text, [inner, outer]) => text.replaceAll(inner, outer), message),
  };
  registerOverloads(environment);
  for (const [name, fields] of Object.entries(definition.types ?? {})) environment.registerType(name, { fields });
  for (const [name, members] of Object.entries(definition.enums ?? {})) registerEnum(environment, name, members);
  for (const [name, value] of Object.entries(definition.constants ?? {})) {
    environment.registerConstant(name, "int", BigInt(value));
  }
  for (const [name, type] of Object.entries(definition.variables)) environment.registerVariable(name, type);
  registerNamespaces(environment, definition.functions ?? [], names);
  const typed = resultConverter(environment, Object.keys(definition.types ?? {}));
  for (const one of definition.functions ?? []) registerFunction(library, one, typed);
  return library;
}

function registerEnum(environment: Environment, name: string, members: Readonly<Record<string, number>>): void {
  const Holder = class {};
  const value = new Holder();
  for (const [member, number] of Object.entries(members)) Object.assign(value, { [member]: BigInt(number) });
  const fields = Object.fromEntries(Object.keys(members).map((member) => [member, "int"]));
  environment.registerType(`Enum${name}`, { ctor: Holder, fields });
  environment.registerConstant(name, `Enum${name}`, value);
}

/** A tree of the namespaces in use; children are registered before their parents, which refer to them. */
function registerNamespaces(
  environment: Environment,
  functions: readonly CelFunction[],
  names: Map<string, string>,
): void {
  const paths = new Set<string>();
  for (const { name, receiver } of functions) {
    const steps = receiver === undefined ? name.split(".").slice(0, -1) : [];
    for (let length = 1; length <= steps.length; length += 1) paths.add(steps.slice(0, length).join("."));
  }
  const values = new Map<string, object>();
  for (const path of [...paths].sort((a, b) => b.split(".").length - a.split(".").length)) {
    const Holder = class {};
    const value = new Holder();
    const fields: Record<string, string> = {};
    for (const [child, inner] of values) {
      const own = child.startsWith(`${path}.`) ? child.slice(path.length + 1) : "";
      if (own === "" || own.includes(".")) continue;
      fields[own] = typeName(child);
      Object.assign(value, { [own]: inner });
    }
    environment.registerType(typeName(path), { ctor: Holder, fields });
    names.set(typeName(path), path);
    values.set(path, value);
    if (!path.includes(".")) environment.registerConstant(path, typeName(path), value);
  }
}

type Typed = (type: string, value: unknown) => unknown;

/**
 * What a function gives, as the type that it says: the library makes plain objects ones of their type only where they
 * are variables, so a copy of the environment has one for each type. Made at first use, since copying ends registering.
 */
function resultConverter(environment: Environment, types: readonly string[]): Typed {
  const made = new Map<string, (value: unknown) => unknown>();
  const converterOf = (type: string): ((value: unknown) => unknown) => {
    const known = made.get(type);
    if (known !== undefined) return known;
    const read = environment.clone().registerVariable(RESULT, type).parse(RESULT);
    const convert = (value: unknown): unknown => read({ [RESULT]: toCel(value) });
    made.set(type, convert);
    return convert;
  };
  return (type, value) => {
    const element = /^list<(.+)>$/.exec(type)?.[1];
    if (element !== undefined && Array.isArray(value)) return value.map((item) => typedAs(element, item));
    return typedAs(type, value);
  };
  function typedAs(type: string, value: unknown): unknown {
    return types.includes(type) && isPlain(value) ? converterOf(type)(value) : toCel(value);
  }
}

const RESULT = "givenValue";

function registerFunction(library: Library, one: CelFunction, typed: Typed): void {
  const run = (...args: readonly unknown[]): unknown => {
    const implementation = library.functions[one.name];
    if (implementation === undefined) throw new CelUnavailable(`${one.name} cannot be evaluated here`);
    return typed(one.result, implementation(...args));
  };
  const steps = one.name.split(".");
  const own = steps.at(-1) ?? one.name;
  const signature = `${own}(${one.params.join(", ")}): ${one.result}`;
  if (one.receiver !== undefined) {
    library.environment.registerFunction(`${one.receiver}.${signature}`, run);
  } else if (steps.length === 1) {
    library.environment.registerFunction(signature, run);
  } else {
    const namespace = typeName(steps.slice(0, -1).join("."));
    // The first argument of a method is what it is called on: the namespace, which says nothing.
    library.environment.registerFunction(`${namespace}.${signature}`, (_: unknown, ...args: unknown[]) => run(...args));
  }
}

/** So that a name is not taken for the start of a longer one. */
function longestFirst([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return b.length - a.length;
}

function typeName(path: string): string {
  // The library's signatures know no underscore in a receiver.
  return `Namespace${path.replace(/(?:^|[._])(.)/g, (_, first: string) => first.toUpperCase())}`;
}
