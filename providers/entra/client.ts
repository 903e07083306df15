/**
 * Microsoft Graph as typed calls: one method per endpoint, no decisions. A reader keeps the collections it has read, so
 * that a plan reads each page once; a writer is a reader of its own with the calls that change something.
 */
import type { Recorder } from "../../engine/kind.ts";
import type { Clock } from "../../engine/outside.ts";
import type { EntraSettings } from "./auth/settings.ts";
import type { Token } from "./auth/token.ts";
import {
  type AccessPackageReads,
  type AccessPackageWrites,
  accessPackageReads,
  accessPackageWrites,
} from "./client/access-packages.ts";
import { type ApplicationReads, applicationReads } from "./client/applications.ts";
import { type AuditReads, auditReads } from "./client/audits.ts";
import { type DirectoryReads, directoryReads } from "./client/directory.ts";
import {
  type DistributionListReads,
  type DistributionListWrites,
  distributionListReads,
  distributionListWrites,
} from "./client/distribution-lists.ts";
import { type GroupReads, type GroupWrites, groupReads, groupWrites } from "./client/groups.ts";
import { type MethodReads, type MethodWrites, methodReads, methodWrites } from "./client/methods.ts";
import { type OrganizationReads, organizationReads } from "./client/organization.ts";
import { type PimReads, pimReads } from "./client/pim.ts";
import { type PrincipalReads, type PrincipalWrites, principalReads, principalWrites } from "./client/principals.ts";
import {
  type RoleScheduleReads,
  type RoleScheduleWrites,
  roleScheduleReads,
  roleScheduleWrites,
} from "./client/role-schedules.ts";
import { type RoleReads, roleReads } from "./client/roles.ts";
import { createSeen, type Seen } from "./client/seen.ts";
import type { Transport } from "./client/transport.ts";
import { type UserReads, type UserWrites, userReads, userWrites } from "./client/users.ts";

export interface EntraReader
  extends OrganizationReads,
    UserReads,
    GroupReads,
    DirectoryReads,
    RoleReads,
    PimReads,
    AuditReads,
    ApplicationReads,
    PrincipalReads,
    RoleScheduleReads,
    MethodReads,
    AccessPackageReads,
    DistributionListReads {
  readonly settings: EntraSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly seen: Seen;
  token(): Promise<Token>;
}

export interface EntraWriter
  extends EntraReader,
    UserWrites,
    GroupWrites,
    PrincipalWrites,
    RoleScheduleWrites,
    MethodWrites,
    AccessPackageWrites,
    DistributionListWrites {}

export function createReader(transport: Transport): EntraReader {
  const seen = createSeen();
  const organization = organizationReads(transport);
  return {
    settings: transport.settings,
    clock: transport.clock,
    signal: transport.outside.signal,
    seen,
    token: () => transport.token(),
    ...organization,
    ...userReads(transport, seen),
    ...groupReads(transport),
    ...directoryReads(transport, seen),
    ...roleReads(transport),
    ...pimReads(transport),
    ...auditReads(transport),
    ...applicationReads(transport),
    ...principalReads(transport),
    ...roleScheduleReads(transport),
    ...methodReads(transport),
    ...accessPackageReads(transport),
    ...distributionListReads(transport, organization.organization),
  };
}

export function createWriter(transport: Transport, recorder: Recorder): EntraWriter {
  const reader = createReader(transport);
  return {
    ...reader,
    ...userWrites(transport, recorder),
    ...groupWrites(transport, recorder),
    ...principalWrites(transport, recorder),
    ...roleScheduleWrites(transport, recorder),
    ...methodWrites(transport, recorder),
    ...accessPackageWrites(transport, recorder),
    ...distributionListWrites(transport, reader.organization, recorder),
  };
}
