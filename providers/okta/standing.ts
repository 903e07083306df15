/** Who we are, and who could let us in again: they must survive every plan. */
import type { Standing } from "../../engine/provider.ts";
import { inParallel } from "../shared/in-parallel.ts";
import { hasCode } from "./client/errors.ts";
import type { OktaReader } from "./client.ts";
import { loginOf } from "./resources/names.ts";

type Holder = Standing["administrators"][number];

export async function standing(reader: OktaReader): Promise<Standing> {
  const { credential } = reader.settings;
  if (credential.kind !== "token") {
    const self = { id: credential.clientId, label: `client ${credential.clientId}` };
    return { self, administrators: await administrators(reader) };
  }
  const { id, login } = await reader.me();
  return { self: { id, label: login }, administrators: await administrators(reader) };
}

/** Without the right to read roles nobody is known, which is not the same as nobody. */
async function administrators(reader: OktaReader): Promise<readonly Holder[]> {
  try {
    return [...(await superUsers(reader)), ...(await superGroups(reader))];
  } catch (error) {
    if (hasCode(error, "okta-forbidden")) return [];
    throw error;
  }
}

async function superUsers(reader: OktaReader): Promise<readonly Holder[]> {
  const held = inParallel(await reader.administrators(), async (id) => ({
    id,
    isSuper: await isSuper(reader, "user", id),
  }));
  const holders: Holder[] = [];
  for await (const { id, isSuper } of held) {
    if (isSuper) holders.push({ id, label: (await loginOf(reader, id)) ?? id });
  }
  return holders;
}

/** Groups have no list of roles; their statistics tell which are worth asking (okta.md §4.8). */
async function superGroups(reader: OktaReader): Promise<readonly Holder[]> {
  const suspects = (await reader.groups()).filter((group) => group.hasAdminPrivilege);
  const held = inParallel(suspects, async (group) => ({ group, isSuper: await isSuper(reader, "group", group.id) }));
  const holders: Holder[] = [];
  for await (const { group, isSuper } of held) {
    if (isSuper) holders.push({ id: group.id, label: `group ${group.name}` });
  }
  return holders;
}

async function isSuper(reader: OktaReader, type: "user" | "group", id: string): Promise<boolean> {
  return (await reader.roles({ type, id })).some((role) => role.type === "SUPER_ADMIN");
}
