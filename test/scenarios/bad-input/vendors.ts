/** Entra, Zendesk, PagerDuty, Opsgenie and C1 in one world, opened once; each scene is a stack of its own in it. */
import type { C1Emulator } from "../../../providers/c1/emulator.ts";
import type { EntraEmulator } from "../../../providers/entra/emulator.ts";
import { createPagerdutyEmulator } from "../../../providers/pagerduty/emulator.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";
import type { ZendeskEmulator } from "../../../providers/zendesk/emulator.ts";
import { c1Of, entraOf, zendeskOf } from "../../support/emulated.ts";
import { type Accord, accordIn } from "../../support/run.ts";
import { type Vendor, type VendorWorld, vendorWorld } from "../../support/vendors.ts";
import { type Fetch, type Given, isWrite, type Refusal, refused } from "./scene.ts";

/** An account whose plan has no teams. */
export const BASIC_PLAN = "basic.pagerduty.example";

export interface Vendors extends Pick<VendorWorld, "byHand" | "settings"> {
  readonly entra: EntraEmulator;
  readonly zendesk: ZendeskEmulator;
  readonly c1: C1Emulator;
  readonly pagerduty: Emulator;
  readonly opsgenie: Emulator;
  /** A stack with one instance of the vendor: with its own settings, or these. */
  stack(vendor: Vendor, documents: string, settings?: string): Promise<Refusable>;
}

export interface Refusable {
  readonly accord: Accord;
  accordWith(given: Given): Accord;
  refusal(...argv: readonly string[]): Promise<Refusal>;
  refusalWith(given: Given, ...argv: readonly string[]): Promise<Refusal>;
  /** What a plan says, which is allowed; nothing is written for it. */
  planned(): Promise<string>;
}

export async function openVendors(): Promise<Vendors> {
  const world = await vendorWorld(["entra", "zendesk", "pagerduty", "opsgenie", "c1"]);
  const { tenants, clock, env, emulator } = world;
  const basic = basicPagerduty(emulator("pagerduty").save(), () => clock.now());
  entraOf(tenants).knobs.lagMs = 0;
  const fetch: Fetch = (request) =>
    new URL(request.url).host === BASIC_PLAN ? basic.fetch(request) : world.fetch(request);
  const writes = (): readonly string[] => world.requests().filter(isWrite);
  return {
    entra: entraOf(tenants),
    zendesk: zendeskOf(tenants),
    c1: c1Of(tenants),
    pagerduty: emulator("pagerduty"),
    opsgenie: emulator("opsgenie"),
    settings: world.settings,
    byHand: world.byHand,
    async stack(vendor, documents, settings) {
      const { directory } = await world.stack(vendor, { "team.yaml": documents }, settings);
      const accordWith = ({ through = (pass) => pass, ...more }: Given): Accord =>
        accordIn(directory, { clock, ...more, env: { ...env, ...more.env }, fetch: through(fetch) });
      const scene = { directory, env, accordWith, writes };
      const accord = accordWith({});
      return {
        accord,
        accordWith,
        refusal: (...argv) => refused(scene, {}, argv),
        refusalWith: (options, ...argv) => refused(scene, options, argv),
        async planned() {
          const before = writes().length;
          const { code, stdout, stderr } = await accord("plan", "--no-color");
          if (code !== 0 || writes().length > before) throw new Error(`${stdout}${stderr}`);
          return stdout;
        },
      };
    },
  };
}

function basicPagerduty(saved: unknown, now: () => number): Emulator {
  const plan = typeof saved === "object" && saved !== null ? { ...saved, abilities: [] } : saved;
  return createPagerdutyEmulator({ now, wall: now, fetch: () => Promise.reject(new Error("calls nobody")) }, plan);
}
