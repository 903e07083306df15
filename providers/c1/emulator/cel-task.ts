/** A task as policy rules see it (c1.md §12.2), in both spellings. */
import { Duration } from "@marcbachmann/cel-js/evaluator";
import type { EntitlementRow, TaskRow } from "./rows.ts";

const ANALYSIS = { id: "string", hasConflictViolations: "bool", conflictViolations: "list<string>" };

const TASK = {
  id: "string",
  numericId: "string",
  displayName: "string",
  origin: "int",
  isGrantPermanent: "bool",
  grantDuration: "google.protobuf.Duration",
  subjectUserId: "string",
  requestorUserId: "string",
  createdAt: "google.protobuf.Timestamp",
  analysis: "TaskAnalysis",
};

export const ANALYSIS_FIELDS = bothCases(ANALYSIS);
export const TASK_FIELDS = bothCases(TASK);

/** Permanent is what neither the request nor the entitlement limits (assumption). */
export function taskFields(
  task: TaskRow,
  entitlement: EntitlementRow | undefined,
  known: { readonly origin: bigint; readonly analysis: object },
): Readonly<Record<string, unknown>> {
  const duration = task.type?.grant?.grantDuration ?? entitlement?.durationGrant ?? null;
  return bothCases({
    id: task.id,
    numericId: task.numericId,
    displayName: task.displayName,
    origin: known.origin,
    isGrantPermanent: task.grant && duration === null,
    grantDuration: new Duration(BigInt(duration === null ? 0 : Math.floor(Number.parseFloat(duration)))),
    subjectUserId: task.subject,
    requestorUserId: task.createdByUserId,
    createdAt: new Date(task.createdAt ?? 0),
    analysis: known.analysis,
  } satisfies Record<keyof typeof TASK, unknown>);
}

/** Nothing here looks for conflicts. */
export function noAnalysis(): Readonly<Record<string, unknown>> {
  return bothCases({ id: "", hasConflictViolations: false, conflictViolations: [] } satisfies Record<
    keyof typeof ANALYSIS,
    unknown
  >);
}

function bothCases<T>(fields: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => [
      [name, value],
      [snake(name), value],
    ]),
  );
}
