import { pagerduty } from "../../providers/pagerduty/provider.ts";
import { providerConformance } from "./provider.ts";
import { kinds, skips, system } from "./samples/pagerduty.ts";

providerConformance({ provider: pagerduty, system, kinds, skips });
