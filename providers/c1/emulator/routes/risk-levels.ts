/** Risk levels: listed, made and deleted, never renamed (c1.md §10). */
import { type Context, type Endpoint, page, param, queriedPage, reads, required, writes } from "../endpoint.ts";
import { isAlive } from "../search.ts";
import { AttributeValue, CreateAttributeValue } from "../shapes/attribute.ts";
import { notFound } from "../status.ts";

const BASE = "/api/v1/attributes/risk_levels";

export const riskLevelEndpoints: readonly Endpoint[] = [
  reads("GET", BASE, "entitlements", (context) =>
    page(queriedPage(context), context.tenant.riskLevels, isAlive, (level) => level),
  ),
  writes("POST", BASE, "entitlements", "riskLevel.create", create),
  reads("GET", `${BASE}/{id}`, "entitlements", (context) => ({ value: found(context) })),
  writes("DELETE", `${BASE}/{id}`, "entitlements", "riskLevel.delete", (context) => {
    context.tenant.riskLevels.put({ ...found(context), deletedAt: context.tenant.stamp() });
    return {};
  }),
];

function create(context: Context): unknown {
  const { tenant } = context;
  const { value } = CreateAttributeValue.make(CreateAttributeValue.given(context.body));
  required(value, "CreateRiskLevelAttributeValueRequest.Value");
  const now = tenant.stamp();
  const level = AttributeValue.make({ createdAt: now, id: tenant.newId(), updatedAt: now, value });
  context.touch(level.id);
  return { value: tenant.riskLevels.put(level) };
}

function found(context: Context): AttributeValue {
  const level = context.tenant.riskLevels.get(param(context, "id"));
  if (level === undefined) throw notFound("risk level");
  return level;
}
