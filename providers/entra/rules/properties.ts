/** What a rule may ask, and where Graph has it (entra.md §16.3). Names are matched without case, and printed as here. */
import type { Value } from "../../../engine/model.ts";
import { isList, isObject } from "../../../engine/value.ts";

export type PropertyType = "text" | "boolean" | "date" | "texts" | "plans" | "groups";

export interface RuleProperty {
  readonly name: string;
  readonly type: PropertyType;
  /** What to select of a user; absent where it is not among their properties. */
  readonly select?: string;
  read(properties: Readonly<Record<string, Value>>): Value;
  /** Which property of Graph it is, is not documented. */
  readonly unsure?: boolean;
}

const SAME = [
  ..."city country companyName department displayName employeeId givenName jobTitle mail".split(" "),
  ..."onPremisesDistinguishedName onPremisesSecurityIdentifier passwordPolicies postalCode".split(" "),
  ..."preferredLanguage state streetAddress surname usageLocation userPrincipalName userType mailNickname".split(" "),
];

const RENAMED: Readonly<Record<string, string>> = {
  objectId: "id",
  mobile: "mobilePhone",
  facsimileTelephoneNumber: "faxNumber",
  physicalDeliveryOfficeName: "officeLocation",
};

const USER: readonly RuleProperty[] = [
  ...SAME.map((name) => plain(name, "text")),
  ...Object.entries(RENAMED).map(([name, select]) => plain(name, "text", select)),
  plain("accountEnabled", "boolean"),
  plain("dirSyncEnabled", "boolean", "onPremisesSyncEnabled"),
  plain("employeeHireDate", "date"),
  plain("otherMails", "texts"),
  plain("proxyAddresses", "texts"),
  plain("assignedPlans", "plans"),
  first("telephoneNumber", "businessPhones"),
  { ...first("sipProxyAddress", "imAddresses"), unsure: true },
  { name: "memberOf", type: "groups", read: () => null },
  ...Array.from({ length: 15 }, (_, index) => extension(`extensionAttribute${index + 1}`)),
];

/** Known to the vendor, and not to rules. */
export const NOT_IN_RULES: Readonly<Record<string, string>> = {
  manager: 'only `Direct Reports for "<object id>"` knows managers',
  customsecurityattributes: "rules do not see custom security attributes",
  employeetype: "whether rules see employeeType is not documented",
};

const DEVICE_TEXTS =
  "deviceCategory deviceId deviceManagementAppId deviceManufacturer deviceModel displayName deviceOSType deviceOSVersion deviceOwnership deviceTrustType enrollmentProfileName managementType objectId profileType";

/** Devices are nobody: their rules are checked, and not judged. */
const DEVICE: readonly RuleProperty[] = [
  ...DEVICE_TEXTS.split(" ").map((name) => plain(name, "text")),
  plain("accountEnabled", "boolean"),
  plain("isRooted", "boolean"),
  plain("devicePhysicalIds", "texts"),
  plain("systemLabels", "texts"),
  { name: "memberOf", type: "groups", read: () => null },
  ...Array.from({ length: 15 }, (_, index) => extension(`extensionAttribute${index + 1}`)),
];

const PLAN = ["servicePlanId", "service", "capabilityStatus"].map((name) => plain(name, "text"));
const GROUP = [plain("objectId", "text", "id")];

const SCOPES: Readonly<Record<string, readonly RuleProperty[]>> = {
  user: USER,
  device: DEVICE,
  assignedPlan: PLAN,
  group: GROUP,
};

export function propertyNamed(scope: string, name: string): RuleProperty | undefined {
  const known = (SCOPES[scope] ?? []).find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (known !== undefined || (scope !== "user" && scope !== "device")) return known;
  // A property that an application of this tenant has added; case matters in its name.
  return /^extension_[0-9a-f]{32}_\w+$/i.test(name) ? plain(name, "text") : undefined;
}

export function propertyNames(scope: string): readonly string[] {
  return (SCOPES[scope] ?? []).map(({ name }) => name);
}

function plain(name: string, type: PropertyType, select = name): RuleProperty {
  return { name, type, select, read: (properties) => properties[select] ?? null };
}

function first(name: string, select: string): RuleProperty {
  return {
    name,
    type: "text",
    select,
    read(properties) {
      const list = properties[select];
      return isList(list) ? (list[0] ?? null) : null;
    },
  };
}

function extension(name: string): RuleProperty {
  const select = "onPremisesExtensionAttributes";
  return {
    name,
    type: "text",
    select,
    read(properties) {
      const all = properties[select];
      return isObject(all) ? (all[name] ?? null) : null;
    },
  };
}
