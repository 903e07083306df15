/** What a user has, what of it may be written, and how long it may be (entra.md §4.2). */
import { isFields } from "../../shared/narrow.ts";
import { badRequest, conflict, invalidValue } from "./failure.ts";
import type { Properties, Tenant } from "./tenant.ts";

export const USER_DEFAULTS: readonly string[] = [
  "businessPhones",
  "displayName",
  "givenName",
  "jobTitle",
  "mail",
  "mobilePhone",
  "officeLocation",
  "preferredLanguage",
  "surname",
  "userPrincipalName",
  "id",
];

/** Longest value; 0: not limited here. */
const TEXTS: Readonly<Record<string, number>> = {
  displayName: 256,
  givenName: 64,
  surname: 64,
  mail: 0,
  mailNickname: 64,
  userPrincipalName: 113,
  jobTitle: 128,
  department: 64,
  companyName: 64,
  employeeId: 16,
  employeeType: 0,
  officeLocation: 128,
  streetAddress: 1024,
  city: 128,
  state: 128,
  postalCode: 40,
  country: 128,
  usageLocation: 2,
  preferredLanguage: 0,
  mobilePhone: 64,
  faxNumber: 64,
  passwordPolicies: 0,
  onPremisesImmutableId: 0,
  userType: 0,
  employeeHireDate: 0,
};
const OTHERS: readonly string[] = [
  "accountEnabled",
  "businessPhones",
  "otherMails",
  "employeeOrgData",
  "onPremisesExtensionAttributes",
  "passwordProfile",
];

/** What only the directory that a synced user comes from may change. */
const MASTERED: ReadonlySet<string> = new Set(
  [...Object.keys(TEXTS), "onPremisesExtensionAttributes", "businessPhones", "employeeOrgData"].filter(
    (name) => !["usageLocation", "passwordPolicies", "userType"].includes(name),
  ),
);

export function isMastered(name: string): boolean {
  return MASTERED.has(name);
}

/** For a target that holds an admin role, refused to a plain app permission (entra.md §4.4). */
export const SENSITIVE: readonly string[] = [
  "accountEnabled",
  "passwordProfile",
  "userPrincipalName",
  "otherMails",
  "businessPhones",
  "mobilePhone",
];

/** Throws for what Graph refuses; gives the properties with the changes made. */
export function changedUser(tenant: Tenant, before: Properties, body: Properties): Properties {
  const { passwordProfile: _password, ...changes } = body;
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    if (name === "manager@odata.bind") continue;
    checkProperty(name, value);
    after[name] = isFields(value) ? merged(before[name], value) : value;
  }
  if (after.displayName === null || after.displayName === undefined) throw invalidValue("displayName", "User");
  checkLogin(tenant, String(before.id ?? ""), after);
  return after;
}

function checkProperty(name: string, value: unknown): void {
  const longest = TEXTS[name];
  if (longest === undefined) {
    if (!OTHERS.includes(name)) {
      throw badRequest(`Invalid property '${name}' specified.`);
    }
    if (name === "accountEnabled" && typeof value !== "boolean") throw invalidValue(name, "User");
    if (name === "businessPhones" && (!Array.isArray(value) || value.length > 1)) throw invalidValue(name, "User");
    return;
  }
  if (value === null) return;
  if (typeof value !== "string" || value === "" || (longest > 0 && value.length > longest))
    throw invalidValue(name, "User");
  if (name === "usageLocation" && !/^[A-Z]{2}$/.test(value)) throw invalidValue(name, "User");
  if (name === "mailNickname" && !/^[^@()[\]";:<>,\s\\]+$/.test(value)) throw invalidValue(name, "User");
}

/** Complex values merge by sub-property (entra.md §3.2). */
function merged(before: unknown, change: Properties): Properties {
  return { ...(isFields(before) ? before : {}), ...change };
}

function checkLogin(tenant: Tenant, id: string, { userPrincipalName }: Properties): void {
  const login = String(userPrincipalName ?? "");
  if (!/^[A-Za-z0-9'._\-!#^~]+@[A-Za-z0-9.-]+$/.test(login)) throw invalidValue("userPrincipalName", "User");
  const domain = login.slice(login.indexOf("@") + 1).toLowerCase();
  if (!tenant.domains.some(({ name }) => name === domain)) {
    throw badRequest(
      "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.",
    );
  }
  for (const [other, row] of tenant.users.all()) {
    if (other === id.toLowerCase()) continue;
    if (String(row.properties.userPrincipalName).toLowerCase() === login.toLowerCase())
      throw conflict("userPrincipalName");
  }
}

/** 8 to 256 characters of three classes out of four, and nothing of the name; then the banned list (entra.md §4.3). */
export function checkPassword(
  tenant: Tenant,
  password: unknown,
  { userPrincipalName, displayName }: Properties,
): string {
  const text = typeof password === "string" ? password : "";
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((one) => one.test(text)).length;
  const names = [String(userPrincipalName ?? "").split("@")[0] ?? "", ...String(displayName ?? "").split(/\s+/)];
  const named = names.some((name) => name.length >= 4 && text.toLowerCase().includes(name.toLowerCase()));
  const banned = tenant.knobs.refusePasswords > 0;
  if (banned) tenant.knobs.refusePasswords -= 1;
  if (text.length < 8 || text.length > 256 || classes < 3 || named || banned) {
    throw badRequest(
      "The specified password does not comply with password complexity requirements. Please provide a different password.",
    );
  }
  return text;
}
