/**
 * Holds exchanges against an official description, OpenAPI 3 or Swagger 2. Usage:
 *
 *     const contract = readContract("okta.openapi.yaml", TOLERATED);   // undefined where ACCORD_SPECS is not set
 *     const fetch = contract.watch((request) => emulator.fetch(request));
 *     … calls through fetch …
 *     expect(contract.mismatches()).toEqual([]);
 *     expect(contract.unusedTolerances()).toEqual([]);
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { load } from "js-yaml";
import { textOf as bodyTextOf } from "../../providers/shared/request-text.ts";
import { TextResponse } from "../../providers/shared/text-response.ts";
import { type Document, documentOf, isObject, itemsOf, resolve, textOf } from "./openapi-document.ts";
import { type Side, translator } from "./openapi-schema.ts";
import { asOpenApi } from "./swagger.ts";

/** A difference that is known and accepted: the vendor's own service differs from its description, or we do. */
export interface Tolerance {
  /** Matched against the whole line of a mismatch. */
  readonly mismatch: RegExp;
  readonly reason: string;
}

export interface Contract {
  /** One line a mismatch: `GET /groups/{id} response 200 /profile/name: must be string`. Bodies are read from clones. */
  check(request: Request, response: Response): Promise<readonly string[]>;
  /** A fetch that checks every exchange that goes through it. */
  watch(fetch: (request: Request) => Promise<Response>): (request: Request) => Promise<Response>;
  /** What the watched fetches have shown so far, each line once. */
  mismatches(): readonly string[];
  /** `GET /groups` for each operation seen. */
  covered(): readonly string[];
  /** A tolerance that nothing needs any more must go. */
  unusedTolerances(): readonly string[];
}

/** Reads a description from the folder that ACCORD_SPECS names; tests skip, and say why, where it is not set. */
export function readContract(file: string, tolerances: readonly Tolerance[]): Contract | undefined {
  const folder = specsFolder(file);
  return folder === undefined ? undefined : contractOf(load(readFileSync(join(folder, file), "utf8")), tolerances);
}

/** The folder of descriptions and recordings; where there is none, says what is skipped (reporters hide the reason). */
export function specsFolder(wanted: string): string | undefined {
  const folder = process.env.ACCORD_SPECS;
  if (folder !== undefined && folder !== "") return folder;
  console.warn(`Skipped what needs ${wanted}: ACCORD_SPECS does not name the folder of vendors' descriptions.`);
  return undefined;
}

export function contractOf(description: unknown, tolerances: readonly Tolerance[]): Contract {
  const document = documentOf(asOpenApi(description));
  const validators = validatorsOf(document);
  const used = new Set<Tolerance>();
  const seen = new Set<string>();
  const covered = new Set<string>();

  const isTolerated = (line: string): boolean => {
    const tolerance = tolerances.find(({ mismatch }) => mismatch.test(line));
    if (tolerance !== undefined) used.add(tolerance);
    return tolerance !== undefined;
  };
  const check = (request: Request, response: Response, sent: string, answer: string): readonly string[] => {
    const url = new URL(request.url);
    const found = document.find(request.method, url.pathname);
    if (found === undefined) {
      const line = `${request.method} ${url.pathname}: not in the description`;
      return isTolerated(line) ? [] : [line];
    }
    const name = `${request.method} ${found.path}`;
    covered.add(name);
    const asked = checkQuery(document, found.operation, found.parameters, url);
    // A request that is refused as wrong may be wrong: only what the service accepts must fit.
    const accepted = response.status < 400;
    const body = { text: sent, headers: request.headers };
    const written = accepted ? checkBody(document, validators, found.operation.requestBody, body, "request") : [];
    const answered = checkAnswer(document, validators, found.operation, response, answer);
    return [...asked, ...written, ...answered].map((line) => `${name} ${line}`).filter((line) => !isTolerated(line));
  };
  return {
    check: async (request, response) =>
      check(request, response, await request.clone().text(), await response.clone().text()),
    // Each body is read once, by emulators as well: clones took half of the time of a conformance run.
    watch: (fetch) => async (request) => {
      const sent = await bodyTextOf(request);
      const response = await fetch(request);
      const { status, statusText, headers } = response;
      const text = await response.text();
      for (const line of check(request, response, sent, text)) seen.add(line);
      const answer = { status, statusText, headers };
      return text === "" ? new Response(null, answer) : new TextResponse(text, answer);
    },
    mismatches: () => [...seen].sort(),
    covered: () => [...covered].sort(),
    unusedTolerances: () => tolerances.filter((entry) => !used.has(entry)).map(({ mismatch }) => String(mismatch)),
  };
}

/** What is wrong with the text of a body. */
type Validator = (text: string, type: string) => readonly ErrorObject[];
type Validators = (schema: unknown, side: Side) => Validator;

/** Bodies of one schema that are known to fit. */
const MOST_REMEMBERED = 100;

/** Validators are compiled when first needed, and with them only the components they reach. */
function validatorsOf(document: Document): Validators {
  const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true, unicodeRegExp: false, logger: false });
  ajv.addFormat(
    "date-time",
    (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text)),
  );
  ajv.addFormat("date", /^\d{4}-\d\d-\d\d$/);
  ajv.addFormat("email", /^[^\s@]+@[^\s@]+$/);
  ajv.addFormat("uri", (text: string) => URL.canParse(text));
  for (const loose of ["int32", "int64", "float", "double", "byte", "binary", "password"]) ajv.addFormat(loose, true);
  const translate = translator(document, (id, schema) => ajv.addSchema(schema, id));
  const compiled: Record<Side, Map<unknown, Validator>> = { request: new Map(), response: new Map() };
  return (schema, side) => {
    const known = compiled[side].get(schema);
    if (known !== undefined) return known;
    const made = validatorOf(ajv.compile(translate(schema, side)));
    compiled[side].set(schema, made);
    return made;
  };
}

/** Most bodies of a run are equal to one before (the same people, an object read again): those are not read twice. */
function validatorOf(validate: ValidateFunction): Validator {
  const fitting = new Set<string>();
  return (text, type) => {
    const body = `${type} ${text}`;
    if (fitting.has(body)) return [];
    if (!validate(bodyOf(text, type))) return validate.errors ?? [];
    if (fitting.size >= MOST_REMEMBERED) fitting.clear();
    fitting.add(body);
    return [];
  };
}

function checkQuery(document: Document, operation: object, shared: unknown, url: URL): readonly string[] {
  const own = Reflect.get(operation, "parameters");
  const parameters = [...itemsOf(shared), ...itemsOf(own)].map((parameter) => resolve(document, parameter));
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const names = new Set(inQuery.map(({ name }) => textOf(name)));
  const unknown = [...new Set(url.searchParams.keys())].filter(
    (name) => !names.has(name) && !names.has(name.replace(/\[.*$/, "")),
  );
  const missing = inQuery.filter(({ name, required }) => required === true && !url.searchParams.has(textOf(name)));
  return [
    ...unknown.map((name) => `request query ${name}: not in the description`),
    ...missing.map(({ name }) => `request query ${textOf(name)}: required`),
  ];
}

function checkAnswer(
  document: Document,
  validators: Validators,
  operation: object,
  { status: code, headers }: Response,
  text: string,
): readonly string[] {
  const responses: unknown = Reflect.get(operation, "responses");
  if (!isObject(responses)) return [];
  const status = String(code);
  const described = responses[status] ?? responses[`${status[0] ?? ""}XX`] ?? responses.default;
  if (described === undefined) return [`response ${status}: status not in the description`];
  return checkBody(document, validators, described, { text, headers }, "response", status);
}

/** A request or a response, as far as its body goes. */
interface Message {
  readonly text: string;
  readonly headers: Headers;
}

function checkBody(
  document: Document,
  validators: Validators,
  described: unknown,
  { text, headers }: Message,
  side: Side,
  status = "",
): readonly string[] {
  const where = status === "" ? side : `${side} ${status}`;
  const { content, required } =
    described === undefined ? { content: undefined, required: false } : resolve(document, described);
  const type = (headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
  const media = isObject(content) ? mediaOf(content, type) : undefined;
  if (text === "") {
    if (side === "request") return required === true ? [`${where}: a body is required`] : [];
    return media?.schema === undefined || status === "204" ? [] : [`${where}: a body is missing`];
  }
  if (!isObject(content) || Object.keys(content).length === 0) {
    return text === "{}" ? [] : [`${where}: a body where none is described`];
  }
  if (media === undefined) return [`${where}: content type ${type} is not in the description`];
  if (media.schema === undefined) return [];
  const errors = validators(media.schema, side)(text, type);
  return linesOf(errors).map((line) => `${where} ${line}`);
}

function mediaOf(
  content: Readonly<Record<string, unknown>>,
  type: string,
): Readonly<Record<string, unknown>> | undefined {
  const json =
    Object.keys(content).find((name) => name.split(";")[0] === type) ??
    (content["*/*"] === undefined ? undefined : "*/*");
  const media = json === undefined ? undefined : content[json];
  return isObject(media) ? media : undefined;
}

function bodyOf(text: string, type: string): unknown {
  if (type.includes("x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(text));
  return type.includes("json") ? (JSON.parse(text) as unknown) : text;
}

/** List indexes are folded, so that one mistake in two hundred rows is one line. */
function linesOf(errors: readonly ErrorObject[]): readonly string[] {
  if (errors.length === 0) return [];
  const lines = errors
    .filter(({ keyword }) => keyword !== "if" && keyword !== "anyOf")
    .filter(({ message }) => message !== "must be null")
    .map(({ instancePath, message, params }) => {
      const values: unknown = Reflect.get(params, "allowedValues");
      const allowed = Array.isArray(values) ? ` (${values.join(", ")})` : "";
      return `${instancePath.replace(/\/\d+(?=\/|$)/g, "/*")}: ${message ?? "does not fit"}${allowed}`;
    });
  return [...new Set(lines)].sort();
}
