/**
 * Zendesk's API as typed calls: one method per endpoint, no decisions. A reader keeps the collections it has read, so
 * that a plan reads each page once; a writer is a reader of its own with the calls that change something.
 */
import type { Recorder } from "../../engine/kind.ts";
import type { Clock } from "../../engine/outside.ts";
import type { LimitReading } from "../shared/rate-limit.ts";
import type { Token } from "./auth/authorize.ts";
import type { ZendeskSettings } from "./auth/settings.ts";
import { type AuditReads, auditReads } from "./client/audit-logs.ts";
import { type GroupNames, type GroupReads, type GroupWrites, groupReads, groupWrites } from "./client/groups.ts";
import { createJobs, type Jobs } from "./client/jobs.ts";
import {
  groupMembershipReads,
  groupMembershipWrites,
  type MembershipReads,
  type MembershipWrites,
  organizationMembershipReads,
  organizationMembershipWrites,
} from "./client/memberships.ts";
import {
  type OrganizationReads,
  type OrganizationWrites,
  organizationReads,
  organizationWrites,
} from "./client/organizations.ts";
import { type RoleReads, type RoleWrites, roleReads, roleWrites } from "./client/roles.ts";
import { createSeen, type Seen } from "./client/seen.ts";
import type { Transport } from "./client/transport.ts";
import { type UserReads, type UserWrites, userReads, userWrites } from "./client/users.ts";

export interface ZendeskReader extends UserReads, GroupReads, OrganizationReads, RoleReads, AuditReads {
  readonly settings: ZendeskSettings;
  readonly clock: Clock;
  readonly seen: Seen;
  readonly jobs: Pick<Jobs, "job" | "settled" | "unfinished">;
  readonly groupMemberships: MembershipReads;
  readonly organizationMemberships: MembershipReads;
  token(): Promise<Token | undefined>;
  budget(): LimitReading | undefined;
}

export interface ZendeskWriter extends ZendeskReader, UserWrites, GroupWrites, OrganizationWrites, RoleWrites {
  readonly groupMemberships: MembershipReads & MembershipWrites;
  readonly organizationMemberships: MembershipReads & MembershipWrites;
}

/** What all readers and writers of one connection share. */
export interface Connected {
  readonly transport: Transport;
  readonly jobs: Jobs;
  readonly names: GroupNames;
}

export function connectedTo(transport: Transport): Connected {
  const names = { at: Number.NEGATIVE_INFINITY, groups: new Map() };
  return { transport, jobs: createJobs(transport), names };
}

export function createReader({ transport, jobs }: Connected): ZendeskReader {
  const seen = createSeen();
  return {
    settings: transport.settings,
    clock: transport.clock,
    seen,
    jobs,
    token: () => transport.token(),
    budget: () => transport.budget(),
    ...userReads(transport, seen),
    ...groupReads(transport),
    ...organizationReads(transport),
    ...roleReads(transport),
    ...auditReads(transport),
    groupMemberships: groupMembershipReads(transport, seen),
    organizationMemberships: organizationMembershipReads(transport, seen),
  };
}

export function createWriter(connected: Connected, recorder: Recorder): ZendeskWriter {
  const { transport, jobs, names } = connected;
  const reader = createReader(connected);
  return {
    ...reader,
    ...userWrites(transport, recorder),
    ...groupWrites(transport, names, recorder),
    ...organizationWrites(transport, recorder),
    ...roleWrites(transport, recorder),
    groupMemberships: { ...reader.groupMemberships, ...groupMembershipWrites(transport, jobs, recorder) },
    organizationMemberships: {
      ...reader.organizationMemberships,
      ...organizationMembershipWrites(transport, jobs, recorder),
    },
  };
}
