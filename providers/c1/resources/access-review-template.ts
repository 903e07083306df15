/**
 * What campaigns of an access review are made from (c1.md §10). C1 cannot list templates, so one is known by its id
 * alone; it takes owners only when a template is made and never shows them, so those that were applied stand for them.
 */

import type { Finding, Kind, WantedObject } from "../../../engine/kind.ts";
import type { Gone, Live } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { touches } from "../../shared/changes.ts";
import { refId, textAt } from "../../shared/spec.ts";
import { REVIEWED_ACCOUNTS, REVIEWED_USERS } from "../cel.ts";
import { celFindings } from "../cel-lints.ts";
import { scopedRefs } from "../client/refs.ts";
import { fields, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { ownerEdges } from "./holding.ts";
import { annotationsOf } from "./marker.ts";
import { userIds } from "./people.ts";
import { templateToApi, templateToLive } from "./review-template-spec.ts";

const UNLISTED =
  "C1 cannot list review templates: it is kept by its id in this stack's state. Without that, look the id up in C1's console and `accord import` it.";

export const accessReviewTemplate: Kind<C1Reader, C1Writer> = {
  name: "access-review-template",
  // No read shows owners: the answer to a write is all that there is.
  proof: { by: "response" },

  key: (spec) => textAt(spec, "displayName"),

  *check(spec) {
    const scope = asSpec(spec.scope ?? {});
    for (const [part, environment] of [["users", REVIEWED_USERS] as const, ["accounts", REVIEWED_ACCOUNTS] as const]) {
      const cel = textAt(asSpec(scope[part] ?? {}), "cel");
      if (cel !== undefined) yield* celFindings(cel, environment, ["scope", part, "cel"]);
    }
  },

  async review(reader, spec): Promise<readonly Finding[]> {
    const policyId = refId(spec.policy);
    if (policyId === undefined) return [];
    const policy = (await reader.policies()).find((row) => text(row.id) === policyId);
    if (policy === undefined || text(policy.policyType) === "POLICY_TYPE_CERTIFY") return [];
    return [
      {
        code: "not-a-review-policy",
        message: `${text(policy.displayName)} is no policy of reviews: its type is not certify.`,
        hint: "Name one of type certify.",
        path: ["policy"],
        severity: "warning",
      },
    ];
  },

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const one of wanted) yield (await readTemplate(reader, one)) ?? { gone: true, id: one.id };
  },

  async create(writer, spec, context) {
    const row = await writer.createReviewTemplate({
      ...templateToApi(spec, {}, context),
      annotations: annotationsOf(context.marker),
      ownerIds: userIds(spec.owners, context),
    });
    const id = text(row.id);
    await context.made(id);
    const { entitlements } = asSpec(asSpec(spec.scope ?? {}).apps ?? {});
    if (entitlements !== undefined) {
      await writer.setReviewedEntitlements(id, scopedRefs(entitlements), fields(row.scope));
    }
    return templateToLive(writer, row, { id, fields: Object.keys(spec), known: [spec] });
  },

  async update(writer, live, spec, changes, context) {
    const row = (await writer.reviewTemplate(live.id)) ?? {};
    const { scope, ...api } = templateToApi(spec, row, context, live, changes);
    const { entitlements } = asSpec(asSpec(spec.scope ?? {}).apps ?? {});
    const listed = entitlements !== undefined && touches(changes, "scope", "apps", "entitlements");
    const sent = {
      ...api,
      ...(scope === undefined || listed ? {} : { scope }),
      ...(Object.keys(api).length === 0 && listed ? {} : { annotations: annotationsOf(context.marker) }),
    };
    if (Object.keys(sent).length > 0) await writer.updateReviewTemplate(live.id, sent, Object.keys(sent));
    // Takes scope and list at once, and empties whichever is left out.
    if (listed) await writer.setReviewedEntitlements(live.id, scopedRefs(entitlements), fields(scope));
    const wanted = { id: live.id, fields: Object.keys(spec), known: [spec, live.spec] };
    return (await readTemplate(writer, wanted)) ?? live;
  },

  async delete(writer, live) {
    await writer.deleteReviewTemplate(live.id);
  },

  describe({ action, after }) {
    if (action === "none") return {};
    const { by } = asSpec(asSpec(after?.scope ?? {}).apps ?? {});
    const chosen =
      by === "resource-types"
        ? ["Which resource types are reviewed is chosen in C1's console; its API shows none."]
        : [];
    if (action !== "delete") return { notes: [UNLISTED, ...chosen] };
    return { notes: [UNLISTED, "No more campaigns are made of it; those that were made are not deleted."] };
  },

  edges: (object) => ownerEdges(object, `access review ${text(object.spec.displayName)}`),
};

async function readTemplate(reader: C1Reader, one: WantedObject & { readonly id: string }): Promise<Live | undefined> {
  const row = await reader.reviewTemplate(one.id);
  return row === undefined ? undefined : templateToLive(reader, row, one);
}
