/** Vaults, which can only be asked for one by one (c1.md §10). */

import { path } from "../../shared/http.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { Api, WriteApi } from "./api.ts";
import { fields, present, text } from "./wire.ts";

export function vaultReads(api: Api) {
  return {
    async vault(id: string): Promise<Fields | undefined> {
      const answer = await api.get(path`/api/v1/vaults/${id}`);
      return present(answer && fields(answer.vault), `vault ${id}`);
    },
  };
}

export function vaultWrites(api: WriteApi) {
  return {
    createVault: async (vault: Fields) =>
      fields((await api.post("/api/v1/vaults", vault, text(vault.displayName))).vault),
    /** Without a mask C1 refuses. */
    updateVault: async (id: string, vault: Fields, mask: readonly string[]) =>
      fields((await api.post(path`/api/v1/vaults/${id}`, { vault, updateMask: mask.join(",") })).vault),
    deleteVault: (id: string) => api.remove(path`/api/v1/vaults/${id}`),
  };
}
