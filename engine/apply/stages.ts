/**
 * The order of a run. Access is given before it is taken, so that nobody is without it in between; automations come
 * last, so that they never act on half a profile, and go first, for the same reason.
 *
 *   1 retire     delete and forget what runs last (automations)
 *   2 build      create, adopt, replace, update — additions and settings only
 *   3 build-last the same for what runs last
 *   4 take       the removals of updates
 *   5 delete     delete and forget the rest, dependants first
 */
import { layersOf } from "../graph/order.ts";
import type { Address, Change, FieldChange } from "../model.ts";
import type { KindFacts } from "../provider.ts";

export type StageName = "retire" | "build" | "build-last" | "take" | "delete";

/** One piece of work: a change, or the additions or the removals of an update. */
export interface Step {
  readonly change: Change;
  readonly fields: readonly FieldChange[];
  /** The last step of its change: state may say that the document is applied. */
  readonly final: boolean;
}

export interface Stage {
  readonly name: StageName;
  /** Steps of a layer are independent of each other. */
  readonly layers: readonly (readonly Step[])[];
}

const ORDER: readonly StageName[] = ["retire", "build", "build-last", "take", "delete"];

export function stagesOf(changes: readonly Change[], factsOf: (kind: string) => KindFacts): readonly Stage[] {
  const byStage = new Map<StageName, Step[]>(ORDER.map((name) => [name, []]));
  const put = (name: StageName, step: Step): void => void byStage.get(name)?.push(step);

  for (const change of changes) {
    if (change.action === "none") continue;
    const facts = factsOf(change.kind);
    const last = facts.phase === "last";
    if (change.action === "delete" || change.action === "forget") {
      put(last ? "retire" : "delete", { change, fields: [], final: true });
      continue;
    }
    const fields = "fields" in change ? change.fields : [];
    const removals = fields.filter((field) => field.op === "remove");
    const build = last ? "build-last" : "build";
    const splits =
      (change.action === "update" || change.action === "adopt") && facts.whole !== true && removals.length > 0;
    if (!splits) put(build, { change, fields, final: true });
    else {
      const others = fields.filter((field) => field.op !== "remove");
      if (others.length > 0 || change.action === "adopt") put(build, { change, fields: others, final: false });
      put("take", { change, fields: removals, final: true });
    }
  }
  return ORDER.map((name) => ({ name, layers: layered(byStage.get(name) ?? []) })).filter(
    (stage) => stage.layers.length > 0,
  );
}

function layered(steps: readonly Step[]): Step[][] {
  const byAddress = new Map<Address, Step>(steps.map((step) => [step.change.address, step]));
  const layers = layersOf(byAddress.keys(), (address) => byAddress.get(address)?.change.dependsOn ?? []);
  return layers.map((layer) =>
    layer.map((address) => byAddress.get(address)).filter((step): step is Step => step !== undefined),
  );
}
