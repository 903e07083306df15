/** ⇄ A certificate for one connection, as go-plugin's automatic mTLS wants it: of the server itself, for `localhost`. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface Certificate {
  /** What the handshake shows: DER, base64 without padding. */
  readonly shown: string;
  readonly certificate: string;
  readonly key: string;
}

const DAY = 86_400_000;
/** Both ends read the same clock; a little earlier harms nobody. */
const BEFORE = 60_000;

export function selfSigned(now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  // ecdsa-with-SHA256
  const algorithm = sequence(oid("2a8648ce3d040302"));
  // commonName
  const name = sequence(tag(0x31, sequence(oid("550403"), tag(0x0c, Buffer.from("localhost")))));
  // subjectAltName, a DNS name: what the other end compares.
  const alternative = sequence(oid("551d11"), tag(0x04, sequence(tag(0x82, Buffer.from("localhost")))));
  const body = sequence(
    tag(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(now - BEFORE), time(now + 30 * DAY)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tag(0xa3, sequence(alternative)),
  );
  const signature = tag(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", body, privateKey)]));
  const der = sequence(body, algorithm, signature);
  return {
    shown: der.toString("base64").replaceAll("=", ""),
    certificate: `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function tag(type: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([type, length]), content]);
  if (length < 0x100) return Buffer.concat([Buffer.from([type, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([type, 0x82, length >> 8, length & 0xff]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tag(0x30, Buffer.concat(parts));
}

function integer(bytes: Buffer): Buffer {
  return tag(0x02, bytes);
}

function oid(hex: string): Buffer {
  return tag(0x06, Buffer.from(hex, "hex"));
}

/** UTCTime: two digits of the year, which is enough for a certificate of a month. */
function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/[-:T]/g, "").slice(2, 14);
  return tag(0x17, Buffer.from(`${digits}Z`));
}
