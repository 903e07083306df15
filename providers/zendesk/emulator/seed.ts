/**
 * The seeded account: the people of Acme whom support needs are on the team, Rosalind leads it, Trent administers and owns
 * the account, the others are end users of the organization Acme.
 */
import { ACME_DOMAIN, ACME_PEOPLE, ACME_TOKENS } from "../../shared/acme.ts";
import type { GroupRow, MembershipRow, Memory, RoleRow, UserRow } from "./memory.ts";
import { DEFAULTS } from "./roles.ts";

/** Sandbox only. */
export const CLIENT = { identifier: "accord", secret: "sandbox-zendesk-client-secret" };
export const AGENT_CLIENT = { identifier: "agent-app", secret: "sandbox-zendesk-agent-secret" };
export const API_TOKEN = "sandbox-zendesk-api-token";
export const TRENT_TOKEN = "sandbox-zendesk-trent";

const FOREVER = 8.64e15;
const TEAM = ["trent", "rosalind", "grace", "linus"];

export function seed(now: number, firstId = "26934023419801"): Memory {
  let next = BigInt(firstId);
  const id = (): string => {
    const current = next;
    next += 2n;
    return String(current);
  };
  const users = ACME_PEOPLE.map(({ login, firstName, lastName, title }): UserRow => {
    const name = login.split("@")[0] ?? "";
    const role = name === "trent" ? "admin" : TEAM.includes(name) ? "agent" : "end-user";
    return {
      id: id(),
      name: `${firstName} ${lastName}`,
      role,
      owner: role === "admin",
      customRoleId: null,
      suspended: false,
      active: true,
      externalId: null,
      organizationId: null,
      alias: "",
      ticketRestriction: null,
      onlyPrivateComments: false,
      moderator: false,
      notes: "",
      details: title,
      tags: [],
      identities: [{ id: id(), type: "email", value: login, primary: true, verified: true, createdAt: now }],
      createdAt: now,
      updatedAt: now,
      indexed: [login],
      reindexAt: null,
    };
  });
  const userId = (name: string): string => {
    const found = users.find(({ identities }) => identities[0]?.value === `${name}@${ACME_DOMAIN}`);
    if (found === undefined) throw new Error(`Acme has no ${name}`);
    return found.id;
  };
  const group = (name: string, description: string, isDefault = false): GroupRow => ({
    id: id(),
    name,
    description,
    isPublic: true,
    default: isDefault,
    deleted: false,
    createdAt: now,
    updatedAt: now,
  });
  const support = group("Support", "First to answer customers.", true);
  const escalations = group("Escalations", "What support passes on.");
  const membership = (name: string, ofId: string, isDefault: boolean): MembershipRow => ({
    id: id(),
    userId: userId(name),
    ofId,
    default: isDefault,
    createdAt: now,
  });
  const role = (name: string, roleType: number, configuration: Readonly<Record<string, unknown>> = {}): RoleRow => ({
    id: id(),
    name,
    description: "",
    roleType,
    configuration: { ...DEFAULTS, ...configuration },
    createdAt: now,
    updatedAt: now,
  });
  const acme = id();
  const inAcme = users.filter((user) => user.role === "end-user");
  for (const user of inAcme) user.organizationId = acme;
  const memory: Memory = {
    version: 1,
    nextId: "0",
    plan: "enterprise",
    multipleOrganizations: true,
    seats: 1_000,
    jobsStall: false,
    jobItemMs: 20,
    clients: [
      { ...CLIENT, userId: userId("trent") },
      { ...AGENT_CLIENT, userId: userId("linus") },
    ],
    tokens: [{ value: TRENT_TOKEN, userId: userId("trent"), scopes: ["read", "write"], expiresAt: FOREVER }],
    apiTokens: [API_TOKEN, ACME_TOKENS.zendeskForC1],
    users,
    groups: [support, escalations],
    groupMemberships: [
      membership("trent", support.id, true),
      membership("rosalind", support.id, true),
      membership("grace", escalations.id, true),
      membership("linus", support.id, true),
      membership("rosalind", escalations.id, false),
    ],
    organizations: [
      {
        id: acme,
        name: "Acme",
        externalId: null,
        domainNames: [],
        details: null,
        notes: null,
        tags: [],
        groupId: null,
        sharedTickets: false,
        sharedComments: false,
        fields: { tier: null, region: null, account_manager: null },
        createdAt: now,
        updatedAt: now,
      },
    ],
    organizationMemberships: inAcme.map((user) => ({
      id: id(),
      userId: user.id,
      ofId: acme,
      default: true,
      createdAt: now,
    })),
    roles: [
      role("Light agent", 1, { light_agent: true, ticket_comment_access: "none" }),
      role("Staff", 0, { ticket_access: "all", view_access: "full" }),
    ],
    jobs: [],
    auditLogs: [],
    tickets: [
      {
        id: id(),
        assigneeId: userId("rosalind"),
        groupId: escalations.id,
        organizationId: acme,
        requesterId: userId("mallory"),
        status: "open",
      },
      {
        id: id(),
        assigneeId: userId("rosalind"),
        groupId: escalations.id,
        organizationId: acme,
        requesterId: userId("mallory"),
        status: "closed",
      },
    ],
    unassigning: [],
  };
  memory.nextId = id();
  return memory;
}
