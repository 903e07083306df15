/** What a guardrail may name, as types: `validate` finds a misspelt field by them. `facts.ts` fills them. */
import type { CelEnvironment, CelFields } from "../cel/environment.ts";

/** A document of the stack. */
const OBJECT: CelFields = {
  address: "string",
  instance: "string",
  kind: "string",
  name: "string",
  labels: "map<string, string>",
  protect: "bool",
  privileged: "bool",
  declared: "map<string, dyn>",
};

/** One difference; what its operation has not is null. */
const FIELD: CelFields = { op: "string", path: "string", before: "dyn", after: "dyn", element: "dyn" };

const CHANGE: CelFields = {
  ...OBJECT,
  action: "string",
  before: "map<string, dyn>",
  after: "map<string, dyn>",
  explained: "map<string, dyn>",
  fields: "list<Field>",
  uses: "list<Object>",
  usedBy: "list<Object>",
};

const MOVE: CelFields = {
  person: "string",
  entitlement: "string",
  gained: "bool",
  privileged: "bool",
  administers: "bool",
  account: "bool",
  rule: "bool",
  certain: "bool",
  breakGlass: "bool",
  address: "string",
  kind: "string",
  paths: "list<list<string>>",
};

const PLAN: CelFields = {
  stack: "string",
  environment: "string",
  mode: "string",
  complete: "bool",
  changes: "list<Change>",
  administrators: "list<Administrators>",
};

const TYPES: Readonly<Record<string, CelFields>> = {
  Object: OBJECT,
  Field: FIELD,
  Change: CHANGE,
  Move: MOVE,
  Administrators: { instance: "string", before: "list<string>", after: "list<string>" },
  Plan: PLAN,
  Impact: { gained: "list<Move>", lost: "list<Move>" },
};

const WHOLE = { plan: "Plan", impact: "Impact" };

/** What a guardrail is asked about, one at a time. */
export type Each = "change" | "move" | "plan";

const VARIABLES: Readonly<Record<Each, Readonly<Record<string, string>>>> = {
  change: { change: "Change", ...WHOLE },
  move: { move: "Move", change: "Change", ...WHOLE },
  plan: WHOLE,
};

function environment(each: Each, result?: string): CelEnvironment {
  const name = result === undefined ? "a message" : "`when`";
  return { name, variables: VARIABLES[each], types: TYPES, ...(result === undefined ? {} : { result }) };
}

/** Of `when`. */
export const CONDITIONS: Readonly<Record<Each, CelEnvironment>> = {
  change: environment("change", "bool"),
  move: environment("move", "bool"),
  plan: environment("plan", "bool"),
};

/** Of `${…}` in a message. */
export const WORDS: Readonly<Record<Each, CelEnvironment>> = {
  change: environment("change"),
  move: environment("move"),
  plan: environment("plan"),
};
