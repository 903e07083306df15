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
import { parseYaml } from "../config/yaml.ts";
import type { Source, Value } from "../model.ts";
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
  const wanted = baseline === false ? [] : chosen(await shippedPolicies(schemas), baseline, asked, problems);
  const all = [...own, ...wanted];
  problems.push(...duplicates(all));
  if (problems.length > 0) throw new ProblemError(problems);
  return sorted(all);
}

/** The whole set of the package. */
export async function shippedPolicies(schemas: Schemas): Promise<readonly Placed[]> {
  const problems: Problem[] = [];
  const root = dirname(createRequire(import.meta.url).resolve("accord-access/package.json"));
  const all = await readAll(filesBelow(root), DIRECTORY, schemas, true, problems);
  if (problems.length > 0) throw new ProblemError(problems);
  return all;
}

/** With the list that it stands in. */
export type Placed = Written & { readonly section: Section };

export function sorted(all: readonly Placed[]): Policies {
  const of = (section: Section): readonly Written[] => all.filter((one) => one.section === section);
  return { guardrails: of("guardrails"), separations: of("separations") };
}

async function readAll(
  files: StackFiles,
  directory: string,
  schemas: Schemas,
  shipped: boolean,
  problems: Problem[],
): Promise<readonly Placed[]> {
  const found: Placed[] = [];
  for (const path of await policyPaths(files, directory)) {
    try {
      const text = await files.readFile(path);
      if (text !== undefined) found.push(...rulesIn(text, path, schemas, shipped, problems));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
    }
  }
  return found;
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

function rulesIn(
  text: string,
  file: string,
  schemas: Schemas,
  shipped: boolean,
  problems: Problem[],
): readonly Placed[] {
  const documents = parseYaml(text, file).filter(({ value }) => value !== null);
  if (documents.length === 0) problems.push(empty(file));
  return documents.flatMap(({ value, source, sources }) => {
    const wrong = schemaProblems(schemas, SCHEMA, { value, root: [], sources, help: HELP });
    problems.push(...wrong);
    if (wrong.length > 0) return [];
    return SECTIONS.flatMap((section) =>
      itemsOf(asSpec(value)[section]).map((item, index): Placed => {
        const path = [section, index];
        const spec = asSpec(item);
        const place = sourceAt(sources, path) ?? source;
        return { section, name: String(spec.name), value: spec, path, sources, source: place, shipped };
      }),
    );
  });
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
