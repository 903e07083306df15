/** What a group rule may call, and what it may not (okta.md §5). Arguments: how few, how many. */

export type Type = "boolean" | "number" | "text" | "list" | "any";

export interface RuleFunction {
  readonly gives: Type;
  readonly least: number;
  readonly most: number;
  /** Still works; what to write instead. */
  readonly instead?: string;
}

const MANY = 100;

export const FUNCTIONS: Readonly<Record<string, RuleFunction>> = {
  "String.append": takes(2, "text"),
  "String.join": takes(1, "text", MANY),
  "String.len": takes(1, "number"),
  "String.removeSpaces": takes(1, "text"),
  "String.replace": takes(3, "text"),
  "String.replaceFirst": takes(3, "text"),
  "String.startsWith": takes(2, "boolean"),
  "String.stringContains": takes(2, "boolean"),
  "String.stringSwitch": takes(2, "text", MANY),
  "String.substring": takes(3, "text"),
  "String.substringAfter": takes(2, "text"),
  "String.substringBefore": takes(2, "text"),
  "String.toUpperCase": takes(1, "text"),
  "String.toLowerCase": takes(1, "text"),
  toUpperCase: { ...takes(1, "text"), instead: "String.toUpperCase" },
  toLowerCase: { ...takes(1, "text"), instead: "String.toLowerCase" },
  substring: { ...takes(3, "text"), instead: "String.substring" },
  substringBefore: { ...takes(2, "text"), instead: "String.substringBefore" },
  substringAfter: { ...takes(2, "text"), instead: "String.substringAfter" },
  "Arrays.contains": takes(2, "boolean"),
  "Arrays.isEmpty": takes(1, "boolean"),
  "Arrays.size": takes(1, "number"),
  "Arrays.get": takes(2, "any"),
  "Arrays.add": takes(2, "list"),
  "Arrays.remove": takes(2, "list"),
  "Arrays.clear": takes(1, "list"),
  "Arrays.flatten": takes(1, "list", MANY),
  "Arrays.toCsvString": takes(1, "text"),
  isMemberOfGroup: takes(1, "boolean"),
  isMemberOfAnyGroup: takes(1, "boolean", MANY),
  isMemberOfGroupName: takes(1, "boolean"),
  isMemberOfGroupNameStartsWith: takes(1, "boolean"),
  isMemberOfGroupNameContains: takes(1, "boolean"),
  isMemberOfGroupNameRegex: takes(1, "boolean"),
  "user.getInternalProperty": takes(1, "text"),
  "user.getGroups": takes(1, "list", MANY),
  "user.getLinkedObject": takes(1, "any"),
};

/** Parts of Okta's expression language that rules are refused: whole families by prefix, single functions by name. */
const REFUSED_FAMILIES: readonly string[] = ["Convert.", "Time.", "Groups."];
const REFUSED: readonly string[] = [
  "getFilteredGroups",
  "getManagerUser",
  "getManagerAppUser",
  "getAssistantUser",
  "getAssistantAppUser",
  "hasDirectoryUser",
  "hasWorkdayUser",
  "findDirectoryUser",
  "findWorkdayUser",
];

export function isRefused(name: string): boolean {
  return REFUSED.includes(name) || REFUSED_FAMILIES.some((family) => name.startsWith(family));
}

/** Known, but Okta does not document whether rules take it. */
export function isUnconfirmed(name: string): boolean {
  return name.startsWith("Iso3166Convert.");
}

function takes(least: number, gives: Type, most = least): RuleFunction {
  return { gives, least, most };
}
