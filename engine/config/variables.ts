import type { Source, Sources, Spec, Value } from "../model.ts";
import type { Problem } from "../problem.ts";
import { isList, isObject } from "../value.ts";
import { nearest } from "../words.ts";
import { fillPlain, type Variables } from "./values.ts";
import { scalarOf } from "./yaml-scalar.ts";

/** Declared variables with what the command line gives laid over them. */
export function variablesOf(
  declared: Spec,
  given: Readonly<Record<string, string>>,
  sources: Sources,
  problems: Problem[],
): Variables {
  const variables = new Map<string, Value>();
  // Variables know no variables, so that their order means nothing.
  const filling = { variables: new Map(), sources, problems };
  for (const [name, value] of Object.entries(declared)) {
    if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) variables.set(name, fillPlain(value, ["vars", name], filling));
    else problems.push(badName(name, sources.get(`/vars/${name}`)));
  }
  for (const [name, text] of Object.entries(given)) {
    const value = variables.get(name);
    const near = value === undefined ? nearest(name, variables.keys()) : "";
    if (near === "") variables.set(name, typed(name, text, value, problems));
    else
      problems.push({
        code: "unknown-variable",
        message: `--var ${name}: the stack has no such variable.`,
        hint: near,
      });
  }
  return variables;
}

/** Text, unless the declared value says that it is a number or a flag. */
function typed(name: string, text: string, declared: Value | undefined, problems: Problem[]): Value {
  if (declared === undefined || declared === null || typeof declared === "string") return text;
  const scalar = scalarOf(text);
  if ("value" in scalar && typeof scalar.value === typeof declared) return scalar.value;
  const type = isList(declared) ? "a list" : isObject(declared) ? "a mapping" : `a ${typeof declared}`;
  problems.push({
    code: "wrong-type",
    message: `--var ${name}: the stack declares it as ${type}, and "${text}" is none.`,
    hint: isList(declared) || isObject(declared) ? "Set it in accord.<env>.yaml." : `Give ${type}.`,
  });
  return declared;
}

function badName(name: string, source: Source | undefined): Problem {
  return {
    code: "invalid-name",
    message: `"${name}" cannot name a variable.`,
    hint: "Use letters, digits, - and _, starting with a letter.",
    ...(source === undefined ? {} : { source }),
  };
}
