/**
 * What a state of Terraform (format 4, OpenTofu's too) says of the objects that the provider accord manages in it, and of
 * those of `others`: types that Accord knows as well (`null_resource`), whoever manages them there.
 */
import type { Spec, Value } from "../../model.ts";
import { ProblemError } from "../../problem.ts";
import { isList, isObject } from "../../value.ts";
import { PROVIDER } from "./names.ts";

export interface StatedObject {
  /** As Terraform writes it, for people. */
  readonly address: string;
  readonly type: string;
  readonly label: string;
  readonly key?: string | number;
  /** The provider configuration; undefined for the one without an alias. */
  readonly alias?: string;
  readonly id: string;
  readonly values: Spec;
  /** What the provider kept beside the attributes. */
  readonly private?: string;
}

export function objectsInState(text: string, file: string, others: ReadonlySet<string>): readonly StatedObject[] {
  const state = parsed(text, file);
  const resources = isObject(state) ? state.resources : undefined;
  if (!isObject(state) || state.version !== 4 || !isList(resources)) throw new ProblemError(noState(file));
  return resources.flatMap((resource) => {
    if (!isObject(resource) || resource.mode !== "managed" || !isList(resource.instances)) return [];
    const { type, name, provider, module } = resource;
    if (typeof type !== "string" || typeof name !== "string") return [];
    if (!type.startsWith(`${PROVIDER}_`) && !others.has(type)) return [];
    const alias = /\]\.([A-Za-z0-9_-]+)$/.exec(String(provider))?.[1];
    return resource.instances.flatMap((instance) => {
      // A deposed one is on its way out: Terraform would destroy it.
      if (!isObject(instance) || instance.deposed !== undefined) return [];
      return stated(instance, { type, label: name, module, ...(alias === undefined ? {} : { alias }) });
    });
  });
}

function stated(
  instance: Spec,
  { module, ...head }: { type: string; label: string; alias?: string; module: Value | undefined },
): StatedObject[] {
  const { attributes, index_key, private: kept } = instance;
  if (!isObject(attributes) || typeof attributes.id !== "string" || attributes.id === "") return [];
  const key = typeof index_key === "string" || typeof index_key === "number" ? index_key : undefined;
  const index = key === undefined ? "" : `[${JSON.stringify(key)}]`;
  const lead = typeof module === "string" ? `${module}.` : "";
  return [
    {
      ...head,
      address: `${lead}${head.type}.${head.label}${index}`,
      id: attributes.id,
      values: attributes,
      ...(key === undefined ? {} : { key }),
      ...(typeof kept === "string" ? { private: kept } : {}),
    },
  ];
}

function parsed(text: string, file: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    throw new ProblemError(noState(file), { cause: error });
  }
}

function noState(file: string) {
  return {
    code: "no-terraform-state",
    message: `${file} is no state of Terraform in format 4.`,
    hint: "`terraform state pull > terraform.tfstate` writes one, wherever the state is kept.",
  };
}
