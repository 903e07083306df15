/**
 * How a rule becomes another one while nobody loses access: in place where Okta allows it, else by a successor that
 * runs before the old one goes (okta.md §4.5).
 */
import { ProblemError, problemsOf } from "../../../engine/problem.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import type { Rule, RuleBody } from "../client/rules.ts";
import type { OktaReader, OktaWriter } from "../client.ts";
import { loginOf } from "./names.ts";

type Made = (id: string) => Promise<void>;

/** Gives the rule that is there afterwards, which may have another id. */
export async function changeRule(
  writer: OktaWriter,
  old: Rule,
  body: RuleBody,
  active: boolean,
  made: Made,
): Promise<Rule> {
  if (old.status === "INVALID") return replace(writer, old, body, active, made);
  if (old.status === "ACTIVE") await writer.deactivateRule(old.id);
  const changed = await edited(writer, old, body);
  if (changed === undefined) return supersede(writer, old, body, active, made);
  if (active) await writer.activateRule(old.id);
  return changed;
}

/** Undefined where the organization does not let the targets of a rule be edited. */
async function edited(writer: OktaWriter, old: Rule, body: RuleBody): Promise<Rule | undefined> {
  try {
    const changed = await writer.replaceRule(old.id, body);
    return sameSet(changed.groupIds, body.groupIds) ? changed : undefined;
  } catch (error) {
    await backToWork(writer, old, error);
    if (sameSet(old.groupIds, body.groupIds) || !isRefusedTarget(error)) throw error;
    return undefined;
  }
}

/** Better the old rule than none. Where it cannot go on either, both refusals are said. */
async function backToWork(writer: OktaWriter, old: Rule, refusal: unknown): Promise<void> {
  if (old.status !== "ACTIVE") return;
  try {
    await writer.activateRule(old.id);
  } catch (error) {
    const idle = problemsOf(error).map((problem) => ({
      ...problem,
      message: `the rule "${old.name}" is inactive now and feeds nobody: ${problem.message}`,
    }));
    throw new ProblemError([...problemsOf(refusal), ...idle], { cause: error });
  }
}

/** A rule acts on people the moment it is active, so what Okta stored is read back first. */
export async function activateVerified(writer: OktaWriter, id: string, body: RuleBody): Promise<void> {
  const stored = await writer.rule(id);
  if (stored?.expression !== body.expression || !sameSet(stored.groupIds, body.groupIds)) {
    throw new ProblemError({
      code: "okta-rule-differs",
      message: `Okta stored another rule than it was sent for "${body.name}"; it stays inactive.`,
      hint: "Look at the rule in the console, then plan again.",
    });
  }
  await writer.activateRule(id);
}

/** Targets that still exist: an INVALID rule goes on naming the group that was deleted. */
export async function existing(reader: OktaReader, groupIds: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const [id, group] of inParallel(groupIds, async (id) => [id, await reader.group(id)] as const)) {
    if (group !== undefined) found.push(id);
  }
  return found;
}

/** Exclusions grow by themselves and keep the ids of deleted people, which Okta then refuses (okta.md §4.5). */
export async function living(reader: OktaReader, userIds: readonly string[]): Promise<readonly string[]> {
  // By id: a search goes on finding the deleted for a while.
  const alive: string[] = [];
  for await (const [id, login] of inParallel(userIds, async (id) => [id, await loginOf(reader, id)] as const)) {
    if (login !== undefined) alive.push(id);
  }
  return alive;
}

/** Organizations without editable targets (before August 2026) refuse them, or keep the old ones. */
function isRefusedTarget(error: unknown): boolean {
  return (
    error instanceof ProblemError &&
    error.problems.some((problem) => problem.code === "okta-refused" || problem.code === "okta-forbidden")
  );
}

/** A second rule first, and the old one goes when it runs. Names are unique, so the old one gives up its own. */
async function supersede(writer: OktaWriter, old: Rule, body: RuleBody, active: boolean, made: Made): Promise<Rule> {
  const now = await writer.rule(old.id);
  if (now?.status === "ACTIVE") await writer.deactivateRule(old.id);
  const { groupIds, expression, excludedGroupIds } = old;
  const excludedUserIds = await living(writer, old.excludedUserIds);
  const name = `${old.name.slice(0, 44)} (old)`;
  await writer.replaceRule(old.id, { name, groupIds, expression, excludedUserIds, excludedGroupIds });
  if (old.status === "ACTIVE") await writer.activateRule(old.id);
  const successor = await makeRule(writer, body, active, made);
  if (old.status === "ACTIVE") await writer.deactivateRule(old.id);
  await writer.deleteRule(old.id);
  return successor;
}

/** An INVALID rule feeds nobody and can only be deleted; its successor takes its name. */
async function replace(writer: OktaWriter, old: Rule, body: RuleBody, active: boolean, made: Made): Promise<Rule> {
  await writer.deleteRule(old.id);
  return makeRule(writer, body, active, made);
}

async function makeRule(writer: OktaWriter, body: RuleBody, active: boolean, made: Made): Promise<Rule> {
  const rule = await writer.createRule(body);
  await made(rule.id);
  if (active) await activateVerified(writer, rule.id, body);
  return rule;
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((id) => right.includes(id));
}
