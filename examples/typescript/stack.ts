/** The on-call stack of ../on-call as a program: it plans to the same changes. */
import { Entitlement, Policy } from "accord-access/c1";
import { Group } from "accord-access/okta";
import { Schedule } from "accord-access/pagerduty";
import { OnCallAccess } from "accord-access/patterns";
import { App, TerraformOutput, TerraformStack } from "cdktf";

const app = new App();
const stack = new TerraformStack(app, "acme-prod");

// Exists already: bound by its exact name, never created.
const primary = new Schedule(stack, "primary", { name: "Primary" });

const breakglass = new Group(
  stack,
  "prod-breakglass",
  {
    name: "prod-breakglass",
    description: "Production shell. Members come from the on-call profile only.",
    members: [],
  },
  // Whoever a rule feeds or C1 provisions is fine; anyone else goes.
  { manage: { members: "explained" } },
);

// Made ahead of the connector's next sync, merged with it by the group's id.
const membership = new Entitlement(
  stack,
  "membership",
  {
    app: { name: "Okta" },
    resource: { type: "Group", externalId: breakglass.id },
    slug: "member",
  },
  { name: "prod-breakglass" },
);

const autoApprove = new Policy(stack, "auto-approve", {
  displayName: "Auto approve",
  type: "grant",
  steps: [{ accept: { message: "On call" } }],
});

// A profile, and the automation that keeps its members: open the class, it is there to be copied.
new OnCallAccess(stack, "on-call", {
  displayName: "On-call",
  schedule: primary,
  owners: ["ada@acme.example"],
  approval: autoApprove,
  gives: [membership, { app: { name: "AWS" }, resource: { type: "Role", name: "prod-admin" }, slug: "assigned" }],
});

new TerraformOutput(stack, "breakglass-group", { value: breakglass.id, description: "Okta's id of the group" });

app.synth();
