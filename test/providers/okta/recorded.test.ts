/**
 * Replays traffic that was recorded with real Okta organizations: the same requests in the same order, ids mapped from
 * the answers. Statuses, error codes and the shapes of bodies must be those of the recording.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { specsFolder } from "../../contract/openapi.ts";
import { at, listOf, ORIGIN, type Sandbox, sandbox, textAt } from "./emulator/sandbox.ts";

interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly status: number;
  readonly answer: unknown;
  readonly at: number;
}

/** What the recording client asked beyond the published API. */
const SKIPPED: readonly { readonly path: RegExp; readonly reason: string }[] = [
  { path: /\/api\/v1\/internal\//, reason: "private endpoint of the vendor's console" },
  { path: /\/policies(\/|\?|$)/, reason: "sign-on policies are outside what Accord manages" },
];

/** Keys of bodies that the emulator leaves out or has in addition, each for its reason. */
const TOLERATED: readonly { readonly key: RegExp; readonly reason: string }[] = [
  { key: /^_links\.owners\b/, reason: "in recordings since the Identity Governance release only" },
  { key: /^realmId$/, reason: "organizations with realms only" },
  { key: /^_links\.resetFactors\b/, reason: "organizations with factors enrolled only" },
  {
    key: /^_links\.(accessPolicy|profileEnrollment|clientCredentials)\b/,
    reason: "sign-on policies and console secrets are outside what Accord manages",
  },
];

const folder = specsFolder("okta-recorded");
if (folder === undefined) {
  test("recorded traffic", ({ skip }) => skip("ACCORD_SPECS does not name the folder of recordings"));
} else {
  const directory = join(folder, "okta-recorded");
  describe("the emulator answers as the real organization did", () => {
    for (const file of readdirSync(directory).filter((name) => name.endsWith(".json"))) {
      test(file.replace(".json", ""), async () => {
        const differences = await replay(exchangesOf(readFileSync(join(directory, file), "utf8")));
        expect(differences).toEqual([]);
      });
    }
  });
}

async function replay(exchanges: readonly Exchange[]): Promise<readonly string[]> {
  const box = sandbox();
  const ids = new Map<string, string>();
  const differences: string[] = [];
  let before = exchanges[0]?.at ?? 0;
  for (const exchange of exchanges) {
    if (SKIPPED.some(({ path }) => path.test(exchange.url))) continue;
    await box.pass(Math.max(0, exchange.at - before));
    before = exchange.at;
    const path = mapped(new URL(exchange.url).pathname + new URL(exchange.url).search, ids);
    const body = exchange.body === null ? undefined : JSON.parse(mapped(JSON.stringify(exchange.body), ids));
    const answer = await overlapping(box, exchange.status, () => box.call(exchange.method, path, body));
    learn(exchange.answer, answer.body, ids);
    const where = `${exchange.method} ${path}`;
    if (answer.status !== exchange.status) differences.push(`${where}: ${answer.status} instead of ${exchange.status}`);
    for (const line of shapeDifferences(exchange, answer.body)) differences.push(`${where}: ${line}`);
  }
  return [...new Set(differences)];
}

/** The recorded 423s are writes that met another one in flight; here another writer holds the lock for that long. */
async function overlapping<T>({ okta }: Sandbox, status: number, call: () => Promise<T>): Promise<T> {
  okta.tenant.ruleLockUntil = status === 423 ? Number.POSITIVE_INFINITY : 0;
  return call();
}

/** Pairs the ids of both answers, wherever they stand. */
function learn(recorded: unknown, answered: unknown, ids: Map<string, string>): void {
  if (typeof recorded !== "object" || recorded === null) {
    if (typeof recorded === "string" && typeof answered === "string" && /^0[0o][a-z]|^0pr/.test(recorded)) {
      ids.set(recorded, answered);
    }
    return;
  }
  for (const [key, value] of Object.entries(recorded)) learn(value, at(answered, key), ids);
}

function mapped(text: string, ids: ReadonlyMap<string, string>): string {
  let out = text.replaceAll("https://acme.okta.com", ORIGIN);
  for (const [recorded, ours] of ids) out = out.replaceAll(recorded, ours);
  return out;
}

function shapeDifferences(exchange: Exchange, answered: unknown): readonly string[] {
  const recorded = new Set(keysOf(exchange.answer));
  const ours = new Set(keysOf(answered));
  const code = at(exchange.answer, "errorCode");
  const wrongCode =
    at(answered, "errorCode") === code ? [] : [`${String(at(answered, "errorCode"))} instead of ${String(code)}`];
  const missing = [...recorded].filter((key) => !ours.has(key)).map((key) => `lacks ${key}`);
  const added = [...ours].filter((key) => !recorded.has(key)).map((key) => `adds ${key}`);
  return [...wrongCode, ...[...missing, ...added].filter((line) => !isTolerated(line))];
}

function isTolerated(line: string): boolean {
  const key = line.split(" ").slice(1).join(" ").replace(/^\*\./, "");
  return TOLERATED.some((entry) => entry.key.test(key));
}

/** Dotted paths of all keys; elements of lists fold into `*`. */
function keysOf(value: unknown, prefix = ""): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOf(item, `${prefix}*.`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [`${prefix}${key}`, ...keysOf(item, `${prefix}${key}.`)]);
}

function exchangesOf(text: string): readonly Exchange[] {
  return listOf(JSON.parse(text)).map((entry) => ({
    method: textAt(entry, "request", "method"),
    url: textAt(entry, "request", "url"),
    body: at(entry, "request", "body") ?? null,
    status: Number(at(entry, "response", "status")),
    answer: at(entry, "response", "body"),
    at: Date.parse(textAt(entry, "response", "headers", "date", 0)),
  }));
}
