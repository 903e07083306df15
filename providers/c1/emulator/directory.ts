/** Identities come from directories: the accounts of an app that is one (c1.md §11). */
import { User } from "./shapes/person.ts";
import type { Account } from "./snapshot.ts";
import type { Tenant } from "./tenant.ts";

/** The identity behind a directory's account, made or brought up to date; its id. */
export function upsertPerson(tenant: Tenant, directoryId: string, account: Account): string {
  const known = tenant.users.by("email", account.email.toLowerCase())[0];
  const now = tenant.stamp();
  const field = (name: string): string => {
    const value = account.profile[name];
    return typeof value === "string" ? value : "";
  };
  const status = account.enabled ? "ENABLED" : "DISABLED";
  const user = tenant.users.put(
    User.make({
      ...known,
      createdAt: known?.createdAt ?? now,
      department: field("department"),
      directoryIds: [...new Set([...(known?.directoryIds ?? []), directoryId])],
      directoryStatus: status,
      displayName: account.displayName,
      email: account.email,
      emails: [account.email],
      employeeIds: field("employeeNumber") === "" ? [] : [field("employeeNumber")],
      employmentType: field("userType"),
      id: known?.id ?? tenant.newId(),
      jobTitle: field("title"),
      origin: "USER_ORIGIN_DIRECTORY",
      profile: account.profile,
      status: known?.status === "DELETED" ? "DELETED" : status,
      type: "USER_TYPE_HUMAN",
      updatedAt: now,
      username: account.username,
      usernames: [account.username],
    }),
  );
  return user.id;
}

/** Managers are named by login or e-mail in the directory, by id here; what names nobody leaves the known one. */
export function linkManagers(tenant: Tenant, accounts: readonly Account[]): void {
  const byLogin = new Map(accounts.map((account) => [account.username.toLowerCase(), account.email]));
  for (const account of accounts) {
    const named = [account.profile.managerId, account.profile.manager].find(
      (one) => typeof one === "string" && one !== "",
    );
    if (typeof named !== "string") continue;
    const email = (byLogin.get(named.toLowerCase()) ?? named).toLowerCase();
    const manager = tenant.users.by("email", email)[0];
    const user = tenant.users.by("email", account.email.toLowerCase())[0];
    if (manager !== undefined && user !== undefined) tenant.users.put({ ...user, managerIds: [manager.id] });
  }
}
