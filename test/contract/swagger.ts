/** A Swagger 2.0 description in the form of OpenAPI 3: bodies and answers get a content type. References stay as they are. */
import { isObject, itemsOf, resolve, textOf } from "./openapi-document.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Anything else comes back as it is. */
export function asOpenApi(root: unknown): unknown {
  if (!isObject(root) || root.swagger !== "2.0") return root;
  const media = textOf(itemsOf(root.produces)[0]) || "application/json";
  return {
    ...root,
    servers: [{ url: textOf(root.basePath) }],
    responses: mapped(root.responses, (response) => answered(response, media)),
    paths: mapped(root.paths, (item) =>
      mapped(item, (operation, method) => (METHODS.has(method) ? operated(root, operation, media) : operation)),
    ),
  };
}

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch"]);

function operated(root: Fields, operation: unknown, media: string): unknown {
  if (!isObject(operation)) return operation;
  const parameters = itemsOf(operation.parameters);
  const where = (parameter: unknown): unknown => resolve({ root, find: () => undefined }, parameter).in;
  const body = parameters.find((parameter) => where(parameter) === "body");
  return {
    ...operation,
    parameters: parameters.filter((parameter) => parameter !== body),
    responses: mapped(operation.responses, (response) => answered(response, media)),
    ...(isObject(body)
      ? { requestBody: { required: body.required === true, content: { [media]: { schema: body.schema } } } }
      : {}),
  };
}

function answered(response: unknown, media: string): unknown {
  if (!isObject(response) || response.schema === undefined) return response;
  const { schema, ...rest } = response;
  return { ...rest, content: { [media]: { schema } } };
}

function mapped(value: unknown, change: (inner: unknown, key: string) => unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner, key)]));
}
