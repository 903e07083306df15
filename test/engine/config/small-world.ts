/** A provider of three kinds with schemas of its own, and stacks that live in memory. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Entry, StackFiles } from "../../../engine/config/files.ts";
import { loadStack } from "../../../engine/config/load.ts";
import { openSchemas, packageSchemas, type Schemas } from "../../../engine/config/schemas.ts";
import { readStack, type Stack, type StackOptions } from "../../../engine/config/stack.ts";
import { type Validated, validate } from "../../../engine/config/validate.ts";
import type { Finding, Kind } from "../../../engine/kind.ts";
import type { Spec } from "../../../engine/model.ts";
import { ProblemError, problemsOf } from "../../../engine/problem.ts";
import { defineProvider } from "../../../engine/provider.ts";

const described = (schema: object) => ({ description: "A field.", ...schema });
const closed = (properties: object, more: object = {}) => ({
  ...{ type: "object", additionalProperties: false, properties },
  ...more,
});

const FILES: Readonly<Record<string, object>> = {
  "shop/settings.schema.json": closed(
    {
      domain: { type: "string", pattern: "^[a-z.]+$", description: "The shop's host name. Without https." },
      token: described({ type: "string", "x-secret": true }),
      retries: described({ type: "integer" }),
    },
    { required: ["domain"] },
  ),
  "shop/lookups.schema.json": {
    $defs: {
      team: {
        oneOf: [
          { type: "string" },
          closed({ name: described({ type: "string" }) }, { required: ["name"] }),
          closed({ id: described({ type: "string" }) }, { required: ["id"] }),
        ],
      },
    },
  },
  "shop/team.schema.json": closed(
    {
      name: { type: "string", minLength: 1, maxLength: 20, description: "Its name. Unique." },
      description: described({ type: "string" }),
      type: described({ enum: ["grant", "revoke"] }),
      members: described({ type: "array", "x-unordered": true, items: { type: "string", "x-person": true } }),
      order: described({ type: "array", items: { type: "string" } }),
      parent: { $ref: "lookups.schema.json#/$defs/team", "x-ref": "shop/team", description: "The team above." },
      seats: described({ type: "integer", minimum: 1 }),
      contact: described({ type: "string", format: "email" }),
      password: described({ type: "string", "x-secret": true }),
      settings: closed({ watchers: described({ type: "array", "x-unordered": true, items: { type: "string" } }) }),
    },
    { required: ["name"], "x-outputs": { url: { description: "Where it is shown." } } },
  ),
  "shop/flow.schema.json": closed({
    steps: described({
      type: "array",
      items: {
        oneOf: [
          closed(
            { accept: closed({ message: described({ type: "string", default: "Welcome" }) }), note: { default: "a" } },
            { required: ["accept"] },
          ),
          closed(
            {
              approve: closed({ by: described({ enum: ["manager", "owner"] }), days: { type: "integer", default: 3 } }),
            },
            { required: ["approve"] },
          ),
        ],
      },
    }),
    days: described({ type: "integer", default: 7 }),
  }),
  "cafe/settings.schema.json": closed({}),
  "cafe/table.schema.json": closed({ size: described({ type: "integer" }) }),
};

/** The package's own stack and document schemas with two small providers beside them. */
export function smallSchemas(): Schemas {
  const root = mkdtempSync(join(tmpdir(), "accord-schemas-"));
  const real = openSchemas(packageSchemas());
  const shared = ["stack.schema.json", "document.schema.json"].map((path) => [path, real.find(path)] as const);
  for (const [path, schema] of [...Object.entries(FILES), ...shared]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), JSON.stringify(schema));
  }
  return openSchemas(root);
}

function kind(name: string, check?: (spec: Spec) => Iterable<Finding>): Kind<object, object> {
  return {
    name,
    proof: { by: "response" },
    key: (spec) => (typeof spec.name === "string" ? spec.name : undefined),
    ...(check === undefined ? {} : { check }),
    async *list() {},
    async delete() {},
  };
}

function provider(name: string, kinds: readonly Kind<object, object>[]) {
  return defineProvider<object, object>({
    ...{ name, kinds, concurrency: 1 },
    connect: () => ({ reader: () => ({}), writer: () => ({}), calls: () => ({}) }),
    tenant: async () => ({ id: name, host: `${name}.example` }),
    async *doctor() {},
  });
}

function* checkTeam(spec: Spec): Iterable<Finding> {
  if (spec.name === "forbidden")
    yield { code: "bad-team", message: "No such team.", hint: "Choose another.", path: ["name"] };
  if (spec.description === "")
    yield { code: "blank", message: "Say something.", path: ["description"], severity: "warning" };
}

export const schemas = smallSchemas();
export const providers = new Map(
  [provider("shop", [kind("team", checkTeam), kind("flow")]), provider("cafe", [kind("table")])].map((one) => [
    one.name,
    one,
  ]),
);

/** Files by path, as a directory would hold them. A value of undefined is a link. */
export function inMemory(files: Readonly<Record<string, string>>): StackFiles {
  return {
    readFile: async (path) => files[path],
    readDirectory: async (directory) => {
      const lead = directory === "" ? "" : `${directory}/`;
      const entries = new Map<string, Entry>();
      for (const path of Object.keys(files)) {
        if (!path.startsWith(lead)) continue;
        const [name = "", more] = path.slice(lead.length).split("/");
        entries.set(name, { name, type: more === undefined ? "file" : "directory" });
      }
      return [...entries.values()];
    },
  };
}

export const STACK = `version: 1
stack: acme
providers:
  shop: { domain: acme.example, token: "\${env:SHOP_TOKEN}" }
  shop-eu: { provider: shop, domain: eu.acme.example }
  cafe: {}
vars: { region: eu, seats: 5, crew: [ada, bob], price: "$\${5}", owner: }
`;

export async function stackOf(
  files: Readonly<Record<string, string>>,
  environment?: string,
  options?: StackOptions,
): Promise<Stack> {
  return readStack(await loadStack(inMemory(files), environment), schemas, options);
}

/** A stack of one file beside accord.yaml. */
export async function validated(documents: string, options?: StackOptions): Promise<Validated> {
  const loaded = await loadStack(inMemory({ "accord.yaml": STACK, "a.yaml": documents }));
  return validate(loaded.documents, { stack: readStack(loaded, schemas, options), schemas, providers });
}

export async function specOf(documents: string, options?: StackOptions): Promise<Spec | undefined> {
  return (await validated(documents, options)).resources[0]?.spec;
}

/** What went wrong, one line a problem: `file:line:col code message | hint`. */
export async function wrong(work: Promise<unknown>): Promise<readonly string[]> {
  try {
    await work;
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return problemsOf(error).map(({ source, code, message, hint }) => {
      const place = source === undefined ? "" : `${source.file}:${source.line}:${source.column} `;
      return `${place}${code} ${message} | ${hint}`;
    });
  }
}
