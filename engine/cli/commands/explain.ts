import type { JsonSchema } from "../../config/rules.ts";
import { openSchemas, unknownKind } from "../../config/schemas.ts";
import { ProblemError } from "../../problem.ts";
import { explainText } from "../../report/explain.ts";
import { type Command, EXIT } from "../command.ts";

export const explain: Command = {
  name: "explain",
  arguments: "[PROVIDER | KIND[.FIELD]]",
  summary: "A kind's fields, types and defaults",
  description: ["Says what a document of a kind may hold, from its schema."],
  examples: [
    ["accord explain okta", "What a provider offers"],
    ["accord explain okta/group", "Every field"],
    ["accord explain c1/access-profile.requests", "One field and what is below it"],
  ],
  async run({ arguments: given, voice }) {
    const schemas = openSchemas();
    const asked = given.positionals[0];
    if (asked === undefined) {
      const kinds = schemas.knownKinds();
      voice.data(voice.json ? JSON.stringify(kinds) : kinds.join("\n"));
      return EXIT.ok;
    }
    const ofProvider = schemas.knownKinds().filter((kind) => kind.startsWith(`${asked}/`));
    if (ofProvider.length > 0) {
      voice.data(voice.json ? JSON.stringify(ofProvider) : ofProvider.join("\n"));
      return EXIT.ok;
    }
    const [kind = "", ...field] = asked.split(".");
    const found = schemas.schemaOf(kind);
    if (found === undefined) throw new ProblemError(unknownKind(kind, schemas.knownKinds()));
    const read = (path: string): JsonSchema => schemas.find(path) ?? {};
    voice.data(voice.json ? JSON.stringify(found) : explainText({ kind, field, read }, { color: voice.color }));
    return EXIT.ok;
  },
};
