/** A stack whose documents are judged by another one's settings: a pull request cannot change what judges it. Pure. */
import { canonicalJson } from "../canonical.ts";
import type { Stack } from "./stack.ts";

/** What reviewed settings say of where, as whom and how far; of its own only what the documents are filled with. */
export function stackUnder(reviewed: Stack, own: Stack): Stack {
  return { ...reviewed, variables: own.variables, outputs: own.outputs };
}

/** What `own` would change and what does not hold yet, as words of `accord.yaml`; empty where they say the same. */
export function settingsThatWait(reviewed: Stack, own: Stack): readonly string[] {
  const said = (of: Stack): Readonly<Record<string, unknown>> => ({
    stack: of.name,
    providers: [...of.providers.values()].map(({ name, provider, settings }) => ({ name, provider, settings })),
    limits: of.limits,
    state: of.state,
    sinks: [...of.sinks],
    guardrails: of.baseline,
    ci: { ...of.ci, approvers: [...of.ci.approvers] },
  });
  const [before, after] = [said(reviewed), said(own)];
  return Object.keys(before).filter((key) => canonicalJson(before[key]) !== canonicalJson(after[key]));
}
