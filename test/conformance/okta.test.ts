import { okta } from "../../providers/okta/provider.ts";
import { providerConformance } from "./provider.ts";
import { kinds, skips } from "./samples/okta.ts";
import { system } from "./samples/okta-tenant.ts";

providerConformance({ provider: okta, system, kinds, skips });
