/** Request settings of an app (c1.md §6.5). */
import { choice, empty, flag, id, list, message, span, text, time, type Value, whole } from "../message.ts";

export const RuleSettings = message({
  emergencyGrantEnabled: flag,
  emergencyGrantPolicyId: id,
  maxGrantDuration: span,
  requestPolicyId: id,
  requestSchemaId: id,
});

const written = { condition: text, description: text, displayName: text, enabled: flag, settings: RuleSettings };

export const CreateRoutingRule = message({ ...written, priority: whole });
/** No mask: what is not sent is reset. */
export const UpdateRoutingRule = message(written);
export const RoutingRule = message({
  ...written,
  appId: id,
  createdAt: time,
  deletedAt: time,
  id,
  priority: whole,
  updatedAt: time,
});
export type RoutingRule = Value<typeof RoutingRule>;

const STATE = "APP_ACCESS_REQUEST_DEFAULTS_LAST_APPLY_STATE_";

export const RequestDefaults = message(
  {
    appId: id,
    catalogIds: list(id),
    defaultsEnabled: flag,
    durationGrant: span,
    durationUnset: empty,
    emergencyGrantEnabled: flag,
    emergencyGrantPolicyId: id,
    requestPolicyId: id,
    requestSchemaId: id,
    resourceTypeIds: list(id),
    state: choice(`${STATE}UNSPECIFIED`, `${STATE}RUNNING`, `${STATE}SUCCESS`, `${STATE}FAILED`),
  },
  [["durationGrant", "durationUnset"]],
);
export type RequestDefaults = Value<typeof RequestDefaults>;

export const UsageControls = message({
  appId: id,
  notify: flag,
  notifyAfterDays: whole,
  revoke: flag,
  revokeAfterDays: whole,
});
export type UsageControls = Value<typeof UsageControls>;
