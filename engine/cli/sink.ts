/** ⇄ Generated secrets leave the process only here: encrypted (JWE) for the holder of a declared public key. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { JWK } from "jose";
import type { Sink } from "../config/limits.ts";
import type { Delivery } from "../kind.ts";
import { ProblemError } from "../problem.ts";
import { nearest } from "../words.ts";

export function sinkNamed(sinks: ReadonlyMap<string, Sink>, name: string): Sink {
  const sink = sinks.get(name);
  if (sink !== undefined) return sink;
  throw new ProblemError({
    code: "unknown-sink",
    message: `There is no sink ${name} in accord.yaml.`,
    hint: `${nearest(name, sinks.keys())} Declare it under \`sinks:\` with a public JWK and a directory or command.`.trim(),
  });
}

/** What was sent where, in words. A secret without a sink is a problem: it would be lost, or shown. */
export async function sendToSink(
  secrets: Readonly<Record<string, string>> | undefined,
  sink: Sink | undefined,
  about: Omit<About, "name"> & { readonly instance: string; readonly action: string },
): Promise<readonly string[]> {
  if (secrets === undefined || Object.keys(secrets).length === 0) return [];
  if (sink === undefined) {
    throw new ProblemError({
      code: "no-sink",
      message: `${about.action} gave a secret, and no --sink says where it goes. It was not kept.`,
      hint: "Declare one under `sinks:` in accord.yaml and run again with --sink NAME; revoke what was just made.",
    });
  }
  const sent = await deliver(secrets, sink, { ...about, name: `${about.instance}-${about.action}` });
  await sent.inForce();
  return [`${Object.keys(secrets).join(", ")} → ${sent.where}`];
}

interface About {
  /** Letters, digits, dashes, dots. */
  readonly name: string;
  /** Of the stack: a sink's own is relative to it. */
  readonly directory: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Encrypts and hands over. In a directory, what is not known to be in force ends in `.pending.jwe`. */
export async function deliver(
  secrets: Readonly<Record<string, string>>,
  sink: Sink,
  about: About,
): Promise<Delivery & { readonly where: string }> {
  const sealed = await seal(JSON.stringify(secrets), sink);
  if ("command" in sink.to) {
    await pipe(sink.to.command, sealed, sink.name);
    return { where: `${sink.name} (encrypted)`, inForce: async () => {} };
  }
  const path = `${sink.to.directory}/${about.name.replace(/[^A-Za-z0-9.@_+-]+/g, "-")}-${about.now}`;
  const at = (ending: string): string => resolve(about.directory, `${path}${ending}`);
  await mkdir(resolve(about.directory, sink.to.directory), { recursive: true });
  await writeFile(at(".pending.jwe"), sealed, { mode: 0o600 });
  return {
    where: `${path}.jwe (encrypted for ${sink.name})`,
    inForce: () => rename(at(".pending.jwe"), at(".jwe")),
  };
}

/** RSA keys by RSA-OAEP-256, EC and OKP keys by ECDH-ES. */
async function seal(text: string, sink: Sink): Promise<string> {
  const { CompactEncrypt, importJWK } = await import("jose");
  const jwk = sink.key as JWK;
  const alg = jwk.alg ?? (jwk.kty === "RSA" ? "RSA-OAEP-256" : "ECDH-ES+A256KW");
  const header = { alg, enc: "A256GCM", ...(jwk.kid === undefined ? {} : { kid: jwk.kid }) };
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader(header)
    .encrypt(await importJWK(jwk, alg));
}

async function pipe(command: readonly string[], input: string, name: string): Promise<void> {
  // Most runs have no secret to send, and this pulls in half of Node.
  const { spawn } = await import("node:child_process");
  const [program = "", ...rest] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: ["pipe", "ignore", "inherit"] });
    const failed = (why: string): void =>
      reject(
        new ProblemError({
          code: "sink-failed",
          message: `The sink ${name} failed: ${why}.`,
          hint: "Mend the command, then rotate again.",
        }),
      );
    child.on("error", (error) => failed(error.message));
    child.on("close", (code) => (code === 0 ? resolve() : failed(`exit ${code}`)));
    child.stdin.end(input);
  });
}
