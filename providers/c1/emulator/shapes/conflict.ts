/** Access conflict monitors: separation of duties (c1.md §10). */
import { choice, flag, id, list, message, text, time, type Value } from "../message.ts";

const NotificationConfig = message({
  emailNotifications: message({ enabled: flag, identityUserIds: list(id) }),
  slackNotifications: message({ channelId: text, channelName: text, enabled: flag }),
});

export const CreateMonitor = message({ description: text, displayName: text, notificationConfig: NotificationConfig });

/** No mask: what is not sent is reset (c1.md §2). */
export const UpdateMonitor = message({
  description: text,
  displayName: text,
  negateGroupB: flag,
  notificationConfig: NotificationConfig,
});

export const Monitor = message({
  createdAt: time,
  deletedAt: time,
  description: text,
  displayName: text,
  enabled: flag,
  entitlementSetAId: id,
  entitlementSetBId: id,
  id,
  negateGroupB: flag,
  notificationConfig: NotificationConfig,
  updatedAt: time,
});
export type Monitor = Value<typeof Monitor>;

const named = {
  appEntitlementId: id,
  appId: id,
  entitlementGroup: choice("ENTITLEMENT_GROUP_UNSPECIFIED", "ENTITLEMENT_GROUP_A", "ENTITLEMENT_GROUP_B"),
  monitorId: id,
};

export const NameBinding = message(named);
export const MonitorBinding = message({ ...named, createdAt: time, deletedAt: time, updatedAt: time });
export type MonitorBinding = Value<typeof MonitorBinding>;
