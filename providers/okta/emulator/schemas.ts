/** `/meta`: which attributes users and groups have (okta.md §4.9). */
import { json } from "../../shared/emulator.ts";
import type { Call, Endpoint } from "./call.ts";
import { notFound } from "./failure.ts";
import { BASE_ATTRIBUTES } from "./user-profile.ts";

export const SCHEMA_ENDPOINTS: readonly Endpoint[] = [
  { method: "GET", path: "/api/v1/meta/schemas/group/default", area: "schemas", handle: groupSchema },
  { method: "GET", path: "/api/v1/meta/schemas/user/{schemaId}", area: "schemas", handle: userSchema },
  { method: "GET", path: "/api/v1/meta/types/user", area: "userTypes", list: true, handle: listUserTypes },
];

function groupSchema(call: Call): Response {
  const properties = {
    name: attribute("Name", { required: true, minLength: 1, maxLength: 255 }),
    description: attribute("Description", { required: false, maxLength: 1024 }),
  };
  return json(200, schema(call, "group", "default", properties, ["name"], call.tenant.groupAttributes));
}

const REQUIRED: readonly string[] = ["login", "email", "firstName", "lastName"];

function userSchema(call: Call): Response {
  const id = call.params.schemaId ?? "";
  const known = `osc${call.tenant.userTypeId.slice(3)}`;
  if (id !== "default" && id !== known) throw notFound(id, "UserSchema");
  const properties = Object.fromEntries(
    BASE_ATTRIBUTES.map((name) => [name, attribute(name, { required: REQUIRED.includes(name) })]),
  );
  return json(200, schema(call, "user", known, properties, REQUIRED, call.tenant.userAttributes));
}

function listUserTypes(call: Call): Response {
  const { tenant } = call;
  const type = {
    id: tenant.userTypeId,
    name: "user",
    displayName: "User",
    description: "Okta user profile template with default permission settings",
    default: true,
    created: tenant.created,
    createdBy: "sprz0000000000000001",
    lastUpdated: tenant.created,
    lastUpdatedBy: "sprz0000000000000001",
    _links: {
      self: { rel: "self", href: `${call.origin}/api/v1/meta/types/user/${tenant.userTypeId}`, method: "GET" },
      schema: {
        rel: "schema",
        href: `${call.origin}/api/v1/meta/schemas/user/osc${tenant.userTypeId.slice(3)}`,
        method: "GET",
      },
    },
  };
  return json(200, [type]);
}

function attribute(title: string, more: Readonly<Record<string, unknown>>): unknown {
  return {
    title,
    type: "string",
    mutability: "READ_WRITE",
    scope: "NONE",
    permissions: [{ principal: "SELF", action: "READ_ONLY" }],
    master: { type: "PROFILE_MASTER" },
    ...more,
  };
}

function schema(
  call: Call,
  of: "user" | "group",
  id: string,
  base: Readonly<Record<string, unknown>>,
  required: readonly string[],
  custom: ReadonlyMap<string, unknown>,
): unknown {
  const self = `${call.origin}/api/v1/meta/schemas/${of}/${id}`;
  return {
    id: self,
    $schema: "http://json-schema.org/draft-04/schema#",
    name: of,
    title: of === "user" ? "User" : "Okta group",
    description: of === "user" ? "Okta user profile template with default permission settings" : "Okta group profile",
    lastUpdated: call.tenant.created,
    created: call.tenant.created,
    definitions: {
      custom: { id: "#custom", type: "object", properties: Object.fromEntries(custom), required: [] },
      base: { id: "#base", type: "object", properties: base, required },
    },
    type: "object",
    properties: { profile: { allOf: [{ $ref: "#/definitions/custom" }, { $ref: "#/definitions/base" }] } },
    _links: { self: { href: self, method: "GET", rel: "self" } },
  };
}
