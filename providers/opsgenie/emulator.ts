/**
 * An Opsgenie account in memory. Request → key → rate → rights → route; every refusal is shaped in one place. Behaviour
 * follows oncall.md §2; what that marks unconfirmed is marked here too.
 */
import { ACME_HOSTS } from "../shared/acme.ts";
import { type CreateEmulator, exchangeOf, matcher, type Route } from "../shared/emulator.ts";
import { data, notFound, Refusal, refused } from "./emulator/answer.ts";
import { addressed } from "./emulator/input.ts";
import { keyOf, mustBeAllowed } from "./emulator/keys.ts";
import { type Memory, memoryFrom } from "./emulator/memory.ts";
import { onCallRoutes } from "./emulator/on-calls.ts";
import { createRate } from "./emulator/rate.ts";
import { scheduleParts, scheduleRoutes } from "./emulator/schedules.ts";
import { INTEGRATION_KEY, READ_KEY, seed, TRENT_KEY } from "./emulator/seed.ts";
import { escalationShape } from "./emulator/shapes.ts";
import { teamRoutes } from "./emulator/teams.ts";
import { timelineRoutes } from "./emulator/timeline.ts";
import { userRoutes } from "./emulator/users.ts";

const OTHER_REGION = "api.eu.opsgenie.com";

export const createOpsgenieEmulator: CreateEmulator = (world, saved) => {
  const memory = saved === undefined ? seed(world.now()) : memoryFrom(saved);
  const count = createRate(() => world.now());
  const route = matcher([
    ...accountRoutes(memory),
    ...userRoutes(memory, world),
    ...teamRoutes(memory),
    ...scheduleRoutes(memory),
    ...scheduleParts(memory),
    ...onCallRoutes(memory, world),
    ...timelineRoutes(memory, world),
  ]);

  async function handle(request: Request): Promise<Response> {
    const { host, pathname } = new URL(request.url);
    // A key of one region is unknown in the other.
    const key = host === OTHER_REGION ? undefined : keyOf(memory, request);
    if (key === undefined) return refused(new Refusal(401, "Could not authenticate"));
    const rate = count(request.method, pathname);
    const response = rate.allowed
      ? await answer(request, pathname, key).catch((error: unknown) => {
          if (error instanceof Refusal) return refused(error);
          throw error;
        })
      : refused(new Refusal(429, "You are making too many requests!"));
    for (const [name, value] of Object.entries(rate.headers)) response.headers.set(name, value);
    return response;
  }

  async function answer(request: Request, pathname: string, key: Memory["keys"][number]): Promise<Response> {
    const match = route(request.method, pathname);
    if (match === undefined) throw notFound("The resource");
    if (match === "method") throw new Refusal(405, "Method is not allowed");
    mustBeAllowed(key, request.method, pathname);
    return match.route.handle(await exchangeOf(request, match.params));
  }

  return {
    host: ACME_HOSTS.opsgenie,
    alsoHosts: [OTHER_REGION],
    settings: { apiKey: READ_KEY },
    actors: { trent: TRENT_KEY, integration: INTEGRATION_KEY },
    save: () => structuredClone(memory),
    async fetch(request) {
      const response = await handle(request);
      response.headers.set("date", new Date(world.now()).toUTCString());
      return response;
    },
  };
};

function accountRoutes(memory: Memory): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/v2/account",
      handle: () =>
        data({
          name: memory.name,
          userCount: memory.users.length,
          plan: { name: "Standard", maxUserCount: 500, isYearly: true },
        }),
    },
    {
      method: "GET",
      path: "/v2/escalations",
      handle: () => data(memory.escalations.map((row) => escalationShape(memory, row))),
    },
    {
      method: "GET",
      path: "/v2/escalations/{identifier}",
      handle: (exchange) => data(escalationShape(memory, addressed(memory.escalations, exchange, "escalation"))),
    },
  ];
}
