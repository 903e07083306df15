/** One resource: wanted, found and owned in, one decision out. */
import { describe, expect, test } from "vitest";
import { OURS } from "../../../engine/diff/bind.ts";
import { decide } from "../../../engine/diff/change.ts";
import type { Decision, Subject } from "../../../engine/diff/subject.ts";
import type { Live, Owned, Resource, Spec } from "../../../engine/model.ts";
import { factsOf, RULES, resourceOf } from "../plan/samples.ts";

const ADDRESS = "okta/group/prod";

function owned(applied: Spec, more: Partial<Owned> = {}): Owned {
  const base = { address: ADDRESS, kind: "okta/group", id: "00g1", applied, people: {}, secrets: {} } as const;
  return { ...base, protect: false, origin: "created", dependsOn: [], ...more };
}

function live(spec: Spec, more: Partial<Live> = {}): Live {
  return { id: "00g1", spec, ...more };
}

interface Parts extends Partial<Omit<Subject, "resource" | "found">> {
  readonly live?: Live;
  readonly resource?: Partial<Resource>;
}

function decided(wanted: Spec, { live: found, resource, ...more }: Parts = {}): Decision {
  return decide({
    resource: { ...resourceOf(ADDRESS, "okta/group", wanted), ...resource },
    wanted,
    found: found === undefined ? { state: "absent" } : { state: "present", live: found },
    owned: undefined,
    rules: RULES,
    facts: factsOf("okta/group"),
    needs: [],
    explained: {},
    stack: "acme",
    replace: false,
    secretDigest: () => undefined,
    notes: [],
    people: {},
    doubt: undefined,
    ...more,
  });
}

const codes = (decision: Decision): readonly string[] => decision.problems.map((problem) => problem.code);

describe("an owned object", () => {
  const spec = { name: "prod", members: ["ada"] };

  test("that is as declared changes nothing", () => {
    expect(decided(spec, { live: live(spec), owned: owned(spec) })).toMatchObject({
      change: { action: "none" },
      problems: [],
    });
  });

  test("is updated where the document differs, and drifted where the last apply does", () => {
    const decision = decided(
      { name: "prod", members: ["grace"] },
      { live: live({ name: "prod", members: ["ada", "mallory"] }), owned: owned(spec) },
    );
    expect(decision.drift?.fields).toEqual([{ op: "add", path: ["members"], element: "mallory" }]);
    expect(decision.change).toMatchObject({
      action: "update",
      fields: [
        { op: "add", element: "grace" },
        { op: "remove", element: "ada" },
        { op: "remove", element: "mallory" },
      ],
    });
  });

  test("is replaced where an immutable field differs, if it can be", () => {
    const parts = { live: live({ type: "a" }), owned: owned({ type: "a" }) };
    expect(decided({ type: "b" }, parts).change).toMatchObject({ action: "replace", undo: "approximate" });
    expect(codes(decided({ type: "b" }, { ...parts, facts: factsOf("okta/group", { delete: false }) }))).toEqual([
      "cannot-replace",
    ]);
  });

  test("that answers blank where it cannot be is no fact: nothing is planned from it", () => {
    const decision = decided(spec, { live: live({ name: "", members: [] }), owned: owned(spec) });
    expect(codes(decision)).toEqual(["blank-answer"]);
    expect(decision.change).toBeUndefined();
  });

  test("that cannot be changed is a problem only where it differs", () => {
    const readOnly = { live: live(spec, { readOnly: "imported" }), owned: owned(spec) };
    expect(codes(decided(spec, readOnly))).toEqual([]);
    expect(codes(decided({ name: "prod", members: [] }, readOnly))).toEqual(["read-only"]);
  });

  test("that we made and that lost its mark is said to have, also where nothing changes", () => {
    const lost = live(spec, { unmarked: "Somebody edited it." });
    expect(decided(spec, { live: lost, owned: owned(spec) }).remarks).toEqual(["Somebody edited it."]);
    expect(decided({ name: "prod" }, { live: lost, owned: owned(spec) }).change?.notes).toContain(
      "Somebody edited it.",
    );
    expect(decided(spec, { live: lost, owned: owned(spec, { origin: "adopted" }) }).remarks).toEqual([]);
  });

  test("keeps for removal what it refers to", () => {
    const decision = decided(spec, { needs: ["okta/group/other"] });
    expect(decision.change).toMatchObject({
      dependsOn: ["okta/group/other"],
      after: { dependsOn: ["okta/group/other"] },
    });
  });
});

describe("an object that exists and is not owned", () => {
  const spec = { name: "prod", members: ["ada"] };

  test("is offered two ways, unless the document adopts it", () => {
    expect(codes(decided(spec, { live: live(spec) }))).toEqual(["exists"]);
    expect(decided(spec, { live: live(spec), resource: { adopt: { prune: false } } }).change).toMatchObject({
      action: "adopt",
      fields: [],
    });
  });

  test("is bound without asking where the vendor makes it, or nobody but the vendor can", () => {
    expect(decided(spec, { live: live(spec, { synced: true }) }).change?.action).toBe("adopt");
    const bindOnly = factsOf("okta/group", { create: false });
    expect(decided(spec, { live: live(spec), facts: bindOnly }).change?.action).toBe("adopt");
    expect(codes(decided(spec, { facts: bindOnly }))).toEqual(["not-found"]);
  });

  test("carries our mark: found again; carries another's: never taken, adopt or not", () => {
    const marked = (marker: Live["marker"]): Parts =>
      marker === undefined ? {} : { live: live(spec, { marker }), resource: { adopt: { prune: true } } };
    expect(decided(spec, marked({ tool: "accord", stack: "acme", address: ADDRESS })).change).toMatchObject({
      action: "adopt",
      reason: OURS,
    });
    for (const marker of [{ tool: "terraform" }, { tool: "accord", stack: "other", address: ADDRESS }]) {
      expect(codes(decided(spec, marked(marker)))).toEqual(["foreign-object"]);
    }
  });

  test("loses nothing silently: only what the document lists, manages or prunes may go", () => {
    const holding = { live: live({ name: "prod", members: ["ada", "mallory"] }) };
    const adopting = (adopt: Resource["adopt"], manage: Resource["manage"] = {}): Parts => ({
      ...holding,
      resource: { ...(adopt === undefined ? {} : { adopt }), manage },
    });
    expect(codes(decided(spec, adopting({ prune: false })))).toEqual(["first-contact"]);
    expect(codes(decided(spec, adopting({ prune: true })))).toEqual([]);
    expect(decided(spec, adopting({ prune: false }, { members: "additive" })).change).toMatchObject({ fields: [] });
  });

  test("is fed by the vendor itself: its elements are not removed by hand", () => {
    const fed = live(
      { name: "prod", members: ["ada", "Mallory"] },
      { explained: { members: { Mallory: "rule all" } } },
    );
    expect(codes(decided(spec, { live: fed, resource: { adopt: { prune: true } } }))).toEqual(["kept-by-vendor"]);
    const explained = { members: { mallory: "rule all" } };
    const manage = { members: "explained" } as const;
    const tolerated = decided(spec, { live: fed, resource: { adopt: { prune: true }, manage }, explained });
    expect(tolerated).toMatchObject({
      change: { fields: [], notes: [expect.stringContaining("mallory stays")] },
      problems: [],
    });
  });
});

describe("a secret", () => {
  const wanted: Spec = { name: { $secret: "env:TOKEN" } };
  const action = (more: Parts): string | undefined => decided(wanted, { live: live({}), ...more }).change?.action;
  const sent = (secrets: Owned["secrets"], more: Spec = {}): Owned => owned(more, { secrets });

  test("is sent where it never was", () => {
    expect(action({ owned: sent({}) })).toBe("update");
  });

  test("is sent again where its digest moved, not where nobody can tell", () => {
    expect(action({ owned: sent({ "/name": { digest: "a" } }), secretDigest: () => "b" })).toBe("update");
    expect(action({ owned: sent({ "/name": { digest: "a" } }), secretDigest: () => "a" })).toBe("none");
    expect(action({ owned: sent({ "/name": { digest: "a" } }) })).toBe("none");
    expect(action({ owned: sent({ "/name": {} }), secretDigest: () => "b" })).toBe("none");
  });
});
