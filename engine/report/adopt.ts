/** What adoption wrote, and how much of each kind is managed now. */
import type { Adoption, Placed } from "../adopt/adoption.ts";
import { isFree, variablesOf } from "../adopt/adoption.ts";
import { groupKeyOf, shortKind } from "../plan/tenants.ts";
import { count, listed } from "../words.ts";
import { coverageLines } from "./coverage.ts";
import { paintOf, type TextOptions } from "./paint.ts";
import { plain } from "./say.ts";
import { widest } from "./text-lines.ts";

/** Objects named for one reason; the rest are counted. */
const MOST_NAMED = 5;

export interface AdoptView extends TextOptions {
  readonly dryRun: boolean;
}

export function adoptText(adoption: Adoption, options: AdoptView): string {
  const { composed, coverage, objects } = adoption;
  const paint = paintOf(options);
  const { documents, files } = composed;
  const variables = variablesOf(composed);
  const verb = options.dryRun ? "Would adopt" : "Adopted";
  const headline =
    documents.length === 0
      ? "Nothing to adopt."
      : `${verb} ${count(documents.length, "object")} into ${count(files.length, "file")}: planned again, nothing to do.`;
  const width = widest(files.map(({ path }) => path));
  const lines = files.map(({ path, before, documents: number }) => {
    const what = number === 0 ? "shared lists, under vars" : count(number, "document");
    return `  ${plain(path).padEnd(width)}  + ${what}${before === undefined ? " (new)" : ""}`;
  });
  return `${[
    paint.bold(headline),
    ...lines,
    ...(variables.length === 0 ? [] : [`  Secrets come from ${listed(variables, 12)}: set them where Accord runs.`]),
    "",
    ...coverageLines(coverage, ["managed", "adopted", "unmanaged", "unmanageable"], options),
    ...leftLines(objects, options),
  ].join("\n")}\n`;
}

/** The new text of each file, as YAML with its name above; then the rest as comments. */
export function dryRunText(adoption: Adoption): string {
  const parts = adoption.composed.files.map(({ path, added }) => `# ${plain(path)}\n${added}`);
  const said = adoptText(adoption, { color: false, dryRun: true });
  return [
    ...parts,
    said
      .replace(/^(?=.)/gm, "# ")
      .replace(/^$/gm, "#")
      .replace(/\n#$/, "\n"),
  ].join("---\n");
}

export function adoptData(adoption: Adoption, dryRun: boolean) {
  const { composed, coverage } = adoption;
  return {
    dryRun,
    adopted: composed.documents.map(({ address, object }) => ({ address, id: object.live.id })),
    files: composed.files.map(({ path, before, added, documents }) => ({
      ...{ path, created: before === undefined, documents },
      ...(dryRun ? { added } : {}),
    })),
    variables: variablesOf(composed),
    coverage,
    left: leftOf(adoption.objects).map(({ instance, kind, label, live, standing }) => ({
      ...{ kind: `${instance}/${shortKind(kind)}`, id: live.id, name: label },
      ...standing,
    })),
  };
}

/** What could not be adopted, by kind and reason. */
function leftLines(objects: readonly Placed[], options: TextOptions): readonly string[] {
  const paint = paintOf(options);
  const groups = new Map<string, Placed[]>();
  for (const object of leftOf(objects)) {
    const reason = "reason" in object.standing ? object.standing.reason : "";
    const key = `${groupKeyOf(object)} ${reason}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [object]);
    else group.push(object);
  }
  if (groups.size === 0) return [];
  const lines = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const reason = "reason" in first.standing ? first.standing.reason : "";
    const names = listed(
      group.map(({ label }) => plain(label)),
      MOST_NAMED,
    );
    return [`  ${first.instance}/${shortKind(first.kind)}  ${names}`, paint.dim(`      ${plain(reason ?? "")}`)];
  });
  return ["", paint.bold("Left alone"), ...lines];
}

function leftOf(objects: readonly Placed[]): readonly Placed[] {
  return objects.filter(({ standing }) => standing.state !== "managed" && !isFree(standing));
}
