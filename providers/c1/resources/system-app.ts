/**
 * The built-in app of C1 itself, in which profiles are resources and their enrolments entitlements (c1.md §5.5).
 * Nothing but its name tells it apart.
 */

import { ProblemError } from "../../../engine/problem.ts";
import type { Fields } from "../../shared/narrow.ts";
import type { ResourceRef } from "../client/access.ts";
import type { ScopedRef } from "../client/refs.ts";
import { text } from "../client/wire.ts";
import type { C1Reader } from "../client.ts";

const NAMES = ["ConductorOne", "C1"];

export async function systemAppId(reader: C1Reader): Promise<string> {
  const apps = await reader.apps();
  for (const name of NAMES) {
    const [app, ...more] = apps.filter((one) => text(one.displayName) === name && text(one.parentAppId) === "");
    if (app !== undefined && more.length === 0) return text(app.id);
  }
  throw new ProblemError({
    code: "no-system-app",
    message: `C1 lists no app called ${NAMES.join(" or ")}, in which access profiles have their enrolment.`,
    hint: "The credential probably cannot read apps: it needs the role Super Administrator or Read-Only Administrator.",
  });
}

/** The entitlement that being in a profile is; its id is the profile's. */
export async function enrolmentRef(reader: C1Reader, profileId: string): Promise<ScopedRef> {
  return { appId: await systemAppId(reader), id: profileId };
}

export function resourceOfEntitlement(row: Fields): ResourceRef {
  return { appId: text(row.appId), typeId: text(row.appResourceTypeId), id: text(row.appResourceId) };
}

export async function enrolment(reader: C1Reader, profileId: string): Promise<Fields | undefined> {
  const ref = await enrolmentRef(reader, profileId);
  return (await reader.entitlement(ref)) ?? (await reader.entitlementNow(ref));
}
