/** The user schema: which attributes exist, and what a profile must satisfy (okta.md §4.1). */

import { userByLogin } from "./directory.ts";
import { Failure, invalid } from "./failure.ts";
import type { Profile, Tenant, User } from "./tenant.ts";

export const BASE_ATTRIBUTES: readonly string[] = [
  "login",
  "email",
  "firstName",
  "lastName",
  "displayName",
  "nickName",
  "secondEmail",
  "mobilePhone",
  "primaryPhone",
  "streetAddress",
  "city",
  "state",
  "zipCode",
  "countryCode",
  "postalAddress",
  "preferredLanguage",
  "locale",
  "timezone",
  "userType",
  "employeeNumber",
  "costCenter",
  "organization",
  "division",
  "department",
  "managerId",
  "manager",
  "title",
  "honorificPrefix",
  "honorificSuffix",
  "middleName",
  "profileUrl",
];

const REQUIRED: readonly string[] = ["login", "email", "firstName", "lastName"];

/** Merges a change into a profile: null removes, and one unknown key fails the whole call. */
export function mergedProfile(tenant: Tenant, before: Profile, change: Profile): Profile {
  const unknown = Object.keys(change).filter(
    (key) => !BASE_ATTRIBUTES.includes(key) && !tenant.userAttributes.has(key),
  );
  if (unknown.length > 0) {
    const cause = `The following properties are not defined on the user profile: ${unknown.join(", ")}`;
    throw invalid(unknown[0] ?? "profile", cause);
  }
  const merged = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged);
}

export function checkProfile(tenant: Tenant, profile: Profile, self: User | undefined): void {
  const blank = REQUIRED.filter((key) => profile[key] === undefined || profile[key] === "");
  if (blank[0] !== undefined) throw invalid(blank[0], ...blank.map((key) => `${key}: The field cannot be left blank`));
  const misshapen = BASE_ATTRIBUTES.filter((key) => profile[key] !== undefined && typeof profile[key] !== "string");
  if (misshapen[0] !== undefined) throw invalid(misshapen[0], `${misshapen[0]}: Value must be of type string`);
  for (const key of ["login", "email"]) {
    if (!/^[^\s@]+@[^\s@]+$/.test(String(profile[key]))) {
      throw invalid(
        key,
        `${key}: ${key === "email" ? "Does not match required pattern" : "Username must be in the form of an email address"}`,
      );
    }
  }
  if (typeof profile.countryCode === "string" && profile.countryCode.length > 2) {
    throw invalid("countryCode", "countryCode: String is too long, maximum of 2 characters");
  }
  const taken = userByLogin(tenant, String(profile.login));
  if (taken !== undefined && taken.id !== self?.id) {
    throw invalid("login", "login: An object with this field already exists in the current organization");
  }
}

/** `strict` writes of what an identity provider masters are refused. */
export function mastered(): Failure {
  return new Failure(403, "E0000023", "Operation failed because user profile is mastered under another system");
}
