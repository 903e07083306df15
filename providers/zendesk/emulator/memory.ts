/**
 * What the emulated account remembers: plain JSON, so that `save()` is the value itself. Ids are digits, times epoch
 * milliseconds.
 */

export interface Memory {
  readonly version: 1;
  /** The next id; may be larger than a number holds. */
  nextId: string;
  plan: "enterprise" | "growth";
  multipleOrganizations: boolean;
  /** Agents and administrators that the plan pays for. */
  seats: number;
  /** Jobs stand still while it is set: what never ends, never ends. */
  jobsStall: boolean;
  /** Milliseconds that a job takes for an item. */
  jobItemMs: number;
  readonly clients: ClientRow[];
  tokens: TokenRow[];
  readonly apiTokens: string[];
  users: UserRow[];
  groups: GroupRow[];
  groupMemberships: MembershipRow[];
  organizations: OrganizationRow[];
  organizationMemberships: MembershipRow[];
  roles: RoleRow[];
  jobs: JobRow[];
  readonly auditLogs: AuditRow[];
  readonly tickets: TicketRow[];
  /** Tickets that a background job has still to unassign. */
  unassigning: Unassigning[];
}

export interface ClientRow {
  readonly identifier: string;
  readonly secret: string;
  readonly userId: string;
}

export interface TokenRow {
  readonly value: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

export interface UserRow {
  readonly id: string;
  name: string;
  role: string;
  owner: boolean;
  customRoleId: string | null;
  suspended: boolean;
  active: boolean;
  externalId: string | null;
  organizationId: string | null;
  alias: string;
  ticketRestriction: string | null;
  onlyPrivateComments: boolean;
  moderator: boolean;
  notes: string;
  details: string;
  tags: string[];
  identities: IdentityRow[];
  readonly createdAt: number;
  updatedAt: number;
  /** Addresses as the search index has them, and when it will look again. */
  indexed: string[];
  reindexAt: number | null;
}

export interface IdentityRow {
  readonly id: string;
  readonly type: string;
  readonly value: string;
  primary: boolean;
  verified: boolean;
  readonly createdAt: number;
}

export interface GroupRow {
  readonly id: string;
  name: string;
  description: string;
  isPublic: boolean;
  readonly default: boolean;
  deleted: boolean;
  readonly createdAt: number;
  updatedAt: number;
}

/** Of a group or an organization. */
export interface MembershipRow {
  readonly id: string;
  readonly userId: string;
  readonly ofId: string;
  default: boolean;
  readonly createdAt: number;
}

export interface OrganizationRow {
  readonly id: string;
  name: string;
  externalId: string | null;
  domainNames: string[];
  details: string | null;
  notes: string | null;
  tags: string[];
  groupId: string | null;
  sharedTickets: boolean;
  sharedComments: boolean;
  fields: Record<string, unknown>;
  readonly createdAt: number;
  updatedAt: number;
}

export interface RoleRow {
  readonly id: string;
  name: string;
  description: string;
  readonly roleType: number;
  configuration: Record<string, unknown>;
  readonly createdAt: number;
  updatedAt: number;
}

export interface JobRow {
  readonly id: string;
  readonly type: JobType;
  readonly startedAt: number;
  readonly items: readonly JobItem[];
  status: "queued" | "working" | "completed";
  endedAt: number | null;
  results: JobOutcome[];
}

export type JobType =
  | "bulk_create_group_membership"
  | "bulk_delete_group_membership"
  | "bulk_create_organization_membership"
  | "bulk_delete_organization_membership"
  | "bulk_update_user"
  | "bulk_delete_user";

/** What one item of a job asks for; ids are digits. */
export interface JobItem {
  readonly id?: string;
  readonly userId?: string;
  readonly ofId?: string;
  readonly changes?: Readonly<Record<string, unknown>>;
}

export interface JobOutcome {
  readonly index: number;
  readonly id: string | null;
  readonly error?: string;
  readonly details?: string;
}

export interface AuditRow {
  readonly id: string;
  readonly action: string;
  readonly actorId: string;
  readonly sourceType: string;
  readonly sourceId: string;
  readonly sourceLabel: string;
  readonly description: string;
  readonly createdAt: number;
}

export interface TicketRow {
  readonly id: string;
  assigneeId: string | null;
  groupId: string | null;
  organizationId: string | null;
  readonly requesterId: string;
  /** Solved and closed ones are not working tickets. */
  readonly status: "open" | "pending" | "solved" | "closed";
}

export interface Unassigning {
  readonly at: number;
  readonly userId: string;
  readonly groupId?: string;
  readonly organizationId?: string;
}

export function memoryFrom(saved: unknown): Memory {
  if (isMemory(saved)) return structuredClone(saved);
  throw new Error("This is not the memory of a Zendesk emulator");
}

function isMemory(value: unknown): value is Memory {
  return typeof value === "object" && value !== null && "version" in value && value.version === 1 && "users" in value;
}
