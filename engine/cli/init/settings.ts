/** Settings of one system, from flags or from questions. What a schema calls secret becomes the name of a variable. */
import type { Schemas } from "../../config/schemas.ts";
import { settingsPath } from "../../config/schemas.ts";
import type { Value } from "../../model.ts";
import { ProblemError } from "../../problem.ts";
import { nearest } from "../../words.ts";
import type { World } from "../world.ts";

export interface Answers {
  readonly provider: string;
  readonly settings: Readonly<Record<string, Value>>;
  /** Field → environment variable. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Variable → value, for the check only. Never written. */
  readonly values: Readonly<Record<string, string>>;
}

export function settingsOfFlags(
  provider: string,
  flags: readonly string[],
  schemas: Schemas,
  env: World["env"],
): Answers {
  const fields = fieldsOf(provider, schemas);
  const settings: Record<string, Value> = {};
  const secrets: Record<string, string> = {};
  for (const flag of flags) {
    const match = /^([a-z][a-z0-9-]*)\.([A-Za-z0-9]+)=(.*)$/s.exec(flag);
    if (match === null) throw usage(`--set ${flag} is no setting.`, "Write --set okta.domain=acme.okta.com.");
    const [, of, field = "", value = ""] = match;
    if (of !== provider) continue;
    const known = fields.find((one) => one.name === field);
    if (known === undefined) {
      const names = fields.map((one) => one.name);
      throw usage(
        `${provider} has no setting "${field}".`,
        `${nearest(field, names)} It has ${names.join(", ")}.`.trim(),
      );
    }
    if (!known.secret) settings[field] = value;
    else if (/^\$\{env:[A-Za-z_][A-Za-z0-9_]*\}$/.test(value)) secrets[field] = value.slice(6, -1);
    else
      throw usage(
        `${provider}.${field} is a secret and is not given on a command line.`,
        `--set ${provider}.${field}='\${env:${variableFor(provider, field)}}'`,
      );
  }
  const lacking = fields.filter((one) => one.required && !one.secret && settings[one.name] === undefined);
  if (lacking.length > 0) {
    const flags = lacking.map(({ name }) => `--set ${provider}.${name}=…`).join(" ");
    throw usage(`${provider} needs ${lacking.map(({ name }) => name).join(", ")}.`, `Add ${flags}.`);
  }
  // A secret whose usual variable is set needs no flag.
  for (const { name, secret } of fields) {
    const variable = variableFor(provider, name);
    if (secret && secrets[name] === undefined && (env[variable] ?? "") !== "") secrets[name] = variable;
  }
  return { provider, settings, secrets, values: {} };
}

export async function askSettings(
  provider: string,
  schemas: Schemas,
  ask: NonNullable<World["ask"]>,
  env: World["env"],
): Promise<Answers> {
  const settings: Record<string, Value> = {};
  const secrets: Record<string, string> = {};
  const values: Record<string, string> = {};
  for (const { name, secret, required, description } of fieldsOf(provider, schemas)) {
    const notes = [secret ? "not written to the file" : "", required ? "needed" : "empty to leave out"];
    const question = `${provider}.${name} (${[description, ...notes.filter((note) => note !== "")].join("; ")}): `;
    if (!secret) {
      const answer = await ask(question);
      if (answer !== "") settings[name] = answer;
      continue;
    }
    const variable = variableFor(provider, name);
    if ((env[variable] ?? "") !== "") {
      secrets[name] = variable;
      continue;
    }
    const answer = await ask(question, { hidden: true });
    if (answer === "") continue;
    secrets[name] = variable;
    values[variable] = answer;
  }
  return { provider, settings, secrets, values };
}

interface Field {
  readonly name: string;
  readonly secret: boolean;
  readonly required: boolean;
  readonly description: string;
}

function fieldsOf(provider: string, schemas: Schemas): readonly Field[] {
  const schema = schemas.settingsSchemaOf(provider);
  if (schema === undefined) return [];
  const required: unknown = schema.required;
  const rule = schemas.rulesAt(settingsPath(provider));
  return [...(rule.properties ?? [])].map(([name, { secret, description }]) => ({
    name,
    secret: secret === true,
    required: Array.isArray(required) && required.includes(name),
    // Its first sentence; the dots of a host name end none.
    description: (description ?? name).split(/[.;:](?:\s|$)/)[0] ?? name,
  }));
}

/** Where the secrets of a system are looked for, so that no flag is needed. */
export function variablesFor(provider: string, schemas: Schemas): readonly string[] {
  return fieldsOf(provider, schemas).flatMap(({ name, secret }) => (secret ? [variableFor(provider, name)] : []));
}

/** `EXAMPLE_PRIVATE_KEY` for `example.privateKey`. */
function variableFor(provider: string, field: string): string {
  const words = field.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
  return `${provider.toUpperCase().replaceAll("-", "_")}_${words}`;
}

function usage(message: string, hint: string): ProblemError {
  return new ProblemError({ code: "usage", message, hint });
}
