/**
 * For stock Terraform: which provider runs what is synthesised, and where its tenants are. `accord plan` takes settings from
 * accord.yaml and leaves this alone; so does `accord convert --to terraform`, unless the settings stand here.
 */
import { createRequire } from "node:module";
import type { Construct } from "constructs";
import { PROVIDER, SOURCE } from "../../config/terraform/names.ts";
import type { Value } from "../../model.ts";

const { TerraformProvider }: typeof import("cdktf") = createRequire(import.meta.url)("cdktf");

export interface AccordProviderOptions {
  /** Of another instance: `okta-emea`. */
  readonly alias?: string;
  /** Name of the stack, which stands in the ownership markers of objects: as in accord.yaml. */
  readonly stack?: string;
  /**
   * Settings of each system, as Terraform writes them: `{ okta: { domain: "acme.okta.com", client_id: "…" } }`. A secret
   * is a sensitive variable, or the text `$${env:NAME}`.
   */
  readonly settings?: { readonly [system: string]: { readonly [name: string]: Value } };
}

export class AccordProvider extends TerraformProvider {
  readonly #attributes: { [name: string]: Value };

  constructor(scope: Construct, id: string, { alias, stack, settings }: AccordProviderOptions = {}) {
    super(scope, id, { terraformResourceType: PROVIDER, terraformProviderSource: SOURCE });
    if (alias !== undefined) this.alias = alias;
    this.#attributes = { ...(stack === undefined ? {} : { stack }), ...settings };
  }

  protected override synthesizeAttributes(): { [name: string]: Value } {
    return this.#attributes;
  }
}
