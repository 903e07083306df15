/**
 * The service's own reading of a membership rule (entra.md §16): a text becomes a test of one user. Written apart from
 * what the provider has for its previews, so that each checks the other. Where Microsoft leaves the outcome open, this
 * tenant has chosen: a missing value passes every negative operator, and of a collection one element is enough.
 */
import { RE2JS, RE2JSException } from "re2js";
import { badRequest, type Failure } from "./failure.ts";
import type { Properties } from "./tenant.ts";

export interface Candidate {
  readonly properties: Properties;
  readonly managerId: string | null;
  isIn(groupId: string): boolean;
}

export type Test = (candidate: Candidate, now: number) => boolean;

/** Inside of -any and -all there is an element too. */
type Clause = (candidate: Candidate, now: number, element: unknown) => boolean;
type Read = (candidate: Candidate, element: unknown) => unknown;

const DEEPEST = 60;

/** Throws Failure 400. */
export function compileRule(text: string): Test {
  const lexer = /\s*(?:("(?:\\`?"|`"|[^"])*"|'(?:''|[^'])*')|([-\u2013]?[a-z_$][\w.$]*|\d[\w:.+-]*)|([()[\],]))/iy;
  let level = 0;

  const refuse = (): Failure => badRequest(`The membership rule is not valid near position ${lexer.lastIndex}.`);
  const next = (): string | undefined => {
    const start = lexer.lastIndex;
    const found = lexer.exec(text);
    if (found !== null) return found[0].trim();
    lexer.lastIndex = start;
    if (text.slice(start).trim() !== "") throw refuse();
    return undefined;
  };
  const peek = (): string | undefined => {
    const start = lexer.lastIndex;
    const token = next();
    lexer.lastIndex = start;
    return token;
  };
  const bare = (token: string | undefined): string => (token ?? "").replace(/^[-\u2013]/, "").toLowerCase();
  const accept = (word: string): boolean => {
    if (bare(peek()) !== word) return false;
    next();
    return true;
  };
  const demand = (sign: string): void => {
    if (next() !== sign) throw refuse();
  };

  function disjunction(): Clause {
    level += 1;
    if (level > DEEPEST) throw refuse();
    const clauses = [conjunction()];
    while (accept("or")) clauses.push(conjunction());
    level -= 1;
    return (...given) => clauses.some((clause) => clause(...given));
  }

  function conjunction(): Clause {
    const clauses = [inverted()];
    while (accept("and")) clauses.push(inverted());
    return (...given) => clauses.every((clause) => clause(...given));
  }

  function inverted(): Clause {
    const inverse = accept("not");
    const start = lexer.lastIndex;
    const clause = simple();
    if (!inverse) return clause;
    if (/\bnull\b/i.test(text.slice(start, lexer.lastIndex).replaceAll(/"[^"]*"|'[^']*'/g, ""))) throw refuse();
    return (...given) => !clause(...given);
  }

  function simple(): Clause {
    if (peek() === "(") {
      next();
      const inner = disjunction();
      demand(")");
      return inner;
    }
    const subject = next() ?? "";
    const quantifier = bare(peek());
    if (quantifier !== "any" && quantifier !== "all") return relation(subject);
    next();
    let inner: Clause;
    if (peek() === "(") {
      next();
      inner = disjunction();
      demand(")");
    } else inner = relation(next() ?? "");
    if (/^user\.memberof$/i.test(subject)) return inner;
    const read = reader(subject);
    return (candidate, now) => {
      const elements = read(candidate, undefined);
      const list = Array.isArray(elements) ? elements : [];
      const holds = (element: unknown): boolean => inner(candidate, now, element);
      return quantifier === "any" ? list.some(holds) : list.every(holds);
    };
  }

  function relation(subject: string): Clause {
    const operator = bare(next());
    const literal = operand();
    if (/^group\.objectid$/i.test(subject)) {
      const ids = Array.isArray(literal) ? literal.map(String) : [];
      return (candidate) => ids.some((id) => candidate.isIn(id));
    }
    const read = reader(subject);
    const negative = /^not(?!$)|^ne$/.test(operator);
    const name = operator === "ne" ? "eq" : operator.replace(/^not/, "");
    const relate = RELATIONS[name];
    if (relate === undefined || (literal === null && name !== "eq")) throw refuse();
    if ((name === "in") !== Array.isArray(literal)) throw refuse();
    if (name === "match") patternIn(literal, refuse);
    return (candidate, now, element) => {
      const value = read(candidate, element);
      const values = Array.isArray(value) ? value : [value];
      const wanted = typeof literal === "function" ? literal(now) : literal;
      const absent = values.every((one) => one === undefined || one === null || one === "");
      if (wanted === null) return absent !== negative;
      const holds = !absent && values.some((one) => relate(one, wanted));
      return holds !== negative;
    };
  }

  function operand(): unknown {
    const token = next();
    if (token === undefined || token === ")" || token === "," || token === "]") throw refuse();
    if (token === "[") {
      const items: unknown[] = [];
      while (peek() !== "]") {
        items.push(operand());
        if (peek() === ",") next();
        else if (peek() !== "]") throw refuse();
      }
      next();
      return items;
    }
    if (token.startsWith('"')) return token.slice(1, -1).replaceAll(/\\`"|\\"|`"/g, '"');
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (/^\$?null$/i.test(token)) return null;
    if (/^true$|^false$/i.test(token)) return token.toLowerCase();
    if (/^system\.now$/i.test(token)) return clock();
    if (/^\d/.test(token)) return token;
    throw refuse();
  }

  function clock(): unknown {
    const word = bare(peek());
    if (word !== "plus" && word !== "minus") return (now: number) => new Date(now).toISOString();
    next();
    const span = (next() ?? "").replaceAll(/["']/g, "").toUpperCase();
    if (!/^P(?=\w)(\d+[YMWD])*(T(\d+[HMS])+)?$/.test(span)) throw refuse();
    const [date = "", time = ""] = span.slice(1).split("T");
    const of = (text: string, unit: string): number =>
      (word === "minus" ? -1 : 1) * Number(new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? 0);
    const seconds = (of(time, "H") * 60 + of(time, "M")) * 60 + of(time, "S");
    return (now: number) => {
      const moment = new Date(now);
      moment.setUTCSeconds(moment.getUTCSeconds() + seconds);
      moment.setUTCDate(moment.getUTCDate() + of(date, "W") * 7 + of(date, "D"));
      moment.setUTCMonth(moment.getUTCMonth() + of(date, "Y") * 12 + of(date, "M"));
      return moment.toISOString();
    };
  }

  function reader(subject: string): Read {
    if (subject === "_") return (_, element) => element;
    const [scope = "", name = ""] = subject.split(".");
    if (/^assignedplan$/i.test(scope)) return (_, element) => within(element, name);
    if (/^device$/i.test(scope)) return () => undefined;
    if (!/^user$/i.test(scope) || name === "") throw refuse();
    const path = pathOf(name);
    if (path === undefined) throw refuse();
    return ({ properties }) => path.reduce<unknown>(within, properties);
  }

  const reports = /^\s*direct\s+reports\s+for\s+"([0-9a-f-]{36})"\s*$/i.exec(text);
  if (reports !== null) return ({ managerId }) => managerId?.toLowerCase() === reports[1]?.toLowerCase();
  const clause = disjunction();
  if (next() !== undefined) throw refuse();
  return (candidate, now) => clause(candidate, now, undefined);
}

function within(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const key = Object.keys(value).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : Reflect.get(value, key);
}

const SAME_NAME =
  /^(?:accountEnabled|assignedPlans|city|country|companyName|department|displayName|employeeHireDate|employeeId|givenName|jobTitle|mail|mailNickname|onPremisesDistinguishedName|onPremisesSecurityIdentifier|otherMails|passwordPolicies|postalCode|preferredLanguage|proxyAddresses|state|streetAddress|surname|usageLocation|userPrincipalName|userType|extension_\w+)$/i;

const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  objectid: ["id"],
  dirsyncenabled: ["onPremisesSyncEnabled"],
  mobile: ["mobilePhone"],
  telephonenumber: ["businessPhones", "0"],
  facsimiletelephonenumber: ["faxNumber"],
  physicaldeliveryofficename: ["officeLocation"],
  sipproxyaddress: ["imAddresses", "0"],
};

function pathOf(name: string): readonly string[] | undefined {
  if (SAME_NAME.test(name)) return [name];
  if (/^extensionAttribute(?:[1-9]|1[0-5])$/i.test(name)) return ["onPremisesExtensionAttributes", name];
  return ELSEWHERE[name.toLowerCase()];
}

const same = (value: unknown): string => String(value).toLowerCase();

const RELATIONS: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  eq: (value, wanted) => same(value) === same(wanted) || moments(value, wanted) === 0,
  startswith: (value, wanted) => same(value).startsWith(same(wanted)),
  endswith: (value, wanted) => same(value).endsWith(same(wanted)),
  contains: (value, wanted) => same(value).includes(same(wanted)),
  match: (value, wanted) =>
    RE2JS.compile(`(?i)${String(wanted)}`)
      .matcher(String(value))
      .find(),
  in: (value, wanted) => Array.isArray(wanted) && wanted.some((one) => same(one) === same(value)),
  ge: (value, wanted) => (moments(value, wanted) ?? -1) >= 0,
  le: (value, wanted) => (moments(value, wanted) ?? 1) <= 0,
};

/** Difference of two moments; undefined where one is none. */
function moments(value: unknown, wanted: unknown): number | undefined {
  const both = [value, wanted].map((one) => (/^\d{4}-/.test(String(one)) ? Date.parse(String(one)) : Number.NaN));
  const [left = Number.NaN, right = Number.NaN] = both;
  return Number.isNaN(left - right) ? undefined : left - right;
}

function patternIn(literal: unknown, refuse: () => Failure): void {
  try {
    RE2JS.compile(String(literal));
  } catch (error) {
    if (error instanceof RE2JSException) throw refuse();
    throw error;
  }
}
