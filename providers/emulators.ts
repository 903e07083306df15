/** The providers that have an emulator: for tests, `--sandbox` and `accord sandbox serve`. Each loads only when used. */
import type { CreateEmulator } from "./shared/emulator.ts";

/** `port` counts from the first port that is served (SPEC: okta 4010, …). */
interface Entry {
  readonly port: number;
  load(): Promise<CreateEmulator>;
}

const EMULATORS: Readonly<Record<string, Entry>> = {
  okta: { port: 0, load: async () => (await import("./okta/emulator.ts")).createOktaEmulator },
  entra: { port: 1, load: async () => (await import("./entra/emulator.ts")).createEntraEmulator },
  c1: { port: 2, load: async () => (await import("./c1/emulator.ts")).createC1Emulator },
  zendesk: { port: 3, load: async () => (await import("./zendesk/emulator.ts")).createZendeskEmulator },
  pagerduty: { port: 4, load: async () => (await import("./pagerduty/emulator.ts")).createPagerdutyEmulator },
  opsgenie: { port: 5, load: async () => (await import("./opsgenie/emulator.ts")).createOpsgenieEmulator },
};

export async function emulators(): Promise<Readonly<Record<string, Entry>>> {
  return EMULATORS;
}
