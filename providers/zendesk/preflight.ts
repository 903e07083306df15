/** What must be so before an answer of Zendesk counts as a fact (zendesk.md §1). */
import { type Problem, problemsOf } from "../../engine/problem.ts";
import type { InstanceFinding } from "../../engine/provider.ts";
import { tokenEnd } from "./auth/token-end.ts";
import { deadCredential } from "./client/errors.ts";
import { loginOf } from "./client/users.ts";
import type { ZendeskReader } from "./client.ts";
import { withCustomRoles } from "./enterprise.ts";

export async function preflight(reader: ZendeskReader, kinds: readonly string[]): Promise<readonly InstanceFinding[]> {
  try {
    const me = await reader.me();
    if (me === undefined) return [anonymous(reader)];
    if (me.role !== "admin") {
      return [
        {
          code: "zendesk-not-admin",
          message: `The credential acts as ${loginOf(me)}, who is ${me.role === "agent" ? "an agent" : "an end user"}: lists would leave out what that person may not see.`,
          hint: "Tie the OAuth client to an administrator, or give `email` of one.",
          fatal: true,
        },
      ];
    }
    if (kinds.includes("custom-role")) await withCustomRoles(reader.customRoles());
    return endOfToken(reader);
  } catch (error) {
    return problemsOf(error);
  }
}

/** A credential that ends is said in every plan, while it works. */
function endOfToken(reader: ZendeskReader): readonly InstanceFinding[] {
  if (reader.settings.credential.kind !== "token") return [];
  const { detail, hint = "" } = tokenEnd(reader.clock.now());
  return [{ code: "zendesk-api-tokens-end", severity: "warning", message: detail, hint }];
}

/** `users/me` answers 200 to nobody in particular, which must not pass for a working credential. */
export function anonymous(reader: ZendeskReader): Problem {
  const { host } = reader.settings.base;
  return { message: `${host} takes the caller for an anonymous visitor.`, ...deadCredential(host) };
}
