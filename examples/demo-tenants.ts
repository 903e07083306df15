/** The other side of the demo: what people and time do in the emulated tenants between two commands. */
import type { Provider, View } from "../engine/provider.ts";
import { loadTenants, saveTenants } from "../engine/sandbox/memory-file.ts";
import { openTenants, type Tenants } from "../engine/sandbox/tenants.ts";
import { emulators } from "../providers/emulators.ts";
import { PROVIDERS } from "../providers/registry.ts";
import { ACME_SCHEDULE_ID } from "../providers/shared/acme.ts";

const GROUP = "prod-breakglass";

export interface DemoTenants {
  /** Prints who is in the Okta group, and what ConductorOne says about it. */
  show(): Promise<void>;
  /** Until tomorrow, as a person would in PagerDuty. */
  takePager(login: string): Promise<void>;
  /** As a person would in Okta's console. */
  addByHand(login: string): Promise<void>;
}

export function demoTenants(directory: string): DemoTenants {
  const place = `${directory}/.accord/default/sandbox`;

  async function open<T>(work: (tenants: Tenants) => Promise<T>): Promise<T> {
    const registry = await emulators();
    const options = { registry, names: Object.keys(registry), clock: { now: () => Date.now() } };
    const tenants = await openTenants({ ...options, saved: await loadTenants(place) });
    const result = await work(tenants);
    await saveTenants(place, tenants.save());
    return result;
  }

  return {
    show: () =>
      open(async (tenants) => {
        const okta = await viewOf("okta", tenants);
        const c1 = await viewOf("c1", tenants);
        const group = await groupOf(okta);
        const reasons = new Map<string, string>();
        for await (const grant of c1.grants("entitlement", [group.id])) {
          for (const name of grant.names) reasons.set(name.toLowerCase(), grant.reason);
        }
        for (const login of group.members) {
          process.stdout.write(`  in ${GROUP}: ${login} (${reasons.get(login.toLowerCase()) ?? "nobody knows why"})\n`);
        }
        if (group.members.length === 0) process.stdout.write(`  in ${GROUP}: nobody\n`);
      }),
    takePager: (login) =>
      open(async (tenants) => {
        const [user] = (await ask(tenants, "pagerduty", "GET", `/users?query=${login}`, "users")) ?? [];
        const start = new Date(tenants.now()).toISOString();
        const end = new Date(tenants.now() + 86_400_000).toISOString();
        const override = { start, end, user: { id: user?.id, type: "user_reference" } };
        await ask(tenants, "pagerduty", "POST", `/schedules/${ACME_SCHEDULE_ID}/overrides`, "", {
          overrides: [override],
        });
      }),
    addByHand: (login) =>
      open(async (tenants) => {
        const { id } = await groupOf(await viewOf("okta", tenants));
        const [user] =
          (await ask(tenants, "okta", "GET", `/api/v1/users?filter=profile.login eq "${login}"`, "")) ?? [];
        await ask(tenants, "okta", "PUT", `/api/v1/groups/${id}/users/${user?.id}`, "");
      }),
  };
}

async function viewOf(name: "okta" | "c1", tenants: Tenants): Promise<View> {
  const provider: Provider | undefined = await PROVIDERS[name]?.();
  const settings = tenants.emulators.get(name)?.settings;
  if (provider === undefined || settings === undefined) throw new Error(`no ${name} here`);
  const clock = {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: (ms: number) => tenants.tick(ms),
    background: () => Promise.resolve(),
  };
  const signal = new AbortController().signal;
  return provider.connect(settings, { fetch: (request) => tenants.fetch(request), clock, signal }).view();
}

async function groupOf(okta: View): Promise<{ id: string; members: readonly string[] }> {
  for await (const live of okta.list("group", { objects: [{ key: GROUP, fields: ["members"] }] })) {
    const { members, name } = live.spec;
    if (name === GROUP) return { id: live.id, members: Array.isArray(members) ? members.map(String) : [] };
  }
  throw new Error(`there is no group ${GROUP}`);
}

/** Another actor's request; `key` names the list in the answer, empty for a bare one. */
async function ask(
  tenants: Tenants,
  provider: "okta" | "pagerduty",
  method: string,
  path: string,
  key: string,
  body?: unknown,
): Promise<readonly { readonly id: string }[] | undefined> {
  const emulator = tenants.emulators.get(provider);
  const scheme = provider === "okta" ? "SSWS " : "Token token=";
  const response = await tenants.fetch(
    new Request(encodeURI(`https://${emulator?.host}${path}`), {
      method,
      headers: { authorization: `${scheme}${emulator?.actors?.trent}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  const answer: unknown = text === "" ? undefined : JSON.parse(text);
  const list = key === "" ? answer : (answer as Record<string, unknown>)[key];
  return Array.isArray(list) ? list : undefined;
}
