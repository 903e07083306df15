// Written by `npm run generate:constructs` from schemas/: change those, not this.
import type { Construct } from "constructs";
import { DeclaredResource, type Treatment } from "../resource.ts";


/** Null resource. An object that exists only in state (Terraform's null_resource): something to depend on, replaced when its triggers change. */
export interface ResourceSpec {
  /** Any texts, usually outputs of other resources. Changing one replaces the resource, and so gives it a new id. */
  readonly triggers?: { readonly [name: string]: string };
}

/** Null resource. An object that exists only in state (Terraform's null_resource): something to depend on, replaced when its triggers change. */
export class Resource extends DeclaredResource {
  readonly kind = "null/resource";

  constructor(scope: Construct, id: string, spec: ResourceSpec, treatment: Treatment<never> = {}) {
    super(scope, id, "null/resource", spec, treatment);
  }
}
