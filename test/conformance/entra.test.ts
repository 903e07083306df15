import { entra } from "../../providers/entra/provider.ts";
import { providerConformance } from "./provider.ts";
import { kinds, skips } from "./samples/entra.ts";
import { system } from "./samples/entra-tenant.ts";

providerConformance({ provider: entra, system, kinds, skips });
