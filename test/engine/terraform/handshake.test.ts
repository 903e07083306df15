/** The plugin as a process, without Terraform: its one line on stdout, mutual TLS, its end. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { afterEach, expect, test } from "vitest";
import { selfSigned } from "../../../engine/terraform/certificate.ts";
import { services } from "../../../engine/terraform/protocol.ts";
import { builtCommand } from "../../support/built.ts";

const COOKIE = { TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2" };

let child: ChildProcess | undefined;
afterEach(() => child?.kill("SIGKILL"));

async function started(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const process_ = spawn(process.execPath, [await builtCommand(), "terraform-provider"], {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = process_;
  const [line] = await once(process_.stdout, "data");
  return String(line).trimEnd().split("|");
}

/** One call, as go-plugin makes it: the server's certificate is its own root, and is checked for `localhost`. */
function call(client: Client, service: "provider" | "controller", name: string): Promise<Record<string, unknown>> {
  const method = services()[service][name];
  if (method === undefined) throw new Error(name);
  return new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, answer?: Record<string, unknown>): void =>
      error === null ? resolve(answer ?? {}) : reject(error);
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize as () => Record<string, unknown>,
      {},
      done,
    );
  });
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

  const secured = credentials.createSsl(
    Buffer.from(server.toString()),
    Buffer.from(own.key),
    Buffer.from(own.certificate),
  );
  const client = new Client(`unix:${address}`, secured, { "grpc.ssl_target_name_override": "localhost" });
  const stranger = new Client(`unix:${address}`, credentials.createSsl(Buffer.from(server.toString())), {
    "grpc.ssl_target_name_override": "localhost",
  });
  await expect(call(stranger, "provider", "GetProviderSchema")).rejects.toThrow();
  stranger.close();
  const schema = await call(client, "provider", "GetProviderSchema");
  expect(Object.keys(schema.resource_schemas as object)).toEqual(
    expect.arrayContaining(["accord_okta_group", "accord_entra_user", "accord_c1_access_profile"]),
  );
  const ended = once(child as ChildProcess, "exit");
  await call(client, "controller", "Shutdown");
  client.close();
  expect(await ended).toEqual([0, null]);
});

test("started by hand it says who starts it", async () => {
  const command = await builtCommand();
  const run = () =>
    execFileSync(process.execPath, [command, "terraform-provider"], { stdio: "pipe", env: { PATH: process.env.PATH } });
  expect(run).toThrow(/started by Terraform or OpenTofu/);
});
