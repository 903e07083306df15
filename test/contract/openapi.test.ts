import { expect, test } from "vitest";
import { contractOf } from "./openapi.ts";

const DESCRIPTION = {
  openapi: "3.0.3",
  servers: [{ url: "https://{tenant}.example/v1" }],
  paths: {
    "/pets/{id}": {
      parameters: [{ name: "id", in: "path", required: true }],
      get: {
        parameters: [{ $ref: "#/components/parameters/expand" }],
        responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } } } },
      },
      put: {
        requestBody: {
          required: true,
          content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } },
        },
        responses: { 204: {} },
      },
    },
    "/pets/mine": { get: { responses: { 200: {} } } },
  },
  components: {
    parameters: { expand: { name: "expand", in: "query" } },
    schemas: {
      Pet: {
        oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }],
        discriminator: {
          propertyName: "kind",
          mapping: { cat: "#/components/schemas/Cat", dog: "#/components/schemas/Dog" },
        },
      },
      Cat: {
        type: "object",
        properties: {
          lives: { type: "integer", nullable: true },
          kin: { type: "array", items: { $ref: "#/components/schemas/Pet" } },
        },
      },
      Dog: {
        type: "object",
        required: ["id", "tricks"],
        properties: { id: { type: "string", readOnly: true }, tricks: { type: "array", items: { type: "string" } } },
      },
    },
  },
};

const contract = contractOf(DESCRIPTION, []);
const url = "https://acme.example/v1/pets/7";

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

test("an exchange that fits says nothing", async () => {
  expect(await contract.check(new Request(`${url}?expand=kin`), json({ kind: "cat", lives: null }))).toEqual([]);
});

test("the discriminator chooses what a body is held against, and list indexes are folded", async () => {
  const kin = [{ kind: "cat" }, { kind: "dog", id: "1", tricks: [1] }, { kind: "dog", id: "2", tricks: [1, 2] }];
  expect(await contract.check(new Request(url), json({ kind: "cat", lives: "nine", kin }))).toEqual([
    "GET /pets/{id} response 200 /kin/*/tricks/*: must be string",
    "GET /pets/{id} response 200 /lives: must be integer",
  ]);
});

test("what only the service sets is not asked of a request", async () => {
  const put = (body: unknown): Request =>
    new Request(url, { method: "PUT", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  const done = new Response(null, { status: 204 });
  expect(await contract.check(put({ kind: "dog", tricks: [] }), done)).toEqual([]);
  expect(await contract.check(put({ kind: "dog" }), done)).toEqual([
    "PUT /pets/{id} request : must have required property 'tricks'",
  ]);
});

test("paths, statuses and query parameters that nobody described are named", async () => {
  expect(await contract.check(new Request("https://acme.example/v1/plants"), json({}))).toEqual([
    "GET /v1/plants: not in the description",
  ]);
  expect(await contract.check(new Request(`${url}?sort=name`), json({}, 404))).toEqual([
    "GET /pets/{id} request query sort: not in the description",
    "GET /pets/{id} response 404: status not in the description",
  ]);
});

test("literal segments win over parameters", async () => {
  expect(await contract.check(new Request("https://acme.example/v1/pets/mine"), new Response())).toEqual([]);
});

test("a tolerance silences its line, and one that nothing needs is reported", async () => {
  const tolerant = contractOf(DESCRIPTION, [
    { mismatch: /query sort/, reason: "newer than the description" },
    { mismatch: /never/, reason: "left over" },
  ]);
  expect(await tolerant.check(new Request(`${url}?sort=name`), json({ kind: "cat" }))).toEqual([]);
  expect(tolerant.unusedTolerances()).toEqual(["/never/"]);
});

test("a Swagger 2 description holds bodies and answers in the same way", async () => {
  const older = contractOf(
    {
      swagger: "2.0",
      basePath: "/v2",
      produces: ["application/json"],
      paths: {
        "/pets": {
          post: {
            parameters: [
              { $ref: "#/parameters/Expand" },
              { name: "body", in: "body", required: true, schema: { $ref: "#/definitions/Pet" } },
            ],
            responses: { 201: { $ref: "#/responses/Made" } },
          },
        },
      },
      parameters: { Expand: { name: "expand", in: "query", type: "string" } },
      responses: { Made: { schema: { $ref: "#/definitions/Pet" } } },
      definitions: { Pet: { type: "object", required: ["name"], properties: { name: { type: "string" } } } },
    },
    [],
  );
  const post = (query: string, body: unknown): Request =>
    new Request(`https://acme.example/v2/pets${query}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  expect(await older.check(post("?expand=kin", { name: "Rex" }), json({ name: "Rex" }, 201))).toEqual([]);
  expect(await older.check(post("?page=1", {}), json({ name: 1 }, 201))).toEqual([
    "POST /pets request query page: not in the description",
    "POST /pets request : must have required property 'name'",
    "POST /pets response 201 /name: must be string",
  ]);
});
