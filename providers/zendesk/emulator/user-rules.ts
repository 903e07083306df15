/** What creating, changing and ending a user mean, with the traps of zendesk.md §2.1. */
import { type Fields, flag, idIn, optionalText, requiredText, textOrNull, texts } from "./input.ts";
import { join, leaveAll } from "./member-rules.ts";
import type { UserRow } from "./memory.ts";
import { forbidden, invalid } from "./refusal.ts";
import { activeUser, emailOf, isTeam, newId, note, type Tenant, touchUser } from "./tenant.ts";

const ROLES = ["end-user", "agent", "admin"];
const RESTRICTIONS = ["organization", "groups", "assigned", "requested"];

export function makeUser(tenant: Tenant, actor: UserRow, fields: Fields): UserRow {
  const { memory, world } = tenant;
  const email = optionalText(fields, "email")?.toLowerCase();
  const user: UserRow = {
    id: newId(tenant),
    name: requiredText(fields, "name"),
    role: "end-user",
    owner: false,
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
    details: "",
    tags: [],
    identities: [],
    createdAt: world.now(),
    updatedAt: world.now(),
    indexed: [],
    reindexAt: null,
  };
  if (email !== undefined) {
    mustBeFree(tenant, email);
    const verified = flag(fields, "verified") === true;
    user.identities.push({
      id: newId(tenant),
      type: "email",
      value: email,
      primary: true,
      verified,
      createdAt: world.now(),
    });
  }
  mayChange(actor, user);
  setOwnFields(tenant, user, fields);
  setRole(tenant, actor, user, fields);
  memory.users.push(user);
  touchUser(tenant, user);
  note(tenant, actor, "create", { type: "user", id: user.id, label: user.name });
  setOrganization(tenant, actor, user, fields);
  joinByDomain(tenant, actor, user);
  return user;
}

export function changeUser(tenant: Tenant, actor: UserRow, id: string | undefined, fields: Fields): UserRow {
  const user = activeUser(tenant, id);
  mayChange(actor, user);
  const before = { ...user };
  try {
    if (fields.has("name")) user.name = requiredText(fields, "name");
    setOwnFields(tenant, user, fields);
    setRole(tenant, actor, user, fields);
  } catch (error) {
    Object.assign(user, before);
    throw error;
  }
  setDefaultGroup(tenant, user, fields);
  setOrganization(tenant, actor, user, fields);
  addAddress(tenant, user, fields);
  touchUser(tenant, user);
  note(tenant, actor, "update", { type: "user", id: user.id, label: user.name }, [...fields.keys()].join(", "));
  return user;
}

/** Soft: not restorable, and the address is free again. */
export function endUser(tenant: Tenant, actor: UserRow, id: string | undefined): UserRow {
  const user = activeUser(tenant, id);
  mayChange(actor, user);
  if (user.owner) throw invalid("base", "InvalidValue", "The account owner cannot be deleted");
  leaveAll(tenant, actor, "group", (row) => row.userId === user.id);
  leaveAll(tenant, actor, "organization", (row) => row.userId === user.id);
  user.active = false;
  touchUser(tenant, user);
  note(tenant, actor, "destroy", { type: "user", id: user.id, label: user.name });
  return user;
}

/** In use by anybody who is there, as a primary or a secondary address. */
export function mustBeFree({ memory }: Tenant, email: string): void {
  if (!/^[^@\s]+@[^@\s]+$/.test(email))
    throw invalid("email", "InvalidValue", `Email: ${email} is not properly formatted`);
  const taken = memory.users.some((user) => user.active && user.identities.some(({ value }) => value === email));
  if (taken) throw invalid("email", "DuplicateValue", `Email: ${email} is already being used by another user`);
}

function mayChange(actor: UserRow, user: UserRow): void {
  if (actor.role === "admin" || (actor.role === "agent" && user.role === "end-user")) return;
  throw forbidden("You are not allowed to change this user");
}

function setOwnFields(tenant: Tenant, user: UserRow, fields: Fields): void {
  const external = textOrNull(fields, "external_id");
  if (external !== undefined && external !== null) {
    const folded = external.toLowerCase();
    const holder = tenant.memory.users.find(
      (row) => row !== user && row.active && row.externalId?.toLowerCase() === folded,
    );
    if (holder !== undefined) throw invalid("external_id", "DuplicateValue", "External has already been taken");
  }
  const restriction = textOrNull(fields, "ticket_restriction");
  if (typeof restriction === "string" && !RESTRICTIONS.includes(restriction)) {
    throw invalid("ticket_restriction", "InvalidValue", "Ticket restriction is invalid");
  }
  if (external !== undefined) user.externalId = external;
  if (restriction !== undefined) user.ticketRestriction = restriction;
  user.alias = optionalText(fields, "alias") ?? user.alias;
  user.notes = optionalText(fields, "notes") ?? user.notes;
  user.details = optionalText(fields, "details") ?? user.details;
  user.tags = texts(fields, "tags") ?? user.tags;
  user.onlyPrivateComments = flag(fields, "only_private_comments") ?? user.onlyPrivateComments;
  user.moderator = flag(fields, "moderator") ?? user.moderator;
  const suspended = flag(fields, "suspended");
  if (suspended === true && user.owner) throw invalid("base", "InvalidValue", "The account owner cannot be suspended");
  user.suspended = suspended ?? user.suspended;
}

/** A custom role makes an agent even of an end user; demotion ends every group membership. */
function setRole(tenant: Tenant, actor: UserRow, user: UserRow, fields: Fields): void {
  const { memory } = tenant;
  const custom = idIn(fields, "custom_role_id");
  const role = custom === undefined || custom === null ? (optionalText(fields, "role") ?? user.role) : "agent";
  if (!ROLES.includes(role)) throw invalid("role", "InvalidValue", `Role: ${role} is invalid`);
  if (role === user.role && custom === undefined) return;
  if (user.owner && role !== "admin") throw invalid("role", "InvalidValue", "The account owner is an administrator");
  if (actor.role !== "admin") throw forbidden("You are not allowed to change roles");
  if (typeof custom === "string") {
    if (memory.plan !== "enterprise") throw forbidden("Custom roles are not available on this plan");
    if (!memory.roles.some(({ id }) => id === custom))
      throw invalid("custom_role_id", "InvalidValue", "Custom role is invalid");
  }
  const seats = memory.users.filter((row) => row !== user && isTeam(row)).length;
  if (role !== "end-user" && !isTeam({ ...user, active: true }) && seats >= memory.seats) {
    throw invalid("base", "InvalidValue", "No agent seats are left on this plan");
  }
  const demoted = user.role !== "end-user" && role === "end-user";
  user.role = role;
  if (custom !== undefined || role !== "agent") user.customRoleId = custom ?? null;
  if (demoted) leaveAll(tenant, actor, "group", (row) => row.userId === user.id);
}

/** It must be a group that the agent is in (zendesk.md §2.1 [?]). */
function setDefaultGroup({ memory }: Tenant, user: UserRow, fields: Fields): void {
  const group = idIn(fields, "default_group_id");
  if (group === undefined || group === null) return;
  const own = memory.groupMemberships.filter((row) => row.userId === user.id);
  if (!own.some(({ ofId }) => ofId === group))
    throw invalid("default_group_id", "InvalidValue", "Default group is invalid");
  for (const row of own) row.default = row.ofId === group;
}

/** The trap: it becomes the only organization, and every other membership goes (zendesk.md §2.1). */
function setOrganization(tenant: Tenant, actor: UserRow, user: UserRow, fields: Fields): void {
  const wanted = idIn(fields, "organization_id");
  if (wanted === undefined) return;
  leaveAll(tenant, actor, "organization", (row) => row.userId === user.id && row.ofId !== wanted);
  const has = tenant.memory.organizationMemberships.some((row) => row.userId === user.id);
  if (wanted !== null && !has) join(tenant, actor, "organization", { userId: user.id, ofId: wanted, asDefault: true });
}

/** The trap: the person signs in with the old one as before (zendesk.md §2.1). */
function addAddress(tenant: Tenant, user: UserRow, fields: Fields): void {
  const email = optionalText(fields, "email")?.toLowerCase();
  if (email === undefined || user.identities.some(({ value }) => value === email)) return;
  mustBeFree(tenant, email);
  const primary = emailOf(user) === undefined;
  const createdAt = tenant.world.now();
  user.identities.push({ id: newId(tenant), type: "email", value: email, primary, verified: false, createdAt });
}

/** Whoever has verified an address joins the organization of its domain. */
export function joinByDomain(tenant: Tenant, actor: UserRow, user: UserRow): void {
  const { memory } = tenant;
  const domains = user.identities.filter(({ verified }) => verified).map(({ value }) => value.split("@")[1]);
  const organization = memory.organizations.find(({ domainNames }) =>
    domainNames.some((domain) => domains.includes(domain.toLowerCase())),
  );
  if (organization === undefined || user.role !== "end-user") return;
  const has = memory.organizationMemberships.some(
    (row) => row.userId === user.id && (row.ofId === organization.id || !memory.multipleOrganizations),
  );
  if (!has) join(tenant, actor, "organization", { userId: user.id, ofId: organization.id, asDefault: false });
}
