/** Who calls, and what their key may do (oncall.md §2.2). */
import { Refusal } from "./answer.ts";
import type { KeyRow, Memory, Right } from "./memory.ts";

const RIGHT_OF: Readonly<Record<string, Right>> = { GET: "read", DELETE: "delete" };

/** Undefined is a 401. */
export function keyOf(memory: Memory, request: Request): KeyRow | undefined {
  const token = /^GenieKey (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  return memory.keys.find((row) => row.token === token);
}

/** Users, teams and schedules are configuration; the account itself any key may read (assumption). */
export function mustBeAllowed(key: KeyRow, method: string, pathname: string): void {
  const needed: Right[] = [RIGHT_OF[method] ?? "create-and-update"];
  if (pathname !== "/v2/account") needed.push("configuration");
  const missing = needed.filter((right) => !key.rights.includes(right));
  if (missing.length === 0) return;
  throw new Refusal(403, "This API key is not permitted to do this", { code: 40301 });
}
