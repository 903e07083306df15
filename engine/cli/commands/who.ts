import { holdingsData, whoText } from "../../report/holdings.ts";
import { type Command, EXIT } from "../command.ts";
import { HOLDINGS_OPTIONS, holdingsOptions } from "../holdings-options.ts";
import { whoNow } from "../live-answers.ts";
import { positional } from "../positional.ts";
import { whoThen } from "../recorded-answers.ts";

export const who: Command = {
  name: "who",
  arguments: "ADDRESS",
  summary: "Who holds an object, and by which ways",
  description: [
    "Reads the live tenants as a plan does, then whoever is behind what leads to the object: members, members of groups",
    "in it, whom a rule or a grant put there, whom an assignment or a role reaches. Privileged access comes first.",
    "Of an object that only gives something (an assignment, a role, an automation), who has it by that one.",
    "",
    "With --at, who held it then, and who decided it: from the record, which is checked first and needs no network. Who",
    "holds what is recorded after each apply, and by accord drift --record.",
  ],
  options: HOLDINGS_OPTIONS,
  examples: [
    ["accord who okta/group/prod-breakglass", "Who can use it now?"],
    ["accord who okta/group/prod-breakglass --at 2026-03-03", "Who could use it that day, and by whose decision?"],
    ["accord who okta/app-assignment/prod-aws --all", "Everybody by name, however many"],
    ["accord who okta/group/prod-breakglass --json | jq -r '.holdings[].person'", "For a program"],
  ],
  async run(invocation) {
    const { voice } = invocation;
    const address = positional(invocation, 0, "an address", "who ADDRESS");
    const at = invocation.arguments.text("at");
    const view = at === undefined ? await whoNow(invocation, address) : await whoThen(invocation, address, at);
    voice.data(voice.json ? JSON.stringify(holdingsData(view)) : whoText(view, holdingsOptions(invocation)));
    return EXIT.ok;
  },
};
