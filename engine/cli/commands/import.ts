import { parseAddress } from "../../address.ts";
import type { Owned, Resource } from "../../model.ts";
import { ProblemError } from "../../problem.ts";
import { nearest } from "../../words.ts";
import { placeAgain } from "../again.ts";
import { ownedOf, readOne } from "../bind-one.ts";
import { rebind } from "../binding.ts";
import { type Command, EXIT } from "../command.ts";
import { refuseUnlisted } from "../first-contact.ts";
import { refuseOtherTenants } from "../pinned.ts";
import { openWorkspace, type Workspace } from "../workspace.ts";

export const importOne: Command = {
  name: "import",
  arguments: "ADDRESS ID",
  summary: "Bind one existing object to an address, or all that a Terraform state holds",
  description: [
    "The document must exist; the object is read by its vendor id and remembered as ours. Nothing changes live: the next",
    "plan shows what differs. Members that are live and not listed are a problem, as wherever something is bound.",
    "With --from-terraform every object that the provider accord manages in a state of Terraform is taken over.",
  ],
  options: {
    "from-terraform": { type: "string", value: "FILE", description: "A state of Terraform or OpenTofu, as a file." },
  },
  examples: [
    ["accord import okta/group/prod-breakglass 00g1abcd2EFGHIJKL5d7", "Take a group over"],
    ["accord import --from-terraform terraform.tfstate", "Take over what Terraform managed until now"],
  ],
  async run(invocation) {
    const { voice, arguments: given } = invocation;
    const [text, id] = given.positionals;
    const file = given.text("from-terraform");
    if (file !== undefined) return (await import("../take-over.ts")).takeOver(invocation, file);
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
