/** Values that a tenant chooses for itself: risk levels, compliance frameworks (c1.md §10). */
import { id, message, text, time, type Value } from "../message.ts";

export const CreateAttributeValue = message({ value: text });

export const AttributeValue = message({
  attributeTypeId: id,
  createdAt: time,
  deletedAt: time,
  id,
  updatedAt: time,
  value: text,
});
export type AttributeValue = Value<typeof AttributeValue>;
