/** By what Terraform recognises an object, apart from its state: the vendor's id, which tells it within its tenant. */
import { asSpec } from "../value.ts";
import { type DynamicValue, decodeValue, encodeValue } from "./dynamic-value.ts";
import type { State } from "./state.ts";

/** `ResourceIdentityData`. */
export interface IdentityData {
  readonly identity_data: DynamicValue;
}

export const IDENTITY_SCHEMA = {
  version: 0,
  identity_attributes: [
    {
      name: "id",
      type: Buffer.from('"string"'),
      required_for_import: true,
      description: "The vendor's id of the object.",
    },
  ],
};

/** Of what is planned too: an id that is not known yet stays so. Undefined of what is no more. */
export function identityOf(state: Pick<State, "values"> | null): IdentityData | undefined {
  return state === null ? undefined : { identity_data: encodeValue({ id: state.values.id ?? null }) };
}

/** The id that an import by identity names. */
export function idOf(identity: IdentityData | null | undefined): string | undefined {
  if (identity === null || identity === undefined) return undefined;
  const { id } = asSpec(decodeValue(identity.identity_data));
  return typeof id === "string" && id !== "" ? id : undefined;
}
