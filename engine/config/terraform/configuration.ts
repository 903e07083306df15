/** A whole stack as Terraform JSON, for stock Terraform or OpenTofu with the provider accord. */
import { compareText } from "../../address.ts";
import type { Address, Resource, Spec, Value } from "../../model.ts";
import { asSpec } from "../../value.ts";
import type { DeclaredOutput } from "../outputs.ts";
import type { Schemas } from "../schemas.ts";
import type { Stack } from "../stack.ts";
import { asExpressions, type BlockOf } from "./expressions.ts";
import { headOf } from "./head.ts";
import { foreignTypes, typeOf } from "./names.ts";
import { labelsOf, resourceBlock } from "./resource-block.ts";
import { shapeOfKind } from "./shape.ts";
import { synthesised } from "./synthesised.ts";

export interface WholeStack {
  readonly stack: Stack;
  readonly schemas: Schemas;
  readonly resources: readonly Resource[];
  readonly outputs: readonly DeclaredOutput[];
  readonly program: { readonly json: Value; readonly blocks: ReadonlyMap<Address, string> } | undefined;
}

export interface Configuration {
  readonly json: Spec;
  /** What Terraform calls each resource. */
  readonly blocks: ReadonlyMap<Address, string>;
}

export function configurationOf({ stack, schemas, resources, outputs, program }: WholeStack): Configuration {
  const types = [...foreignTypes(schemas.knownKinds(), (kind) => schemas.schemaOf(kind))];
  const foreign = new Map(types.map(([type, kind]) => [type, typeOf(kind)]));
  const ofProgram = [...(program?.blocks ?? [])].map(([address, name]): [Address, string] => {
    const type = name.slice(0, name.indexOf("."));
    return [address, `${foreign.get(type) ?? type}${name.slice(type.length)}`];
  });
  const inProgram = new Set(ofProgram.map(([address]) => address));
  // A repeated block is one block, whatever its instances are called.
  const taken = ofProgram.map(([, name]) => name.replace(/\[.*$/s, ""));
  const ofDocuments = resources.filter(({ address }) => !inProgram.has(address));
  const labels = labelsOf(ofDocuments, typeOf, taken);
  const blocks = new Map<Address, string>([...ofProgram, ...labels]);
  const blockOf: BlockOf = (address) => blocks.get(address);
  const head = headOf(stack, schemas);
  const written =
    program === undefined ? head : synthesised(program.json, head, { blockOf, variables: stack.variables, foreign });
  const shape = (kind: string) => shapeOfKind(kind, (path) => schemas.find(path) ?? {});
  let resource = asSpec(written.resource ?? {});
  for (const one of ofDocuments) {
    const { type, label, body } = resourceBlock(one, shape(one.kind), blockOf);
    resource = { ...resource, [type]: { ...asSpec(resource[type] ?? {}), [label]: body } };
  }
  const output = { ...outputBlocks(outputs, blockOf), ...asSpec(written.output ?? {}) };
  const json = {
    ...written,
    ...(Object.keys(resource).length === 0 ? {} : { resource: inOrder(resource) }),
    ...(Object.keys(output).length === 0 ? {} : { output }),
  };
  return { json, blocks };
}

function outputBlocks(outputs: readonly DeclaredOutput[], blockOf: BlockOf): Spec {
  return Object.fromEntries(
    outputs.map(({ name, value, description, sensitive }) => [
      name,
      {
        value: asExpressions(value, blockOf),
        ...(description === undefined ? {} : { description }),
        ...(sensitive ? { sensitive } : {}),
      },
    ]),
  );
}

function inOrder(value: Spec): Spec {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareText(a, b)));
}
