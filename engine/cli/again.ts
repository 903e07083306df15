/** The options that the next command needs too, so that a line said to the user works as it is typed. */
import type { Invocation } from "./invocation.ts";
import { PLAN_OPTIONS } from "./plan-options.ts";

/** Where the stack is and which tenants are meant: ` --env prod --sandbox`, or nothing. */
export function placeAgain({ arguments: given }: Invocation): string {
  const texts = ["dir", "env"].flatMap((name) => {
    const value = given.text(name);
    return value === undefined ? [] : [` --${name} ${quoted(value)}`];
  });
  const variables = given.list("var").map((value) => ` --var ${quoted(value)}`);
  return [...texts, ...variables, given.flag("sandbox") ? " --sandbox" : ""].join("");
}

/** The same, and what the plan is about: without it, apply would plan something else. */
export function planAgain(invocation: Invocation): string {
  const { arguments: given } = invocation;
  const choices = Object.entries(PLAN_OPTIONS).flatMap(([name, spec]) => {
    if (spec.type === "boolean") return given.flag(name) ? [` --${name}`] : [];
    const one = given.text(name);
    return [...given.list(name), ...(one === undefined ? [] : [one])].map((value) => ` --${name} ${quoted(value)}`);
  });
  return choices.join("") + placeAgain(invocation);
}

/** As a shell takes it for one word. */
function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
