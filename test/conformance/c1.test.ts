import { c1 } from "../../providers/c1/provider.ts";
import { providerConformance } from "./provider.ts";
import { kinds, skips } from "./samples/c1.ts";
import { system } from "./samples/c1-tenant.ts";

providerConformance({ provider: c1, system, kinds, skips });
