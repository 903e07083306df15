/** Which kinds of which instances are meant: `okta/group`, an instance, or all there are. */
import type { Target } from "../adopt/survey.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { KindFacts } from "../provider.ts";
import { listed, nearest } from "../words.ts";
import type { Workspace } from "./workspace.ts";

/** Kinds that a vendor holds objects of, in the order of accord.yaml and of the provider. */
export function everyTarget(workspace: Workspace): readonly Target[] {
  return [...workspace.stack.providers.keys()].flatMap((instance) => kindsOf(instance, workspace));
}

export function targetsNamed(words: readonly string[], workspace: Workspace): readonly Target[] {
  const problems: Problem[] = [];
  const targets = new Map<string, Target>();
  for (const word of words) {
    const [instance = "", kind, more] = word.split("/");
    const known = kindsOf(instance, workspace);
    const named = known.filter((target) => kind === undefined || target.kind.endsWith(`/${kind}`));
    if (!workspace.stack.providers.has(instance)) problems.push(noInstance(word, instance, workspace));
    else if (more !== undefined || named.length === 0) problems.push(noKind(word, instance, known));
    else if (kind !== undefined && !workspace.catalog.factsOf(named[0]?.kind ?? "").can.list)
      problems.push(noList(word));
    else for (const target of named) targets.set(`${target.instance} ${target.kind}`, target);
  }
  if (problems.length > 0) throw new ProblemError(problems);
  return [...targets.values()];
}

function kindsOf(instance: string, { stack, providers }: Workspace): readonly Target[] {
  const provider = providers.get(stack.providers.get(instance)?.provider ?? "");
  return [...(provider?.kinds.values() ?? [])]
    .filter(hasRemote)
    .map(({ name }) => ({ instance, kind: `${provider?.name}/${name}` }));
}

/** A kind with neither list nor read by id is what state holds. */
function hasRemote({ can }: KindFacts): boolean {
  return can.list || can.get;
}

function noInstance(word: string, instance: string, { stack }: Workspace): Problem {
  const names = [...stack.providers.keys()];
  const same = names.filter((name) => stack.providers.get(name)?.provider === instance);
  return {
    code: "unknown-instance",
    message: `${word}: accord.yaml has no instance ${instance}.`,
    hint: same.length > 0 ? `It has ${listed(same)}.` : `${nearest(instance, names)} It has ${listed(names)}.`.trim(),
  };
}

function noKind(word: string, instance: string, known: readonly Target[]): Problem {
  const names = known.map(({ kind }) => `${instance}/${kind.slice(kind.indexOf("/") + 1)}`);
  return {
    code: "unknown-kind",
    message: `${word} is no kind of ${instance} that has objects.`,
    hint: `${nearest(word, names)} There is ${listed(names, 12)}.`.trim(),
  };
}

function noList(word: string): Problem {
  return {
    code: "cannot-survey",
    message: `${word} is kept by id: its vendor gives no list of them.`,
    hint: `Write the document by hand, then bind it: accord import ${word}/NAME ID.`,
  };
}
