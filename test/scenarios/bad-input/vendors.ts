/** Entra, Zendesk, PagerDuty, Opsgenie and C1 in one world, opened once; each scene is a stack of its own in it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTenants } from "../../../engine/sandbox/tenants.ts";
import type { C1Emulator } from "../../../providers/c1/emulator.ts";
import { emulators } from "../../../providers/emulators.ts";
import type { EntraEmulator } from "../../../providers/entra/emulator.ts";
import { createPagerdutyEmulator } from "../../../providers/pagerduty/emulator.ts";
import type { Emulator } from "../../../providers/shared/emulator.ts";
import type { ZendeskEmulator } from "../../../providers/zendesk/emulator.ts";
import { testClock } from "../../support/clock.ts";
import { c1Of, entraOf, zendeskOf } from "../../support/emulated.ts";
import { type Accord, accordIn, type Said } from "../../support/run.ts";
import { type Fetch, type Given, isWrite, type Refusal, refused, writeAll } from "./scene.ts";

const NAMES = ["entra", "zendesk", "pagerduty", "opsgenie", "c1"] as const;
export type Vendor = (typeof NAMES)[number];

/** An account whose plan has no teams. */
const BASIC_PLAN = "basic.pagerduty.example";

export interface Vendors {
  readonly entra: EntraEmulator;
  readonly zendesk: ZendeskEmulator;
  readonly c1: C1Emulator;
  readonly pagerduty: Emulator;
  readonly opsgenie: Emulator;
  /** A stack with one instance of the vendor: its own line of settings, or these. */
  stack(vendor: Vendor, documents: string, settings?: string): Promise<VendorStack>;
  /** As Trent, in the vendor's console; gives back the answer. */
  byHand(vendor: Vendor, method: string, path: string, body?: unknown): Promise<unknown>;
  /** The settings that work, as `accord.yaml` writes them, with some of them replaced or added. */
  settings(vendor: Vendor, changes?: Readonly<Record<string, string>>): string;
}

export interface VendorStack {
  readonly accord: Accord;
  accordWith(given: Given): Accord;
  refusal(...argv: readonly string[]): Promise<Refusal>;
  refusalWith(given: Given, ...argv: readonly string[]): Promise<Refusal>;
  /** What a plan says, which is allowed; nothing is written for it. */
  planned(): Promise<string>;
}

const opened: string[] = [];

export async function closeStacks(): Promise<void> {
  for (const directory of opened.splice(0)) await rm(directory, { recursive: true, force: true });
}

/** Settings that are secrets, by vendor; they come from the environment. */
const SECRETS: Readonly<Record<Vendor, string>> = {
  entra: "clientSecret",
  zendesk: "clientSecret",
  pagerduty: "token",
  opsgenie: "apiKey",
  c1: "clientSecret",
};
/** Path below the host, and how a token is shown. */
const CONSOLES: Readonly<Record<Vendor, readonly [base: string, scheme: string]>> = {
  entra: ["/v1.0", "Bearer "],
  zendesk: ["/api/v2", "Bearer "],
  pagerduty: ["", "Token token="],
  opsgenie: ["", "GenieKey "],
  c1: ["", "Bearer "],
};

export async function openVendors(): Promise<Vendors> {
  const clock = testClock();
  const tenants = await openTenants({ registry: await emulators(), names: NAMES, clock });
  const emulator = (name: Vendor): Emulator => {
    const found = tenants.emulators.get(name);
    if (found === undefined) throw new Error(`there is no ${name} in this world`);
    return found;
  };
  const basic = basicPagerduty(emulator("pagerduty").save(), () => clock.now());
  entraOf(tenants).knobs.lagMs = 0;
  const sent: string[] = [];
  const fetch: Fetch = async (request) => {
    const { host, pathname } = new URL(request.url);
    if (host === BASIC_PLAN) return basic.fetch(request);
    const known = [...tenants.emulators.values()].some((one) => one.host === host || one.alsoHosts?.includes(host));
    if (!known) {
      const cause = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND" });
      throw new TypeError("fetch failed", { cause });
    }
    sent.push(`${request.method} ${pathname}`);
    return tenants.fetch(request);
  };
  const writes = (): readonly string[] => sent.filter(isWrite);
  const env = Object.fromEntries(NAMES.map((name) => [variable(name), emulator(name).settings[SECRETS[name]] ?? ""]));

  const settings: Vendors["settings"] = (vendor, changes = {}) => {
    const open = { ...emulator(vendor).settings, [SECRETS[vendor]]: `\${env:${variable(vendor)}}`, ...changes };
    return JSON.stringify(open);
  };
  return {
    entra: entraOf(tenants),
    zendesk: zendeskOf(tenants),
    c1: c1Of(tenants),
    pagerduty: emulator("pagerduty"),
    opsgenie: emulator("opsgenie"),
    settings,
    async stack(vendor, documents, given = settings(vendor)) {
      const directory = await mkdtemp(join(tmpdir(), "accord-vendors-"));
      opened.push(directory);
      await writeAll(directory, {
        "accord.yaml": `version: 1\nstack: acme\nproviders:\n  ${vendor}: ${given}\n`,
        "team.yaml": documents,
      });
      const accordWith = ({ through, ...more }: Given): Accord =>
        accordIn(directory, {
          clock,
          ...more,
          env: { ...env, ...more.env },
          fetch: through === undefined ? fetch : through(fetch),
        });
      const scene = { directory, env, accordWith, writes };
      return {
        accord: accordWith({}),
        accordWith,
        refusal: (...argv) => refused(scene, {}, argv),
        refusalWith: (options, ...argv) => refused(scene, options, argv),
        async planned() {
          const before = writes().length;
          const said: Said = await accordWith({})("plan", "--no-color");
          if (said.code !== 0 || writes().length > before) throw new Error(`${said.stdout}${said.stderr}`);
          return said.stdout;
        },
      };
    },
    async byHand(vendor, method, path, body) {
      const { host, actors, fetch: reach } = emulator(vendor);
      const [base, scheme] = CONSOLES[vendor];
      const response = await reach(
        new Request(`https://${host}${base}${path}`, {
          method,
          headers: {
            authorization: `${scheme}${actors?.trent ?? ""}`,
            from: "trent@acme.example",
            "content-type": "application/json",
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
  };
}

function variable(vendor: Vendor): string {
  return `${vendor.toUpperCase()}_SECRET`;
}

function basicPagerduty(saved: unknown, now: () => number): Emulator {
  const plan = typeof saved === "object" && saved !== null ? { ...saved, abilities: [] } : saved;
  return createPagerdutyEmulator({ now, wall: now, fetch: () => Promise.reject(new Error("calls nobody")) }, plan);
}
