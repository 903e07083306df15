/** What people hold for what they are: a rule over the directory → groups → a profile of C1, kept up by itself. */
import { createRequire } from "node:module";
import type { Construct as ConstructType } from "constructs";
import {
  AccessProfile,
  type AppLookup,
  type Group as C1Group,
  Entitlement,
  type EntitlementLookup,
  MembershipAutomation,
} from "../generated/c1.ts";
import { Group, GroupRule } from "../generated/okta.ts";
import { namedAfter } from "../resource.ts";

const { Construct }: typeof import("constructs") = createRequire(import.meta.url)("constructs");

export interface BirthrightOptions {
  /** Who, in Okta's expression language: `user.department=="Engineering"`. */
  readonly who: string;
  /** Okta's group of them, made by its name; the construct's own name unless told. */
  readonly group?: string;
  /** Further groups that the rule puts them into. */
  readonly groups?: readonly Group[];
  /** What they hold beside the groups: members of the profile have it. */
  readonly gives?: readonly (Entitlement | C1Group | EntitlementLookup)[];
  /** Name of the profile, as C1 shows it; the construct's own name unless told. */
  readonly displayName?: string;
  /** C1's app that reads Okta. */
  readonly okta?: AppLookup;
}

export class Birthright extends Construct {
  readonly group: Group;
  readonly rule: GroupRule;
  /** Membership of the group, as C1 sees it. */
  readonly membership: Entitlement;
  readonly profile: AccessProfile;
  readonly automation: MembershipAutomation;

  constructor(scope: ConstructType, id: string, options: BirthrightOptions) {
    super(scope, id);
    const { who, groups = [], gives = [], okta = { name: "Okta" } } = options;
    const name = namedAfter(this);
    this.group = new Group(this, "group", { name: options.group ?? name }, { name });
    this.rule = new GroupRule(
      this,
      "rule",
      { name: `${name}: birthright`.slice(0, 50), expression: who, groups: [this.group, ...groups] },
      { name },
    );
    this.membership = new Entitlement(
      this,
      "membership",
      { app: okta, resource: { type: "Group", externalId: this.group.id }, slug: "member" },
      { name },
    );
    this.profile = new AccessProfile(
      this,
      "profile",
      { displayName: options.displayName ?? name, entitlements: gives },
      { name },
    );
    this.automation = new MembershipAutomation(
      this,
      "automation",
      { profile: this.profile, holders: [this.membership], grantAndRevoke: true },
      { name },
    );
  }
}
