/** Graph's user ↔ the spec of a document. */
import type { FieldChange, Live, Spec, Value } from "../../../engine/model.ts";
import { isObject } from "../../../engine/value.ts";
import { touches } from "../../shared/changes.ts";
import { type User, WHO } from "../client/users.ts";

export type UserSpec = Spec & {
  readonly userPrincipalName?: string;
  readonly displayName?: string;
  readonly accountEnabled?: boolean;
  readonly manager?: string | null;
  readonly businessPhone?: string | null;
  readonly extensionAttributes?: Readonly<Record<string, Value>>;
  readonly onPremisesImmutableId?: string;
  readonly passwordSink?: string;
};

/** Texts under the same name here and there. */
export const TEXTS = [
  "userPrincipalName",
  "displayName",
  "givenName",
  "surname",
  "mailNickname",
  "mail",
  "jobTitle",
  "department",
  "companyName",
  "employeeId",
  "employeeType",
  "officeLocation",
  "streetAddress",
  "city",
  "state",
  "postalCode",
  "country",
  "usageLocation",
  "preferredLanguage",
  "mobilePhone",
  "faxNumber",
  "onPremisesImmutableId",
] as const;

const EXTENSIONS = Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`);

export const SELECT: readonly string[] = [
  ...new Set([...WHO, ...TEXTS, "businessPhones", "onPremisesExtensionAttributes", "userType"]),
];

/** Of a user that Active Directory masters, what is still changed here (entra.md §7). */
export const STILL_OURS: readonly string[] = ["usageLocation", "passwordSink"];

export function toSpec(
  found: User,
  asked: { readonly manager: boolean; readonly heldRole: string | undefined },
): Live<UserSpec> {
  const { properties } = found;
  const texts = TEXTS.flatMap((name) => {
    const value = properties[name];
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  const [phone] = Array.isArray(properties.businessPhones) ? properties.businessPhones : [];
  const extensions = isObject(properties.onPremisesExtensionAttributes) ? properties.onPremisesExtensionAttributes : {};
  const set = EXTENSIONS.flatMap((name) => {
    const value = extensions[name];
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  const manager = asked.manager ? found.manager : undefined;
  const managerLogin = manager?.login;
  return {
    id: found.id,
    spec: {
      ...Object.fromEntries(texts),
      accountEnabled: found.enabled ?? true,
      ...(typeof phone === "string" ? { businessPhone: phone } : {}),
      ...(managerLogin === undefined ? {} : { manager: managerLogin }),
      extensionAttributes: Object.fromEntries(set),
    },
    computed: { userType: properties.userType ?? "Member" },
    ...(managerLogin === undefined || manager === undefined || manager === null
      ? {}
      : { people: { [managerLogin]: manager.id } }),
    ...(found.created === undefined ? {} : { createdAt: found.created }),
    ...(found.synced ? { synced: true } : {}),
    ...(asked.heldRole === undefined
      ? {}
      : {
          readOnly: `holds ${asked.heldRole}, and the application has no role that may change administrators (Privileged Authentication Administrator)`,
        }),
  };
}

/** Of a new user, all but password and manager. */
export function toApi(spec: UserSpec): Readonly<Record<string, Value>> {
  const given = TEXTS.flatMap((name) => (isSet(spec[name]) ? [[name, spec[name] ?? null] as const] : []));
  const login = spec.userPrincipalName ?? "";
  const extensions = Object.entries(spec.extensionAttributes ?? {}).filter(([, value]) => isSet(value));
  return {
    accountEnabled: spec.accountEnabled ?? true,
    mailNickname:
      login
        .split("@")[0]
        ?.replace(/[^A-Za-z0-9._-]+/g, "-")
        .slice(0, 64) ?? "",
    ...Object.fromEntries(given),
    ...(isSet(spec.businessPhone) ? { businessPhones: [spec.businessPhone] } : {}),
    ...(extensions.length === 0 ? {} : { onPremisesExtensionAttributes: Object.fromEntries(extensions) }),
  };
}

/** What changed and Graph keeps on the user itself; an empty text is refused where null clears (§3.1). */
export function changesToApi(spec: UserSpec, fields: readonly FieldChange[]): Readonly<Record<string, Value>> {
  const texts = TEXTS.flatMap((name) => {
    if (!touches(fields, name)) return [];
    return [[name, isSet(spec[name]) ? (spec[name] ?? null) : null] as const];
  });
  const extensions = EXTENSIONS.flatMap((name) => {
    if (!touches(fields, "extensionAttributes", name)) return [];
    const value = spec.extensionAttributes?.[name];
    return [[name, isSet(value) ? value : null] as const];
  });
  return {
    ...Object.fromEntries(texts),
    ...(touches(fields, "accountEnabled") ? { accountEnabled: spec.accountEnabled ?? true } : {}),
    ...(touches(fields, "businessPhone")
      ? { businessPhones: isSet(spec.businessPhone) ? [spec.businessPhone] : [] }
      : {}),
    // Merged by sub-property (§3.2).
    ...(extensions.length === 0 ? {} : { onPremisesExtensionAttributes: Object.fromEntries(extensions) }),
  };
}

export function isSet(value: Value | undefined): value is Value {
  return value !== undefined && value !== null && value !== "";
}
