/** Enums of access reviews as documents write them: `GRANT_SOURCE_FILTER_DIRECT` is `direct`. */
import type { Value } from "../../../engine/model.ts";
import { textsOf } from "../../shared/narrow.ts";
import { text } from "../client/wire.ts";

/** Undefined where nothing is chosen: the unspecified value, whatever it is called. */
export function wordOf(value: unknown, prefix: string): string | undefined {
  const name = text(value);
  if (name === "" || /(^|_)(UNSPECIFIED|UNKNOWN)$/.test(name)) return undefined;
  return (name.startsWith(prefix) ? name.slice(prefix.length) : name).toLowerCase().replaceAll("_", "-");
}

export function words(values: unknown, prefix: string): readonly string[] {
  return textsOf(values).flatMap((value) => wordOf(value, prefix) ?? []);
}

export function enumOf(word: Value | undefined, prefix: string, unset = "UNSPECIFIED"): string {
  return `${prefix}${text(word) === "" ? unset : text(word).toUpperCase().replaceAll("-", "_")}`;
}
