import { zendesk } from "../../providers/zendesk/provider.ts";
import { providerConformance } from "./provider.ts";
import { kinds, skips, system } from "./samples/zendesk.ts";

providerConformance({ provider: zendesk, system, kinds, skips });
