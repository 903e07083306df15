import { createMemo } from "../../shared/memo.ts";
import { optionalText } from "../../shared/narrow.ts";
import { fieldsOf, listOf, textOf, typeOf } from "./narrow.ts";
import type { Seen } from "./seen.ts";
import type { Transport } from "./transport.ts";
import { userOf } from "./users.ts";

/** Anything that can be a member, an owner or a principal. */
export interface DirectoryObject {
  readonly id: string;
  /** `user`, `group`, `servicePrincipal`, `device`, `orgContact`; undefined where Graph does not say. */
  readonly type: string | undefined;
  /** A user's login, else the display name; undefined where the credential may not see it. */
  readonly label: string | undefined;
}

export interface DirectoryReads {
  /** By id, a thousand in a call; ids that are unknown are left out. */
  objects(ids: readonly string[]): Promise<readonly DirectoryObject[]>;
}

/** Ids of one `getByIds` (entra.md §3.6). */
const MOST = 1_000;

export function directoryReads(transport: Transport, seen: Seen): DirectoryReads {
  const known = createMemo<ReadonlyMap<string, DirectoryObject>>();
  return {
    async objects(ids) {
      const found: DirectoryObject[] = [];
      const unique = [...new Set(ids)].sort();
      for (let start = 0; start < unique.length; start += MOST) {
        const chunk = unique.slice(start, start + MOST);
        found.push(...(await known(chunk.join(), () => fetchObjects(transport, seen, chunk))).values());
      }
      return found;
    },
  };
}

async function fetchObjects(
  transport: Transport,
  seen: Seen,
  ids: readonly string[],
): Promise<ReadonlyMap<string, DirectoryObject>> {
  const { body } = await transport.send({
    method: "POST",
    path: "/directoryObjects/getByIds",
    body: { ids },
    writes: false,
    units: 3,
  });
  return new Map(
    listOf(fieldsOf(body, "objects").value, "objects", (row) => {
      const object = objectOf(row);
      if (object.type === "user" && object.label !== undefined) seen.users([userOf(row)]);
      return [object.id.toLowerCase(), object] as const;
    }),
  );
}

export function objectOf(body: unknown): DirectoryObject {
  const row = fieldsOf(body, "an object");
  const type = typeOf(row);
  return {
    id: textOf(row, "id", "an object"),
    type,
    label: (type === "user" ? optionalText(row, "userPrincipalName") : undefined) ?? optionalText(row, "displayName"),
  };
}
