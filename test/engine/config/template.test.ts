import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  escapeTemplate,
  formatTemplate,
  parseTemplate,
  scanTemplate,
  type TemplatePart,
} from "../../../engine/config/template.ts";

describe("scanTemplate", () => {
  test("finds references, variables, environment and files between texts", () => {
    expect(scanTemplate("a ${okta/group/x.id} b ${var:region}${env:TOKEN}${file:keys/okta.pem}")).toEqual([
      { kind: "text", text: "a " },
      { kind: "reference", address: "okta/group/x", field: "id" },
      { kind: "text", text: " b " },
      { kind: "var", name: "region" },
      { kind: "env", name: "TOKEN" },
      { kind: "file", name: "keys/okta.pem" },
    ]);
  });

  test("a name may hold dots: the last one starts the field", () => {
    expect(scanTemplate("${okta/user/ada.lovelace@acme.example.id}")).toEqual([
      { kind: "reference", address: "okta/user/ada.lovelace@acme.example", field: "id" },
    ]);
  });

  test("dollars before a brace count in pairs", () => {
    expect(scanTemplate("$${var:x}")).toEqual([{ kind: "text", text: "${var:x}" }]);
    expect(scanTemplate("$$${var:x}")).toEqual([
      { kind: "text", text: "$" },
      { kind: "var", name: "x" },
    ]);
    expect(scanTemplate("costs $5, $$ and {")).toEqual([{ kind: "text", text: "costs $5, $$ and {" }]);
  });

  test("what is none of these is invalid, and says why", () => {
    const reasons = (text: string) =>
      scanTemplate(text).flatMap((part) => (part.kind === "invalid" ? [part.reason] : []));
    expect(reasons("${okta/group/x.id")).toEqual(["is never closed"]);
    expect(reasons("${vault:x}")).toEqual(['has no meaning for "vault:" (there are var:, env: and file:)']);
    expect(reasons("${env:A B}")).toEqual(["names no env"]);
    expect(reasons("${user.login}")).toEqual(["is neither <instance>/<kind>/<name>.<field> nor var:, env: or file:"]);
    expect(reasons("${}")).toHaveLength(1);
    expect(reasons("${constructor:x}")).toHaveLength(1);
  });
});

describe("parseTemplate", () => {
  test("gives texts and references, and refuses what validation should have taken out", () => {
    expect(parseTemplate("x$${y}")).toEqual([{ kind: "text", text: "x${y}" }]);
    expect(() => parseTemplate("${var:x}")).toThrow("${var:x} is no reference");
  });
});

describe("formatTemplate", () => {
  const text = fc.string({ unit: fc.constantFrom("$", "{", "}", "a", ":"), minLength: 1 });
  const expression = fc.constantFrom<TemplatePart>(
    { kind: "reference", address: "okta/group/x", field: "id" },
    { kind: "var", name: "v" },
    { kind: "env", name: "E" },
  );

  test("any text survives escaping", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(scanTemplate(escapeTemplate(value))).toEqual([{ kind: "text", text: value }]);
      }),
    );
  });

  test("neighbouring texts do not form an expression", () => {
    const parts: TemplatePart[] = [
      { kind: "text", text: "$" },
      { kind: "text", text: "{var:x}" },
    ];
    expect(scanTemplate(formatTemplate(parts))).toEqual([{ kind: "text", text: "${var:x}" }]);
  });

  test("scanning undoes formatting", () => {
    const parts = fc
      .array(fc.tuple(fc.option(text), expression))
      .map((pairs) =>
        pairs.flatMap(([before, part]): TemplatePart[] =>
          before === null ? [part] : [{ kind: "text", text: before }, part],
        ),
      );
    fc.assert(
      fc.property(parts, (value) => {
        expect(scanTemplate(formatTemplate(value))).toEqual(value);
      }),
    );
  });
});
