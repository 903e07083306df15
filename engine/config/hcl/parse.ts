/** Text → expression: strings of Terraform JSON, and what stands in their `${…}`. */
import { scanTemplate } from "../template.ts";
import { type Token, tokenAt, unescaped } from "./scan.ts";
import { type Expression, type ForExpression, SyntaxRefused } from "./syntax.ts";

/** From loose to tight; synthesis puts parentheses around each, people do not. */
const BINARY: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];
/** Nothing that is written nests deeper; a text that does is no accident. */
const DEEPEST = 100;

/** A whole string. One that is exactly one `${…}` keeps the type of what is inside. */
export function parseText(text: string): Expression {
  return parseTemplate(text, (piece) => piece);
}

/** An expression alone: a bare address, a condition. */
export function parseBare(text: string): Expression {
  const parser = new Parser(text, 0);
  const expression = parser.expression();
  parser.expectEnd();
  return expression;
}

function parseTemplate(text: string, plainText: (piece: string) => string): Expression {
  const parts: Expression[] = [];
  let plain = "";
  const flush = (): void => {
    if (plain !== "") parts.push({ kind: "literal", value: plainText(plain) });
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const mark = text[at] ?? "";
    if (text.startsWith("$${", at) || text.startsWith("%%{", at)) {
      plain += `${mark}{`;
      at += 3;
    } else if (text.startsWith("%{", at)) {
      throw new SyntaxRefused("%{ … } is not understood");
    } else if (text.startsWith("${", at)) {
      flush();
      const [part, end] = interpolation(text, at);
      parts.push(part);
      at = end;
    } else {
      plain += mark;
      at += 1;
    }
  }
  flush();
  const [only] = parts;
  if (only === undefined) return { kind: "literal", value: "" };
  return parts.length === 1 ? only : { kind: "template", parts };
}

/** Accord's own forms come first: none of them means anything in Terraform's language. */
function interpolation(text: string, from: number): readonly [Expression, number] {
  const close = text.indexOf("}", from);
  const [part, ...more] = close === -1 ? [] : scanTemplate(text.slice(from, close + 1));
  if (part !== undefined && more.length === 0 && part.kind !== "text" && part.kind !== "invalid") {
    return [{ kind: "accord", part }, close + 1];
  }
  const parser = new Parser(text, from + 2);
  const expression = parser.expression();
  return [expression, parser.expect("}").end];
}

class Parser {
  readonly #text: string;
  #next: Token;
  #depth = 0;

  constructor(text: string, from: number) {
    this.#text = text;
    this.#next = tokenAt(text, from);
  }

  expression(): Expression {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw new SyntaxRefused("the expression nests too deep");
    const test = this.#binary(0);
    const expression: Expression = this.#take("?") ? this.#conditional(test) : test;
    this.#depth -= 1;
    return expression;
  }

  expect(sign: string): Token {
    const found = this.#next;
    if (found.kind !== "sign" || found.text !== sign) throw this.#unexpected(`"${sign}"`);
    // What follows the end of an interpolation is text, not a word of it.
    if (sign !== "}") this.#advance();
    return found;
  }

  expectEnd(): void {
    if (this.#next.kind !== "end") throw this.#unexpected("the end");
  }

  #conditional(test: Expression): Expression {
    const yes = this.expression();
    this.expect(":");
    return { kind: "conditional", test, yes, no: this.expression() };
  }

  #binary(level: number): Expression {
    const operators = BINARY[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#next.kind === "sign" ? this.#next.text : "";
      if (!operators.includes(operator)) return left;
      this.#advance();
      left = { kind: "binary", operator, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Expression {
    for (const operator of ["!", "-"]) if (this.#take(operator)) return { kind: "unary", operator, of: this.#unary() };
    return this.#postfix(this.#primary());
  }

  #postfix(start: Expression): Expression {
    let of = start;
    for (;;) {
      if (this.#take(".")) {
        if (this.#take("*")) return { kind: "splat", of, body: this.#postfix({ kind: "item" }) };
        const step = this.#next;
        if (step.kind !== "name" && step.kind !== "number") throw this.#unexpected("the name of an attribute");
        this.#advance();
        // `a.0.b` is how indexes used to be written, and `0.b` is read as no number.
        of =
          step.kind === "name"
            ? { kind: "attribute", of, name: step.text }
            : { kind: "index", of, at: { kind: "literal", value: Number(step.text) } };
      } else if (this.#take("[")) {
        if (this.#take("*")) {
          this.expect("]");
          return { kind: "splat", of, body: this.#postfix({ kind: "item" }) };
        }
        const at = this.expression();
        this.expect("]");
        of = { kind: "index", of, at };
      } else {
        return of;
      }
    }
  }

  #primary(): Expression {
    const token = this.#next;
    if (token.kind === "number") return this.#literal(Number(token.text));
    if (token.kind === "text") {
      this.#advance();
      return parseTemplate(token.text, unescaped);
    }
    if (token.kind === "name") return this.#named(token);
    if (this.#take("(")) {
      const inside = this.expression();
      this.expect(")");
      return inside;
    }
    if (this.#take("[")) return this.#list();
    if (this.#take("{")) return this.#object();
    throw this.#unexpected("a value");
  }

  #named({ text }: Token): Expression {
    if (text === "true" || text === "false") return this.#literal(text === "true");
    if (text === "null" || text === "undefined") return this.#literal(null);
    this.#advance();
    if (!this.#take("(")) return { kind: "name", name: text };
    const args: Expression[] = [];
    let spread = false;
    while (!this.#take(")")) {
      args.push(this.expression());
      spread = this.#take("...");
      if (!this.#take(",")) {
        this.expect(")");
        break;
      }
    }
    return { kind: "call", name: text, args, spread };
  }

  #list(): Expression {
    if (this.#isFor()) return this.#for("]");
    const items: Expression[] = [];
    while (!this.#take("]")) {
      items.push(this.expression());
      if (!this.#take(",")) {
        this.expect("]");
        break;
      }
    }
    return { kind: "list", items };
  }

  #object(): Expression {
    if (this.#isFor()) return this.#for("}");
    const entries: (readonly [Expression, Expression])[] = [];
    while (!this.#isAt("}")) {
      const name = this.#next;
      const key = this.expression();
      if (!this.#take("=")) this.expect(":");
      // A bare name is the key itself.
      const bare: Expression = key.kind === "name" ? { kind: "literal", value: name.text } : key;
      entries.push([bare, this.expression()]);
      this.#take(",");
    }
    this.#advance();
    return { kind: "object", entries };
  }

  #for(closing: "]" | "}"): ForExpression {
    this.#advance();
    const names = [this.#name()];
    if (this.#take(",")) names.push(this.#name());
    if (this.#name() !== "in") throw new SyntaxRefused('a for has no "in"');
    const over = this.expression();
    this.expect(":");
    const first = this.expression();
    const key = closing === "}" ? first : undefined;
    if (key !== undefined) this.expect("=>");
    const body = key === undefined ? first : this.expression();
    const grouped = key !== undefined && this.#take("...");
    let when: Expression | undefined;
    if (this.#next.kind === "name" && this.#next.text === "if") {
      this.#advance();
      when = this.expression();
    }
    if (!this.#take(closing)) throw this.#unexpected(`"${closing}"`);
    const loop = { kind: "for", names, over, body, grouped } as const;
    return { ...loop, ...(key === undefined ? {} : { key }), ...(when === undefined ? {} : { when }) };
  }

  #isFor(): boolean {
    if (this.#next.kind !== "name" || this.#next.text !== "for") return false;
    // `{ for = 1 }` is an object.
    return tokenAt(this.#text, this.#next.end).kind === "name";
  }

  #name(): string {
    const token = this.#next;
    if (token.kind !== "name") throw this.#unexpected("a name");
    this.#advance();
    return token.text;
  }

  #literal(value: boolean | number | null): Expression {
    this.#advance();
    return { kind: "literal", value };
  }

  #isAt(sign: string): boolean {
    return this.#next.kind === "sign" && this.#next.text === sign;
  }

  #take(sign: string): boolean {
    if (!this.#isAt(sign)) return false;
    this.#advance();
    return true;
  }

  #advance(): void {
    this.#next = tokenAt(this.#text, this.#next.end);
  }

  #unexpected(wanted: string): SyntaxRefused {
    const found = this.#next.kind === "end" ? "it ends" : `it has "${this.#text.slice(this.#next.at, this.#next.end)}"`;
    return new SyntaxRefused(`${found} where ${wanted} should be`);
  }
}
