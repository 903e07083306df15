/**
 * Would a membership rule take this person in (c1.md §12.4)? An error about somebody means that they do not match, as
 * far as C1 tells; where its pages disagree, and where a question cannot be answered here, nobody knows.
 */
import type { CelImplementation } from "../../engine/cel/library.ts";
import { type CelPart, type CelTest, celParts, weigh } from "../../engine/cel/parts.ts";
import { type Possible, possible } from "../../engine/cel/possible.ts";
import { type CelNode, walkCel } from "../../engine/cel/tree.ts";
import type { Fact, Value } from "../../engine/model.ts";
import type { Judgement } from "../../engine/population.ts";
import { isObject } from "../../engine/value.ts";
import { decided, uncertain } from "../shared/judging.ts";
import { MEMBERSHIP } from "./cel.ts";
import type { Subject } from "./cel-subject.ts";

export type Functions = Readonly<Record<string, CelImplementation>>;

/** Undefined where the text is no expression. */
export function membershipRule(text: string): CelPart | undefined {
  return celParts(text, MEMBERSHIP);
}

export function judgeCel(rule: CelPart, subject: Subject, functions: Functions): Judgement {
  const { outcomes, by, why } = weigh(rule, (test) => outcomeOf(test, subject, functions));
  if (!outcomes.has("true")) return decided(false, by);
  if (outcomes.size === 1) return decided(true, by);
  return uncertain(why ?? "it cannot be told", by);
}

function outcomeOf(test: CelTest, subject: Subject, functions: Functions): Possible {
  const outcome = test.program.run({ subject: subject.variable }, functions);
  const by = factsOf(test, subject, outcome.ok ? outcome.value : null);
  const doubt = doubtAbout(test.node, subject);
  if (doubt !== undefined) return possible(["true", "false", "error"], by, doubt);
  if (outcome.ok) {
    if (typeof outcome.value === "boolean") return possible([outcome.value ? "true" : "false"], by);
    return possible(["error"], by);
  }
  const { message } = outcome.finding;
  if (outcome.unavailable) return possible(["true", "false", "error"], by, message);
  if (/no such overload/.test(message) && readsProfile(test.node)) {
    const why = "profile values may be text or numbers, and C1's pages disagree which";
    return possible(["true", "false", "error"], by, why);
  }
  return possible(["error"], by);
}

/** What C1's own pages leave open about this very person. */
function doubtAbout(tree: CelNode, { variable }: Subject): string | undefined {
  for (const node of walkCel(tree)) {
    if (node.kind === "select" && isSubject(node.target) && node.name === "attributes") {
      return "C1's API does not tell attributes from the profile";
    }
    if (node.kind !== "call" || node.name !== "has") continue;
    const [field] = node.args;
    const asked = field?.kind === "select" && isSubject(field.target) ? variable[field.name] : undefined;
    if (asked === "") return "whether has() is true of an empty field is told differently from page to page";
  }
  return undefined;
}

function readsProfile(tree: CelNode): boolean {
  return [...walkCel(tree)].some((node) => profileKey(node) !== undefined);
}

function isSubject(node: CelNode): boolean {
  return node.kind === "name" && node.name === "subject";
}

/** `subject.profile.team`, `subject.profile["team"]`. */
function profileKey(node: CelNode): string | undefined {
  if (node.kind !== "select" && node.kind !== "index") return undefined;
  const { target } = node;
  if (target.kind !== "select" || !isSubject(target.target) || !/^(profile|attributes)$/.test(target.name))
    return undefined;
  if (node.kind === "select") return node.name;
  return node.key.kind === "literal" ? String(node.key.value) : undefined;
}

/** Fields of the person that a test reads; of a question to the directory, the question and its answer. */
function factsOf({ node: tree, text }: CelTest, { variable }: Subject, answer: Value): readonly Fact[] {
  const facts: Fact[] = [];
  for (const node of walkCel(tree)) {
    const key = profileKey(node);
    if (key !== undefined) {
      const { profile } = variable;
      facts.push({ attribute: `profile.${key}`, value: isObject(profile) ? (profile[key] ?? null) : null });
    } else if (node.kind === "select" && isSubject(node.target) && !/^(profile|attributes)$/.test(node.name)) {
      facts.push({
        attribute: node.name,
        value: WORDS[node.name]?.(variable[node.name]) ?? variable[node.name] ?? null,
      });
    } else if (node.kind === "name" && node.name === "c1") facts.push({ attribute: text, value: answer });
  }
  return facts;
}

const STATUS = ["unknown", "enabled", "disabled", "deleted"];
const TYPE = ["unknown", "system", "human", "service", "agent"];

/** Numbers of lists, in words. */
const WORDS: Readonly<Record<string, (value: Value | undefined) => string | undefined>> = {
  status: (value) => STATUS[Number(value)],
  directoryStatus: (value) => STATUS[Number(value)],
  directory_status: (value) => STATUS[Number(value)],
  type: (value) => TYPE[Number(value)],
};
