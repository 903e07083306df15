/** Vaults (c1.md §10). */
import { empty, flag, id, list, message, span, text, time, type Value, whole } from "../message.ts";

const arms = { groupAuthzVault: empty, magicVault: message({ allowUnauthedViews: flag, allowedViews: whole }) };
const written = { ...arms, description: text, displayName: text };
const one = ["groupAuthzVault", "magicVault"] as const;

export const CreateVault = message({ ...written, ownerIds: list(id) }, [one]);
export const Vault = message(
  { ...written, createdAt: time, credentialExpirationDuration: span, deletedAt: time, id, updatedAt: time },
  [one],
);
export type Vault = Value<typeof Vault>;
