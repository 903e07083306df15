/** Risk levels and compliance frameworks: listed, made and deleted, never renamed (c1.md §10). */
import { type Context, type Endpoint, page, param, queriedPage, reads, required, writes } from "../endpoint.ts";
import { isAlive } from "../search.ts";
import { AttributeValue, CreateAttributeValue } from "../shapes/attribute.ts";
import { notFound } from "../status.ts";
import type { Tenant } from "../tenant.ts";

interface Attribute {
  readonly path: string;
  readonly noun: string;
  /** Of the system log's entries. */
  readonly object: string;
  readonly message: string;
  rows(tenant: Tenant): Tenant["riskLevels"];
}

const ATTRIBUTES: readonly Attribute[] = [
  {
    path: "/api/v1/attributes/risk_levels",
    noun: "risk level",
    object: "riskLevel",
    message: "CreateRiskLevelAttributeValueRequest",
    rows: (tenant) => tenant.riskLevels,
  },
  {
    path: "/api/v1/attributes/compliance_frameworks",
    noun: "compliance framework",
    object: "complianceFramework",
    message: "CreateComplianceFrameworkAttributeValueRequest",
    rows: (tenant) => tenant.complianceFrameworks,
  },
];

export const attributeEndpoints: readonly Endpoint[] = ATTRIBUTES.flatMap((attribute) => {
  const { path, object, rows } = attribute;
  return [
    reads("GET", path, "entitlements", (context) =>
      page(queriedPage(context), rows(context.tenant), isAlive, (value) => value),
    ),
    writes("POST", path, "entitlements", `${object}.create`, (context) => create(context, attribute)),
    reads("GET", `${path}/{id}`, "entitlements", (context) => ({ value: found(context, attribute) })),
    writes("DELETE", `${path}/{id}`, "entitlements", `${object}.delete`, (context) => {
      rows(context.tenant).put({ ...found(context, attribute), deletedAt: context.tenant.stamp() });
      return {};
    }),
  ];
});

function create(context: Context, { message, rows }: Attribute): unknown {
  const { tenant } = context;
  const { value } = CreateAttributeValue.make(CreateAttributeValue.given(context.body));
  required(value, `${message}.Value`);
  const now = tenant.stamp();
  const made = AttributeValue.make({ createdAt: now, id: tenant.newId(), updatedAt: now, value });
  context.touch(made.id);
  return { value: rows(tenant).put(made) };
}

function found(context: Context, { noun, rows }: Attribute): AttributeValue {
  const value = rows(context.tenant).get(param(context, "id"));
  if (value === undefined) throw notFound(noun);
  return value;
}
