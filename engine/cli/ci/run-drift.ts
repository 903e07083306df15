import type { Session } from "./session.ts";
export async function runDrift(_: Session): Promise<boolean> {
  return false;
}
