/** A collection that is only observed plans to what it is, also while Terraform does not know yet what it is declared as. */
import { expect, test } from "vitest";
import { openSchemas } from "../../../engine/config/schemas.ts";
import { ENVELOPE } from "../../../engine/config/terraform/envelope.ts";
import { shapeOfKind } from "../../../engine/config/terraform/shape.ts";
import type { Spec } from "../../../engine/model.ts";
import { UNKNOWN } from "../../../engine/terraform/dynamic-value.ts";
import { planOne } from "../../../engine/terraform/plan-one.ts";

const schemas = openSchemas();
const shape = shapeOfKind("okta/group-rule", (path) => {
  const schema = schemas.find(path);
  if (schema === undefined) throw new Error(path);
  return schema;
});
const rule = (groups: Spec[string], mode: string): Spec => ({
  ...{ name: "leads", expression: 'user.title == "Lead"', status: "active", groups },
  [ENVELOPE]: { manage: { groups: mode } },
});

test.each([
  ["observe", ["00g1"]],
  ["exclusive", [UNKNOWN]],
])("%s", async (mode, expected) => {
  const prior = { values: { ...rule(["00g1"], mode), id: "0pr1" }, memory: undefined };
  const { values } = await planOne(rule([UNKNOWN], mode), prior, shape, undefined);
  expect(values.groups).toEqual(expected);
});
