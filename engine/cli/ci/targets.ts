/** ⇄ Which stacks differ between two trees, and in which environments each is to be planned. */

import { filesBelow } from "../../config/files.ts";
import { loadStack, STACK_FILE } from "../../config/load.ts";
import { asSpec, isList } from "../../value.ts";
import { DEFAULT_ENVIRONMENT } from "../place.ts";
import type { Session } from "./session.ts";

/** A stack that a change concerns, written out as it is and as it would be. */
export interface Concerned {
  /** From the repository's root. */
  readonly directory: string;
  /** Where it lies as the base has it; absent for a new stack. */
  readonly before?: string;
  /** Where it lies as it would be; absent for one that goes. */
  readonly after?: string;
  readonly environments: readonly string[];
  /** Does the change touch its policies? They judge it as the base has them. */
  readonly policies: boolean;
}

export async function concerned(session: Session, before: string, after: string): Promise<readonly Concerned[]> {
  const { trees } = session;
  const [had, has, changed] = await Promise.all([
    trees.directoriesWith(before, STACK_FILE),
    trees.directoriesWith(after, STACK_FILE),
    trees.changed(before, after),
  ]);
  const all = [...new Set([...had, ...has])].sort();
  const found: Concerned[] = [];
  for (const [place, directory] of all.entries()) {
    const own = changed.filter((path) => stackOf(path, all) === directory);
    if (own.length === 0) continue;
    const written = async (tree: string, side: string): Promise<string> => {
      const into = session.scratch(`${side}-${place}`);
      await trees.writeOut(tree, directory, into);
      return into;
    };
    const was = had.includes(directory) ? await written(before, `before-${before.slice(0, 12)}`) : undefined;
    const is = has.includes(directory) ? await written(after, `after-${after.slice(0, 12)}`) : undefined;
    found.push({
      directory,
      ...(was === undefined ? {} : { before: was }),
      ...(is === undefined ? {} : { after: is }),
      environments: await environmentsOf(was ?? is ?? ""),
      policies: own.some((path) => path.slice(directory === "" ? 0 : directory.length + 1).startsWith("policies/")),
    });
  }
  return found;
}

/** The innermost stack that a path lies in. */
function stackOf(path: string, directories: readonly string[]): string | undefined {
  return directories
    .filter((directory) => directory === "" || path.startsWith(`${directory}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** As accord.yaml says, else those with a file of their own. */
export async function environmentsOf(directory: string): Promise<readonly string[]> {
  const files = filesBelow(directory);
  const { file } = await loadStack(files, undefined, { documents: false });
  const { environments } = asSpec(asSpec(file.value).ci ?? {});
  if (isList(environments)) return environments.map(String);
  const named = (await files.readDirectory("")).flatMap(
    ({ name }) => /^accord\.([A-Za-z0-9_-]+)\.ya?ml$/.exec(name)?.[1] ?? [],
  );
  return named.length === 0 ? [DEFAULT_ENVIRONMENT] : named.sort();
}
