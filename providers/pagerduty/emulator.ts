/**
 * A PagerDuty account in memory. Request → key → rate window → read-only check → route; every refusal is shaped in one
 * place. Behaviour follows oncall.md §1; what that marks unconfirmed is marked here too.
 */
import { randomUUID } from "node:crypto";
import { ACME_HOSTS } from "../shared/acme.ts";
import { type CreateEmulator, exchangeOf, json, matcher } from "../shared/emulator.ts";
import { accountRoutes } from "./emulator/account.ts";
import { principalOf } from "./emulator/keys.ts";
import { memoryFrom } from "./emulator/memory.ts";
import { oncallRoutes } from "./emulator/oncalls.ts";
import { createRateWindows } from "./emulator/rate-windows.ts";
import { forbidden, notFound, Refusal, refusalResponse } from "./emulator/refusal.ts";
import { scheduleRoutes } from "./emulator/schedules.ts";
import { ACCORD_KEY, READ_ONLY_KEY, seed, TRENT_KEY } from "./emulator/seed.ts";
import { shiftScheduleRoutes } from "./emulator/shift-schedules.ts";
import { teamRoutes } from "./emulator/teams.ts";
import type { Tenant } from "./emulator/tenant.ts";
import { userRoutes } from "./emulator/users.ts";

const OTHER_REGION = "api.eu.pagerduty.com";

export const createPagerdutyEmulator: CreateEmulator = (world, saved) => {
  const memory = saved === undefined ? seed(world.now()) : memoryFrom(saved);
  const tenant: Tenant = { memory, world };
  const windows = createRateWindows(() => world.now());
  const route = matcher([
    ...accountRoutes(tenant),
    ...userRoutes(tenant),
    ...teamRoutes(tenant),
    ...scheduleRoutes(tenant),
    ...shiftScheduleRoutes(tenant),
    ...oncallRoutes(tenant),
  ]);

  async function answer(request: Request): Promise<Response> {
    const { host, pathname } = new URL(request.url);
    // A key of one service region is unknown in the other.
    const principal = host === OTHER_REGION ? undefined : principalOf(memory, request);
    // Rails' own words, not the API's error envelope (oncall.md §1.1: "empty or text").
    if (principal === undefined) return new Response("HTTP Token: Access denied.\n", { status: 401 });
    const rate = windows.count(principal.user?.id ?? principal.key.token, pathname);
    if (!rate.allowed) return json(429, { error: { code: 2020, message: "Rate Limit Exceeded" } }, { ...rate.headers });
    const response = await handle(request, pathname, principal.key.readOnly).catch((error: unknown) => {
      if (error instanceof Refusal) return refusalResponse(error, pathname.startsWith("/v3/"));
      throw error;
    });
    for (const [name, value] of Object.entries(rate.headers)) response.headers.set(name, value);
    return response;
  }

  async function handle(request: Request, pathname: string, readOnly: boolean): Promise<Response> {
    if (readOnly && request.method !== "GET") throw forbidden("This key may only read.");
    const match = route(request.method, pathname);
    if (match === undefined || match === "method") throw notFound();
    return match.route.handle(await exchangeOf(request, match.params));
  }

  return {
    host: ACME_HOSTS.pagerduty,
    alsoHosts: [OTHER_REGION],
    settings: { token: ACCORD_KEY },
    actors: { trent: TRENT_KEY, reader: READ_ONLY_KEY },
    save: () => structuredClone(memory),
    async fetch(request) {
      const response = await answer(request);
      response.headers.set("date", new Date(world.now()).toUTCString());
      response.headers.set("x-request-id", randomUUID());
      return response;
    },
  };
};
