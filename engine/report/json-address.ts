/** Terraform's names for our resources: `okta/group/prod-breakglass` is `accord_okta_group.prod-breakglass`. */
import { compareText, parseAddress } from "../address.ts";
import type { Address } from "../model.ts";

export interface TerraformAddress {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  /**
   * Terraform knows neither instances nor every name of ours; what its name cannot say is said as a `for_each` key, so
   * that no two resources share an address.
   */
  readonly index?: string;
}

export function terraformAddress(address: Address, kind: string): TerraformAddress {
  const parts = parseAddress(address);
  if (parts === undefined) throw new Error(`${address} is no address`);
  const [provider = ""] = kind.split("/");
  const type = `accord_${kind.replaceAll(/[^A-Za-z0-9]/g, "_")}`;
  const name = identifier(parts.name);
  const index = [
    ...(parts.instance === provider ? [] : [parts.instance]),
    ...(name === parts.name ? [] : [parts.name]),
  ].join("/");
  if (index === "") return { address: `${type}.${name}`, type, name };
  return { address: `${type}.${name}[${JSON.stringify(index)}]`, type, name, index };
}

/** Letters, digits, `_` and `-`, not starting with a digit or `-`. */
function identifier(name: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  return /^[A-Za-z_]/.test(safe) ? safe : `_${safe}`;
}

/** Terraform's order: type, name, key. */
export function byTerraformAddress(a: TerraformAddress, b: TerraformAddress): number {
  return compareText(a.type, b.type) || compareText(a.name, b.name) || compareText(a.index ?? "", b.index ?? "");
}
