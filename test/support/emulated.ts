/** The emulated tenants of a world by what they are: for tests that look into a tenant's memory. */
import type { Tenants } from "../../engine/sandbox/tenants.ts";
import type { C1Emulator } from "../../providers/c1/emulator.ts";
import type { EntraEmulator } from "../../providers/entra/emulator.ts";
import type { OktaEmulator } from "../../providers/okta/emulator.ts";
import type { Emulator } from "../../providers/shared/emulator.ts";
import type { ZendeskEmulator } from "../../providers/zendesk/emulator.ts";

type Emulated = Pick<Tenants, "emulators">;

export const oktaOf = (tenants: Emulated): OktaEmulator =>
  one(tenants, "okta", (emulator): emulator is OktaEmulator => "asActor" in emulator);

export const c1Of = (tenants: Emulated): C1Emulator =>
  one(tenants, "c1", (emulator): emulator is C1Emulator => "addPrincipal" in emulator);

export const entraOf = (tenants: Emulated): EntraEmulator =>
  one(tenants, "entra", (emulator): emulator is EntraEmulator => "knobs" in emulator);

export const zendeskOf = (tenants: Emulated): ZendeskEmulator =>
  one(tenants, "zendesk", (emulator): emulator is ZendeskEmulator => "memory" in emulator);

function one<E extends Emulator>({ emulators }: Emulated, name: string, is: (emulator: Emulator) => emulator is E): E {
  const emulator = emulators.get(name);
  if (emulator !== undefined && is(emulator)) return emulator;
  throw new Error(`there is no ${name} in this world`);
}
