import { nullProvider } from "../../providers/null/provider.ts";
import { providerConformance } from "./provider.ts";

providerConformance({
  provider: nullProvider,
  kinds: { resource: { spec: (n) => ({ triggers: { number: String(n), other: "b" } }), edits: {} } },
});
