/** People, our own standing, and who changed what. */

import type { AuditEvent, Tenant } from "../../engine/model.ts";
import type { PersonMatch, Standing } from "../../engine/provider.ts";
import { type Fields, jsonValue } from "../shared/narrow.ts";
import { fields, text } from "./client/wire.ts";
import type { C1Reader } from "./client.ts";

export async function tenant(reader: C1Reader): Promise<Tenant> {
  const { tenantId } = await reader.introspect();
  return { id: tenantId, host: reader.connection.host };
}

/** C1 has no logins of its own: a person is who has exactly this primary e-mail. */
export async function people(reader: C1Reader, names: readonly string[]): Promise<readonly PersonMatch[]> {
  return Promise.all(
    names.map(async (name) => ({
      name,
      candidates: (await reader.usersByEmail(name)).map((user) => ({ id: user.id, login: user.email })),
    })),
  );
}

export async function standing(reader: C1Reader): Promise<Standing> {
  const self = await reader.introspect();
  const administrator = (await reader.roles()).find((role) =>
    /^super.?admin/i.test(text(role.displayName) || text(role.name)),
  );
  const users = administrator === undefined ? [] : await reader.usersWithRole(text(administrator.id));
  const id = self.userId || self.principalId;
  return {
    self: { id, label: users.find((user) => user.id === id)?.displayName || id },
    administrators: users.map((user) => ({ id: user.id, label: user.email || user.displayName || user.id })),
  };
}

/** OCSF events name their objects in many places; an id anywhere in one counts. */
export async function audit(reader: C1Reader, ids: readonly string[], since: number): Promise<readonly AuditEvent[]> {
  const events = await reader.events(new Date(since).toISOString());
  return events.flatMap((event) => {
    const raw = JSON.stringify(jsonValue(event));
    const targets = ids.filter((id) => raw.includes(id.split("/").at(-1) ?? id));
    return targets.length === 0 ? [] : [{ ...headOf(event), targets }];
  });
}

function headOf(event: Fields): Omit<AuditEvent, "targets"> {
  const user = fields(fields(event.actor).user);
  const time = event.time;
  return {
    time: typeof time === "number" ? new Date(time).toISOString() : text(event.time_dt) || text(time),
    ...(text(user.uid) === "" ? {} : { actorId: text(user.uid) }),
    actor: text(user.email_addr) || text(user.name) || text(user.uid) || "unknown",
    action: text(fields(event.api).operation) || text(event.activity_name) || text(event.type_name) || "changed",
  };
}
