/**
 * Would a membership rule take this person in (c1.md §12.4)? An error about somebody means that they do not match, as
 * far as C1 tells; where its pages disagree, and where a question cannot be answered here, nobody knows.
 */
import type { CelImplementation } from "../../engine/cel/library.ts";
import { type CelPart, type CelTest, celParts, weigh } from "../../engine/cel/parts.ts";
import { type Possible, possible } from "../../engine/cel/possible.ts";
import { type CelNode, childrenOf, walkCel } from "../../engine/cel/tree.ts";
import type { Value } from "../../engine/model.ts";
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
  const reading = readingOf(test);
  const outcome = test.program.run({ subject: subject.variable(reading.names) }, functions);
  const answer = outcome.ok ? outcome.value : null;
  const by = reading.facts.map(({ attribute, valueFor }) => ({ attribute, value: valueFor(subject, answer) }));
  const doubt = doubtAbout(reading, subject);
  if (doubt !== undefined) return possible(["true", "false", "error"], by, doubt);
  if (outcome.ok) {
    if (typeof outcome.value === "boolean") return possible([outcome.value ? "true" : "false"], by);
    return possible(["error"], by);
  }
  const { message } = outcome.finding;
  if (outcome.unavailable) return possible(["true", "false", "error"], by, message);
  if (/no such overload/.test(message) && reading.profile) {
    const why = "profile values may be text or numbers, and C1's pages disagree which";
    return possible(["true", "false", "error"], by, why);
  }
  return possible(["error"], by);
}

/** What a test reads of a person: the same for a hundred thousand of them. */
interface Reading {
  /**
   * Fields; binding the others takes most of the time. Undefined, for all of them, where the person goes elsewhere than
   * into a question to the directory, which knows people by id.
   */
  readonly names: readonly string[] | undefined;
  readonly facts: readonly {
    readonly attribute: string;
    valueFor(subject: Subject, answer: Value): Value;
  }[];
  readonly attributes: boolean;
  readonly profile: boolean;
  /** Fields of which `has()` is asked. */
  readonly has: readonly string[];
}

const readings = new WeakMap<CelTest, Reading>();

function readingOf(test: CelTest): Reading {
  const known = readings.get(test);
  if (known !== undefined) return known;
  const nodes = [...walkCel(test.node)];
  const fieldOf = (node: CelNode): string | undefined =>
    node.kind === "select" && isSubject(node.target) ? node.name : undefined;
  const reading: Reading = {
    names: namesIn(test.node),
    facts: nodes.flatMap((node) => factIn(node, test.text) ?? []),
    attributes: nodes.some((node) => fieldOf(node) === "attributes"),
    profile: nodes.some((node) => profileKey(node) !== undefined),
    has: nodes.flatMap((node) =>
      node.kind === "call" && node.name === "has" && node.args[0] !== undefined ? (fieldOf(node.args[0]) ?? []) : [],
    ),
  };
  readings.set(test, reading);
  return reading;
}

function namesIn(tree: CelNode): readonly string[] | undefined {
  const names = new Set(["id"]);
  const open: CelNode[] = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isSubject(node)) return undefined;
    if (node.kind === "select" && isSubject(node.target)) names.add(node.name);
    else if (node.kind === "call" && node.target?.kind === "select") {
      open.push(node.target, ...node.args.filter((arg) => !isSubject(arg)));
    } else open.push(...childrenOf(node));
  }
  return [...names];
}

/** What C1's own pages leave open about this very person. */
function doubtAbout({ attributes, has }: Reading, subject: Subject): string | undefined {
  if (attributes) return "C1's API does not tell attributes from the profile";
  const empty = has.some((name) => subject.field(name) === "");
  return empty ? "whether has() is true of an empty field is told differently from page to page" : undefined;
}

function isSubject(node: CelNode): boolean {
  return node.kind === "name" && node.name === "subject";
}

/** `subject.profile.team`, `subject.profile["team"]`. */
function profileKey(node: CelNode): string | undefined {
  if (node.kind !== "select" && node.kind !== "index") return undefined;
  const { target } = node;
  if (target.kind !== "select" || !isSubject(target.target) || !/^(profile|attributes)$/.test(target.name)) {
    return undefined;
  }
  if (node.kind === "select") return node.name;
  return node.key.kind === "literal" ? String(node.key.value) : undefined;
}

/** A field of the person; of a question to the directory, the question and its answer. */
function factIn(node: CelNode, text: string): Reading["facts"][number] | undefined {
  const key = profileKey(node);
  if (key !== undefined) {
    return {
      attribute: `profile.${key}`,
      valueFor(subject) {
        const profile = subject.field("profile");
        return isObject(profile) ? (profile[key] ?? null) : null;
      },
    };
  }
  if (node.kind === "select" && isSubject(node.target) && !/^(profile|attributes)$/.test(node.name)) {
    const { name } = node;
    return {
      attribute: name,
      valueFor(subject) {
        const value = subject.field(name);
        return WORDS[name]?.(value) ?? value ?? null;
      },
    };
  }
  if (node.kind === "name" && node.name === "c1") return { attribute: text, valueFor: (_, answer) => answer };
  return undefined;
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
