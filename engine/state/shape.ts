/**
 * Checks on what was read back from disk. Not Ajv: every command reads the state, and compiling a schema costs more
 * than reading five thousand resources.
 */

/** Undefined when the value fits, else where and what, to be read after a name: `[3].id is not text`. */
export type Check = (value: unknown) => string | undefined;

export const text: Check = (value) => (typeof value === "string" ? undefined : " is not text");

export const flag: Check = (value) => (typeof value === "boolean" ? undefined : " is not true or false");

/** A count: a whole number, not negative. */
export const whole: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : " is not a whole number";

export const anything: Check = (value) => (value === undefined ? " is missing" : undefined);

export function oneOf(...words: readonly string[]): Check {
  return (value) =>
    typeof value === "string" && words.includes(value) ? undefined : ` is none of ${words.join(", ")}`;
}

export function list(item: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return " is not a list";
    for (let index = 0; index < value.length; index += 1) {
      const defect = item(value[index]);
      if (defect !== undefined) return `[${index}]${defect}`;
    }
    return undefined;
  };
}

/** An object whose values all fit. */
export function each(item: Check): Check {
  return (value) => {
    if (!isRecord(value)) return " is not an object";
    for (const key of Object.keys(value)) {
      const defect = item(value[key]);
      if (defect !== undefined) return `.${key}${defect}`;
    }
    return undefined;
  };
}

/** Further fields are fine: a later minor version may add some. */
export function shape(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const fields = Object.entries(required);
  const extras = Object.entries(optional);
  return (value) => {
    if (!isRecord(value)) return " is not an object";
    for (const [key, check] of fields) {
      const defect = value[key] === undefined ? " is missing" : check(value[key]);
      if (defect !== undefined) return `.${key}${defect}`;
    }
    for (const [key, check] of extras) {
      const defect = value[key] === undefined ? undefined : check(value[key]);
      if (defect !== undefined) return `.${key}${defect}`;
    }
    return undefined;
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON value of a text, or undefined where it is none. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
