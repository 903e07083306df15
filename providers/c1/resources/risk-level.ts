/** A word for how risky an entitlement is. C1 renames none (c1.md §10): another value is another level. */

import type { Kind } from "../../../engine/kind.ts";
import type { Gone, Live } from "../../../engine/model.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import type { Fields } from "../../shared/narrow.ts";
import { textAt } from "../../shared/spec.ts";
import { text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";

export const riskLevel: Kind<C1Reader, C1Writer> = {
  name: "risk-level",
  proof: { by: "read" },

  key: (spec) => textAt(spec, "value"),

  async *list(reader, want) {
    for (const row of await reader.riskLevels()) {
      const asked = want.objects.some((one) => one.id === row.id || one.key === row.value);
      if (asked || want.everything === true) yield riskLevelToLive(row);
    }
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const { id } of wanted) {
      const row = await reader.riskLevel(id);
      yield row === undefined ? { gone: true, id } : riskLevelToLive(row);
    }
  },

  async find(reader, lookup) {
    const levels = (await reader.riskLevels()).map((row) => ({ id: text(row.id), value: text(row.value) }));
    return candidatesFor(levels, textAt(lookup, "value"), ({ value }) => value);
  },
  lookups: ({ spec }) => [{ value: text(spec.value) }],

  async create(writer, spec, context) {
    const row = await writer.createRiskLevel(text(spec.value));
    await context.made(text(row.id));
    return riskLevelToLive(row);
  },

  async delete(writer, live) {
    await writer.deleteRiskLevel(live.id);
  },

  describe({ action }) {
    if (action !== "replace" && action !== "delete") return {};
    const made = action === "replace" ? "C1 cannot rename a level: this makes another one, with another id. " : "";
    return {
      notes: [
        `${made}What refers to the old one by its id is left without: entitlements that no document of this stack sets, and CEL that compares risk_level_value_id.`,
      ],
    };
  },
};

function riskLevelToLive(row: Fields): Live {
  const createdAt = text(row.createdAt);
  return {
    id: text(row.id),
    spec: { value: text(row.value) },
    ...(createdAt === "" ? {} : { createdAt }),
  };
}
