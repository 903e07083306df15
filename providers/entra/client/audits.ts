import { type Fields, isFields, optionalText, within } from "../../shared/narrow.ts";
import { AUDITS } from "./limits.ts";
import { fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export interface DirectoryAudit {
  /** ISO time. */
  readonly time: string;
  /** "Add member to group" */
  readonly activity: string;
  /** UPN, or the name of an app. */
  readonly actor: string;
  /** Set where an app did it. */
  readonly appId: string | undefined;
  /** Ids of the targets, those inside the changed properties included. */
  readonly targets: readonly string[];
}

export interface AuditReads {
  /** Newest first, at most so many pages. */
  audits(since: string, mostPages: number): Promise<readonly DirectoryAudit[]>;
}

const PAGE = 500;
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

export function auditReads(transport: Transport): AuditReads {
  return {
    async audits(since, mostPages) {
      const filter = encodeURIComponent(`activityDateTime ge ${since}`);
      const address = `/auditLogs/directoryAudits?$filter=${filter}&$orderby=activityDateTime%20desc&$top=${PAGE}`;
      const rows: DirectoryAudit[] = [];
      let pages = 0;
      for await (const page of transport.pages(address, { bucket: AUDITS })) {
        rows.push(...listOf(page.rows, "the audit log", auditOf));
        pages += 1;
        if (pages >= mostPages) break;
      }
      return rows;
    },
  };
}

function auditOf(body: unknown): DirectoryAudit {
  const row = fieldsOf(body, "an audit entry");
  const user = within(row, "initiatedBy", "user");
  const app = within(row, "initiatedBy", "app");
  const appId = optionalText(app, "appId");
  const targets = Array.isArray(row.targetResources) ? row.targetResources.filter(isFields) : [];
  return {
    time: textOf(row, "activityDateTime", "an audit entry"),
    activity: optionalText(row, "activityDisplayName") ?? "",
    actor:
      optionalText(user, "userPrincipalName") ??
      optionalText(app, "displayName") ??
      optionalText(user, "id") ??
      appId ??
      "unknown",
    appId,
    targets: [...new Set(targets.flatMap(idsIn))],
  };
}

/** Membership events name the group only inside `modifiedProperties`, as JSON in a string (entra.md §13). */
function idsIn(target: Fields): readonly string[] {
  const own = optionalText(target, "id") ?? [];
  const changed = Array.isArray(target.modifiedProperties) ? target.modifiedProperties.filter(isFields) : [];
  const inside = changed.flatMap(
    ({ newValue, oldValue }) => `${String(newValue)} ${String(oldValue)}`.match(GUID) ?? [],
  );
  return [own, inside].flat();
}
