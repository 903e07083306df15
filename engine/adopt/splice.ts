/** New documents and variables put into the text of files that exist: every byte that was there stays. Pure. */
import { canonicalJson } from "../canonical.ts";
import { parseYaml, type YamlDocument } from "../config/yaml.ts";
import type { Value } from "../model.ts";
import { ProblemError } from "../problem.ts";
import { asSpec, isObject, pointer } from "../value.ts";
import { yamlBlock } from "./yaml-text.ts";

/** `text` with documents behind it; undefined where they would change what is there (an open block text, a `...`). */
export function withDocuments(text: string | undefined, added: readonly string[], file: string): string | undefined {
  const documents = added.join("---\n");
  if (text === undefined || text.replace(/^\uFEFF/, "").trim() === "") return `${text ?? ""}${documents}`;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const break_ = /[\r\n]$/.test(text) ? "" : end;
  const whole = `${text}${break_}---${end}${documents.replaceAll("\n", end)}`;
  const before = valuesOf(text, file);
  const after = valuesOf(whole, file);
  if (before === undefined || after === undefined || after.length !== before.length + added.length) return undefined;
  return canonicalJson(after.slice(0, before.length)) === canonicalJson(before) ? whole : undefined;
}

/** `accord.yaml` with members added below a field; undefined where there is no place for them without rewriting it. */
export function withMembers(text: string, field: "vars" | "outputs", added: Members, file: string): string | undefined {
  if (Object.keys(added).length === 0) return text;
  const [document, more] = parseYaml(text, file);
  if (document === undefined || more !== undefined || !isObject(document.value)) return undefined;
  const wanted = { ...document.value, [field]: { ...asSpec(document.value[field] ?? {}), ...added } };
  const whole = spliced(text, document, field, added);
  const [value] = whole === undefined ? [] : (valuesOf(whole, file) ?? []);
  return value !== undefined && canonicalJson(value) === canonicalJson(wanted) ? whole : undefined;
}

type Members = { readonly [name: string]: Value };

/** Under the field that is there, before its first member; else at the end. Undefined where they stand in braces. */
function spliced(text: string, { value, sources }: YamlDocument, field: string, added: Members): string | undefined {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const block = (indent: number): string => yamlBlock(added, indent).replaceAll("\n", end);
  const at = sources.get(`/${field}`);
  if (at === undefined) return `${text}${/[\r\n]$/.test(text) ? "" : end}${field}:${end}${block(2)}`;
  const members = isObject(value) ? Object.keys(asSpec(value[field] ?? {})) : [];
  const below = members.map((name) => sources.get(pointer([field, name]))).find((one) => (one?.line ?? 0) > at.line);
  const column = below?.column;
  if (column === undefined) return undefined;
  const lines = text.split(/(?<=\n)/);
  return [...lines.slice(0, at.line), block(column - 1), ...lines.slice(at.line)].join("");
}

function valuesOf(text: string, file: string): readonly Value[] | undefined {
  try {
    return parseYaml(text, file)
      .map((document) => document.value)
      .filter((value) => value !== null);
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
