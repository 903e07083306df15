import type { Source, Value } from "../model.ts";

/** What a stack gives to whoever asks: a template over what it declares. */
export interface DeclaredOutput {
  readonly name: string;
  readonly value: Value;
  readonly description?: string;
  /** Shown only to who asks for it by name, or for JSON. */
  readonly sensitive: boolean;
  readonly source: Source;
}
