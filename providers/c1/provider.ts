/** ConductorOne (C1): apps, entitlements, access profiles and the rules by which people get them. */
import { defineProvider } from "../../engine/provider.ts";
import { actions } from "./actions.ts";
import { CONCURRENCY } from "./client/api.ts";
import { connectC1 } from "./client.ts";
import { doctor } from "./doctor.ts";
import { accessConflict } from "./resources/access-conflict.ts";
import { accessProfile } from "./resources/access-profile.ts";
import { accessReviewTemplate } from "./resources/access-review-template.ts";
import { app } from "./resources/app.ts";
import { appSettings } from "./resources/app-settings.ts";
import { complianceFramework, riskLevel } from "./resources/attributes.ts";
import { automation } from "./resources/automation.ts";
import { connector } from "./resources/connector.ts";
import { entitlement } from "./resources/entitlement.ts";
import { group } from "./resources/group.ts";
import { membershipAutomation } from "./resources/membership-automation.ts";
import { policy } from "./resources/policy.ts";
import { vault } from "./resources/vault.ts";
import { webhook } from "./resources/webhook.ts";
import { preflight } from "./rights.ts";
import { audit, people, standing, tenant } from "./who.ts";

export const c1 = defineProvider({
  name: "c1",
  concurrency: CONCURRENCY,
  kinds: [
    app,
    connector,
    entitlement,
    policy,
    accessProfile,
    membershipAutomation,
    accessConflict,
    group,
    appSettings,
    automation,
    webhook,
    riskLevel,
    complianceFramework,
    vault,
    accessReviewTemplate,
  ],
  actions,
  connect: connectC1,
  tenant,
  preflight,
  doctor,
  people,
  leaver: (reader, login) => (reader.seenUser(login)?.status === "DISABLED" ? "disabled" : undefined),
  standing,
  audit,
});
