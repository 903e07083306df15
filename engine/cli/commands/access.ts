import { accessText, holdingsData } from "../../report/holdings.ts";
import { type Command, EXIT } from "../command.ts";
import { HOLDINGS_OPTIONS, holdingsOptions } from "../holdings-options.ts";
import { accessNow } from "../live-answers.ts";
import { positional } from "../positional.ts";
import { accessThen } from "../recorded-answers.ts";

export const access: Command = {
  name: "access",
  arguments: "PERSON",
  summary: "What somebody holds through the objects of this stack, and by which ways",
  description: [
    "Reads the live tenants as a plan does, and everybody behind what the stack gives; then everything that the person",
    "holds, instance by instance, accounts included. Privileged access comes first. PERSON is a login or an exact primary",
    "e-mail, in any letter case.",
    "",
    "With --at, what they held then, and who decided it: from the record, which is checked first and needs no network.",
  ],
  options: HOLDINGS_OPTIONS,
  examples: [
    ["accord access ada@acme.example", "What does Ada hold?"],
    ["accord access ada@acme.example --at 2026-03-03", "What did she hold that day, and by whose decision?"],
    ["accord access ada@acme.example --json | jq '.holdings[] | select(.privileged)'", "Only what is privileged"],
  ],
  async run(invocation) {
    const { voice } = invocation;
    const person = positional(invocation, 0, "a person", "access PERSON");
    const at = invocation.arguments.text("at");
    const view = at === undefined ? await accessNow(invocation, person) : await accessThen(invocation, person, at);
    voice.data(voice.json ? JSON.stringify(holdingsData(view)) : accessText(view, holdingsOptions(invocation)));
    return EXIT.ok;
  },
};
