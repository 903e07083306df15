import { opsgenie } from "../../providers/opsgenie/provider.ts";
import { providerConformance } from "./provider.ts";
import { kinds, system } from "./samples/opsgenie.ts";

providerConformance({ provider: opsgenie, system, kinds });
