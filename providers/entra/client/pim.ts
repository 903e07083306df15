import { optionalText } from "../../shared/narrow.ts";
import { readBatch } from "./batch.ts";
import { fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Relation } from "./removals.ts";
import type { Transport } from "./transport.ts";
import { quoted, refusal } from "./users.ts";

/** Somebody who is in a group for a while, by an activation of their own. */
export interface Activation {
  readonly groupId: string;
  readonly relation: Relation;
  readonly principalId: string;
  /** ISO time. */
  readonly until: string | undefined;
}

export interface PimReads {
  /** Live activations in these groups; one question each, in batches (entra.md §9). Never kept. */
  activations(groupIds: readonly string[]): Promise<readonly Activation[]>;
}

export function pimReads(transport: Transport): PimReads {
  return {
    async activations(groupIds) {
      const paths = groupIds.map(
        (id) =>
          `/identityGovernance/privilegedAccess/group/assignmentScheduleInstances?$filter=${encodeURIComponent(`groupId eq ${quoted(id)}`)}`,
      );
      const answers = await readBatch(transport, paths);
      return answers.flatMap((answer, index) => {
        if (answer.status !== 200) throw refusal(answer, paths[index]);
        return listOf(fieldsOf(answer.body, "activations").value, "activations", activationOf).flat();
      });
    },
  };
}

function activationOf(body: unknown): readonly Activation[] {
  const row = fieldsOf(body, "an activation");
  // `assigned` is standing membership, ours to change like any other.
  if (String(row.assignmentType).toLowerCase() !== "activated") return [];
  return [
    {
      groupId: textOf(row, "groupId", "an activation"),
      relation: row.accessId === "owner" ? "owners" : "members",
      principalId: textOf(row, "principalId", "an activation"),
      until: optionalText(row, "endDateTime"),
    },
  ];
}
