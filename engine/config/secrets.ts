/** ⇄ Where secrets come from: resolved for the step that sends them, checked for presence before any call. */
import type { Address, Path, Resource, Secret, Source, Sources, Spec, Value } from "../model.ts";
import { type Problem, ProblemError, problemsOf } from "../problem.ts";
import { asSpec, dotted, isList, isObject, isSecret, leaves } from "../value.ts";
import { sourceAt } from "./source-at.ts";
import { scanTemplate } from "./template.ts";
import { isBelow } from "./values.ts";

/** The two places that values may be read from. */
export interface SecretSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A file below the stack directory; undefined where there is none. */
  readFile(path: string): Promise<string | undefined>;
}

/** Who asks, for the problem that a missing value becomes. */
export interface Asking {
  readonly field: string;
  readonly address?: Address;
  readonly source?: Source;
}

/** Every secret in a spec, with its place. */
export function secretsOf(spec: Spec): readonly (readonly [Path, Secret])[] {
  // Asked of every document, and few have any.
  if (!holdsSecret(spec)) return [];
  return [...leaves(spec, isSecret)].flatMap(([path, value]) => (isSecret(value) ? [[path, value] as const] : []));
}

function holdsSecret(value: Value): boolean {
  if (isSecret(value)) return true;
  if (isList(value)) return value.some(holdsSecret);
  return isObject(value) && Object.values(value).some(holdsSecret);
}

/** The value itself. Throws ProblemError for what is missing; its message names the place, never the value. */
export async function resolveSecret(secret: Secret, from: SecretSource, asking: Asking): Promise<string> {
  return resolveText(secret.$secret, from, asking);
}

/** A spec for the writing step: every secret by its value. */
export async function resolveSecrets(spec: Spec, from: SecretSource, address: Address): Promise<Spec> {
  const problems: Problem[] = [];
  const resolved = await resolveAll(
    spec,
    [],
    async (value, path) => {
      if (!isSecret(value)) return undefined;
      return resolveText(value.$secret, from, { field: dotted(["spec", ...path]), address });
    },
    problems,
  );
  if (problems.length > 0) throw new ProblemError(problems);
  return asSpec(resolved);
}

/** What a plan's resources will need and cannot get, all of it. */
export async function missingSecrets(resources: Iterable<Resource>, from: SecretSource): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { address, spec, sources, source } of resources) {
    for (const [path, secret] of secretsOf(spec)) {
      const asking = {
        field: dotted(["spec", ...path]),
        address,
        source: sourceAt(sources, ["spec", ...path]) ?? source,
      };
      await resolveSecret(secret, from, asking).catch((error: unknown) => problems.push(...problemsOf(error)));
    }
  }
  return problems;
}

/** Settings as a connection needs them. `path` is where they stand in their file (`providers.okta`). */
export async function resolveSettings(
  settings: Spec,
  from: SecretSource,
  at: { readonly path: Path; readonly sources: Sources },
): Promise<Spec> {
  const problems: Problem[] = [];
  const resolved = await resolveAll(
    settings,
    [],
    async (value, path) => {
      if (typeof value !== "string") return undefined;
      const source = sourceAt(at.sources, [...at.path, ...path]);
      return resolveText(value, from, {
        field: dotted([...at.path, ...path]),
        ...(source === undefined ? {} : { source }),
      });
    },
    problems,
  );
  if (problems.length > 0) throw new ProblemError(problems);
  return asSpec(resolved);
}

/** Replaces what `change` answers for; collects what it throws. */
async function resolveAll(
  value: Value,
  path: Path,
  change: (value: Value, path: Path) => Promise<Value | undefined>,
  problems: Problem[],
): Promise<Value> {
  const changed = await change(value, path).catch((error: unknown) => {
    problems.push(...problemsOf(error));
    return null;
  });
  if (changed !== undefined) return changed;
  if (isList(value)) {
    const items: Value[] = [];
    for (const [index, item] of value.entries()) items.push(await resolveAll(item, [...path, index], change, problems));
    return items;
  }
  if (!isObject(value)) return value;
  const fields: [string, Value][] = [];
  for (const [key, field] of Object.entries(value)) {
    fields.push([key, await resolveAll(field, [...path, key], change, problems)]);
  }
  return Object.fromEntries(fields);
}

async function resolveText(template: string, from: SecretSource, asking: Asking): Promise<string> {
  let text = "";
  for (const part of scanTemplate(template)) {
    if (part.kind === "text") text += part.text;
    else if (part.kind === "env") text += environmentValue(part.name, from, asking);
    else if (part.kind === "file") text += await fileValue(part.name, from, asking);
    else
      throw new ProblemError(
        missing(
          asking,
          "bad-template",
          `${asking.field} holds a reference that is no secret.`,
          "Write ${env:NAME} or ${file:path}.",
        ),
      );
  }
  return text;
}

function environmentValue(name: string, { env }: SecretSource, asking: Asking): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  // CI systems hand over an unset secret as an empty variable.
  if (value !== undefined && value !== "") return value;
  const state = value === "" ? "is empty" : "is not set";
  throw new ProblemError(
    missing(
      asking,
      "missing-environment",
      `${asking.field} needs the environment variable ${name}, which ${state}.`,
      `Set ${name} and run again.`,
    ),
  );
}

async function fileValue(path: string, from: SecretSource, asking: Asking): Promise<string> {
  const text = isBelow(path) ? await from.readFile(path) : undefined;
  if (text === undefined) {
    throw new ProblemError(
      missing(
        asking,
        "missing-file",
        `${asking.field} needs the file ${path}, which is not in the stack directory.`,
        "Put it there, or use ${env:NAME}.",
      ),
    );
  }
  // Editors and `echo` end files with a line break that no token has.
  return text.replace(/\r?\n$/, "");
}

function missing(asking: Asking, code: string, message: string, hint: string): Problem {
  return {
    code,
    message,
    hint,
    ...(asking.address === undefined ? {} : { address: asking.address }),
    ...(asking.source === undefined ? {} : { source: asking.source }),
  };
}
