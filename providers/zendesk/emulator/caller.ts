import type { Exchange } from "../../shared/emulator.ts";
import type { Principal } from "./auth.ts";
import { unauthorized } from "./refusal.ts";

/** Who sent a request; the dispatcher has noted it before a route sees it. */
export type Caller = (request: Request) => Principal | undefined;

export function callerOf(caller: Caller, { request }: Exchange): Principal {
  const principal = caller(request);
  if (principal === undefined) throw unauthorized();
  return principal;
}
