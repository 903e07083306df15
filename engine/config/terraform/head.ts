/** What stands before the resources: where the provider comes from, and a provider block for what accord.yaml says. */
import type { Spec, Value } from "../../model.ts";
import { type Schemas, settingsPath } from "../schemas.ts";
import type { Instance, Stack } from "../stack.ts";
import { asExpressions, withSecretsNamed } from "./expressions.ts";
import { PROVIDER, SOURCE, snakeCase } from "./names.ts";
import { attributesAt } from "./shape.ts";
import { valuesOf } from "./values.ts";

/** Instances named after their system are one block; every other one has a block of its own, with its name as the alias. */
export function headOf({ name, providers }: Pick<Stack, "name" | "providers">, schemas: Schemas): Spec {
  const instances = [...providers.values()];
  const plain = instances.filter((one) => one.name === one.provider);
  const others = instances.filter((one) => one.name !== one.provider);
  const block = { stack: name, ...Object.fromEntries(plain.map((one) => settingsOf(one, schemas))) };
  const aliased = others.map((one) => {
    const [system, settings] = settingsOf(one, schemas);
    return { alias: one.name, stack: name, [system]: settings };
  });
  return {
    terraform: { required_providers: { [PROVIDER]: { source: SOURCE } } },
    provider: { [PROVIDER]: aliased.length === 0 ? block : [block, ...aliased] },
  };
}

function settingsOf({ provider, settings }: Instance, schemas: Schemas): readonly [string, Value] {
  const attributes = attributesAt(settingsPath(provider), (path) => schemas.find(path) ?? {});
  return [snakeCase(provider), asExpressions(valuesOf(withSecretsNamed(settings), attributes), () => undefined)];
}
