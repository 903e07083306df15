import { okta } from "../../providers/okta/provider.ts";
import { providerConformance } from "./provider.ts";
import { kinds, skips, system } from "./samples/okta.ts";

providerConformance({ provider: okta, system, kinds, skips });
