/** Who we are, and who else administers the account: they must survive every plan. */
import { ProblemError } from "../../engine/problem.ts";
import type { Standing } from "../../engine/provider.ts";
import { loginOf } from "./client/users.ts";
import type { ZendeskReader } from "./client.ts";
import { anonymous } from "./preflight.ts";

export async function standing(reader: ZendeskReader): Promise<Standing> {
  const me = await reader.me();
  if (me === undefined) throw new ProblemError(anonymous(reader));
  const administrators = (await reader.team()).filter(
    (user) => user.role === "admin" && user.active && !user.suspended,
  );
  return {
    self: { id: me.id, label: loginOf(me) },
    administrators: administrators.map((user) => ({ id: user.id, label: loginOf(user) })),
  };
}
