/** An organisation of 200 objects: what a table and a loop are for. */
import { Group, GroupRule } from "accord-access/okta";
import { App, TerraformStack } from "cdktf";
import { teams } from "./teams.ts";

const app = new App();
const stack = new TerraformStack(app, "acme-org");

const everybody = new Group(stack, "everybody", { name: "All teams", description: "Whoever is in a team." });

for (const { name, department, city } of teams) {
  const id = `${department}-${city}`;
  const team = new Group(stack, id, { name, description: `${department} in ${city}` });
  new GroupRule(stack, `${id}-rule`, {
    name: `Team ${id}`,
    expression: `user.department=="${department}" && user.city=="${city}"`,
    groups: [team, everybody],
  });
}

const leads = new Group(stack, "leads", { name: "Team leads", description: "By hand." });
const heads = new Group(stack, "heads", { name: "Heads of department", description: `Above ${leads.name}.` });
new GroupRule(stack, "heads-rule", { name: "Heads", expression: 'user.title=="Head"', groups: [heads] });

app.synth();
