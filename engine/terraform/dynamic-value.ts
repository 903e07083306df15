/**
 * Terraform's encoding of values (MessagePack) and ours. A value that is not known yet is an extension of it: kept byte
 * for byte, since Terraform compares what comes back with what it said, refinements included.
 */
import { Decoder, Encoder, ExtData } from "@msgpack/msgpack";
import type { Unknown, Value } from "../model.ts";
import { isList, isObject, isUnknown } from "../value.ts";

export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

/** Not known before the apply; `text` is what Terraform said of it. */
export const UNKNOWN: Unknown = { $unknown: { text: "0:AA==" } };

const decoder = new Decoder();
const encoder = new Encoder();

export function decodeValue({ msgpack, json }: DynamicValue): Value {
  if (msgpack !== undefined && msgpack.length > 0) return plain(decoder.decode(msgpack));
  if (json !== undefined && json.length > 0) return JSON.parse(Buffer.from(json).toString()) as Value;
  return null;
}

export function encodeValue(value: Value): DynamicValue {
  return { msgpack: encoder.encode(packed(value)) };
}

function plain(value: unknown): Value {
  if (value instanceof ExtData) {
    const data = typeof value.data === "function" ? value.data(0) : value.data;
    return { $unknown: { text: `${value.type}:${Buffer.from(data).toString("base64")}` } };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return typeof value === "bigint" ? Number(value) : null;
}

function packed(value: Value): unknown {
  if (isUnknown(value)) {
    const text = "text" in value.$unknown ? value.$unknown.text : "";
    const [type = "0", data = ""] = text.split(":");
    return new ExtData(Number(type), Buffer.from(data, "base64"));
  }
  if (isList(value)) return value.map(packed);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, packed(item)]));
  // A fraction in binary is not the one that was written; as text it is.
  return typeof value === "number" && !Number.isInteger(value) ? String(value) : value;
}
