/** A user as the API shows it. */
import { createHash } from "node:crypto";
import type { Call } from "./call.ts";
import type { User, UserStatus } from "./tenant.ts";

/** Lifecycle links that a single read offers, by status; a list row has only `self`. */
const LINKS: Readonly<Record<UserStatus, readonly (readonly [string, string])[]>> = {
  STAGED: [
    ["activate", "activate"],
    ["deactivate", "deactivate"],
  ],
  PROVISIONED: [
    ["suspend", "suspend"],
    ["resetPassword", "reset_password"],
    ["reactivate", "reactivate"],
    ["deactivate", "deactivate"],
  ],
  ACTIVE: [
    ["suspend", "suspend"],
    ["resetPassword", "reset_password"],
    ["expirePassword", "expire_password"],
    ["deactivate", "deactivate"],
  ],
  RECOVERY: [
    ["suspend", "suspend"],
    ["reactivate", "reactivate"],
    ["deactivate", "deactivate"],
  ],
  PASSWORD_EXPIRED: [
    ["suspend", "suspend"],
    ["resetPassword", "reset_password"],
    ["deactivate", "deactivate"],
  ],
  LOCKED_OUT: [
    ["unlock", "unlock"],
    ["resetPassword", "reset_password"],
    ["deactivate", "deactivate"],
  ],
  SUSPENDED: [
    ["unsuspend", "unsuspend"],
    ["deactivate", "deactivate"],
  ],
  DEPROVISIONED: [["activate", "activate"]],
};

/** As an element of a list. */
export function userRow(call: Call, user: User): Record<string, unknown> {
  return { ...bodyOf(user), _links: { self: { href: `${call.origin}/api/v1/users/${user.id}` } } };
}

/** As a single read. */
export function userView(call: Call, user: User): Record<string, unknown> {
  const self = `${call.origin}/api/v1/users/${user.id}`;
  const lifecycle = LINKS[user.status].map(([name, action]) => [
    name,
    { href: `${self}/lifecycle/${action}`, method: "POST" },
  ]);
  return {
    ...bodyOf(user),
    _links: {
      ...Object.fromEntries(lifecycle),
      schema: { href: `${call.origin}/api/v1/meta/schemas/user/osc${user.typeId.slice(3)}` },
      self: { href: self },
      type: { href: `${call.origin}/api/v1/meta/types/user/${user.typeId}` },
    },
  };
}

export function etagOf(user: User): string {
  return `W/"${createHash("sha256").update(JSON.stringify(user)).digest("hex")}"`;
}

function bodyOf(user: User): Record<string, unknown> {
  return {
    id: user.id,
    status: user.status,
    created: user.created,
    activated: user.activated,
    statusChanged: user.statusChanged,
    lastLogin: user.lastLogin,
    lastUpdated: user.lastUpdated,
    passwordChanged: user.passwordChanged,
    ...(user.transitioningToStatus === undefined ? {} : { transitioningToStatus: user.transitioningToStatus }),
    type: { id: user.typeId },
    profile: { mobilePhone: null, secondEmail: null, ...user.profile },
    credentials: { provider: user.provider },
  };
}
