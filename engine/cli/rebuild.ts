/** `state rebuild`: binds anew what the documents declare and live carries our marker or exact key for. */
import { withoutSecrets } from "../apply/fill.ts";
import { isForeign } from "../diff/ours.ts";
import { buildGraph } from "../graph/build.ts";
import type { Live, Owned, Resource, Spec } from "../model.ts";
import { claimedTwice, claimsOf } from "../plan/claims.ts";
import { readLive } from "../plan/read.ts";
import type { Instances } from "../plan/tenants.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { hasUnknown } from "../value.ts";
import { count } from "../words.ts";
import { type Opened, type Rebinding, rebind } from "./binding.ts";
import { EXIT } from "./command.ts";
import { confirm } from "./confirm.ts";
import type { Invocation } from "./invocation.ts";
import type { Workspace } from "./workspace.ts";

export async function rebuildState(invocation: Invocation, workspace: Workspace): Promise<number> {
  const { voice, arguments: given } = invocation;
  const { catalog, stack } = workspace;
  const graph = buildGraph(workspace.resources, (kind) => catalog.rulesOf(kind), workspace.instanceProviders);
  const connected = await workspace.connect();
  const instances: Instances = new Map(
    [...connected].map(([name, { provider, connection }]) => [name, { name, provider, view: connection.view() }]),
  );
  const bound: Pick<Owned, "address" | "id" | "origin">[] = [];
  let complete = false;
  const rebuilding = async ({ context }: Opened): Promise<Rebinding | undefined> => {
    const known = new Set(context.state.resources.map((one) => one.address));
    const reading = await readLive({
      graph,
      owned: context.state.resources,
      instances,
      catalog,
      pinned: context.state.tenants,
      stack: stack.name,
      now: () => workspace.outside.clock.now(),
      doubts: context.doubts,
    });
    if (reading.problems.length > 0) throw new ProblemError(reading.problems);
    const found: Owned[] = [];
    const claims = claimsOf(context.state.resources);
    const problems: Problem[] = [];
    for (const resource of graph.resources.values()) {
      const at = reading.found.get(resource.address);
      if (known.has(resource.address) || at?.state !== "present") continue;
      if (!isForeign(at.live, stack.name)) {
        const holder = claims.object(resource, at.live.id);
        if (holder !== undefined) {
          problems.push(claimedTwice(resource, holder, `${resource.kind} ${at.live.id}`, graph.resources.has(holder)));
        }
        const people = reading.people.get(resource.address) ?? {};
        found.push(boundAgain(resource, at.live, reading.wanted.get(resource.address) ?? {}, people, stack.name));
      }
    }
    if (problems.length > 0) throw new ProblemError(problems);
    if (found.length === 0) {
      voice.say("Nothing to bind: state knows every declared object that exists.");
      complete = true;
      return undefined;
    }
    voice.say(
      found
        .map(
          (one) => `  ${one.address} = ${one.id}${one.origin === "adopted" ? " (no marker: counts as adopted)" : ""}`,
        )
        .join("\n"),
    );
    if (!given.flag("yes") && !(await confirm(invocation, `Bind ${count(found.length, "object")}?`))) return undefined;
    bound.push(...found.map(({ address, id, origin }) => ({ address, id, origin })));
    return {
      changes: found.map((owned) => ({ address: owned.address, owned })),
      events: found.map((owned) => ({
        type: "import" as const,
        actor: workspace.actor,
        address: owned.address,
        id: owned.id,
      })),
      tenants: { ...context.state.tenants, ...reading.tenants },
      settles: found.map((owned) => owned.address),
    };
  };
  const rebuilt = await rebind(workspace, "accord state rebuild", rebuilding, { rebuilding: true });
  if (!rebuilt && !complete) return EXIT.error;
  if (voice.json) voice.data(JSON.stringify({ bound }));
  return EXIT.ok;
}

/** Everything is protected until an apply states it again; nobody knows what was applied, so live counts as it. */
function boundAgain(
  resource: Resource,
  live: Live,
  wanted: Spec,
  people: Readonly<Record<string, string>>,
  stack: string,
): Owned {
  const ours =
    live.marker?.tool === "accord" &&
    (live.marker.stack ?? stack) === stack &&
    live.marker.address === resource.address;
  const applied = Object.fromEntries(
    Object.keys(wanted).flatMap((field) => {
      const value = live.spec[field];
      return value === undefined || hasUnknown(value) ? [] : [[field, value]];
    }),
  );
  return {
    address: resource.address,
    kind: resource.kind,
    id: live.id,
    applied: withoutSecrets(applied),
    ...(live.computed === undefined ? {} : { computed: live.computed }),
    people,
    secrets: {},
    protect: true,
    origin: ours ? "created" : "adopted",
    dependsOn: resource.dependsOn,
    ...(resource.onRemoval === undefined ? {} : { onRemoval: resource.onRemoval }),
  };
}
