/**
 * A place for credentials (c1.md §10). C1 cannot list vaults, so one is known by its id alone; and it takes owners only
 * when a vault is made and never shows them, so those that were applied stand for them.
 */

import type { Kind, WantedObject } from "../../../engine/kind.ts";
import type { FieldChange, Gone, Live, Spec } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { touches } from "../../shared/changes.ts";
import { type Fields, isFields } from "../../shared/narrow.ts";
import { textAt } from "../../shared/spec.ts";
import { count, fields, flag, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { ownerEdges } from "./holding.ts";
import { ownersApplied, userIds } from "./people.ts";

export const vault: Kind<C1Reader, C1Writer> = {
  name: "vault",
  // No read shows owners: the answer to a write is all that there is.
  proof: { by: "response" },

  key: (spec) => textAt(spec, "displayName"),

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const one of wanted) {
      const row = await reader.vault(one.id);
      yield row === undefined ? { gone: true, id: one.id } : await vaultToLive(reader, row, one.known);
    }
  },

  async create(writer, spec, context) {
    const ownerIds = userIds(spec.owners, context);
    const row = await writer.createVault({ ...vaultToApi(spec), ...(ownerIds.length === 0 ? {} : { ownerIds }) });
    await context.made(text(row.id));
    return vaultToLive(writer, row, [spec]);
  },

  async update(writer, live, spec, changes) {
    const api = vaultToApi(
      { ...live.spec, ...spec, magic: { ...asSpec(live.spec.magic ?? {}), ...asSpec(spec.magic ?? {}) } },
      changes,
    );
    return vaultToLive(writer, await writer.updateVault(live.id, api, Object.keys(api)), [spec, live.spec]);
  },

  async delete(writer, live) {
    await writer.deleteVault(live.id);
  },

  describe({ action }) {
    if (action === "none") return {};
    const notes = [
      "C1 cannot list vaults: it is kept by its id in this stack's state. Without that, look the id up in C1's console and `accord import` it.",
    ];
    if (action === "create") return { notes };
    if (action === "delete" || action === "replace") {
      return { undo: "none", notes: [...notes, "What is kept in the vault goes with it, and nothing brings it back."] };
    }
    return { notes };
  },

  edges: (object) => ownerEdges(object, `vault ${text(object.spec.displayName)}`, true),
};

async function vaultToLive(reader: C1Reader, row: Fields, known: WantedObject["known"] = []): Promise<Live> {
  const createdAt = text(row.createdAt);
  const magic = fields(row.magicVault);
  const { owners, people } = await ownersApplied(reader, known);
  return {
    id: text(row.id),
    spec: {
      displayName: text(row.displayName),
      description: text(row.description),
      access: isFields(row.magicVault) ? "magic" : "group",
      ...(isFields(row.magicVault)
        ? { magic: { allowUnauthenticated: flag(magic.allowUnauthedViews), views: count(magic.allowedViews) } }
        : {}),
      ...(owners === undefined ? {} : { owners }),
    },
    people,
    ...(createdAt === "" ? {} : { createdAt }),
  };
}

function vaultToApi(spec: Spec, changes?: readonly FieldChange[]): Fields {
  const wants = (field: string): boolean =>
    spec[field] !== undefined && (changes === undefined || touches(changes, field));
  const magic = asSpec(spec.magic ?? {});
  const kind =
    spec.access === "magic"
      ? { magicVault: { allowUnauthedViews: flag(magic.allowUnauthenticated), allowedViews: count(magic.views) } }
      : { groupAuthzVault: {} };
  return {
    ...(wants("displayName") ? { displayName: text(spec.displayName) } : {}),
    ...(wants("description") ? { description: text(spec.description) } : {}),
    ...(changes === undefined || touches(changes, "magic") ? kind : {}),
  };
}
