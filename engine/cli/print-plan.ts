import type { Address } from "../model.ts";
import { shortDigest } from "../plan/digest.ts";
import { ProblemError } from "../problem.ts";
import { commandsAgain } from "../report/again.ts";
import { planJson } from "../report/json.ts";
import { planMarkdown } from "../report/markdown.ts";
import type { PlanView } from "../report/plan-view.ts";
import { problemsText } from "../report/problems.ts";
import { planLine, planText } from "../report/text.ts";
import { rulingOf } from "../report/verdicts.ts";
import type { State } from "../state/state.ts";
import { placeAgain, planAgain } from "./again.ts";
import type { Invocation } from "./invocation.ts";
import type { Made } from "./planning.ts";
import type { Workspace } from "./workspace.ts";

export type PlanFormat = "text" | "markdown" | "json";

export function formatOf({ arguments: given, voice }: Invocation): PlanFormat {
  const format = given.text("format") ?? (voice.json ? "json" : "text");
  if (format === "text" || format === "markdown" || format === "json") return format;
  throw new ProblemError({
    code: "usage",
    message: `There is no format "${format}".`,
    hint: "text, markdown or json.",
  });
}

export function printPlan(
  invocation: Invocation,
  workspace: Workspace,
  state: State,
  made: Pick<Made, "plan" | "digest" | "unsettled">,
  format: PlanFormat,
  savedAs?: string,
): void {
  const { voice } = invocation;
  const place = placeAgain(invocation);
  const notes = made.plan.notes.map((note) => commandsAgain(note, place));
  const same = notes.every((note, index) => note === made.plan.notes[index]);
  const plan = same ? made.plan : { ...made.plan, notes };
  const view: PlanView = {
    plan,
    addressOf: addressOf(state),
    digest: shortDigest(made.digest),
    ...(savedAs === undefined ? {} : { savedAs }),
    again: savedAs === undefined ? planAgain(invocation) : place,
    next: invocation.command !== "apply",
  };
  const color = { color: voice.color };
  if (format === "json") {
    const json = planJson(plan, (kind) => workspace.catalog.rulesOf(kind).spec);
    voice.data(JSON.stringify({ ...json, accord: { ...json.accord, digest: made.digest } }));
  } else if (format === "markdown") voice.data(planMarkdown(view));
  else voice.data(voice.quiet ? planLine(plan, color) : planText(view, color));
  if (made.unsettled.length > 0)
    voice.complain(problemsText({ problems: made.unsettled, again: place }, { color: voice.errorColor }));
  if (rulingOf(plan) !== "allowed" && format === "text") voice.say(`Plan digest: ${shortDigest(made.digest)}`);
}

function addressOf(state: State): (instance: string, id: string) => Address | undefined {
  let known: ReadonlyMap<string, Address> | undefined;
  return (instance, id) => {
    known ??= new Map(
      state.resources.map((one) => [`${one.address.slice(0, one.address.indexOf("/"))} ${one.id}`, one.address]),
    );
    return known.get(`${instance} ${id}`);
  };
}
