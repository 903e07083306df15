/** A system of two kinds whose objects use every turn of a schema, its tenant a map; and adoption of it. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Adoption, adopt } from "../../../engine/adopt/adoption.ts";
import { loadStack } from "../../../engine/config/load.ts";
import { openSchemas, packageSchemas, type Schemas } from "../../../engine/config/schemas.ts";
import { readStack } from "../../../engine/config/stack.ts";
import { validate } from "../../../engine/config/validate.ts";
import { buildGraph } from "../../../engine/graph/build.ts";
import type { Finding, Kind, Want } from "../../../engine/kind.ts";
import type { Change, Live, Owned, Spec, Value } from "../../../engine/model.ts";
import { planChanges } from "../../../engine/plan/plan.ts";
import { readLive } from "../../../engine/plan/read.ts";
import type { Catalog, Instances } from "../../../engine/plan/tenants.ts";
import type { Problem } from "../../../engine/problem.ts";
import { defineProvider, type Provider } from "../../../engine/provider.ts";
import { testClock } from "../../support/clock.ts";

const field = (schema: object) => ({ description: "A field.", ...schema });
const object = (properties: object, more: object = {}) => ({
  ...{ type: "object", additionalProperties: false, properties },
  ...more,
});
const set = (items: object, more: object = {}) => field({ type: "array", "x-unordered": true, items, ...more });
const team = { "x-ref": "shop/team", $ref: "lookups.schema.json#/$defs/team" };

const FILES: Readonly<Record<string, object>> = {
  "settings.schema.json": object({}),
  "lookups.schema.json": {
    $defs: {
      team: {
        anyOf: [
          { type: "string" },
          object({ name: field({ type: "string" }) }, { required: ["name"] }),
          object({ id: field({ type: "string" }) }, { required: ["id"] }),
        ],
      },
    },
  },
  "team.schema.json": object(
    {
      name: field({ type: "string", minLength: 1, "x-never-blank": true }),
      description: field({ type: "string", "x-text": true }),
      active: field({ type: "boolean", default: true }),
      seats: field({ type: "integer", default: 5 }),
      mode: field({ type: "string", default: "open" }),
      members: set({ type: "string", "x-person": true }, { "x-granted-as": "member", "x-fold-case": true }),
      tags: set({ type: "string" }),
      friends: set(team),
      parent: field({ anyOf: [{ type: "null" }, team], "x-ref": "shop/team" }),
      settings: object({
        color: field({ type: "string" }),
        loud: field({ type: "boolean", default: false }),
        watchers: set({ type: "string", "x-person": true }),
        key: field({ type: "string", "x-secret": true }),
      }),
      labels: field({ type: "object", additionalProperties: { type: ["string", "number", "boolean", "null"] } }),
      steps: field({
        type: "array",
        items: object({
          say: object({ text: field({ type: "string", default: "" }) }),
          wait: object({
            days: field({ type: "integer", default: 1 }),
            who: set({ type: "string", "x-person": true }, { default: [] }),
          }),
          ask: object({ team: field(team) }, { required: ["team"] }),
        }),
      }),
    },
    { required: ["name"] },
  ),
  "door.schema.json": object(
    {
      team: field({ ...team, "x-immutable": true }),
      level: field({ type: "integer" }),
      note: field({ type: "string" }),
    },
    { required: ["team", "level"] },
  ),
};

let opened: Schemas | undefined;

/** Read and compiled once: they are what takes the time. */
function shopSchemas(): Schemas {
  if (opened !== undefined) return opened;
  const root = mkdtempSync(join(tmpdir(), "accord-shop-"));
  process.once("exit", () => rmSync(root, { recursive: true, force: true }));
  for (const file of ["stack", "document"]) {
    cpSync(join(packageSchemas(), `${file}.schema.json`), join(root, `${file}.schema.json`));
  }
  mkdirSync(join(root, "shop"));
  for (const [path, schema] of Object.entries(FILES)) writeFileSync(join(root, "shop", path), JSON.stringify(schema));
  opened = openSchemas(root);
  return opened;
}

export interface Tenant {
  readonly teams: ReadonlyMap<string, Live>;
  readonly doors: ReadonlyMap<string, Live>;
  /** Login → id. */
  readonly people: ReadonlyMap<string, string>;
  /** Team id → logins that another system says it put there. */
  readonly grants: ReadonlyMap<string, readonly string[]>;
}

interface Tricks {
  /** What is found about a team in every plan. */
  readonly review?: (spec: Spec) => readonly Finding[];
  /** Lists seen: `everything`, or how many objects were asked for. */
  readonly lists?: (string | number)[];
}

interface Shop extends Tenant, Tricks {}

function wanted(lives: Iterable<Live>, want: Want, key: (live: Live) => string | undefined): Live[] {
  const asked = new Set(want.objects.flatMap(({ id, key: name }) => [`id ${id}`, `key ${name}`]));
  return [...lives].filter(
    (live) => want.everything === true || asked.has(`id ${live.id}`) || asked.has(`key ${key(live)}`),
  );
}

const nameOf = (spec: Partial<Spec>): string | undefined => (typeof spec.name === "string" ? spec.name : undefined);
const doorOf = (spec: Partial<Spec>): string | undefined => {
  const id = typeof spec.team === "object" && spec.team !== null && "id" in spec.team ? spec.team.id : undefined;
  return typeof id === "string" ? `${id} ${spec.level}` : undefined;
};

const shopTeam: Kind<Shop, Shop> = {
  name: "team",
  proof: { by: "read" },
  key: nameOf,
  async *list(shop, want) {
    shop.lists?.push(want.everything === true ? "everything" : want.objects.length);
    yield* wanted(shop.teams.values(), want, (live) => nameOf(live.spec));
  },
  async find(shop, lookup) {
    const exact = [...shop.teams.values()].filter(({ spec }) => spec.name === lookup.name);
    return { exact: exact.map(({ id }) => ({ id, label: id })), near: [] };
  },
  lookups: ({ spec }) => [{ name: spec.name ?? null }],
  review: async (shop, spec) => shop.review?.(spec) ?? [],
  async *grants(shop, ids) {
    for (const id of ids) {
      for (const login of shop.grants.get(id) ?? [])
        yield { object: id, slug: "member", names: [login], reason: "lent" };
    }
  },
  create: async (_, spec) => ({ id: "new", spec }),
  update: async (_, live) => live,
};

const door: Kind<Shop, Shop> = {
  name: "door",
  proof: { by: "read" },
  key: doorOf,
  async *list(shop, want) {
    yield* wanted(shop.doors.values(), want, (live) => doorOf(live.spec));
  },
  create: async (_, spec) => ({ id: "new", spec }),
  update: async (_, live) => live,
};

function shopOf(tenant: Shop): Provider {
  return defineProvider<Shop, Shop>({
    name: "shop",
    concurrency: 4,
    kinds: [shopTeam, door],
    connect: () => ({ reader: () => tenant, writer: () => tenant, calls: () => ({}) }),
    tenant: async () => ({ id: "t", host: "shop.invalid" }),
    async *doctor() {},
    people: async (shop, names) =>
      names.map((name) => ({
        name,
        candidates: whoIs(shop, name.toLowerCase()),
      })),
  });
}

/** Of several names of one person, the first is the login. */
function whoIs({ people }: Tenant, name: string) {
  const id = people.get(name);
  const login = [...people].find(([, other]) => other === id)?.[0];
  return id === undefined || login === undefined ? [] : [{ id, login }];
}

export interface Shopping {
  readonly files?: Readonly<Record<string, string>>;
  readonly matches?: (label: string) => boolean;
  readonly tricks?: Tricks;
}

const STACK = "version: 1\nstack: corner\nproviders:\n  shop: {}\n";

/** Adopts all of the tenant into a stack of these files; gives the files as they would be, and what a plan then says. */
export async function adoptShop(tenant: Tenant, { files = {}, matches = () => true, tricks = {} }: Shopping = {}) {
  const schemas = shopSchemas();
  const provider = shopOf({ ...tenant, ...tricks });
  const before: Readonly<Record<string, string>> = { "accord.yaml": STACK, ...files };
  const opened = await open(before, provider, schemas);
  const adoption = await adopt({
    ...opened,
    targets: ["shop/team", "shop/door"].map((kind) => ({ instance: "shop", kind })),
    ...{ owned: [], pinned: {}, matches, now: () => 0 },
    readFile: async (path) => before[path],
  });
  const after = { ...before, ...Object.fromEntries(adoption.composed.files.map((file) => [file.path, file.after])) };
  return { adoption, files: after, plan: () => planShop(after, adoption, provider, schemas) };
}

/** A plan as the next one would be: files read anew, objects listed by id. */
async function planShop(
  files: Readonly<Record<string, string>>,
  { proof }: Adoption,
  provider: Provider,
  schemas: Schemas,
): Promise<{ readonly changes: readonly Change[]; readonly problems: readonly Problem[] }> {
  const { declared, catalog, instances, instanceProviders } = await open(files, provider, schemas);
  const graph = buildGraph(declared, (kind) => catalog.rulesOf(kind), instanceProviders);
  const owned: readonly Owned[] = proof?.bindings ?? [];
  const common = { graph, owned, catalog, stack: "corner", doubts: new Map() };
  const reading = await readLive({ ...common, instances, pinned: {}, now: () => 0 });
  const planned = planChanges({
    ...{ ...common, reading, remembered: owned, mode: "normal" },
    replace: new Set(),
    secretDigest: () => undefined,
  });
  const changes = planned.changes.filter(({ action }) => action !== "none");
  return { changes, problems: [...reading.problems, ...planned.problems] };
}

async function open(files: Readonly<Record<string, string>>, provider: Provider, schemas: Schemas) {
  const loaded = await loadStack({
    readFile: async (path) => files[path],
    readDirectory: async () => Object.keys(files).map((name) => ({ name, type: "file" as const })),
  });
  const stack = readStack(loaded, schemas);
  const providers = new Map([["shop", provider]]);
  const config = { stack, schemas, providers };
  const facts = (kind: string) => {
    const found = provider.kinds.get(kind.split("/")[1] ?? "");
    if (found === undefined) throw new Error(`The shop has no ${kind}`);
    return found;
  };
  const catalog: Catalog = { rulesOf: (kind) => schemas.rulesOf(kind), factsOf: facts };
  const outside = {
    ...{ fetch: () => Promise.reject(new Error("no network")), clock: testClock() },
    signal: new AbortController().signal,
  };
  const view = provider.connect({}, outside).view();
  const instances: Instances = new Map([["shop", { name: "shop", provider, view }]]);
  const declared = validate(loaded.documents, config).resources;
  return { config, catalog, instances, declared, instanceProviders: new Map([["shop", "shop"]]) };
}

/** A team as the shop would show it. */
export function liveTeam(id: string, spec: { readonly [field: string]: Value }, more: Partial<Live> = {}): Live {
  return { id, spec, ...more };
}

export function shopWith(teams: readonly Live[], more: Partial<Tenant> = {}): Tenant {
  return {
    teams: new Map(teams.map((one) => [one.id, one])),
    ...{ doors: new Map(), people: new Map(), grants: new Map() },
    ...more,
  };
}
