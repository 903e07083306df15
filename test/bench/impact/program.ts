/** ⇄ Prints as JSON how long the impact of the plan takes, and that of one edge of it afterwards. */
import { accessOf } from "../../../engine/impact/access.ts";
import { ONE_EDGE, tenant } from "./tenant.ts";

const objects = tenant();
const edges = objects.reduce((sum, { before }) => sum + before.length, 0);
const started = performance.now();
const access = accessOf(objects, (_, { instance }) => instance);
if (access.unread().length > 0) throw new Error("The plan would read more");
const { gained, lost } = access.impact();
const whole = performance.now() - started;
const then = performance.now();
const one = access.impact(new Set([ONE_EDGE]));
const after = performance.now() - then;
process.stdout.write(
  JSON.stringify({ edges, whole, after, moves: gained.length + lost.length, movesOfOne: one.lost.length }),
);
