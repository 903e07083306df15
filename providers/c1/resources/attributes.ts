/** Words that a tenant chooses for its entitlements. C1 renames none (c1.md §10): another value is another object. */

import type { Kind } from "../../../engine/kind.ts";
import type { Gone, Live } from "../../../engine/model.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import type { Fields } from "../../shared/narrow.ts";
import { textAt } from "../../shared/spec.ts";
import type { Attribute } from "../client/attributes.ts";
import { text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";

/** How risky an entitlement is. */
export const riskLevel = attributeKind("risk-level", "risk_levels", {
  noun: "level",
  lost: "What refers to the old one by its id is left without: entitlements that no document of this stack sets, and CEL that compares risk_level_value_id.",
});

/** Which rules an entitlement falls under. */
export const complianceFramework = attributeKind("compliance-framework", "compliance_frameworks", {
  noun: "framework",
  lost: "What refers to the old one by its id is left without: entitlements, reviews and automations that no document of this stack sets.",
});

function attributeKind(
  name: string,
  attribute: Attribute,
  { noun, lost }: { readonly noun: string; readonly lost: string },
): Kind<C1Reader, C1Writer> {
  return {
    name,
    proof: { by: "read" },

    key: (spec) => textAt(spec, "value"),

    async *list(reader, want) {
      for (const row of await reader.attributes(attribute)) {
        const asked = want.objects.some((one) => one.id === row.id || one.key === row.value);
        if (asked || want.everything === true) yield attributeToLive(row);
      }
    },

    async *get(reader, wanted): AsyncIterable<Live | Gone> {
      for (const { id } of wanted) {
        const row = await reader.attribute(attribute, id);
        yield row === undefined ? { gone: true, id } : attributeToLive(row);
      }
    },

    async find(reader, lookup) {
      const rows = await reader.attributes(attribute);
      const values = rows.map((row) => ({ id: text(row.id), value: text(row.value) }));
      return candidatesFor(values, textAt(lookup, "value"), ({ value }) => value);
    },
    lookups: ({ spec }) => [{ value: text(spec.value) }],

    async create(writer, spec, context) {
      const row = await writer.createAttribute(attribute, text(spec.value));
      await context.made(text(row.id));
      return attributeToLive(row);
    },

    async delete(writer, live) {
      await writer.deleteAttribute(attribute, live.id);
    },

    describe({ action }) {
      if (action !== "replace" && action !== "delete") return {};
      const made = action === "replace" ? `C1 cannot rename a ${noun}: this makes another one, with another id. ` : "";
      return { notes: [`${made}${lost}`] };
    },
  };
}

function attributeToLive(row: Fields): Live {
  const createdAt = text(row.createdAt);
  return {
    id: text(row.id),
    spec: { value: text(row.value) },
    ...(createdAt === "" ? {} : { createdAt }),
  };
}
