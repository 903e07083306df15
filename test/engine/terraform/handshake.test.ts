/** The plugin as a process, without Terraform: its one line on stdout, mutual TLS, its end. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { afterEach, expect, test } from "vitest";
import { realClock } from "../../../engine/cli/real-world.ts";
import { snakeCase } from "../../../engine/config/terraform/names.ts";
import type { Value } from "../../../engine/model.ts";
import { serve } from "../../../engine/sandbox/serve.ts";
import { selfSigned } from "../../../engine/terraform/certificate.ts";
import { type DynamicValue, decodeValue, encodeValue } from "../../../engine/terraform/dynamic-value.ts";
import { services } from "../../../engine/terraform/protocol.ts";
import { asSpec } from "../../../engine/value.ts";
import { emulators } from "../../../providers/emulators.ts";
import { builtCommand } from "../../support/built.ts";

const COOKIE = { TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2" };

let child: ChildProcess | undefined;
/** What it wrote on stderr. */
let records = "";
afterEach(() => child?.kill("SIGKILL"));

async function started(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const process_ = spawn(process.execPath, [await builtCommand(), "terraform-provider"], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child = process_;
  records = "";
  process_.stderr.on("data", (chunk: Buffer) => (records += chunk.toString()));
  const [line] = await once(process_.stdout, "data");
  return String(line).trimEnd().split("|");
}

/** One call, as go-plugin makes it: the server's certificate is its own root, and is checked for `localhost`. */
function call(
  client: Client,
  service: "provider" | "controller",
  name: string,
  request: object = {},
): Promise<Record<string, unknown>> {
  const method = services()[service][name];
  if (method === undefined) throw new Error(name);
  return new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, answer?: Record<string, unknown>): void =>
      error === null ? resolve(answer ?? {}) : reject(error);
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize as () => Record<string, unknown>,
      request,
      done,
    );
  });
}

/** A client that the plugin trusts, as Terraform is one; `shown` is the last field of its line. */
function clientOf(address: string, shown: string, own: ReturnType<typeof selfSigned>): Client {
  const server = new X509Certificate(Buffer.from(shown, "base64"));
  const secured = credentials.createSsl(
    Buffer.from(server.toString()),
    Buffer.from(own.key),
    Buffer.from(own.certificate),
  );
  return new Client(`unix:${address}`, secured, { "grpc.ssl_target_name_override": "localhost" });
}

test("speaks over a socket of its own with mutual TLS, gives every kind's schema, and ends when it is asked to", async () => {
  const own = selfSigned(Date.now());
  const [core, protocol, network, address, kind, shown] = await started({
    ...COOKIE,
    PLUGIN_CLIENT_CERT: own.certificate,
  });
  expect([core, protocol, network, kind]).toEqual(["1", "6", "unix", "grpc"]);
  expect(shown).not.toContain("=");
  const server = new X509Certificate(Buffer.from(shown ?? "", "base64"));
  expect(server.checkHost("localhost")).toBe("localhost");
  expect(server.verify(server.publicKey)).toBe(true);

  const client = clientOf(address ?? "", shown ?? "", own);
  const stranger = new Client(`unix:${address}`, credentials.createSsl(Buffer.from(server.toString())), {
    "grpc.ssl_target_name_override": "localhost",
  });
  await expect(call(stranger, "provider", "GetProviderSchema")).rejects.toThrow();
  stranger.close();
  const schema = await call(client, "provider", "GetProviderSchema");
  expect(Object.keys(schema.resource_schemas as object)).toEqual(
    expect.arrayContaining(["accord_okta_group", "accord_entra_user", "accord_c1_access_profile"]),
  );
  expect(records).toBe("");
  const ended = once(child as ChildProcess, "exit");
  await call(client, "controller", "Shutdown");
  client.close();
  expect(await ended).toEqual([0, null]);
});

interface Event {
  readonly display_name: string;
  readonly identity: { readonly identity_data: DynamicValue } | null;
  readonly resource_object: DynamicValue | null;
  readonly diagnostic: readonly { readonly summary: string }[];
}

/** What `terraform query` asks of one list block. */
async function listed(client: Client, request: object): Promise<readonly Event[]> {
  const method = services().provider.ListResource;
  if (method === undefined) throw new Error("ListResource");
  const events: Event[] = [];
  const stream = client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize as () => Event,
    request,
  );
  for await (const event of stream) events.push(event as Event);
  return events;
}

test("lists what exists as `terraform query` asks: by name, as far as it is wanted, each with its identity", async () => {
  const directory = await mkdtemp(join(tmpdir(), "accord-query-"));
  const serving = await serve({
    registry: await emulators(),
    directory,
    port: 0,
    names: ["okta"],
    clock: realClock(),
  });
  try {
    const own = selfSigned(Date.now());
    const [, , , address = "", , shown = ""] = await started({
      ...COOKIE,
      PLUGIN_CLIENT_CERT: own.certificate,
      TF_LOG: "DEBUG",
    });
    const client = clientOf(address, shown, own);
    const schemas = await call(client, "provider", "GetProviderSchema");
    const identities = await call(client, "provider", "GetResourceIdentitySchemas");
    expect(Object.keys(schemas.list_resource_schemas as object)).toEqual(
      Object.keys(identities.identity_schemas as object),
    );
    expect((identities.identity_schemas as Record<string, unknown>).accord_okta_group).toMatchObject({
      identity_attributes: [{ name: "id", required_for_import: true, type: Buffer.from('"string"') }],
    });

    const config = (match: Value) => encodeValue({ match });
    const groups = { type_name: "accord_okta_group", config: config(null), limit: 100 };
    const [refused] = await listed(client, groups);
    expect(refused?.diagnostic.map(({ summary }) => summary)).toEqual(["The provider block says nothing of okta."]);

    const settings = Object.entries(serving.settings.okta ?? {}).map(([field, value]) => [snakeCase(field), value]);
    const block = encodeValue({ stack: "acme", okta: Object.fromEntries(settings) });
    expect(await call(client, "provider", "ConfigureProvider", { config: block })).toMatchObject({ diagnostics: [] });
    const all = await listed(client, groups);
    const names = all.map((event) => event.display_name);
    expect(names.length).toBeGreaterThan(1);
    expect(all.every((event) => event.resource_object === null && event.diagnostic.length === 0)).toBe(true);
    const { length } = await listed(client, { ...groups, limit: 1 });
    expect(length).toBe(1);

    const [name = ""] = names;
    const [one, ...more] = await listed(client, { ...groups, config: config([name]), include_resource_object: true });
    expect(more).toEqual([]);
    const identity = asSpec(decodeValue(one?.identity?.identity_data ?? {}));
    const object = asSpec(decodeValue(one?.resource_object ?? {}));
    expect(object).toMatchObject({ name, id: identity.id });

    // What was found is imported by its identity, and its configuration is what it holds.
    const found = { type_name: groups.type_name, identity: one?.identity };
    const imported = await call(client, "provider", "ImportResourceState", found);
    const [state] = imported.imported_resources as { state: DynamicValue; identity: object }[];
    expect(asSpec(decodeValue(state?.state ?? {}))).toEqual(object);
    expect(state?.identity).toEqual(one?.identity);
    const [none] = await listed(client, { ...groups, type_name: "accord_null_resource" });
    expect(none?.diagnostic.map(({ summary }) => summary)).toEqual([
      "null/resource has no list: its objects are known by id only.",
    ]);
    const ended = once(child as ChildProcess, "close");
    await call(client, "controller", "Shutdown");
    client.close();
    await ended;

    // Under TF_LOG each call, and each request behind it, is a record, and holds no secret.
    const written = records.trim().split("\n");
    const said = written.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(said.every((one) => /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/.test(String(one["@timestamp"])))).toBe(true);
    expect(said).toContainEqual(expect.objectContaining({ "@level": "debug", tf_rpc: "ListResource" }));
    expect(said).toContainEqual(
      expect.objectContaining({ "@message": expect.stringMatching(/^GET \/api\/v1\/groups\?\S* 200/) }),
    );
    expect(said).toContainEqual(
      expect.objectContaining({ "@level": "error", tf_resource_type: "accord_null_resource" }),
    );
    for (const secret of [serving.settings.okta?.privateKey ?? "x", '"d":']) expect(records).not.toContain(secret);
  } finally {
    await serving.close();
    await rm(directory, { recursive: true, force: true });
  }
});

test("started by hand it says who starts it", async () => {
  const command = await builtCommand();
  const run = () =>
    execFileSync(process.execPath, [command, "terraform-provider"], { stdio: "pipe", env: { PATH: process.env.PATH } });
  expect(run).toThrow(/started by Terraform or OpenTofu/);
});
