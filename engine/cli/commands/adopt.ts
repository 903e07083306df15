import { matcher } from "../../adopt/names.ts";
import { ProblemError } from "../../problem.ts";
import { adoptData, adoptText, dryRunText } from "../../report/adopt.ts";
import { type AdoptRequest, adoptNow, preparedAdoption } from "../adopting.ts";
import { type Command, EXIT } from "../command.ts";
import type { Invocation } from "../invocation.ts";
import { openState } from "../open-state.ts";
import { everyTarget, targetsNamed } from "../survey-targets.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";

export const adopt: Command = {
  name: "adopt",
  arguments: "[INSTANCE/KIND…]",
  summary: "Write documents for objects that exist, and bind them",
  description: [
    "Lists the chosen kinds and writes a document for each object that nobody manages yet, as a person would write it:",
    "addresses instead of ids, without defaults, lists that several share as a variable, into one file for each kind.",
    "What is in those files stays as it is. Before anything is written the result is planned, and must come to nothing;",
    "nothing changes live. Objects of another tool or stack, and those that cannot be changed, are left alone and said.",
  ],
  options: {
    all: { type: "boolean", description: "Every kind of every instance." },
    kind: {
      type: "string",
      multiple: true,
      value: "KIND",
      description: "The same as an argument: okta/group, or okta.",
    },
    match: {
      type: "string",
      multiple: true,
      value: "GLOB",
      description: "Only objects whose name matches (* and ?); may be repeated.",
    },
    "dry-run": { type: "boolean", description: "Print the documents and the coverage; write nothing." },
  },
  examples: [
    ["accord adopt okta/group --dry-run", "What would the documents say?"],
    ["accord adopt --kind okta/group --match 'prod-*'", "A part"],
    ["accord adopt okta c1", "Two systems, whole"],
    ["accord adopt --all", "Everything that can be managed"],
  ],
  async run(invocation) {
    const { voice, arguments: given } = invocation;
    const dryRun = given.flag("dry-run");
    refuseVague(invocation);
    const workspace = await openWorkspace(invocation);
    const request = requestOf(invocation, workspace);
    const adoption = dryRun
      ? await preparedAdoption(workspace, (await openState(workspace)).context.state, request)
      : await adoptNow(workspace, `accord adopt ${given.positionals.join(" ")}`.trim(), request);
    if (given.list("match").length > 0 && !adoption.objects.some(({ label }) => request.matches(label))) {
      throw new ProblemError({
        code: "no-match",
        message: `No object is called ${given.list("match").join(" or ")}.`,
        hint: "Names are compared whole and exactly; * stands for any text. --dry-run without --match shows all of them.",
      });
    }
    if (voice.json) voice.data(JSON.stringify(adoptData(adoption, dryRun)));
    else voice.data(dryRun ? dryRunText(adoption) : adoptText(adoption, { color: voice.color, dryRun }));
    return EXIT.ok;
  },
};

function refuseVague({ arguments: given }: Invocation): void {
  const named = given.positionals.length + given.list("kind").length;
  if (named > 0 !== given.flag("all")) return;
  throw new ProblemError({
    code: "usage",
    message: named > 0 ? "--all leaves no kind to name." : "adopt needs to know what: kinds, or --all.",
    hint: "accord adopt okta/group, accord adopt okta, or accord adopt --all.",
  });
}

function requestOf({ arguments: given }: Invocation, workspace: Workspace): AdoptRequest {
  const targets = given.flag("all")
    ? everyTarget(workspace)
    : targetsNamed([...given.positionals, ...given.list("kind", true)], workspace);
  return { targets, matches: matcher(given.list("match")) };
}
