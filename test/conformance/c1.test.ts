import { c1 } from "../../providers/c1/provider.ts";
import { providerConformance } from "./provider.ts";
import { kinds, skips, system } from "./samples/c1.ts";

providerConformance({ provider: c1, system, kinds, skips });
