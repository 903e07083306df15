/** Calls of a plan that finds nothing to do, against the least that the vendors' APIs allow for the same knowledge. */
import { cp } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { accord, once } from "./process.ts";
import { atMost, type Measurement } from "./row.ts";

/** What the on-call story cannot do without, once all of it is there. */
const FLOOR: Readonly<Record<string, number>> = {
  // okta.md §8. The declared group is empty, so its members cost nothing.
  "okta: a page of groups": 1,
  // A schedule is of either generation, and only its list tells.
  "pagerduty: schedules, and shift schedules": 2,
  // c1.md §3, bulk: one call each, for all apps that the stack names together.
  "c1: apps, policies, resource types, resources, entitlements, catalogs, users": 7,
  "c1: policies of the profiles' enrolment": 1,
  // c1.md §3, per profile: header, contents, automation, exclusions; and per profile's resource its owners.
  "c1: one profile": 5,
};

/** Beyond the floor: a plan may ask this much more. */
const SPARE = 2;

/** Tokens, and what tells whose tenant this is and what the credential may see: asked once, whatever the stack holds. */
const PREFLIGHT = [
  /^POST \/oauth2\/v1\/token /,
  /^POST \/auth\/v1\/token /,
  /^GET \/\.well-known\/okta-organization /,
  /^GET \/api\/v1\/users\?limit=1 /,
  /^GET \/users\?limit=100&offset=0&total=true /,
  /^GET \/api\/v1\/auth\/introspect /,
];

export const planCalls: Measurement = {
  name: "calls",
  async run(directory) {
    const root = dirname(createRequire(import.meta.url).resolve("accord-access/package.json"));
    await cp(join(root, "examples/on-call"), directory, { recursive: true });
    await once(accord(["apply", "--sandbox", "--yes", "--quiet"], directory));
    const { stderr } = await once(accord(["plan", "--sandbox", "--verbose"], directory));
    const requests = stderr.split("\n").filter((line) => /^(GET|POST) \S+ \d{3}/.test(line));
    const calls = requests.filter((line) => !PREFLIGHT.some((pattern) => pattern.test(line)));
    const floor = Object.values(FLOOR).reduce((sum, count) => sum + count, 0);
    return [
      atMost(
        "Calls of a plan of `examples/on-call`, tokens and preflight aside",
        `${floor} (the floor) + ${SPARE}`,
        String(calls.length),
        calls.length / (floor + SPARE),
      ),
    ];
  },
};
