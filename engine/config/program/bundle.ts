/** ⇄ A program's own files as one script: TypeScript taken off, packages left to be found when it runs. */
import { realpath } from "node:fs/promises";
import { SourceMap } from "node:module";
import { sep } from "node:path";
import type { Location, Message, Plugin } from "esbuild";
import type { Source } from "../../model.ts";
import { type Problem, ProblemError } from "../../problem.ts";

export interface Bundle {
  readonly code: string;
  /** Where a place in the script comes from; lines and columns count from 1. */
  readonly sourceAt: (line: number, column: number) => Source | undefined;
}

/** `import.meta` of a script that is no module. */
const META = "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;";

export async function bundleProgram(directory: string, file: string): Promise<Bundle> {
  const { build } = await import("esbuild");
  const root = await realpath(directory);
  try {
    const { outputFiles } = await build({
      ...{ absWorkingDir: root, entryPoints: [file], outfile: file, allowOverwrite: true, write: false },
      ...{ bundle: true, packages: "external", platform: "node", target: "node20", format: "cjs" },
      ...{ sourcemap: "external", sourcesContent: false, logLevel: "silent", legalComments: "none" },
      // A tsconfig.json may extend any file there is.
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: true } },
      banner: { js: META },
      define: {
        "import.meta.url": "__importMetaUrl",
        "import.meta.dirname": "__dirname",
        "import.meta.filename": "__filename",
      },
      plugins: [onlyBelow(root)],
    });
    const [map, script] = outputFiles.toSorted((a, b) => b.path.length - a.path.length);
    return { code: script?.text ?? "", sourceAt: mapped(map?.text ?? "{}") };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw new ProblemError(
      error.errors.map((message) => problemOf(message, file)),
      { cause: error },
    );
  }
}

/** What a stack says is reviewed with it: nothing from elsewhere becomes part of the program, links included. */
function onlyBelow(root: string): Plugin {
  return {
    name: "only-below",
    setup(build) {
      build.onLoad({ filter: /./, namespace: "file" }, async ({ path }) => {
        const real = await realpath(path).catch(() => path);
        if (real.startsWith(root + sep)) return undefined;
        return { errors: [{ text: `${path} leads out of the stack directory`, detail: "outside-stack" }] };
      });
    },
  };
}

function mapped(text: string): Bundle["sourceAt"] {
  const map = new SourceMap(JSON.parse(text));
  return (line, column) => {
    const entry = map.findEntry(line - 1, column - 1);
    if (!("originalSource" in entry) || typeof entry.originalSource !== "string") return undefined;
    return { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  };
}

function isBuildFailure(error: unknown): error is Error & { readonly errors: readonly Message[] } {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

function problemOf({ text, location, detail }: Message, file: string): Problem {
  const source = location === null ? { file, line: 1, column: 1 } : placeOf(location);
  if (detail === "outside-stack") {
    return {
      code: "outside-stack",
      message: `${text}.`,
      hint: "Copy the file into the stack, or install it as a package.",
      source,
    };
  }
  const hint = /[Tt]op-level await/.test(text)
    ? "Put it into an async function, and call that."
    : /Could not resolve/.test(text)
      ? "Correct the path; it starts at the file that imports it."
      : "Correct it there; your editor or `tsc` says more.";
  return { code: "program-syntax", message: `${text.replace(/\.$/, "")}.`, hint, source };
}

function placeOf({ file, line, column }: Location): Source {
  return { file, line, column: column + 1 };
}
