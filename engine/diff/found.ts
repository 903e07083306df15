import type { FieldChange, Live } from "../model.ts";

/** What one look at the tenants found, for one address. */
export type Found =
  | Present
  /** Not there, and never ours. */
  | { readonly state: "absent" }
  /** Ours, and provably gone: absent from the list and by id. */
  | { readonly state: "gone"; readonly id: string }
  /** There is nothing to read: what state holds is the truth (`null`). */
  | { readonly state: "remembered"; readonly live: Live };

interface Present {
  readonly state: "present";
  readonly live: Live;
  /** What we wrote lately and the read did not show; `live` has it all the same. */
  readonly lag?: readonly FieldChange[];
  /** Id of ours, which is provably gone; `live` is another object under its key. */
  readonly insteadOf?: string;
}
