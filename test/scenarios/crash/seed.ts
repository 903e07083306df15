import { type Memory, serveTenants } from "./tenants.ts";

/**
 * How long C1's reads hide a new owner, milliseconds. The vendor takes up to 150 s (c1.md §2); here it is long enough
 * to be met, and no longer, since each further look at what lags is like the one before.
 */
const OWNERS_LAG = 800;

/** The tenants as every case finds them. */
export async function seeded(): Promise<Memory> {
  const served = await serveTenants();
  served.c1.tenant.lags.owners = OWNERS_LAG;
  const memory = served.tenants.save();
  await served.close();
  return memory;
}
