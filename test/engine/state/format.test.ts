import { describe, expect, it } from "vitest";
import { decodeState, encodeState, type Migrations, migrate } from "../../../engine/state/format.ts";
import { emptyState, replay, successor } from "../../../engine/state/state.ts";
import { owned } from "./samples.ts";

const expected = { stack: "acme", environment: "prod", where: ".accord/prod/state.json" };
const state = replay(successor(emptyState("acme", "prod", "5f0c")), [
  { address: "okta/group/b", owned: owned("okta/group/b", { applied: { name: "B", members: ["ada@acme.example"] } }) },
  { address: "okta/group/a", owned: owned("okta/group/a") },
]);

/** The message of the problem that decoding ends with. */
function refusal(content: string): string {
  try {
    decodeState(content, expected);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "accepted";
}

describe("state as text", () => {
  it("is sorted, one field a line, and ends in a line break", () => {
    const one = replay(emptyState("acme", "prod", "5f0c"), [
      {
        address: "okta/group/a",
        owned: owned("okta/group/a", { applied: { z: 1, members: ["ada"], a: { y: 1, b: 2 } } }),
      },
    ]);
    expect(encodeState({ ...one, tenants: { okta: { id: "00o1", host: "acme.okta.com" } } })).toMatchInlineSnapshot(`
      "{
        "version": 1,
        "stack": "acme",
        "environment": "prod",
        "lineage": "5f0c",
        "serial": 0,
        "ledger": {
          "head": "0000000000000000000000000000000000000000000000000000000000000000",
          "length": 0
        },
        "tenants": {
          "okta": {
            "host": "acme.okta.com",
            "id": "00o1"
          }
        },
        "resources": [
          {
            "address": "okta/group/a",
            "applied": {
              "a": {
                "b": 2,
                "y": 1
              },
              "members": [
                "ada"
              ],
              "z": 1
            },
            "dependsOn": [],
            "id": "id-of-a",
            "kind": "okta/group",
            "origin": "created",
            "people": {},
            "protect": false,
            "secrets": {}
          }
        ]
      }
      "
    `);
  });

  it("does not depend on the order in which it was built", () => {
    const { resources, ...rest } = state;
    expect(encodeState({ resources: resources.toReversed(), ...rest })).toBe(encodeState(state));
  });

  it("is read back as it was", () => {
    expect(decodeState(encodeState(state), expected)).toEqual(state);
  });

  it("of another stack or environment is refused", () => {
    expect(refusal(encodeState({ ...state, stack: "other" }))).toMatchInlineSnapshot(
      `"The state in .accord/prod/state.json belongs to stack "other", not to "acme"."`,
    );
    expect(refusal(encodeState({ ...state, environment: "test" }))).toMatchInlineSnapshot(
      `"The state in .accord/prod/state.json belongs to environment "test", not to "prod"."`,
    );
  });

  it("that was cut off anywhere is refused, never read as less", () => {
    const whole = encodeState(state);
    for (let length = 0; length < whole.length - 1; length += 7)
      expect(refusal(whole.slice(0, length))).toMatch(/cannot be read/);
    expect(refusal("")).toMatchInlineSnapshot(`"The state in .accord/prod/state.json cannot be read: it is empty."`);
    expect(refusal(whole.slice(0, 100))).toMatchInlineSnapshot(
      `"The state in .accord/prod/state.json cannot be read: it ends early or is not JSON."`,
    );
  });

  it("that is damaged says where", () => {
    expect(refusal(encodeState(state).replace('"origin": "created"', '"origin": "found"'))).toMatchInlineSnapshot(
      `"The state in .accord/prod/state.json cannot be read: resources[0].origin is none of created, adopted."`,
    );
    expect(refusal(encodeState(state).replace('"serial": 1,', ""))).toMatchInlineSnapshot(
      `"The state in .accord/prod/state.json cannot be read: serial is missing."`,
    );
    expect(refusal("[]")).toMatchInlineSnapshot(
      `"The state in .accord/prod/state.json cannot be read: it ends early or is not JSON."`,
    );
  });

  it("with conflict markers says what to do", () => {
    const merged = `<<<<<<< HEAD\n${encodeState(state)}=======\n${encodeState(state)}>>>>>>> main\n`;
    expect(refusal(merged)).toMatchInlineSnapshot(
      `"The state in .accord/prod/state.json holds conflict markers of a Git merge."`,
    );
  });

  it("of a newer Accord is refused", () => {
    expect(refusal(encodeState(state).replace('"version": 1', '"version": 2'))).toMatchInlineSnapshot(
      `"The state in .accord/prod/state.json was written by a newer Accord (format 2; this one knows 1)."`,
    );
  });

  it("of an older Accord is brought forward step by step", () => {
    const migrations: Migrations = {
      1: ({ name, ...rest }) => ({ ...rest, stack: name }),
      2: (older) => ({ ...older, environment: "default" }),
    };
    expect(migrate({ version: 1, name: "acme" }, migrations, 3, { where: "here" })).toEqual({
      version: 3,
      stack: "acme",
      environment: "default",
    });
    expect(() => migrate({ version: 0 }, migrations, 3, { where: "here" })).toThrowError(
      '"version" is missing or no version',
    );
  });
});

describe("replaying steps", () => {
  it("twice changes nothing", () => {
    const steps = [
      { address: "okta/group/c", owned: owned("okta/group/c") },
      { address: "okta/group/a", removed: true },
    ] as const;
    const once = replay(state, steps);
    expect(once.resources.map((one) => one.address)).toEqual(["okta/group/b", "okta/group/c"]);
    expect(replay(once, steps)).toEqual(once);
    expect(once.serial).toBe(state.serial);
  });
});
