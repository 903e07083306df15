/**
 * ⇄ `policies/*.yaml` of a stack, and of those that the package ships the ones that accord.yaml asks for: read like every
 * file of a stack, with a place for each node, and held against their schema. What their parts mean is said elsewhere.
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { compareText } from "../address.ts";
import { filesBelow, type StackFiles } from "../config/files.ts";
import { schemaProblems } from "../config/schema-problems.ts";
import type { Schemas } from "../config/schemas.ts";
import { sourceAt } from "../config/source-at.ts";
import { parseYaml, type YamlDocument } from "../config/yaml.ts";
import type { Source, Spec, Value } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { asSpec, isList } from "../value.ts";
import { listed, nearest } from "../words.ts";
import { type Baseline, type Policies, SECTIONS, type Section, type Written } from "./policies.ts";

const DIRECTORY = "policies";
const SCHEMA = "guardrail.schema.json";
const HELP = `The file is described in schemas/${SCHEMA}.`;

export interface PolicyOptions {
  readonly files: StackFiles;
  readonly schemas: Schemas;
  readonly baseline: Baseline;
  /** Where accord.yaml asks for the baseline. */
  readonly asked: Source | undefined;
}

/** Throws ProblemError with all that is wrong in any of them. */
export async function loadPolicies({ files, schemas, baseline, asked }: PolicyOptions): Promise<Policies> {
  const problems: Problem[] = [];
  const own = await readAll(files, DIRECTORY, schemas, false, problems);
  const wanted = baseline === false ? [] : chosen(await shippedPolicies(), baseline, asked, problems);
  const all = [...own.rules, ...wanted];
  problems.push(...duplicates(all), ...strays(own.exceptions, all));
  if (problems.length > 0) throw new ProblemError(problems);
  return sorted(all.map((rule) => withExceptions(rule, own.exceptions)));
}

/** The whole set of the package. Its tests hold it against the schema, so that no plan need. */
export async function shippedPolicies(): Promise<readonly Placed[]> {
  const problems: Problem[] = [];
  const root = dirname(createRequire(import.meta.url).resolve("accord-access/package.json"));
  const all = await readAll(filesBelow(root), DIRECTORY, undefined, true, problems);
  if (problems.length > 0) throw new ProblemError(problems);
  return all.rules;
}

/** With the list that it stands in. */
export type Placed = Written & { readonly section: Section };

export function sorted(all: readonly Placed[]): Policies {
  const of = (section: Section): readonly Written[] => all.filter((one) => one.section === section);
  return { guardrails: of("guardrails"), separations: of("separations") };
}

/** An exception that stands beside the rules. */
interface Aside {
  readonly to: string;
  readonly value: Spec;
  readonly source: Source;
}

interface Read {
  readonly rules: readonly Placed[];
  readonly exceptions: readonly Aside[];
}

async function readAll(
  files: StackFiles,
  directory: string,
  schemas: Schemas | undefined,
  shipped: boolean,
  problems: Problem[],
): Promise<Read> {
  const rules: Placed[] = [];
  const exceptions: Aside[] = [];
  for (const path of await policyPaths(files, directory)) {
    try {
      const text = await files.readFile(path);
      const documents = text === undefined ? [] : documentsIn(text, path, schemas, problems);
      rules.push(...documents.flatMap((document) => rulesIn(document, shipped)));
      exceptions.push(...documents.flatMap(exceptionsIn));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
    }
  }
  return { rules, exceptions };
}

async function policyPaths(files: StackFiles, directory: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const { name, type } of await files.readDirectory(directory)) {
    if (name.startsWith(".")) continue;
    const path = `${directory}/${name}`;
    if (type === "directory") paths.push(...(await policyPaths(files, path)));
    else if (/\.ya?ml$/.test(name) && type !== "other") paths.push(path);
  }
  return paths.sort(compareText);
}

/** Those that their schema has passed, where it is asked. */
function documentsIn(
  text: string,
  file: string,
  schemas: Schemas | undefined,
  problems: Problem[],
): readonly YamlDocument[] {
  const documents = parseYaml(text, file).filter(({ value }) => value !== null);
  if (documents.length === 0) problems.push(empty(file));
  if (schemas === undefined) return documents;
  return documents.filter(({ value, sources }) => {
    const wrong = schemaProblems(schemas, SCHEMA, { value, root: [], sources, help: HELP });
    problems.push(...wrong);
    return wrong.length === 0;
  });
}

function rulesIn({ value, source, sources }: YamlDocument, shipped: boolean): readonly Placed[] {
  return SECTIONS.flatMap((section) =>
    itemsOf(asSpec(value)[section]).map((item, index): Placed => {
      const path = [section, index];
      const spec = asSpec(item);
      const place = sourceAt(sources, path) ?? source;
      const excepted = itemsOf(spec.exceptions).map((_, at) => sourceAt(sources, [...path, "exceptions", at]) ?? place);
      return { section, name: String(spec.name), value: spec, path, sources, source: place, shipped, excepted };
    }),
  );
}

function exceptionsIn({ value, source, sources }: YamlDocument): readonly Aside[] {
  return itemsOf(asSpec(value).exceptions).map((item, index) => {
    const { to, ...exception } = asSpec(item);
    return { to: String(to), value: exception, source: sourceAt(sources, ["exceptions", index]) ?? source };
  });
}

function withExceptions(rule: Placed, all: readonly Aside[]): Placed {
  const more = all.filter(({ to }) => to === rule.name);
  if (more.length === 0) return rule;
  // Of a separation people are excused, and nothing else.
  const fitted = more.map(
    ({ value }): Spec => (rule.section === "separations" ? { ...value, people: value.covers ?? [] } : value),
  );
  const exceptions = [...itemsOf(rule.value.exceptions), ...fitted];
  const excepted = [...rule.excepted, ...more.map(({ source }) => source)];
  return { ...rule, value: { ...rule.value, exceptions }, excepted };
}

/** An exception to nothing would be one to a rule that somebody renamed. */
function strays(exceptions: readonly Aside[], all: readonly Placed[]): readonly Problem[] {
  const names = all.map(({ name }) => name);
  return exceptions
    .filter(({ to }) => !names.includes(to))
    .map(({ to, source }) => ({
      code: "unknown-guardrail",
      message: `There is no guardrail "${to}" that this could be an exception to.`,
      hint:
        nearest(to, names) ||
        (names.length === 0
          ? "This stack has none: the baseline counts once accord.yaml has `guardrails: { baseline: true }`."
          : `This stack has ${listed(names, 20)}.`),
      source,
    }));
}

function itemsOf(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : [];
}

function chosen(
  all: readonly Placed[],
  baseline: Exclude<Baseline, false>,
  asked: Source | undefined,
  problems: Problem[],
): readonly Placed[] {
  if (baseline === true) return all;
  const names = all.map(({ name }) => name);
  for (const name of baseline) {
    if (names.includes(name)) continue;
    problems.push({
      code: "unknown-guardrail",
      message: `The baseline has no guardrail "${name}".`,
      hint: nearest(name, names) || `It has ${listed(names, 20)}.`,
      ...(asked === undefined ? {} : { source: asked }),
    });
  }
  return all.filter(({ name }) => baseline.includes(name));
}

/** Exceptions, verdicts and the ledger name a rule: two of one name could not be told apart. */
function duplicates(all: readonly Placed[]): readonly Problem[] {
  const first = new Map<string, Placed>();
  return all.flatMap((one) => {
    const before = first.get(one.name);
    if (before === undefined) {
      first.set(one.name, one);
      return [];
    }
    const [mine, other] = one.shipped && !before.shipped ? [before, one] : [one, before];
    return [
      {
        code: "duplicate-guardrail",
        message: other.shipped
          ? `"${mine.name}" is also the name of a guardrail of the baseline.`
          : `"${mine.name}" is declared twice: the first time in ${other.source.file}:${other.source.line}.`,
        hint: other.shipped
          ? "Rename it, or name under guardrails.baseline in accord.yaml only those of the baseline that you want."
          : "Rename one of them.",
        source: mine.source,
      },
    ];
  });
}

function empty(file: string): Problem {
  return {
    code: "empty-document",
    message: `${file} is empty: it holds no guardrail.`,
    hint: "Restore what it held, or remove the file.",
    source: { file, line: 1, column: 1 },
  };
}
