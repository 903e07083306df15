/** What C1 would swallow, or answer with a server error, and what its CEL would refuse (c1.md §7). */
import type { Finding } from "../../../engine/kind.ts";
import type { Path, Spec, Value } from "../../../engine/model.ts";
import { asSpec, isList, isObject, isUnknown } from "../../../engine/value.ts";
import { APPROVERS, POLICY_CONDITION, WAIT_CONDITION } from "../cel.ts";
import { celFindings } from "../cel-lints.ts";
import { text } from "../client/wire.ts";
import { durationFindings } from "./entitlement.ts";

const MOST_RULES = 16;

export function* policyFindings(spec: Spec): Iterable<Finding> {
  if (spec.steps === undefined || (isList(spec.steps) && spec.steps.length === 0)) {
    yield {
      code: "no-baseline",
      message: "A policy without steps denies everything in C1, without saying so.",
      hint: "Say what happens where no rule applies: steps: [{ approval: { manager: {} } }], or [{ reject: {} }] to deny.",
      path: ["steps"],
    };
  }
  yield* stepsFindings(spec.steps, text(spec.type), ["steps"]);
  const branches = asSpec(spec.branches ?? {});
  for (const [name, steps] of Object.entries(branches)) {
    yield* stepsFindings(steps, text(spec.type), ["branches", name]);
  }
  yield* ruleFindings(spec, branches);
  if (spec.remediateImmediately !== undefined && spec.type !== "certify") {
    yield {
      code: "only-certify",
      message: "remediateImmediately is for policies of type certify.",
      hint: "Leave it out.",
      path: ["remediateImmediately"],
    };
  }
}

function* ruleFindings(spec: Spec, branches: Spec): Iterable<Finding> {
  const rules = isList(spec.rules) ? spec.rules.map(asSpec) : [];
  if (rules.length > MOST_RULES) {
    yield {
      code: "too-many-rules",
      message: `C1 takes ${MOST_RULES} rules a policy; there are ${rules.length}.`,
      hint: "Join conditions with ||.",
      path: ["rules"],
    };
  }
  const used = new Set<string>();
  const catchAll = rules.findIndex((rule) => text(rule.when).trim() === "true");
  for (const [index, rule] of rules.entries()) {
    const then = text(rule.then);
    used.add(then);
    if (branches[then] === undefined) {
      const names = Object.keys(branches);
      yield {
        code: "no-branch",
        message: `There is no branch "${then}".`,
        hint: names.length === 0 ? "Add it under branches." : `There are: ${names.join(", ")}.`,
        path: ["rules", index, "then"],
      };
    }
    if (typeof rule.when === "string") yield* celFindings(rule.when, POLICY_CONDITION, ["rules", index, "when"]);
    if (catchAll >= 0 && index > catchAll) {
      yield {
        code: "unreachable-rule",
        message: "The rule `true` above catches everything, so this one is never tried.",
        path: ["rules", index],
        severity: "warning",
      };
    }
  }
  for (const name of Object.keys(branches).filter((branch) => !used.has(branch))) {
    yield {
      code: "unused-branch",
      message: `No rule leads to the branch "${name}".`,
      path: ["branches", name],
      severity: "warning",
    };
  }
}

function* stepsFindings(steps: Value | undefined, type: string, path: Path): Iterable<Finding> {
  if (!isList(steps)) return;
  for (const [index, item] of steps.entries()) {
    const step = asSpec(item);
    const at: Path = [...path, index];
    const final = step.accept !== undefined || step.reject !== undefined;
    if (final && index < steps.length - 1) {
      yield {
        code: "unreachable-step",
        message: "The steps after this one are never reached, since it decides.",
        path: at,
        severity: "warning",
      };
    }
    if (isObject(step.wait) && !isUnknown(step.wait)) yield* waitFindings(step.wait, [...at, "wait"]);
    if (!isObject(step.approval)) continue;
    yield* approvalFindings(step.approval, [...at, "approval"]);
    if (isObject(step.approval.agent)) yield* agentFindings(step.approval.agent, type, [...at, "approval", "agent"]);
  }
}

function* waitFindings(wait: Spec, path: Path): Iterable<Finding> {
  if (typeof wait.condition === "string") yield* celFindings(wait.condition, WAIT_CONDITION, [...path, "condition"]);
  for (const field of ["duration", "timeout"]) yield* durationFindings(wait[field], ...path.map(String), field);
}

/** Agents decide grants, comment on reviews, and have no part in revocations (c1.md §7.2). */
function* agentFindings(agent: Spec, type: string, path: Path): Iterable<Finding> {
  const empty = (field: string): boolean => !isList(agent[field]) || agent[field].length === 0;
  const refuse = (message: string, hint: string, field?: string): Finding => {
    return { code: "agent", message, hint, path: field === undefined ? path : [...path, field] };
  };
  if (type === "revoke") yield refuse("Agents decide no revocations.", "Name people, or accept.");
  if (type === "certify" && agent.mode !== undefined && agent.mode !== "comment_only") {
    yield refuse("In an access review an agent only comments.", "Say mode: comment_only, or leave mode out.", "mode");
  }
  if (agent.mode === "change_policy_only" && empty("policies")) {
    yield refuse("The agent may choose another policy, and none is named.", "List them under policies.", "policies");
  }
  if (agent.onFailure === "reassign_to_users" && empty("reassignTo")) {
    yield refuse("When the agent fails nobody takes over.", "List people under reassignTo.", "reassignTo");
  }
}

function* approvalFindings(approval: Spec, path: Path): Iterable<Finding> {
  const expression = asSpec(approval.expression ?? {});
  const texts = isList(expression.cel) ? expression.cel : [];
  for (const [index, cel] of texts.entries()) {
    if (typeof cel === "string") yield* celFindings(cel, APPROVERS, [...path, "expression", "cel", index]);
  }
  const escalation = asSpec(approval.escalation ?? {});
  yield* durationFindings(escalation.after, ...path.map(String), "escalation", "after");
  if (escalation.do === "reassign" && (!isList(escalation.people) || escalation.people.length === 0)) {
    yield {
      code: "nobody-to-escalate-to",
      message: "Escalation to people names nobody.",
      hint: "List them under escalation.people.",
      path: [...path, "escalation"],
    };
  }
  if (escalation.do === "replace" && !isObject(escalation.policy)) {
    if (typeof escalation.policy === "string") return;
    yield {
      code: "nothing-to-escalate-to",
      message: "Escalation to another policy names none.",
      hint: "Name it under escalation.policy.",
      path: [...path, "escalation"],
    };
  }
}
