/** ⇄ One existing object, read by its vendor id, and what state would remember of it as bound. */
import { withoutSecrets } from "../apply/fill.ts";
import { applyFields, diffFields } from "../diff/fields.ts";
import { isForeign, markedBy } from "../diff/ours.ts";
import { buildGraph } from "../graph/build.ts";
import { resolveSpec } from "../graph/refs.ts";
import type { Live, Owned, Resource, Spec } from "../model.ts";
import { shortKind } from "../plan/tenants.ts";
import { ProblemError } from "../problem.ts";
import { hasUnknown } from "../value.ts";
import type { Workspace } from "./workspace.ts";

export async function readOne(resource: Resource, id: string, workspace: Workspace): Promise<Live> {
  const target = (await workspace.connect()).get(resource.instance);
  const facts = workspace.catalog.factsOf(resource.kind);
  if (target === undefined || !facts.can.get) {
    throw new ProblemError({
      code: "cannot-import",
      message: `${resource.kind} has no object to read by id.`,
      hint: "Objects of this kind are only ever created.",
      address: resource.address,
    });
  }
  // What no read shows, a kind takes as it is declared.
  const wanted = { id, fields: Object.keys(resource.spec), known: [knownOf(resource, workspace)] };
  for await (const answer of target.connection.view().get(shortKind(resource.kind), [wanted])) {
    if (answer.id !== id || "gone" in answer) continue;
    if (isForeign(answer, workspace.stack.name)) {
      throw new ProblemError({
        code: "foreign-object",
        message: `${id} is managed by ${markedBy(answer)}.`,
        hint: "Remove it there first.",
        address: resource.address,
        source: resource.source,
      });
    }
    return answer;
  }
  throw new ProblemError({
    code: "not-found",
    message: `There is no ${resource.kind} with the id ${id} in ${resource.instance}.`,
    hint: "Ids are the vendor's own; the object's page in its console shows it.",
    address: resource.address,
    source: resource.source,
  });
}

/** What is declared, as far as it names nothing that would have to be looked up. */
function knownOf(resource: Resource, workspace: Workspace): Spec {
  const rule = workspace.catalog.rulesOf(resource.kind).spec;
  buildGraph([...workspace.resources], (kind) => workspace.catalog.rulesOf(kind), workspace.instanceProviders);
  const resolved = resolveSpec(
    resource,
    rule,
    () => undefined,
    () => undefined,
    () => resource.instance,
  );
  return Object.fromEntries(Object.entries(resolved).filter(([, value]) => !hasUnknown(value)));
}

/** What is live and declared alike counts as applied; the rest is for the next plan. */
export function ownedOf(resource: Resource, live: Live, workspace: Workspace): Owned {
  const rule = workspace.catalog.rulesOf(resource.kind).spec;
  const known = knownOf(resource, workspace);
  const differences = diffFields(known, live.spec, rule);
  const applied = Object.fromEntries(
    Object.entries(applyFields(known, [], rule)).map(([field, value]) => [
      field,
      differences.some((change) => change.path[0] === field) ? (live.spec[field] ?? null) : value,
    ]),
  );
  return {
    address: resource.address,
    kind: resource.kind,
    id: live.id,
    applied: withoutSecrets(applied),
    ...(live.computed === undefined ? {} : { computed: live.computed }),
    people: {},
    secrets: {},
    protect: resource.protect,
    origin: "adopted",
    ...(resource.onRemoval === undefined ? {} : { onRemoval: resource.onRemoval }),
    dependsOn: resource.dependsOn,
  };
}
