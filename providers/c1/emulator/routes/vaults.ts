/** Vaults: no list, owners only at creation, and a mask that may not be left out (c1.md §2, §10). */
import { isFields } from "../../../shared/narrow.ts";
import { type Context, type Endpoint, param, reads, required, updated, writes } from "../endpoint.ts";
import { setOwners } from "../owners.ts";
import { isAlive } from "../search.ts";
import { CreateVault, Vault } from "../shapes/vault.ts";
import { invalid, notFound } from "../status.ts";

const BASE = "/api/v1/vaults";
const WRITABLE = ["description", "displayName", "groupAuthzVault", "magicVault"] as const;

export const vaultEndpoints: readonly Endpoint[] = [
  writes("POST", BASE, "vaults", "vault.create", (context) => {
    const { tenant } = context;
    const { ownerIds, ...asked } = CreateVault.make(CreateVault.given(context.body));
    required(asked.displayName, "VaultServiceCreateRequest.DisplayName");
    const now = tenant.stamp();
    const vault = Vault.make({ ...asked, createdAt: now, id: tenant.newId(), updatedAt: now });
    if (ownerIds.length > 0) setOwners(tenant, `vault/${vault.id}`, { users: ownerIds });
    context.touch(vault.id);
    return { vault: tenant.vaults.put(vault) };
  }),
  reads("GET", `${BASE}/{id}`, "vaults", (context) => ({ vault: found(context) })),
  writes("POST", `${BASE}/{id}`, "vaults", "vault.update", (context) => {
    const vault = live(context);
    const { body, tenant } = context;
    if (!isFields(body) || typeof body.updateMask !== "string" || body.updateMask === "") {
      throw invalid("update_mask is required");
    }
    const patch = updated(body, "vault", Vault, vault, WRITABLE);
    return { vault: tenant.vaults.put({ ...vault, ...patch, updatedAt: tenant.stamp() }) };
  }),
  writes("DELETE", `${BASE}/{id}`, "vaults", "vault.delete", (context) => {
    context.tenant.vaults.put({ ...live(context), deletedAt: context.tenant.stamp() });
    return {};
  }),
];

function found(context: Context): Vault {
  const vault = context.tenant.vaults.get(param(context, "id"));
  if (vault === undefined) throw notFound("vault");
  return vault;
}

function live(context: Context): Vault {
  const vault = found(context);
  if (!isAlive(vault)) throw notFound("vault");
  return vault;
}
