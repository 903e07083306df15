/** What a CI step prints of itself: a line for each stack, problems with their places; the rest stands on GitHub. */
import type { Ending, Outlook, Standing, Target } from "../../gitops/model.ts";
import { applyText } from "../../report/apply.ts";
import { problemsText } from "../../report/problems.ts";
import { planLine } from "../../report/text.ts";
import { denialsOf } from "../../report/verdicts.ts";
import { listed } from "../../words.ts";
import { EXIT } from "../command.ts";
import type { Invocation } from "../invocation.ts";
import { DEFAULT_ENVIRONMENT } from "../place.ts";

export function printOutlooks({ voice }: Invocation, outlooks: readonly Outlook[]): void {
  if (voice.json) {
    voice.data(JSON.stringify({ outlooks: outlooks.map(outlookData) }));
    return;
  }
  if (outlooks.length === 0) voice.data("No stack is concerned.");
  for (const outlook of outlooks) {
    voice.data(`${nameOf(outlook.target)}: ${outlookLine(outlook)}`);
    if (outlook.kind === "failed") {
      voice.complain(problemsText({ problems: outlook.problems, again: "" }, { color: voice.errorColor }));
    }
  }
}

export function printEndings({ voice }: Invocation, endings: readonly Ending[]): void {
  if (voice.json) {
    voice.data(JSON.stringify({ endings: endings.map(endingData) }));
    return;
  }
  if (endings.length === 0) voice.data("Nothing to apply.");
  for (const ending of endings) {
    voice.data(`${nameOf(ending.target)}: ${endingLine(ending)}`);
    if (ending.kind === "applied") voice.data(applyText(ending, { color: voice.color }));
    if (ending.kind === "failed") {
      voice.complain(problemsText({ problems: ending.problems, again: "" }, { color: voice.errorColor }));
    }
  }
}

export function exitOf(endings: readonly Ending[]): number {
  const failed = endings.flatMap((one) => (one.kind === "failed" ? [one.problems] : []));
  if (failed.length > 0) {
    const stale = failed.flat().every(({ code }) => code === "stale-plan");
    return stale ? EXIT.stale : EXIT.error;
  }
  if (endings.some(({ kind }) => kind === "denied" || kind === "unapproved")) return EXIT.denied;
  const whole = endings.every(
    (one) => one.kind !== "applied" || one.results.every(({ outcome }) => outcome === "confirmed"),
  );
  return whole ? EXIT.ok : EXIT.unfinished;
}

function nameOf({ stack, environment }: Target): string {
  return environment === DEFAULT_ENVIRONMENT ? stack : `${stack} (${environment})`;
}

function outlookLine(outlook: Outlook): string {
  switch (outlook.kind) {
    case "planned":
      return plannedLine(outlook);
    case "failed":
      return "no plan.";
    case "withheld":
      return `${outlook.why} ${outlook.next}`;
    case "removed":
      return `the pull request takes it away; ${outlook.owned} of its objects stay live.`;
  }
}

/** A guardrail goes on asking; whether it has its answer is the standing's to say. */
function plannedLine({ plan, standing }: Extract<Outlook, { kind: "planned" }>): string {
  const line = planLine(plan, { color: false }).trimEnd();
  if (denialsOf(plan).length > 0 || standing.needs.length === 0) return line;
  const by = [...new Set(standing.needs.flatMap((need) => need.by))];
  return `${line.replace(/ (?:NEEDS APPROVAL|Allowed).*$/s, "")} ${standing.met ? `Approved by ${listed(by)}.` : notApproved(standing)}`;
}

function endingLine(ending: Ending): string {
  switch (ending.kind) {
    case "applied":
      return `applied${ending.approvedBy.length === 0 ? "" : `, approved by ${listed(ending.approvedBy)}`}.`;
    case "unchanged":
      return "nothing to apply.";
    case "denied":
      return planLine(ending.plan, { color: false });
    case "unapproved":
      return `nothing was applied. ${notApproved(ending.standing)}`;
    case "failed":
      return "not applied.";
  }
}

function notApproved({ needs, lapsed, refusing }: Standing): string {
  const lacking = needs
    .filter(({ by, count }) => by.length < count)
    .map(
      ({ name, by, count, group }) =>
        `${name} wants ${count}${group === undefined ? "" : ` of ${group}`}, has ${by.length}`,
    );
  return [
    `Not approved: ${lacking.join("; ") || "changes were asked for"}.`,
    ...lapsed.map(({ login, why }) => `${login} ${why}.`),
    ...(refusing.length === 0 ? [] : [`${listed(refusing)} asked for changes.`]),
  ].join(" ");
}

function outlookData(outlook: Outlook) {
  if (outlook.kind !== "planned") return outlook;
  const { kind, target, digest, delta, standing, remarks, plan } = outlook;
  return { kind, target, digest, delta: delta.digest, standing, remarks, verdicts: plan.verdicts };
}

function endingData(ending: Ending) {
  return ending.kind === "denied"
    ? { kind: ending.kind, target: ending.target, verdicts: ending.plan.verdicts }
    : ending;
}
