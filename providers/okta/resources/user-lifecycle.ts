/** A user's lifecycle: none of its moves may be repeated, so each starts from the status as it is (okta.md §4.1). */
import { ProblemError } from "../../../engine/problem.ts";
import type { User } from "../client/users.ts";
import type { OktaWriter } from "../client.ts";

export type WantedStatus = "active" | "staged" | "suspended" | "deactivated";

const POLL = 2_000;
const PATIENCE = 60_000;

export async function moveTo(writer: OktaWriter, user: User, wanted: WantedStatus): Promise<void> {
  switch (wanted) {
    case "active":
      if (user.status === "STAGED" || user.status === "DEPROVISIONED") return writer.moveUser(user.id, "activate");
      if (user.status === "SUSPENDED") return writer.moveUser(user.id, "unsuspend");
      return;
    case "suspended":
      return suspend(writer, user);
    case "deactivated":
      if (user.status !== "DEPROVISIONED") await writer.moveUser(user.id, "deactivate");
      return;
    case "staged":
      if (user.status !== "STAGED") throw new ProblemError(impossible(user, "staged again once it was activated"));
  }
}

export async function suspend(writer: OktaWriter, user: User): Promise<void> {
  if (user.status === "SUSPENDED" || user.status === "DEPROVISIONED") return;
  if (user.status === "STAGED" || user.status === "PROVISIONED") {
    throw new ProblemError(impossible(user, "suspended before its owner has signed in"));
  }
  await writer.moveUser(user.id, "suspend");
}

/** Deactivates, waits until Okta is done, erases once, and looks whether it worked. */
export async function deleteUser(writer: OktaWriter, id: string): Promise<void> {
  const found = await writer.user(id);
  if (found === undefined) return;
  if (found.status !== "DEPROVISIONED") {
    await writer.moveUser(id, "deactivate");
    await settled(writer, id);
  }
  await writer.deleteUser(id);
  if ((await writer.user(id)) === undefined) return;
  throw new ProblemError({
    code: "okta-user-remains",
    message: `${found.login} is deactivated, but Okta still shows the account.`,
    hint: "Apply again: what is deactivated is erased by one more call.",
  });
}

async function settled(writer: OktaWriter, id: string): Promise<void> {
  const until = writer.clock.monotonic() + PATIENCE;
  for (;;) {
    const user = await writer.user(id);
    if (user === undefined || (user.status === "DEPROVISIONED" && user.transitioningTo === undefined)) return;
    if (writer.clock.monotonic() >= until) {
      throw new ProblemError({
        code: "okta-user-remains",
        message: `${user.login} is still being deactivated, so the account was not erased.`,
        hint: "Apply again later.",
      });
    }
    await writer.clock.sleep(POLL, writer.signal);
  }
}

function impossible(user: User, what: string) {
  return {
    code: "okta-user-status",
    message: `${user.login} is ${user.status}: an account cannot be ${what}.`,
    hint: "Declare active or deactivated, or `onRemoval: delete` for an account that nobody used.",
  };
}
