import type { Exchange, Route } from "../../shared/emulator.ts";
import { type Caller, callerOf } from "./caller.ts";
import { bodyObject, type Fields, optionalText, requiredText } from "./input.ts";
import type { RoleRow } from "./memory.ts";
import { forbidden, invalid } from "./refusal.ts";
import { nothing, reply } from "./reply.ts";
import { shownRole } from "./shapes.ts";
import { existing, newId, note, type Tenant } from "./tenant.ts";

export function roleRoutes(tenant: Tenant, caller: Caller): readonly Route[] {
  const { memory, world } = tenant;
  const show = (role: RoleRow): unknown => shownRole(tenant, role);
  const audited = (exchange: Exchange, action: "create" | "update" | "destroy", role: RoleRow): void =>
    note(tenant, callerOf(caller, exchange).user, action, { type: "permission_set", id: role.id, label: role.name });
  /** The plan decides whether there are any (zendesk.md §1; which refusal it is, is not documented). */
  const gated = (path: string, method: string, handle: (exchange: Exchange) => Response): Route => ({
    method,
    path,
    handle: (exchange) => {
      if (memory.plan !== "enterprise") throw forbidden("Custom roles are not available on this plan");
      return handle(exchange);
    },
  });
  const editable = ({ params }: Exchange): RoleRow => {
    const role = existing(memory.roles, params.custom_role_id);
    if (role.roleType !== 0) throw forbidden("System roles cannot be changed");
    return role;
  };

  return [
    gated("/custom_roles", "GET", () =>
      reply(200, {
        custom_roles: memory.roles.map(show),
        next_page: null,
        previous_page: null,
        count: memory.roles.length,
      }),
    ),
    gated("/custom_roles/{custom_role_id}", "GET", ({ params }) =>
      reply(200, { custom_role: show(existing(memory.roles, params.custom_role_id)) }),
    ),
    // Answers 200 where others say 201 (zendesk.md §2.6).
    gated("/custom_roles", "POST", (exchange) => {
      const fields = bodyObject(exchange, "custom_role");
      const role: RoleRow = {
        id: newId(tenant),
        name: requiredText(fields, "name"),
        description: optionalText(fields, "description") ?? "",
        roleType: 0,
        configuration: { ...DEFAULTS, ...writable(fields) },
        createdAt: world.now(),
        updatedAt: world.now(),
      };
      memory.roles.push(role);
      audited(exchange, "create", role);
      return reply(200, { custom_role: show(role) });
    }),
    gated("/custom_roles/{custom_role_id}", "PUT", (exchange) => {
      const role = editable(exchange);
      const fields = bodyObject(exchange, "custom_role");
      role.name = fields.has("name") ? requiredText(fields, "name") : role.name;
      role.description = optionalText(fields, "description") ?? role.description;
      role.configuration = { ...role.configuration, ...writable(fields) };
      role.updatedAt = world.now();
      audited(exchange, "update", role);
      return reply(200, { custom_role: show(role) });
    }),
    gated("/custom_roles/{custom_role_id}", "DELETE", (exchange) => {
      const role = editable(exchange);
      if (memory.users.some(({ active, customRoleId }) => active && customRoleId === role.id)) {
        throw invalid("base", "InvalidValue", "The role is assigned to team members");
      }
      memory.roles = memory.roles.filter((other) => other !== role);
      audited(exchange, "destroy", role);
      return nothing();
    }),
  ];
}

const READ_ONLY = {
  assign_tickets_to_any_group: false,
  chat_access: true,
  group_access: false,
  light_agent: false,
  moderate_forums: false,
  organization_notes_editing: true,
};

/** What a new role gets where nobody says otherwise. */
export const DEFAULTS: Readonly<Record<string, unknown>> = {
  ...READ_ONLY,
  ticket_access: "within-groups",
  ticket_comment_access: "public",
  manage_roles: "none",
  manage_team_members: "none",
  end_user_profile_access: "readonly",
  end_user_list_access: "full",
  explore_access: "none",
  forum_access: "readonly",
  macro_access: "readonly",
  report_access: "none",
  user_view_access: "readonly",
  view_access: "readonly",
  manage_business_rules: false,
  manage_dynamic_content: false,
  manage_extensions_and_channels: false,
  organization_editing: false,
  side_conversation_create: true,
  ticket_deletion: false,
  ticket_editing: true,
  ticket_merge: false,
  ticket_tag_editing: true,
  view_deleted_tickets: false,
  voice_access: false,
};

/** What the account alone decides is not taken, and nobody says so. */
function writable(fields: Fields): Readonly<Record<string, unknown>> {
  const sent = fields.get("configuration");
  if (typeof sent !== "object" || sent === null) return {};
  return Object.fromEntries(Object.entries(sent).filter(([name]) => !(name in READ_ONLY)));
}
