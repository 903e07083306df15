/** ⇄ `accord import --from-terraform`: what Terraform managed until now is bound, object by object, and nothing is written live. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type BlockType, blockTypes, foreignTypeNames, placedValues } from "../config/hcl/kinds.ts";
import { openSchemas } from "../config/schemas.ts";
import { nameOfLabel } from "../config/terraform/names.ts";
import { objectsInState, type StatedObject } from "../config/terraform/state-file.ts";
import { specOf } from "../config/terraform/values.ts";
import type { Owned, Resource, Spec, Value } from "../model.ts";
import { providerOf } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { errnoOf } from "../state/files.ts";
import { decodeMemory } from "../terraform/memory.ts";
import { isObject } from "../value.ts";
import { count } from "../words.ts";
import { placeAgain } from "./again.ts";
import { ownedOf, readOne } from "./bind-one.ts";
import { rebind } from "./binding.ts";
import { EXIT } from "./command.ts";
import { refuseUnlisted } from "./first-contact.ts";
import type { Invocation } from "./invocation.ts";
import { refuseOtherTenants } from "./pinned.ts";
import { openWorkspace, type Workspace } from "./workspace.ts";

interface Match {
  readonly stated: StatedObject;
  readonly resource: Resource;
  readonly type: BlockType;
}

export async function takeOver(invocation: Invocation, file: string): Promise<number> {
  const { world, voice } = invocation;
  const others = foreignTypeNames(openSchemas());
  const objects = objectsInState(await textOf(resolve(world.cwd, file), file), file, others);
  if (objects.every(({ type }) => others.has(type))) throw new ProblemError(nothingIn(file));
  const workspace = await openWorkspace(invocation);
  const matches = matched(objects, workspace);
  let bound: readonly Owned[] = [];
  await rebind(workspace, `accord import --from-terraform ${file}`, async ({ context }) => {
    const { resources, tenants } = context.state;
    const known = new Map(resources.map((one) => [one.address, one]));
    const open = matches.filter(({ stated, resource }) => known.get(resource.address)?.id !== stated.id);
    refuseTaken(open, resources);
    if (open.length === 0) return undefined;
    const used = [...new Set(open.map(({ resource }) => resource.instance))];
    await refuseOtherTenants(workspace, tenants, used);
    bound = await Promise.all(open.map((match) => ownedBy(match, workspace, context.state)));
    const connected = await workspace.connect();
    const seen = await Promise.all(
      used.map(async (name) => [name, await connected.get(name)?.connection.view().tenant()] as const),
    );
    const pinned = seen.flatMap(([name, tenant]) => (tenant === undefined ? [] : [[name, tenant] as const]));
    return {
      changes: bound.map((owned) => ({ address: owned.address, owned })),
      events: bound.map(({ address, id }) => ({ type: "import" as const, actor: workspace.actor, address, id })),
      settles: bound.map(({ address }) => address),
      tenants: { ...tenants, ...Object.fromEntries(pinned) },
    };
  });
  const rest = matches.length - bound.length;
  const already = rest === 0 ? "" : ` ${count(rest, "object")} ${rest === 1 ? "was" : "were"} bound before.`;
  voice.say(
    `${count(bound.length, "object")} of ${file} bound.${already} \`accord plan${placeAgain(invocation)}\` shows what differs.`,
  );
  voice.say(
    "Terraform still holds them in its state: let it go (`terraform state rm`, or a removed block) before it plans again.",
  );
  if (voice.json) voice.data(JSON.stringify(bound.map(({ address, id }) => ({ address, id }))));
  return EXIT.ok;
}

function nothingIn(file: string): Problem {
  return {
    code: "nothing-to-import",
    message: `${file} holds no object of the provider accord.`,
    hint: "`terraform state list` shows what it holds: accord_<system>_<kind>.<name> is ours.",
  };
}

/** Each with its document: by its address, else by what people call the object. */
function matched(
  objects: readonly StatedObject[],
  { schemas, stack, resources, catalog }: Workspace,
): readonly Match[] {
  const problems: Problem[] = [];
  const typeNamed = blockTypes(schemas);
  const byAddress = new Map<string, Resource>(resources.map((one) => [one.address, one]));
  const matches = objects.flatMap((stated): Match[] => {
    const type = typeNamed(stated.type);
    if (type === undefined) {
      problems.push({
        code: "unknown-type",
        message: `${stated.address}: there is no kind for ${stated.type}.`,
        hint: "Another version of Accord wrote it: use that one.",
      });
      return [];
    }
    const { kind } = type;
    const instance = stated.alias !== undefined && stack.providers.has(stated.alias) ? stated.alias : providerOf(kind);
    const envelope = stated.values.accord;
    const said =
      isObject(envelope) && typeof envelope.name === "string" ? envelope.name : nameOfLabel(stated.label, stated.key);
    const address = `${instance}/${kind.slice(kind.indexOf("/") + 1)}/${said}`;
    const key = decodeMemory(bytesOf(stated))?.owned.applied;
    const called = key === undefined ? undefined : catalog.factsOf(kind).key(key);
    const alike = resources.filter(
      (one) =>
        one.kind === kind &&
        one.instance === instance &&
        called !== undefined &&
        catalog.factsOf(kind).key(one.spec) === called,
    );
    const resource = byAddress.get(address) ?? (alike.length === 1 ? alike[0] : undefined);
    // What another provider manages there, and nobody declares here, is none of our business.
    if (resource === undefined && type.foreign !== undefined) return [];
    if (resource === undefined) {
      problems.push({
        code: "unknown-address",
        message: `${stated.address}: there is no document ${address} in this stack.`,
        hint: "Write the document first: what is imported must be declared.",
      });
      return [];
    }
    return [{ stated, resource, type }];
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return matches;
}

function refuseTaken(open: readonly Match[], owned: readonly Owned[]): void {
  const problems = open.flatMap(({ stated, resource }): Problem[] => {
    const other = owned.find(
      (one) =>
        one.address === resource.address ||
        (one.kind === resource.kind && one.id === stated.id && one.address.startsWith(`${resource.instance}/`)),
    );
    if (other === undefined) return [];
    const message =
      other.address === resource.address
        ? `${resource.address} is bound to ${other.id}, and ${stated.address} is ${stated.id}.`
        : `${stated.id} is owned as ${other.address}.`;
    return [
      {
        code: "already-bound",
        message,
        hint: `Let it go first: accord forget ${other.address}.`,
        address: resource.address,
        source: resource.source,
      },
    ];
  });
  if (problems.length > 0) throw new ProblemError(problems);
}

/** As the plugin remembered it; what it lost is read anew, like any import. */
async function ownedBy(
  { stated, resource, type }: Match,
  workspace: Workspace,
  state: Parameters<typeof refuseUnlisted>[1],
): Promise<Owned> {
  const memory = decodeMemory(bytesOf(stated));
  if (memory !== undefined) {
    const { onRemoval: _, ...owned } = memory.owned;
    const { address, protect, dependsOn, onRemoval } = resource;
    return { ...owned, address, id: stated.id, protect, dependsOn, ...(onRemoval === undefined ? {} : { onRemoval }) };
  }
  const { can } = workspace.catalog.factsOf(resource.kind);
  if (!can.get && !can.list) return ownedOf(resource, { id: stated.id, spec: specIn(stated, type) }, workspace);
  const owned = ownedOf(resource, await readOne(resource, stated.id, workspace), workspace);
  await refuseUnlisted(workspace, state, resource, owned);
  return owned;
}

/** Of what exists in state only: as that state says it. */
function specIn({ values }: StatedObject, type: BlockType): Spec {
  const { places, returns } = type.foreign ?? {};
  if (places === undefined) return specOf(values, type.attributes);
  const known = new Set([...Object.keys(places), ...Object.values(returns ?? {})]);
  const own = Object.entries(values).filter(([name]) => known.has(name));
  return placedValues(Object.fromEntries(own.map(([name, value]) => [name, untyped(value)])), type);
}

/** Terraform keeps a value of any type with its type beside it. */
function untyped(value: Value): Value {
  return isObject(value) && Object.keys(value).toSorted().join() === "type,value" ? (value.value ?? null) : value;
}

function bytesOf({ private: kept }: StatedObject): Uint8Array | undefined {
  return kept === undefined ? undefined : Buffer.from(kept, "base64");
}

async function textOf(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    throw new ProblemError(
      {
        code: "no-file",
        message: `There is no file ${file}.`,
        hint: "`terraform state pull > terraform.tfstate` writes one.",
      },
      { cause: error },
    );
  }
}
