import type { TenantWorld } from "../../shared/emulator.ts";
import type { Tenant } from "./tenant.ts";

/** False when `id` was used before. What has expired is forgotten now and then, so that the memory stays small. */
export function spend(tenant: Tenant, world: TenantWorld, id: string, until: number): boolean {
  if (tenant.spent.has(id)) return false;
  if (tenant.spent.size > 5000) {
    for (const [known, expires] of tenant.spent) if (expires < world.wall()) tenant.spent.delete(known);
  }
  tenant.spent.set(id, until);
  return true;
}
