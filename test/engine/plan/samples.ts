/** Values of the model, as short as a test can say them. */
import type { FieldRule, KindRules } from "../../../engine/config/rules.ts";
import type { Address, Change, FieldChange, Live, Resource, Spec } from "../../../engine/model.ts";
import type { KindFacts } from "../../../engine/provider.ts";
import { declared } from "../../support/declared.ts";

export const RULES: KindRules = {
  spec: {
    properties: new Map<string, FieldRule>([
      ["name", { neverBlank: true }],
      ["description", {}],
      ["members", { unordered: true, foldCase: true, items: { person: true } }],
      ["type", { immutable: true }],
    ]),
  },
  outputs: [],
  onRemoval: "delete",
};

export function resourceOf(address: Address, kind = "okta/group", spec: Spec = {}): Resource {
  return declared({ address, kind, spec });
}

export function liveOf(id: string, spec: Spec = {}): Live {
  return { id, spec };
}

export function factsOf(kind: string, can: Partial<KindFacts["can"]> = {}): KindFacts {
  return {
    name: kind.slice(kind.indexOf("/") + 1),
    proof: { by: "read" },
    key: (spec) => (typeof spec.name === "string" ? spec.name : undefined),
    can: {
      list: true,
      get: true,
      find: true,
      create: true,
      update: true,
      delete: true,
      disable: false,
      grants: false,
      holders: false,
      progress: false,
      population: false,
      rota: false,
      counted: false,
      ...can,
    },
  };
}

export interface ChangeParts {
  readonly address: Address;
  readonly kind?: string;
  readonly fields?: readonly FieldChange[];
  readonly dependsOn?: readonly Address[];
  readonly before?: Live;
  readonly after?: Resource;
}

export function changeOf(action: Change["action"], parts: ChangeParts): Change {
  const { address, kind = "okta/group", fields = [], dependsOn = [] } = parts;
  const base = { address, kind, dependsOn, people: {}, notes: [], undo: "exact" as const };
  const before = parts.before ?? liveOf("00g1", { members: ["linus", "alan"] });
  const after = parts.after ?? resourceOf(address, kind);
  switch (action) {
    case "create":
      return { ...base, action, after };
    case "update":
    case "replace":
    case "adopt":
      return { ...base, action, before, after, fields };
    case "delete":
      return { ...base, action, before, how: "delete" };
    case "forget":
      return { ...base, action };
    case "none":
      return { ...base, action, before, after };
  }
}
