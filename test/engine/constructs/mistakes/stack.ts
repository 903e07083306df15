import { AccessProfile, Policy } from "accord-access/c1";
import { Group, GroupRule } from "accord-access/okta";
import { App, TerraformStack } from "cdktf";

const stack = new TerraformStack(new App(), "mistakes");
const policy = new Policy(stack, "policy", { displayName: "x", type: "grant", steps: [] });

new Group(stack, "no-such-field", { name: "x", nam: "y" });
new Group(stack, "required", {});
new GroupRule(stack, "another-kind", { name: "x", expression: "true", groups: [policy] });
new AccessProfile(stack, "no-such-value", { displayName: "x", leaver: { access: "keep" } });
new AccessProfile(stack, "not-a-list", { displayName: "x" }, { manage: { displayName: "additive" } });
