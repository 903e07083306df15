import { parseAddress } from "../../address.ts";
import { withoutSecrets } from "../../apply/fill.ts";
import { applyFields, diffFields } from "../../diff/fields.ts";
import { isForeign, markedBy } from "../../diff/ours.ts";
import { buildGraph } from "../../graph/build.ts";
import { resolveSpec } from "../../graph/refs.ts";
import type { Live, Owned, Resource, Spec } from "../../model.ts";
import { shortKind } from "../../plan/tenants.ts";
import { ProblemError } from "../../problem.ts";
import { hasUnknown } from "../../value.ts";
import { nearest } from "../../words.ts";
import { placeAgain } from "../again.ts";
import { rebind } from "../binding.ts";
import { type Command, EXIT } from "../command.ts";
import { refuseUnlisted } from "../first-contact.ts";
import { refuseOtherTenants } from "../pinned.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";

export const importOne: Command = {
  name: "import",
  arguments: "ADDRESS ID",
  summary: "Bind one existing object to an address",
  description: [
    "The document must exist; the object is read by its vendor id and remembered as ours. Nothing changes live: the next",
    "plan shows what differs. Members that are live and not listed are a problem, as wherever something is bound.",
  ],
  examples: [["accord import okta/group/prod-breakglass 00g1abcd2EFGHIJKL5d7", "Take a group over"]],
  async run(invocation) {
    const { voice, arguments: given } = invocation;
    const [text, id] = given.positionals;
    if (text === undefined || id === undefined) {
      throw new ProblemError({
        code: "usage",
        message: "import takes an address and an id.",
        hint: "accord import ADDRESS ID",
      });
    }
    const workspace = await openWorkspace(invocation);
    const resource = declared(text, workspace);
    await rebind(workspace, `accord import ${text} ${id}`, async ({ context }) => {
      const bound = context.state.resources.find((one) => one.address === resource.address);
      if (bound !== undefined && bound.id === id) return undefined;
      refuseTaken(resource, id, bound, context.state.resources);
      await refuseOtherTenants(workspace, context.state.tenants, [resource.instance]);
      const live = await readOne(resource, id, workspace);
      const target = (await workspace.connect()).get(resource.instance);
      const tenant = await target?.connection.view().tenant();
      const owned = ownedOf(resource, live, workspace);
      await refuseUnlisted(workspace, context.state, resource, owned);
      return {
        changes: [{ address: resource.address, owned }],
        events: [{ type: "import", actor: workspace.actor, address: resource.address, id }],
        settles: [resource.address],
        ...(tenant === undefined ? {} : { tenants: { ...context.state.tenants, [resource.instance]: tenant } }),
      };
    });
    voice.say(`${resource.address} is bound to ${id}. \`accord plan${placeAgain(invocation)}\` shows what differs.`);
    if (voice.json) voice.data(JSON.stringify({ address: resource.address, id }));
    return EXIT.ok;
  },
};

function declared(text: string, workspace: Workspace): Resource {
  const address = parseAddress(text)?.address;
  const resource = workspace.resources.find((one) => one.address === address);
  if (resource !== undefined) return resource;
  throw new ProblemError({
    code: "unknown-address",
    message: `There is no document ${text} in this stack.`,
    hint:
      nearest(
        text,
        workspace.resources.map((one) => one.address),
      ) || "Write the document first: what is imported must be declared.",
  });
}

function refuseTaken(resource: Resource, id: string, bound: Owned | undefined, owned: readonly Owned[]): void {
  if (bound !== undefined) {
    throw new ProblemError({
      code: "already-bound",
      message: `${resource.address} is bound to ${bound.id}.`,
      hint: `Let it go first: accord forget ${resource.address}.`,
      address: resource.address,
      source: resource.source,
    });
  }
  const other = owned.find(
    (one) => one.kind === resource.kind && one.id === id && one.address.startsWith(`${resource.instance}/`),
  );
  if (other === undefined) return;
  throw new ProblemError({
    code: "already-owned",
    message: `${id} is owned as ${other.address}.`,
    hint: `Rename it: accord move ${other.address} ${resource.address}.`,
    address: resource.address,
  });
}

async function readOne(resource: Resource, id: string, workspace: Workspace): Promise<Live> {
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
function ownedOf(resource: Resource, live: Live, workspace: Workspace): Owned {
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
