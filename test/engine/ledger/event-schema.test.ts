import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { append, START } from "../../../engine/ledger/chain.ts";
import type { EventBody } from "../../../engine/ledger/event.ts";
import { samples } from "./samples.ts";

const schema: unknown = JSON.parse(
  await readFile(new URL("../../../schemas/event.schema.json", import.meta.url), "utf8"),
);
const validate = new Ajv2020({ strict: true, formats: { "date-time": true }, allowUnionTypes: true }).compile(
  Object(schema),
);

/** What the schema says of the line that an event becomes. */
function defects(body: EventBody): unknown {
  validate(JSON.parse(append(START, body, "2026-03-03T12:00:00.000Z").line));
  return validate.errors;
}

describe("schemas/event.schema.json", () => {
  it.each(samples.map((body) => [body.type, body] as const))("describes %s as it is written", (_, body) => {
    expect(defects(body)).toBeNull();
  });

  it("covers every type there is", () => {
    const types: Record<EventBody["type"], true> = {
      "run-started": true,
      change: true,
      "run-finished": true,
      observation: true,
      "action-run": true,
      override: true,
      forget: true,
      import: true,
      move: true,
    };
    expect([...new Set(samples.map((body) => body.type))].sort()).toEqual(Object.keys(types).sort());
  });

  it("is closed: what it does not describe is not an event", () => {
    const stranger = { type: "forget", actor: "ada", address: "okta/group/a", id: "00g1", password: "x" } as const;
    expect(defects(stranger)).not.toBeNull();
  });

  it("describes every property", () => {
    const bare: string[] = [];
    const visit = (at: unknown, path: string): void => {
      if (typeof at !== "object" || at === null) return;
      for (const [key, value] of Object.entries(at)) {
        if (key === "properties") {
          for (const [name, property] of Object.entries(Object(value))) {
            const { description, $ref } = Object(property);
            if (typeof description !== "string" && $ref === undefined) bare.push(`${path}.${name}`);
          }
        }
        visit(value, `${path}.${key}`);
      }
    };
    visit(schema, "");
    expect(bare).toEqual([]);
  });
});
