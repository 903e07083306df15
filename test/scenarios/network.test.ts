import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createProxy, type Server } from "node:http";
import { createServer as createTls } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addressOf, answer, requestOf } from "../../engine/sandbox/node-request.ts";
import { type Serving, serve } from "../../engine/sandbox/serve.ts";
import { emulators } from "../../providers/emulators.ts";
import { builtCommand } from "../support/built.ts";

const run = promisify(execFile);

let directory: string;
let serving: Serving;
let bin: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "accord-network-"));
  serving = await serve({ registry: await emulators(), directory: join(directory, "data"), port: 0, clock: Date });
  bin = await builtCommand();
});
afterAll(async () => {
  await serving.close();
  await rm(directory, { recursive: true, force: true });
});

interface Said {
  readonly code: number | null;
  readonly text: string;
}

/** A real process, with nothing of our environment but what is given. */
function accord(env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...argv], {
      cwd: directory,
      env: { PATH: process.env.PATH ?? "", ...env },
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on("close", (code) => resolve({ code, text }));
  });
}

async function stackAt(baseUrl: string): Promise<void> {
  await writeFile(
    join(directory, "accord.yaml"),
    `version: 1\nstack: net\nproviders:\n  pagerduty: { token: "\${env:PD}", baseUrl: "${baseUrl}" }\n`,
  );
  await writeFile(join(directory, "a.yaml"), "kind: pagerduty/schedule\nname: primary\nspec: { name: Primary }\n");
}

const token = (): string => serving.settings.pagerduty?.token ?? "";

test("goes through HTTP_PROXY, and around it for NO_PROXY", async () => {
  const asked: string[] = [];
  const proxy = createProxy();
  proxy.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    const [host = "", port = ""] = (request.url ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  const url = await listening(proxy);
  await stackAt(serving.urls.pagerduty ?? "");
  const through = await accord({ PD: token(), HTTP_PROXY: url, HTTPS_PROXY: url }, "plan");
  expect(through).toMatchObject({ code: 0, text: expect.stringContaining("1 to adopt") });
  expect(asked.length).toBeGreaterThan(0);
  const before = asked.length;
  const around = await accord({ PD: token(), HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: "127.0.0.1" }, "plan");
  expect(around).toMatchObject({ code: 0 });
  expect(asked).toHaveLength(before);
  await new Promise((resolve) => proxy.close(resolve));
});

test("trusts a private CA that NODE_EXTRA_CA_CERTS names, and nobody else's", async ({ skip }) => {
  const key = join(directory, "key.pem");
  const cert = join(directory, "cert.pem");
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const made = await run("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
    "-keyout",
    key,
    "-out",
    cert,
    ...subject,
  ]).catch(() => undefined);
  if (made === undefined) skip("no openssl on this machine to make a certificate with");
  const upstream = serving.urls.pagerduty ?? "";
  const server = createTls({ key: await readFile(key), cert: await readFile(cert) }, async (incoming, outgoing) => {
    const address = addressOf(incoming);
    if (address === undefined) return;
    const request = await requestOf(incoming, address);
    await answer(
      outgoing,
      await fetch(`${upstream}${new URL(request.url).pathname}${new URL(request.url).search}`, {
        headers: request.headers,
      }),
    );
  });
  const url = (await listening(server)).replace("http:", "https:");
  await stackAt(url);
  expect(await accord({ PD: token(), NODE_EXTRA_CA_CERTS: cert }, "plan")).toMatchObject({ code: 0 });
  const distrusted = await accord({ PD: token() }, "plan");
  expect(distrusted.code).toBe(1);
  expect(distrusted.text).toContain("NODE_EXTRA_CA_CERTS");
  await new Promise((resolve) => server.close(resolve));
});

function listening(server: Server | ReturnType<typeof createTls>): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`);
    });
  });
}
