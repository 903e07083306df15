/** What an update of a user cannot do: the address that somebody signs in with, and the default group. */
import type { ZendeskWriter } from "../client.ts";

/**
 * An e-mail in an update only adds a second address (zendesk.md §2.1). So: add it, make it primary, take the old one away.
 * Each step starts from what is there, so that an interrupted move goes on where it stopped.
 */
export async function moveAddress(writer: ZendeskWriter, userId: string, email: string): Promise<void> {
  const wanted = email.toLowerCase();
  const before = (await writer.identities(userId)).filter(({ type }) => type === "email");
  const known = before.find(({ value }) => value.toLowerCase() === wanted);
  const identity = known ?? (await writer.addIdentity(userId, email));
  if (!identity.primary) await writer.makePrimary(userId, identity.id);
  const old = before.find(({ primary, id }) => primary && id !== identity.id);
  if (old !== undefined) await writer.removeIdentity(userId, old.id);
}

/** The default is a property of one membership: that is made where it is missing. */
export async function setDefaultGroup(writer: ZendeskWriter, userId: string, groupId: string): Promise<void> {
  const held = (await writer.groupMemberships.ofUser(userId)).find(({ ofId }) => ofId === groupId);
  if (held === undefined) return writer.groupMemberships.add(groupId, userId, true);
  if (!held.default) await writer.groupMemberships.makeDefault(userId, held.id);
}
