/**
 * Separation of duties inside C1 (c1.md §10). Monitors and their bindings cannot be listed: a monitor is read by id,
 * and a binding only answers whether it is there. What is declared or was applied is asked for, one by one; what others
 * bound beside it stays out of sight.
 */

import type { Kind, WantedObject, WriteContext } from "../../../engine/kind.ts";
import type { Gone, Live, Spec } from "../../../engine/model.ts";
import { asSpec } from "../../../engine/value.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import { type Fields, textsOf } from "../../shared/narrow.ts";
import { refIds, textAt } from "../../shared/spec.ts";
import type { ConflictSide } from "../client/governance.ts";
import { refTo, scopedRef, scopedRefs } from "../client/refs.ts";
import { fields, flag, text } from "../client/wire.ts";
import type { C1Reader, C1Writer } from "../client.ts";
import { namePeople, userIds } from "./people.ts";

const SIDES: readonly (readonly [field: string, side: ConflictSide])[] = [
  ["groupA", "ENTITLEMENT_GROUP_A"],
  ["groupB", "ENTITLEMENT_GROUP_B"],
];

export const accessConflict: Kind<C1Reader, C1Writer> = {
  name: "access-conflict",
  proof: { by: "response" },

  key: (spec) => textAt(spec, "displayName"),

  async *get(reader, wanted): AsyncIterable<Live | Gone> {
    for (const one of wanted) {
      const row = await reader.conflict(one.id);
      yield row === undefined ? { gone: true, id: one.id } : await conflictToLive(reader, row, one);
    }
  },

  async create(writer, spec, context) {
    const row = await writer.createConflict(conflictToApi(spec, context));
    const id = text(row.id);
    await context.made(id);
    await attemptAll(
      SIDES.flatMap(([field, side]) => scopedRefs(spec[field]).map((ref) => () => writer.bind(id, ref, side))),
    );
    return conflictToLive(writer, row, { id, fields: [], known: [spec] });
  },

  async update(writer, live, spec, changes, context) {
    const own = ["displayName", "description", "notifications"].some((field) => touches(changes, field));
    await attemptAll([
      // There is no mask: what is not sent is cleared, so live values fill the gaps.
      async () => own && writer.updateConflict(live.id, conflictToApi({ ...live.spec, ...spec }, context, live)),
      ...SIDES.flatMap(([field, side]) => {
        const { added, removed } = elementsAt(changes, field);
        return [
          ...scopedRefs(added).map((ref) => () => writer.bind(live.id, ref, side)),
          ...scopedRefs(removed).map((ref) => () => writer.unbind(live.id, ref, side)),
        ];
      }),
    ]);
    const row = await writer.conflict(live.id);
    return row === undefined
      ? live
      : conflictToLive(writer, row, { id: live.id, fields: [], known: [spec, live.spec] });
  },

  async delete(writer, live) {
    await writer.deleteConflict(live.id);
  },

  describe: ({ action }) =>
    action === "none"
      ? {}
      : {
          notes: [
            "C1 cannot list what is bound to a conflict: entitlements that somebody else added to it are invisible here, and stay.",
          ],
        },
};

async function conflictToLive(reader: C1Reader, row: Fields, wanted: WantedObject): Promise<Live> {
  const id = text(row.id);
  const notifications = fields(row.notificationConfig);
  const email = fields(notifications.emailNotifications);
  const slack = fields(notifications.slackNotifications);
  const named = await namePeople(reader, textsOf(email.identityUserIds));
  const createdAt = text(row.createdAt);
  const groups = await Promise.all(
    SIDES.map(async ([field, side]): Promise<Spec> => {
      const asked = [...new Set((wanted.known ?? []).flatMap((spec) => refIds(spec[field])))];
      const bound = await Promise.all(asked.map((ref) => reader.isBound(id, scopedRef(ref), side)));
      return { [field]: asked.filter((_, index) => bound[index]).map(refTo) };
    }),
  );
  return {
    id,
    spec: {
      displayName: text(row.displayName),
      description: text(row.description),
      ...groups[0],
      ...groups[1],
      notifications: {
        email: { enabled: flag(email.enabled), people: named.logins },
        slack: {
          enabled: flag(slack.enabled),
          channelId: text(slack.channelId),
          channelName: text(slack.channelName),
        },
      },
    },
    computed: { enabled: flag(row.enabled) },
    people: named.people,
    ...(createdAt === "" ? {} : { createdAt }),
  };
}

function conflictToApi(spec: Spec, context: WriteContext, live?: Live): Fields {
  const notifications = asSpec(spec.notifications ?? {});
  const before = asSpec(live?.spec.notifications ?? {});
  const email = { ...asSpec(before.email ?? {}), ...asSpec(notifications.email ?? {}) };
  const slack = { ...asSpec(before.slack ?? {}), ...asSpec(notifications.slack ?? {}) };
  return {
    displayName: text(spec.displayName),
    description: text(spec.description),
    notificationConfig: {
      emailNotifications: { enabled: flag(email.enabled), identityUserIds: userIds(email.people, context, live) },
      slackNotifications: {
        enabled: flag(slack.enabled),
        channelId: text(slack.channelId),
        channelName: text(slack.channelName),
      },
    },
  };
}
