import type { Kind } from "../../../engine/kind.ts";
import type { Gone, Live, Spec } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { touches } from "../../shared/changes.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textAt } from "../../shared/spec.ts";
import type { App } from "../client/apps.ts";
import type { OktaReader, OktaWriter } from "../client.ts";

export type AppSpec = Spec & { readonly label?: string; readonly status?: "active" | "inactive" };

/** Bound, never made: what an application is, is decided in Okta's console. */
export const app: Kind<OktaReader, OktaWriter, AppSpec> = {
  name: "app",
  proof: { by: "read" },
  key: (spec) => textAt(spec, "label"),

  async *list(reader, want) {
    const keys = new Set(want.objects.flatMap(({ id, key }) => (id === undefined && key !== undefined ? [key] : [])));
    const ids = new Set(want.objects.flatMap(({ id }) => id ?? []));
    for (const one of await reader.apps()) {
      if (want.everything === true || ids.has(one.id) || keys.has(one.label)) yield toSpec(one);
    }
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async ({ id }): Promise<Live<AppSpec> | Gone> => {
      const found = await reader.app(id);
      return found === undefined || found.status === "DELETED" ? { gone: true, id } : toSpec(found);
    });
  },

  async find(reader, lookup) {
    return candidatesFor(await reader.apps(), textAt(lookup, "label"), (one) => one.label);
  },

  lookups: ({ spec }) => [{ label: spec.label ?? "" }],

  async update(writer, live, spec, fields) {
    if (touches(fields, "label")) {
      throw new ProblemError({
        code: "okta-app-label",
        message: `The label of ${live.spec.label ?? live.id} is what this document is bound by; Accord does not change it.`,
        hint: "Write the label that the application has, or change it in the console.",
      });
    }
    if (touches(fields, "status"))
      await writer.moveApp(live.id, spec.status === "inactive" ? "deactivate" : "activate");
    return { ...live, spec: { ...live.spec, ...spec } };
  },

  describe({ fields, after }) {
    return touches(fields, "status") && after?.status === "inactive"
      ? { notes: ["Deactivating an application takes away every assignment that a group gave."], undo: "approximate" }
      : {};
  },
};

export function toSpec(found: App): Live<AppSpec> {
  return {
    id: found.id,
    spec: { label: found.label, status: found.status === "ACTIVE" ? "active" : "inactive" },
    ...(found.name === undefined ? {} : { computed: { name: found.name } }),
    ...(found.created === undefined ? {} : { createdAt: found.created }),
  };
}
