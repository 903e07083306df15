/** `$filter`: eq, in, ge, le, gt, lt, startsWith, any(), and, or; ne, not and endsWith as advanced queries only (§3.1). */
import { isFields } from "../../shared/narrow.ts";
import { badRequest, Failure } from "./failure.ts";
import type { Properties } from "./tenant.ts";

type Test = (row: Properties) => boolean;
type Literal = string | number | boolean | null;

const TOKENS = /\s*('(?:[^']|'')*'|\(|\)|,|:|[A-Za-z_@][\w.@/-]*|-?\d[\w.:+-]*)/y;

export function matches(filter: string, advanced: boolean): Test {
  const tokens = tokensOf(filter);
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const take = (wanted?: string): string => {
    const token = tokens[at];
    if (token === undefined || (wanted !== undefined && token !== wanted)) throw invalid();
    at += 1;
    return token;
  };
  const onlyAdvanced = (what: string): void => {
    if (!advanced) {
      throw new Failure(
        400,
        "Request_UnsupportedQuery",
        `Operator: '${what}' is not supported. Add ConsistencyLevel:eventual and $count=true.`,
      );
    }
  };

  function or(): Test {
    const parts = [and()];
    while (peek() === "or") {
      take();
      parts.push(and());
    }
    return (row) => parts.some((part) => part(row));
  }

  function and(): Test {
    const parts = [not()];
    while (peek() === "and") {
      take();
      parts.push(not());
    }
    return (row) => parts.every((part) => part(row));
  }

  function not(): Test {
    if (peek() !== "not") return primary();
    onlyAdvanced("not");
    take();
    const part = primary();
    return (row) => !part(row);
  }

  function primary(): Test {
    if (peek() === "(") {
      take();
      const inner = or();
      take(")");
      return inner;
    }
    const name = take();
    if (/^(?:startsWith|endsWith)$/i.test(name) && peek() === "(") return substring(name);
    if (name.endsWith("/any")) return any(name.slice(0, -"/any".length));
    return comparison((row) => valueAt(row, name));
  }

  function substring(name: string): Test {
    if (/^ends/i.test(name)) onlyAdvanced(name);
    take("(");
    const property = take();
    take(",");
    const text = String(literal(take())).toLowerCase();
    take(")");
    return (row) => {
      const value = String(valueAt(row, property) ?? "").toLowerCase();
      return /^starts/i.test(name) ? value.startsWith(text) : value.endsWith(text);
    };
  }

  /** `proxyAddresses/any(p:p eq 'smtp:…')` */
  function any(property: string): Test {
    take("(");
    const variable = take();
    take(":");
    const inner = comparisonOf(variable);
    take(")");
    return (row) => {
      const values = valueAt(row, property);
      return Array.isArray(values) && values.some((value) => inner(value));
    };
  }

  function comparisonOf(variable: string): (value: unknown) => boolean {
    const name = take();
    const test = comparison((row) =>
      name === variable ? row.item : valueAt(asRow(row.item), name.slice(variable.length + 1)),
    );
    return (item) => test({ item });
  }

  function comparison(read: (row: Properties) => unknown): Test {
    const operator = take();
    if (operator === "in") {
      take("(");
      const values = [literal(take())];
      while (peek() === ",") {
        take();
        values.push(literal(take()));
      }
      take(")");
      if (values.length > 15) throw badRequest("Too many child clauses specified in search filter expression.");
      return (row) => values.some((value) => same(read(row), value));
    }
    const value = literal(take());
    switch (operator) {
      case "eq":
        return (row) => same(read(row), value);
      case "ne":
        onlyAdvanced("ne");
        return (row) => !same(read(row), value);
      case "ge":
        return (row) => order(read(row), value) >= 0;
      case "gt":
        return (row) => order(read(row), value) > 0;
      case "le":
        return (row) => order(read(row), value) <= 0;
      case "lt":
        return (row) => order(read(row), value) < 0;
      default:
        throw invalid();
    }
  }

  const test = or();
  if (at !== tokens.length) throw invalid();
  return test;
}

function tokensOf(filter: string): readonly string[] {
  const tokens: string[] = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < filter.trimEnd().length) {
    const match = TOKENS.exec(filter);
    if (match?.[1] === undefined) throw invalid();
    tokens.push(match[1]);
  }
  return tokens;
}

function literal(token: string): Literal {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === "true" || token === "false") return token === "true";
  if (token === "null") return null;
  return /^-?\d+$/.test(token) ? Number(token) : token;
}

/** Strings compare without case, as the directory does. */
function same(value: unknown, literalValue: Literal): boolean {
  if (typeof literalValue === "string") return String(value ?? "").toLowerCase() === literalValue.toLowerCase();
  return (value ?? null) === literalValue || (literalValue === false && (value ?? false) === false);
}

function order(value: unknown, literalValue: Literal): number {
  const [one, other] = [Date.parse(String(value)), Date.parse(String(literalValue))];
  if (Number.isNaN(one) || Number.isNaN(other)) throw invalid();
  return one - other;
}

function valueAt(row: Properties, path: string): unknown {
  return path.split("/").reduce<unknown>((at, name) => (isFields(at) ? at[name] : undefined), row);
}

function asRow(value: unknown): Properties {
  return isFields(value) ? value : {};
}

function invalid(): Failure {
  return badRequest("Invalid filter clause.");
}
