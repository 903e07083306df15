/** For stock Terraform: which provider runs the synthesised configuration. `accord plan` takes settings from accord.yaml. */
import { createRequire } from "node:module";
import type { Construct } from "constructs";
import { PROVIDER, SOURCE } from "../../config/terraform/names.ts";

const { TerraformProvider }: typeof import("cdktf") = createRequire(import.meta.url)("cdktf");

export interface AccordProviderOptions {
  /** Of another instance: `okta-emea`. */
  readonly alias?: string;
  /** Arguments of the provider block, as Terraform writes them. */
  readonly settings?: { readonly [name: string]: string | number | boolean };
}

export class AccordProvider extends TerraformProvider {
  readonly #settings: AccordProviderOptions["settings"];

  constructor(scope: Construct, id: string, { alias, settings }: AccordProviderOptions = {}) {
    super(scope, id, { terraformResourceType: PROVIDER, terraformProviderSource: SOURCE });
    if (alias !== undefined) this.alias = alias;
    this.#settings = settings;
  }

  protected override synthesizeAttributes(): { [name: string]: string | number | boolean } {
    return { ...this.#settings };
  }
}
