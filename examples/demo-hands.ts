/** What people do in the emulated tenants between two commands, and what can be seen there. */
import type { Clock } from "../engine/outside.ts";
import type { Provider, View } from "../engine/provider.ts";
import { loadTenants, saveTenants } from "../engine/sandbox/memory-file.ts";
import { openTenants, type Tenants } from "../engine/sandbox/tenants.ts";
import { emulators } from "../providers/emulators.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { isFields } from "../providers/shared/narrow.ts";

export interface Hands {
  readonly tenants: Tenants;
  /** A request of Trent's, the administrator, in a vendor's console; its answer, where there is one. Throws on a refusal. */
  ask(provider: string, method: string, path: string, body?: unknown): Promise<unknown>;
  /** What Accord itself would read there. */
  view(provider: string): Promise<View>;
}

/** Opens the sandbox of a stack directory, lets `work` act, and keeps what it did. */
export async function withHands<T>(
  directory: string,
  clock: Pick<Clock, "now">,
  work: (hands: Hands) => Promise<T>,
): Promise<T> {
  const place = `${directory}/.accord/default/sandbox`;
  const registry = await emulators();
  const tenants = await openTenants({ registry, names: Object.keys(registry), clock, saved: await loadTenants(place) });
  const result = await work({
    tenants,
    ask: (provider, method, path, body) => ask(tenants, provider, method, path, body),
    view: (provider) => viewOf(tenants, provider, clock),
  });
  await saveTenants(place, tenants.save());
  return result;
}

/** How each vendor wants a token. */
const SCHEMES: Readonly<Record<string, string>> = { okta: "SSWS ", pagerduty: "Token token=" };

async function ask(tenants: Tenants, provider: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const emulator = tenants.emulators.get(provider);
  const authorization = `${SCHEMES[provider] ?? "Bearer "}${emulator?.actors?.trent}`;
  const response = await tenants.fetch(
    new Request(encodeURI(`https://${emulator?.host}${path}`), {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`${provider}, ${method} ${path}: ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

async function viewOf(tenants: Tenants, name: string, clock: Pick<Clock, "now">): Promise<View> {
  const provider: Provider | undefined = await PROVIDERS[name]?.();
  const settings = tenants.emulators.get(name)?.settings;
  if (provider === undefined || settings === undefined) throw new Error(`there is no ${name} here`);
  const living = {
    now: clock.now,
    monotonic: tenants.now,
    sleep: (ms: number) => tenants.tick(ms),
    background: () => Promise.resolve(),
  };
  const outside = { fetch: tenants.fetch, clock: living, signal: new AbortController().signal };
  return provider.connect(settings, outside).view();
}

/** The id in an answer, or in the first row under `rows` of it. */
export function idIn(answer: unknown, rows?: string): string {
  const list = rows === undefined || !isFields(answer) ? answer : answer[rows];
  const row: unknown = Array.isArray(list) ? list[0] : list;
  if (!isFields(row) || typeof row.id !== "string") throw new Error(`there is no id in ${JSON.stringify(answer)}`);
  return row.id;
}

/** One live object of a kind, by its key, with the fields that are asked for. */
export async function liveOf(view: View, kind: string, key: string, fields: readonly string[]) {
  for await (const live of view.list(kind, { objects: [{ key, fields }] })) return live;
  throw new Error(`there is no ${kind} ${key}`);
}
