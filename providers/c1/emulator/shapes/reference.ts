/** Small messages that many others hold. */
import { anything, flag, id, list, map, message, text, type Value, whole } from "../message.ts";

export const EntitlementRef = message({ appId: id, id });
export type EntitlementRef = Value<typeof EntitlementRef>;

export const UserRef = message({ id });

export const ExpandMask = message({ paths: list(text) });

/** What every POST search takes (c1.md §2). */
export const paging = { pageSize: whole, pageToken: text };

/** Of searches whose rows can be expanded. */
export const expandable = { ...paging, expandMask: ExpandMask };

export const ObjectPermissions = message({ delete: flag, edit: flag, extra: map(flag), read: flag });

/** Answers without fields. */
export const Empty = message({});

/** `{"@type":…}` objects that `expandMask` asks for; join locally instead (c1.md §2), the emulator sends none. */
export const expanded = list(anything);
