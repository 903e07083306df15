/** Whoever is on call holds something, and nobody else: schedule → profile → policy → automation. */
import { createRequire } from "node:module";
import type { Construct as ConstructType } from "constructs";
import {
  AccessProfile,
  type AppLookup,
  type Entitlement,
  type EntitlementLookup,
  type Group,
  MembershipAutomation,
  Policy,
} from "../generated/c1.ts";
import { Schedule } from "../generated/pagerduty.ts";
import { namedAfter } from "../resource.ts";

const { Construct }: typeof import("constructs") = createRequire(import.meta.url)("constructs");

export interface OnCallAccessOptions {
  /** PagerDuty's schedule: declared elsewhere, or by its exact name. */
  readonly schedule: Schedule | string;
  /** What whoever is on call holds. */
  readonly gives: readonly (Entitlement | Group | EntitlementLookup)[];
  /** Name of the profile, as C1 shows it; the construct's own name unless told. */
  readonly displayName?: string;
  /** People who own the profile, by e-mail. */
  readonly owners?: readonly string[];
  /** What a request of somebody on call goes through; one that accepts, unless told. */
  readonly approval?: Policy;
  /** C1's app that reads PagerDuty. */
  readonly pagerDuty?: AppLookup;
}

export class OnCallAccess extends Construct {
  readonly schedule: Schedule;
  readonly profile: AccessProfile;
  readonly policy: Policy;
  readonly automation: MembershipAutomation;

  constructor(scope: ConstructType, id: string, options: OnCallAccessOptions) {
    super(scope, id);
    const { schedule, gives, owners, pagerDuty = { name: "PagerDuty" } } = options;
    const name = namedAfter(this);
    this.schedule = typeof schedule === "string" ? new Schedule(this, "schedule", { name: schedule }) : schedule;
    this.policy =
      options.approval ??
      new Policy(this, "approval", {
        displayName: `${name}: accept`,
        type: "grant",
        steps: [{ accept: { message: "On call" } }],
      });
    const onCall: EntitlementLookup = {
      app: pagerDuty,
      resource: { type: "Schedule", externalId: this.schedule.id },
      slug: "on-call",
    };
    this.profile = new AccessProfile(
      this,
      "profile",
      {
        displayName: options.displayName ?? name,
        ...(owners === undefined ? {} : { owners }),
        entitlements: gives,
        requests: { enabled: true, visibleTo: [onCall] },
        joiner: { approvalPolicy: this.policy, entitlementPolicies: "bypass" },
        leaver: { access: "revoke-unjustified", entitlementPolicies: "bypass" },
      },
      { name, protect: true },
    );
    this.automation = new MembershipAutomation(
      this,
      "automation",
      { profile: this.profile, holders: [onCall], grantAndRevoke: true },
      { name },
    );
  }
}
