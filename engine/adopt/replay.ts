/** A View that has seen the survey: what was listed is not asked again, so that the proof costs no second reading. */
import { canonicalJson } from "../canonical.ts";
import type { Candidates, Grant } from "../kind.ts";
import type { Live, Tenant } from "../model.ts";
import { type Instances, type InstanceView, shortKind } from "../plan/tenants.ts";
import type { Problem } from "../problem.ts";
import type { View } from "../provider.ts";
import type { Surveyed } from "./survey.ts";

/** Views that keep every answer they give. */
export function keeping(instances: Instances): Instances {
  return new Map([...instances].map(([name, instance]) => [name, { ...instance, view: keepingView(instance) }]));
}

function keepingView({ view }: InstanceView): View {
  let tenant: Promise<Tenant> | undefined;
  const preflights = new Set<string>();
  const grants = new Map<string, Map<string, readonly Grant[]>>();
  const found = new Map<string, Promise<Candidates>>();
  return {
    ...view,
    tenant: () => (tenant ??= view.tenant()),
    /** Rights that were there a moment ago are not asked for again. */
    async preflight(kinds): Promise<readonly Problem[]> {
      const open = kinds.filter((kind) => !preflights.has(kind));
      const problems = open.length === 0 ? [] : await view.preflight(open);
      if (problems.length === 0) for (const kind of open) preflights.add(kind);
      return problems;
    },
    find(kind, lookup) {
      const key = `${kind} ${canonicalJson(lookup)}`;
      const known = found.get(key) ?? view.find(kind, lookup);
      found.set(key, known);
      return known;
    },
    async *grants(kind, objects) {
      const known = grants.get(kind) ?? new Map<string, readonly Grant[]>();
      grants.set(kind, known);
      const open = objects.filter((id) => !known.has(id));
      if (open.length > 0) {
        const given = new Map<string, Grant[]>(open.map((id) => [id, []]));
        for await (const grant of view.grants(kind, open)) given.get(grant.object)?.push(grant);
        for (const [id, list] of given) known.set(id, list);
      }
      for (const id of objects) yield* known.get(id) ?? [];
    },
  };
}

/** The same views, whose lists of surveyed kinds are the survey. */
export function replaying(instances: Instances, surveyed: readonly Surveyed[]): Instances {
  return new Map(
    [...instances].map(([name, instance]) => {
      const lists = new Map<string, readonly Live[]>(
        surveyed
          .filter((one) => one.instance === name && one.listed)
          .map((one) => [shortKind(one.kind), one.lives] as const),
      );
      const { view } = instance;
      const replayed: View = {
        ...view,
        list: (kind, want) => {
          const lives = lists.get(kind);
          return lives === undefined ? view.list(kind, want) : each(lives);
        },
      };
      return [name, { ...instance, view: replayed }];
    }),
  );
}

async function* each(lives: readonly Live[]): AsyncIterable<Live> {
  yield* lives;
}
