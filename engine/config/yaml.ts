/**
 * Text → documents, with a Source for every node. Input is data: YAML 1.2 core schema without tags, aliases bounded,
 * keys that could reach a prototype refused. Everything wrong in a file is reported at once, syntax errors aside.
 */
import { type Event, parseEvents, YAMLException } from "js-yaml";
import type { Source, Sources, Value } from "../model.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { linesOf } from "./lines.ts";
import { composeDocuments } from "./yaml-compose.ts";

export interface YamlDocument {
  /** Null where the document is empty. */
  readonly value: Value;
  readonly source: Source;
  /** A member of a mapping is where its key is, an item of a list where it begins. */
  readonly sources: Sources;
}

/** Characters; a file of 50,000 documents stays well below. */
const MAX_LENGTH = 32 * 1024 * 1024;

/** Every document of a file; throws one ProblemError with all that is wrong. */
export function parseYaml(text: string, file: string): readonly YamlDocument[] {
  if (text.length > MAX_LENGTH) {
    throw new ProblemError({
      code: "file-too-large",
      message: `${file} is larger than ${MAX_LENGTH / 1024 / 1024} MiB.`,
      hint: "Split it into several files: any *.yaml below the stack directory is read.",
      source: { file, line: 1, column: 1 },
    });
  }
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const problems: Problem[] = [];
  const documents = composeDocuments(eventsOf(source, file), source, linesOf(source, file), problems);
  if (problems.length > 0) throw new ProblemError(problems);
  return documents;
}

function eventsOf(text: string, file: string): readonly Event[] {
  try {
    return parseEvents(text, { filename: file });
  } catch (error) {
    // Its authors promise no closed set of errors, so every one that it throws is about the text.
    const mark = error instanceof YAMLException ? error.mark : undefined;
    const reason =
      error instanceof YAMLException ? error.reason : error instanceof Error ? error.message : String(error);
    throw new ProblemError(
      {
        code: "yaml-syntax",
        message: `${file} is not valid YAML: ${reason}.`,
        hint: hintFor(reason),
        source: { file, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 },
      },
      { cause: error },
    );
  }
}

function hintFor(reason: string): string {
  if (reason.includes("tab")) return "Indent with spaces; YAML allows no tabs there.";
  if (reason.includes("indentation"))
    return "Align this line with its neighbours, or close the bracket or quote before it.";
  if (reason.includes("null byte") || reason.includes("non-printable"))
    return "Remove the character that does not show here, or write it as an escape in double quotes.";
  if (reason.includes("nesting")) return "Flatten the value; nothing in a stack nests that deep.";
  return "Correct the text here. Quote values that hold `: `, ` #` or start with one of [ ] { } * & ! | > % @ `.";
}
