import type { Kind } from "../../../engine/kind.ts";
import type { Gone, Live, Spec } from "../../../engine/model.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textAt } from "../../shared/spec.ts";
import type { ServicePrincipal } from "../client/principals.ts";
import type { EntraReader, EntraWriter } from "../client.ts";

export type EnterpriseAppSpec = Spec & { readonly displayName?: string };

/** Bound, never made: an application comes from the gallery, a registration, or Microsoft itself. */
export const enterpriseApp: Kind<EntraReader, EntraWriter, EnterpriseAppSpec> = {
  name: "enterprise-app",
  proof: { by: "response" },
  key: (spec) => textAt(spec, "displayName"),

  async *list(reader, want) {
    const keys = new Set(want.objects.flatMap(({ id, key }) => (id === undefined && key !== undefined ? [key] : [])));
    const ids = new Set(want.objects.flatMap(({ id }) => id ?? []));
    for (const one of await reader.principals()) {
      const wanted = ids.has(one.id) || keys.has(one.name);
      if (wanted || (want.everything === true && one.integrated)) yield toSpec(one);
    }
  },

  async *get(reader, wanted) {
    const found = await reader.principalsById(wanted.map(({ id }) => id));
    for (const { id } of wanted) {
      const one = found.get(id);
      const answer: Live<EnterpriseAppSpec> | Gone = one === undefined ? { gone: true, id } : toSpec(one);
      yield answer;
    }
  },

  async find(reader, lookup) {
    const all = await reader.principals();
    const appId = textAt(lookup, "appId")?.toLowerCase();
    if (appId === undefined) return candidatesFor(all, textAt(lookup, "displayName"), ({ name }) => name);
    const exact = all.filter((one) => one.appId.toLowerCase() === appId);
    return { exact: exact.map(({ id, name }) => ({ id, label: name })), near: [] };
  },

  lookups: ({ spec, computed }) => [
    { displayName: spec.displayName ?? "" },
    ...(typeof computed?.appId === "string" ? [{ appId: computed.appId }] : []),
  ],
};

function toSpec({ id, name, appId, assignmentRequired }: ServicePrincipal): Live<EnterpriseAppSpec> {
  return { id, spec: { displayName: name }, computed: { appId, assignmentRequired } };
}
