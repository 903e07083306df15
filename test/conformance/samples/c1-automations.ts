/** Automations: triggers and steps of most kinds, which are replaced as the lists that they are. */
import type { Sample, Tenant } from "../subject.ts";
import {
  appNamed,
  connectorIn,
  entitlementNamed,
  profileNamed,
  SEVERAL,
  templateNamed,
  webhookNamed,
} from "./c1-tenant.ts";

const ADA = "ada@acme.example";
const GRACE = "grace@acme.example";

const triggers = async (tenant: Tenant) => [
  { userProfileChange: { when: "ctx.trigger.newUser.department != ctx.trigger.oldUser.department" } },
  { appUserCreated: { app: await appNamed(tenant, "Vault"), when: "" } },
  { grantFound: { entitlements: [await entitlementNamed(tenant, "one"), await entitlementNamed(tenant, "two")] } },
  { grantDeleted: { entitlements: [] } },
  { scheduleNoUser: { cron: "0 6 * * *", timezone: "Europe/Paris" } },
  { accessConflict: { conflicts: [] } },
  { webhook: { jwksUrl: "https://idp.acme.example/keys" } },
];

const steps = async (tenant: Tenant) => [
  { name: "wait", title: "Cool down", skipIf: "", waitForDuration: { duration: "1h" } },
  {
    name: "disable",
    title: "Disable the account",
    skipIf: "has(ctx.trigger.user_id) == false",
    connectorAction: {
      connector: await connectorIn(tenant, "one"),
      action: "disable_user",
      resourceType: "",
      arguments: { user_id: "{{ ctx.trigger.user_id }}" },
    },
  },
  {
    name: "account",
    title: "",
    skipIf: "",
    accountLifecycleAction: { connector: await connectorIn(tenant, "one"), action: "enable_user" },
  },
  {
    name: "grant",
    title: "",
    skipIf: "",
    grantEntitlements: {
      entitlements: [await entitlementNamed(tenant, "one"), await entitlementNamed(tenant, "two")],
      except: [],
      user: ADA,
    },
  },
  { name: "take", title: "", skipIf: "", createRevokeTasks: { everything: true, except: [] } },
  {
    name: "leave",
    title: "",
    skipIf: "",
    unenrollFromAllAccessProfiles: { profiles: [await profileNamed(tenant, "One")], usersCel: "[ctx.trigger.user_id]" },
  },
  {
    name: "tell",
    title: "",
    skipIf: "",
    sendEmail: { subject: "Gone", title: "", body: "{{ ctx.disable.result }}", users: [ADA, GRACE] },
  },
  { name: "post", title: "", skipIf: "", sendSlackMessage: { channel: "ops", body: "Done" } },
  { name: "status", title: "", skipIf: "", updateUser: { status: "disabled", userCel: "ctx.trigger.user_id" } },
  {
    name: "review",
    title: "",
    skipIf: "",
    createAccessReview: { template: await templateNamed(tenant, "one"), campaign: "Leavers" },
  },
  {
    name: "call",
    title: "",
    skipIf: "",
    webhook: { webhook: await webhookNamed(tenant, "one"), payload: { who: "{{ ctx.trigger.user_id }}" } },
  },
];

export const automation: Sample = {
  marked: true,
  spec: async (n, tenant) => ({
    displayName: `Automation ${n}`,
    description: `The ${n}th`,
    app: null,
    enabled: false,
    draft: false,
    triggers: await triggers(tenant),
    steps: await steps(tenant),
    circuitBreaker: { max: 100, period: "day" },
  }),
  lookup: ({ displayName = "" }) => ({ name: displayName }),
  edits: {
    displayName: { to: "Another name" },
    description: { to: "Another description" },
    enabled: { to: true },
    draft: { to: true },
    triggers: { to: [{ userCreated: { when: "" } }, { schedule: { cron: "0 7 * * *", timezone: "UTC", when: "" } }] },
    "triggers (emptied)": { to: [] },
    steps: { to: async (_spec, tenant) => [...(await steps(tenant))].reverse() },
    "steps (others)": {
      to: async (_spec, tenant) => [
        {
          name: "take",
          title: "Take it",
          skipIf: "true",
          createRevokeTasks: { entitlements: [await entitlementNamed(tenant, "one")], except: [], user: GRACE },
        },
      ],
    },
    "circuitBreaker.max": { to: 0 },
    "circuitBreaker.period": { to: "hour" },
  },
  bulk: { spec: (n) => ({ displayName: `Automation ${n}` }) },
  skips: { ...SEVERAL, "tells the access of everybody whom it names": "whom a step concerns holds nothing by it" },
};
