/** Brings an app's configuration rules to a list, by name. The first that matches decides, so order is part of it. */

import { canonicalJson } from "../../../engine/canonical.ts";
import type { Spec } from "../../../engine/model.ts";
import { attemptAll } from "../../shared/attempts.ts";
import type { Fields } from "../../shared/narrow.ts";
import { text } from "../client/wire.ts";
import type { C1Writer } from "../client.ts";
import { rulesToSpec, ruleToApi } from "./app-settings-spec.ts";

/**
 * Rules that go stay in force until those that come are in their places, so that nothing falls through to a rule below
 * meanwhile; a new one is put where it belongs at once.
 */
export async function changeRules(writer: C1Writer, appId: string, wanted: readonly Spec[]): Promise<void> {
  const live = [...(await writer.configurationRules(appId))];
  const doomed = new Set(live);
  const ids: string[] = [];
  await attemptAll(
    wanted.map((rule, index) => async () => {
      const known = [...doomed].find((row) => row.displayName === rule.name);
      if (known === undefined) {
        const made = await writer.createConfigurationRule(appId, { ...ruleToApi(rule), priority: index + 1 });
        live.splice(index, 0, made);
        ids.push(text(made.id));
        return;
      }
      doomed.delete(known);
      ids.push(text(known.id));
      if (differs(known, rule)) await writer.updateConfigurationRule(appId, text(known.id), ruleToApi(rule));
    }),
  );
  const order = [...ids, ...[...doomed].map((row) => text(row.id))];
  const moved = order.some((id, index) => live[index]?.id !== id);
  if (moved) await writer.reorderConfigurationRules(appId, order);
  await attemptAll([...doomed].map((row) => () => writer.deleteConfigurationRule(appId, text(row.id))));
}

function differs(row: Fields, rule: Spec): boolean {
  const [live] = rulesToSpec([row]);
  return canonicalJson(ruleToApi(live ?? {})) !== canonicalJson(ruleToApi(rule));
}
