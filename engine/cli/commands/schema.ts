import { openSchemas, packageSchemas, unknownKind } from "../../config/schemas.ts";
import { ProblemError } from "../../problem.ts";
import { type Command, EXIT } from "../command.ts";

export const schema: Command = {
  name: "schema",
  arguments: "[KIND]",
  summary: "JSON Schemas for editors and other programs",
  description: ["Without KIND, lists every kind. With one, prints its schema. --vscode prints the editor's setting."],
  options: {
    vscode: { type: "boolean", description: "The setting with which the YAML extension completes and checks." },
  },
  examples: [
    ["accord schema --vscode", "Put this into .vscode/settings.json"],
    ["accord schema okta/group", "One kind"],
  ],
  async run({ arguments: given, voice }) {
    const schemas = openSchemas();
    if (given.flag("vscode")) {
      const root = packageSchemas();
      const setting = {
        "yaml.schemas": {
          [`${root}/stack.schema.json`]: ["accord.yaml", "accord.*.yaml"],
          [`${root}/document.schema.json`]: ["*.yaml", "!accord.yaml", "!accord.*.yaml", "!policies/**"],
          [`${root}/guardrail.schema.json`]: ["policies/**/*.yaml"],
        },
      };
      voice.data(JSON.stringify(setting, undefined, 2));
      return EXIT.ok;
    }
    const kind = given.positionals[0];
    if (kind === undefined) {
      const kinds = schemas.knownKinds();
      voice.data(voice.json ? JSON.stringify(kinds) : kinds.join("\n"));
      return EXIT.ok;
    }
    const found = schemas.schemaOf(kind);
    if (found === undefined) throw new ProblemError(unknownKind(kind, schemas.knownKinds()));
    voice.data(JSON.stringify(found, undefined, 2));
    return EXIT.ok;
  },
};
