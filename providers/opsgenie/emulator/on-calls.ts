/** Who is on call, as a tree or flat, in one schedule or in all of them (oncall.md §2.4). */
import type { Exchange, Route, TenantWorld } from "../../shared/emulator.ts";
import { data } from "./answer.ts";
import { addressed, timeOf } from "./input.ts";
import type { Memory, ScheduleRow } from "./memory.ts";
import { recipientName, scheduleMeta } from "./shapes.ts";
import { type Node, onCallAt, treeOf, usersIn } from "./turns.ts";

export function onCallRoutes(memory: Memory, world: TenantWorld): readonly Route[] {
  const moment = ({ url }: Exchange): number => {
    const date = url.searchParams.get("date");
    return date === null ? world.now() : timeOf(date, "date");
  };
  const answer = (schedule: ScheduleRow, exchange: Exchange): unknown => {
    const nodes = onCallAt(schedule, moment(exchange)).map((one) => treeOf(memory, one, moment(exchange)));
    const flat = exchange.url.searchParams.get("flat") === "true";
    return {
      _parent: scheduleMeta(schedule),
      ...(flat
        ? { onCallRecipients: emails(memory, nodes) }
        : { onCallParticipants: nodes.map((one) => shape(memory, one)) }),
    };
  };
  return [
    {
      method: "GET",
      path: "/v2/schedules/on-calls",
      handle: (exchange) => data(memory.schedules.map((schedule) => answer(schedule, exchange))),
    },
    {
      method: "GET",
      path: "/v2/schedules/{identifier}/on-calls",
      handle: (exchange) =>
        data(answer(addressed(memory.schedules, exchange, "schedule", "scheduleIdentifierType"), exchange)),
    },
  ];
}

function emails(memory: Memory, nodes: readonly Node[]): readonly string[] {
  const ids = [...new Set(nodes.flatMap(usersIn))];
  return ids.flatMap((id) => memory.users.find((row) => row.id === id)?.username ?? []);
}

function shape(memory: Memory, { recipient, escalationTime, children }: Node): unknown {
  return {
    id: recipient.id,
    name: recipientName(memory, recipient),
    type: recipient.type,
    ...(escalationTime === undefined ? {} : { escalationTime, notifyType: "default" }),
    ...(children.length === 0 ? {} : { onCallParticipants: children.map((child) => shape(memory, child)) }),
  };
}
