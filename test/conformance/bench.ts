/** One kind on a stage, in the words that the tour uses; what the engine does around a kind is done here. */
import { expect } from "vitest";
import { proveGone, proveWritten } from "../../engine/apply/prove.ts";
import { withItemDefaults } from "../../engine/config/defaults.ts";
import type { KindRules } from "../../engine/config/rules.ts";
import type { Schemas } from "../../engine/config/schemas.ts";
import { diffFields } from "../../engine/diff/fields.ts";
import { goalOf } from "../../engine/diff/goal.ts";
import type { WriteContext } from "../../engine/kind.ts";
import type { Address, FieldChange, Gone, Live, Spec } from "../../engine/model.ts";
import type { KindFacts, Provider } from "../../engine/provider.ts";
import { asSpec } from "../../engine/value.ts";
import { masked, peopleIn, secretsIn, settled } from "./fields.ts";
import type { Stage } from "./stage.ts";
import type { Sample } from "./subject.ts";

export const STACK = "conformance";

export interface Bench {
  readonly stage: Stage;
  /** `okta/group` */
  readonly kind: string;
  /** Requests that the provider has in flight at most. */
  readonly concurrency: number;
  readonly facts: KindFacts;
  readonly rules: KindRules;
  readonly sample: Sample;
  spec(n: number): Promise<Spec>;
  /** With the defaults of list items filled in, as the engine does. */
  filled(spec: Spec): Spec;
  address(n: number): Address;
  key(spec: Spec): string;
  people(spec: Spec): Promise<Readonly<Record<string, string>>>;
  /** Takes generated secrets, none of which may be said from then on. */
  readonly deliver: WriteContext["deliver"];
  context(spec: Spec, address: Address): Promise<WriteContext & { readonly ids: string[] }>;
  /** Made, proven, and visible to every read; by hand where the kind is only bound. */
  make(spec: Spec, address?: Address): Promise<Live>;
  /** What a list shows under the key of the spec. */
  listed(spec: Spec, fields?: readonly string[]): Promise<readonly Live[]>;
  /** By id. `known` is what is declared and what was last applied. */
  read(live: Live, known: Spec | readonly Spec[], fields?: readonly string[]): Promise<Live | Gone>;
  /** Every field of an object that is there. */
  whole(live: Live, known: Spec | readonly Spec[]): Promise<Live>;
  /** Ids of all objects of the kind, as adoption would list them. */
  everything(): Promise<readonly string[]>;
  /** One of them, with every field. */
  adopted(id: string): Promise<Live>;
  /** The same, and what a list of the spec's key shows beside. */
  all(spec: Spec): Promise<readonly string[]>;
  diff(wanted: Spec, live: Live): readonly FieldChange[];
  /** Sends what takes the live object to the wanted spec. */
  write(live: Live, wanted: Spec): Promise<Live>;
  /** The same, proven and visible to every read. */
  change(live: Live, wanted: Spec): Promise<void>;
  end(live: Live, how: "delete" | "disable"): Promise<void>;
  isGone(live: Live): Promise<boolean>;
  /** Lets reads catch up with writes. */
  wait(): Promise<void>;
  /** The spec with sets in one order: equal for equal contents. */
  settled(spec: Spec): Spec;
}

export interface BenchOptions {
  readonly stage: Stage;
  readonly provider: Provider;
  readonly facts: KindFacts;
  readonly schemas: Schemas;
  readonly sample: Sample;
}

export function benchOf({ stage, provider, facts, schemas, sample }: BenchOptions): Bench {
  const kind = `${provider.name}/${facts.name}`;
  const rules = schemas.rulesOf(kind);
  const { name, can } = facts;
  const everyField = [...(rules.spec.properties?.keys() ?? [])];
  const proof = () => ({ facts, rules, look: () => stage.view(), clock: stage.clock, signal: stage.signal });
  const wait = (): Promise<void> => stage.clock.sleep(facts.consistency ?? 0);

  /** By login, each asked for once, as a plan does. */
  const idsOfPeople = new Map<string, string>();
  const idOfPerson = (login: string): string => {
    const id = idsOfPeople.get(login);
    if (id === undefined) throw new Error(`Nobody answered about ${login}`);
    return id;
  };

  const bench: Bench = {
    stage,
    kind,
    concurrency: provider.concurrency,
    facts,
    rules,
    sample,
    async spec(n) {
      const spec = bench.filled(await sample.spec(n, stage.tenant));
      stage.hide(secretsIn(spec, rules.spec));
      return spec;
    },
    filled: (spec) => asSpec(withItemDefaults(schemas, `${kind}.schema.json`, spec)),
    address: (n) => `instance/${name}/number-${n}`,
    key(spec) {
      const key = facts.key(spec);
      if (key === undefined) throw new Error(`A resolved ${kind} has no key: ${JSON.stringify(spec)}`);
      return key;
    },
    async people(spec) {
      const names = peopleIn(spec, rules.spec);
      const unknown = names.filter((login) => !idsOfPeople.has(login));
      for (const { name: login, candidates } of unknown.length === 0 ? [] : await stage.view().people(unknown)) {
        const [only, ...more] = candidates;
        if (only === undefined || more.length > 0) throw new Error(`${login} is ${candidates.length} people`);
        idsOfPeople.set(login, only.id);
      }
      return Object.fromEntries(names.map((login) => [login, idOfPerson(login)]));
    },
    async deliver(_sink, _name, secrets) {
      stage.hide(Object.values(secrets));
      return { inForce: async () => {} };
    },
    async context(spec, address) {
      const ids: string[] = [];
      return {
        address,
        marker: { tool: "accord", stack: STACK, address },
        people: await bench.people(spec),
        ids,
        async made(id) {
          ids.push(id);
        },
        deliver: bench.deliver,
      };
    },
    async make(spec, address = bench.address(1)) {
      if (!can.create) {
        if (sample.make === undefined) throw new Error(`${kind} cannot be created, and its sample makes nothing`);
        await sample.make(spec, stage.tenant);
        await wait();
        return only(await bench.listed(spec));
      }
      const context = await bench.context(spec, address);
      const made = await stage.hands().create(name, spec, context);
      const proven = await proveWritten(made, asSpec(masked(spec, rules.spec)), undefined, proof());
      expect(proven, `what became of ${JSON.stringify(spec)}`).toMatchObject({ state: "confirmed" });
      const live = proven.state === "confirmed" ? proven.live : made;
      expect(live.id).toBe(made.id);
      stage.say(live);
      await wait();
      return live;
    },
    async listed(spec, fields = everyField) {
      const key = bench.key(spec);
      const found: Live[] = [];
      for await (const live of stage.view().list(name, { objects: [{ key, fields, known: [spec] }] })) {
        stage.say(live);
        if (facts.key(live.spec) === key) found.push(live);
      }
      return found;
    },
    async read(live, known, fields = everyField) {
      // Without a remote, what was made is what is there.
      if (!can.get && !can.list) return live;
      const wanted = { id: live.id, fields, known: [known].flat() };
      const view = stage.view();
      const answers = can.get ? view.get(name, [wanted]) : view.list(name, { objects: [wanted] });
      const found: (Live | Gone)[] = [];
      for await (const answer of answers) if (answer.id === live.id) found.push(answer);
      stage.say(found);
      return only(found);
    },
    async whole(live, known) {
      const found = await bench.read(live, known);
      if ("gone" in found) throw new Error(`${kind} ${live.id} is gone`);
      return found;
    },
    async all(spec) {
      const named = await bench.listed(spec);
      return [...new Set([...(await bench.everything()), ...named.map((live) => live.id)])].sort();
    },
    async everything() {
      const ids: string[] = [];
      for await (const live of stage.view().list(name, { objects: [], everything: true })) ids.push(live.id);
      return ids.sort();
    },
    async adopted(id) {
      const found: Live[] = [];
      for await (const live of stage.view().list(name, { objects: [], everything: true })) {
        if (live.id === id) found.push(live);
      }
      stage.say(found);
      return only(found);
    },
    diff: (wanted, live) => diffFields(asSpec(masked(wanted, rules.spec)), live.spec, rules.spec),
    async write(live, wanted) {
      const context = await bench.context(wanted, bench.address(1));
      const people = { ...live.people, ...context.people };
      const fields = bench.diff(wanted, live);
      const goal = goalOf({ declared: wanted, live: live.spec, fields, ignore: [] }, rules.spec);
      return stage.hands().update(name, live, goal, fields, { ...context, people });
    },
    async change(live, wanted) {
      const fields = bench.diff(wanted, live);
      const written = await bench.write(live, wanted);
      const proven = await proveWritten(written, asSpec(masked(wanted, rules.spec)), fields, proof());
      expect(proven, `what became of ${JSON.stringify(fields)}`).toMatchObject({ state: "confirmed" });
      stage.say(written);
      await wait();
    },
    async end(live, how) {
      const context = await bench.context({}, bench.address(1));
      await (how === "delete" ? stage.hands().delete(name, live, context) : stage.hands().disable(name, live, context));
    },
    isGone: (live) => proveGone(live, proof()),
    wait,
    settled: (spec) => asSpec(settled(spec, rules.spec)),
  };
  return bench;
}

function only<T>(found: readonly T[]): T {
  const [one, ...more] = found;
  if (one === undefined || more.length > 0) throw new Error(`${found.length} answers, where one was expected`);
  return one;
}
