import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { ProblemError } from "../../problem.ts";
import { nearest } from "../../words.ts";
import { type Command, EXIT } from "../command.ts";
import { durationOf } from "../duration.ts";
import type { Invocation } from "../invocation.ts";
import { placeOf } from "../place.ts";
import { sandboxDirectory } from "../sandbox-world.ts";

const VERBS = ["serve", "tick", "reset"];

export const sandbox: Command = {
  name: "sandbox",
  arguments: "serve | tick | reset",
  summary: "Emulated tenants to try things on: serve, tick, reset",
  description: [
    "serve puts each emulated tenant on a loopback port of its own and prints their addresses and seeded credentials.",
    "tick moves their time: lags pass, C1 syncs and runs its automations, schedules hand over. reset starts anew.",
  ],
  options: {
    port: {
      type: "string",
      value: "N",
      description:
        "serve: the first port (okta; entra is +1, c1 +2, zendesk +3, pagerduty +4, opsgenie +5). Default: 4010; 0: any.",
    },
    data: { type: "string", value: "DIR", description: "Where the tenants are kept. Default: that of --sandbox." },
    by: { type: "string", value: "D", description: "tick: how far, 15m, 3h, 7d. Default: 1h." },
  },
  examples: [
    ["accord sandbox serve --port 4010", "Tenants for curl, for an SDK, for another terminal"],
    ["accord sandbox tick --by 3h", "Let syncs and automations happen"],
    ["accord sandbox reset", "Forget everything that was done"],
  ],
  async run(invocation) {
    const { arguments: given, world, voice, registry } = invocation;
    const [verb = ""] = given.positionals;
    const { stateDirectory } = await placeOf(invocation);
    const data = given.text("data");
    const directory = data === undefined ? sandboxDirectory(stateDirectory) : resolve(world.cwd, data);
    switch (verb) {
      case "serve":
        return serveUntilStopped(invocation, directory);
      case "tick": {
        const { tickServed } = await import("../../sandbox/tick-served.ts");
        const ms = durationOf(given.text("by") ?? "1h", "--by");
        const now = await tickServed(directory, ms, () => registry.emulators(), world.clock);
        const text = new Date(now).toISOString();
        voice.data(voice.json ? JSON.stringify({ now: text }) : `Tenant time is now ${text}.`);
        return EXIT.ok;
      }
      case "reset":
        await refuseServed(directory);
        await rm(directory, { recursive: true, force: true });
        voice.say("The sandbox starts anew. State of stacks is untouched.");
        if (voice.json) voice.data(JSON.stringify({ reset: directory }));
        return EXIT.ok;
      default:
        throw new ProblemError({
          code: "usage",
          message: verb === "" ? "Say what the sandbox should do." : `accord sandbox has no "${verb}".`,
          hint: `${nearest(verb, VERBS)} serve, tick or reset.`.trim(),
        });
    }
  },
};

/** A server would write its memory back over what was removed. */
async function refuseServed(directory: string): Promise<void> {
  const { findServed } = await import("../../sandbox/served.ts");
  if ((await findServed(directory)) === undefined) return;
  throw new ProblemError({
    code: "sandbox-served",
    message: "This sandbox is being served by another process.",
    hint: "Stop that process first.",
  });
}

/** Prints one JSON line when ready, and stays until it is stopped. */
async function serveUntilStopped(invocation: Invocation, directory: string): Promise<number> {
  const { arguments: given, world, voice, registry } = invocation;
  const port = Number(given.text("port") ?? "4010");
  if (!Number.isInteger(port) || port < 0 || port > 65_000) {
    throw new ProblemError({
      code: "usage",
      message: `--port ${given.text("port")} is no port.`,
      hint: "Give a number from 1024 to 65000, or 0.",
    });
  }
  const { serve } = await import("../../sandbox/serve.ts");
  const serving = await serve({ registry: await registry.emulators(), directory, port, clock: world.clock });
  // The credentials are the sandbox's own, made to be seen: they bypass the mask.
  const { urls, settings, actors, env } = serving;
  world.stdout.write(`${JSON.stringify({ ...urls, settings, actors, env })}\n`);
  voice.say("Serving. Ctrl-C stops.");
  try {
    const { signal } = world;
    if (!signal.aborted) await new Promise((stopped) => signal.addEventListener("abort", stopped, { once: true }));
  } finally {
    await serving.close();
  }
  return EXIT.ok;
}
