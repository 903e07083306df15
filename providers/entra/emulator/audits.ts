/** Every write leaves an entry that names who did it; reads show it some minutes later (entra.md §13). */
import type { Call, Endpoint } from "./call.ts";
import { filtered, page } from "./odata.ts";
import { type AuditRow, nextId, type Properties } from "./tenant.ts";

const KEPT = 20_000;
const RETENTION = 30 * 24 * 3_600_000;

export interface Target {
  readonly id: string;
  readonly type: "User" | "Group" | "ServicePrincipal" | "Other";
  readonly displayName: string | null;
  readonly userPrincipalName?: string;
  readonly modified?: Readonly<Record<string, unknown>>;
}

export function audited(call: Call, activity: string, category: string, targets: readonly Target[]): void {
  const { audits } = call.tenant;
  audits.push({
    id: `Directory_${nextId(call.tenant)}`,
    at: call.now,
    activity,
    category,
    operation: /^(?:Add|Remove)/.test(activity) ? "Assign" : (activity.split(" ")[0] ?? "Update"),
    initiatedBy: initiator(call),
    targets: targets.map(({ modified = {}, ...target }) => ({
      ...target,
      modifiedProperties: Object.entries(modified).map(([displayName, value]) => ({
        displayName,
        oldValue: null,
        // JSON text in a string.
        newValue: JSON.stringify(value),
      })),
    })),
    correlationId: call.requestId,
  });
  if (audits.length > KEPT + 1_000) audits.splice(0, audits.length - KEPT);
}

function initiator({ caller, tenant }: Call): unknown {
  if (caller.kind === "app") {
    return {
      app: {
        appId: caller.app.appId,
        displayName: caller.app.name,
        servicePrincipalId: caller.app.principalId,
        servicePrincipalName: null,
      },
      user: null,
    };
  }
  const properties = tenant.users.now(caller.userId)?.properties ?? {};
  return {
    app: null,
    user: {
      id: caller.userId,
      displayName: properties.displayName ?? null,
      userPrincipalName: properties.userPrincipalName ?? null,
      ipAddress: null,
    },
  };
}

export const AUDIT_ENDPOINTS: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/auditLogs/directoryAudits",
    permissions: ["AuditLog.Read.All"],
    handle(call) {
      const until = call.now - call.tenant.knobs.auditLagMs;
      const rows = call.tenant.audits.filter(({ at }) => at <= until && at > call.now - RETENTION).map(viewOf);
      const newestFirst = /desc/.test(call.url.searchParams.get("$orderby") ?? "");
      return page(
        call,
        filtered(call, newestFirst ? rows.toReversed() : rows),
        "auditLogs/directoryAudits",
        (row) => row,
      );
    },
  },
];

function viewOf(row: AuditRow): Properties {
  return {
    id: row.id,
    category: row.category,
    correlationId: row.correlationId,
    result: "success",
    resultReason: "",
    activityDisplayName: row.activity,
    activityDateTime: new Date(row.at).toISOString(),
    loggedByService: "Core Directory",
    operationType: row.operation,
    initiatedBy: row.initiatedBy,
    targetResources: row.targets,
    additionalDetails: [],
  };
}
