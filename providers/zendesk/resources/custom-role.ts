import type { Kind } from "../../../engine/kind.ts";
import type { FieldChange, Gone, Live, Spec, Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import { attributesAt, merged, touches } from "../../shared/changes.ts";
import { inParallel } from "../../shared/in-parallel.ts";
import { candidatesFor } from "../../shared/lookup.ts";
import { textAt } from "../../shared/spec.ts";
import type { CustomRole } from "../client/roles.ts";
import type { ZendeskReader, ZendeskWriter } from "../client.ts";
import { withCustomRoles } from "../enterprise.ts";

export type CustomRoleSpec = Spec & {
  readonly name?: string;
  readonly description?: string;
  readonly configuration?: Readonly<Record<string, string | boolean>>;
};

export const customRole: Kind<ZendeskReader, ZendeskWriter, CustomRoleSpec> = {
  name: "custom-role",
  proof: { by: "read" },
  consistency: 10_000,
  key: (spec) => textAt(spec, "name"),

  async *list(reader, want) {
    for (const found of await reader.customRoles()) {
      const asked = want.objects.some(({ id, key }) => (id === undefined ? key === found.name : id === found.id));
      if (asked || want.everything === true) yield toLive(found);
    }
  },

  async *get(reader, wanted) {
    yield* inParallel(wanted, async ({ id }): Promise<Live<CustomRoleSpec> | Gone> => {
      const found = await reader.customRole(id);
      return found === undefined ? { gone: true, id } : toLive(found);
    });
  },

  async find(reader, lookup) {
    return candidatesFor(await withCustomRoles(reader.customRoles()), textAt(lookup, "name"), (one) => one.name);
  },

  lookups: ({ spec }) => [{ name: spec.name ?? "" }],

  async create(writer, spec, context) {
    // Whether names are unique is not documented, so it is looked at right before.
    const twin = (await writer.customRoles()).find(({ name }) => name === spec.name);
    if (twin !== undefined) {
      throw new ProblemError({
        code: "exists",
        message: `There is a custom role "${twin.name}" already (${twin.id}).`,
        hint: `Bind it with \`accord import ${context.address} ${twin.id}\`, or say \`adopt: true\` in the document.`,
      });
    }
    const made = await writer.createRole(toApi(spec));
    await context.made(made.id);
    return toLive(made);
  },

  async update(writer, live, spec, fields) {
    await writer.updateRole(live.id, changesOf(spec, fields));
    const configuration = merged(live.spec.configuration ?? {}, attributesAt(fields, "configuration"));
    const named = Object.entries(spec).filter(([name]) => touches(fields, name));
    return { ...live, spec: { ...live.spec, ...Object.fromEntries(named), configuration: onlyFlags(configuration) } };
  },

  async delete(writer, live) {
    const found = await writer.customRole(live.id);
    if (found === undefined) return;
    if (found.memberCount > 0) {
      throw new ProblemError({
        code: "zendesk-role-in-use",
        message: `${found.memberCount} team members hold the custom role "${found.name}", so it is not deleted.`,
        hint: "Give them another role first (`customRole` of zendesk/agent), then apply again.",
      });
    }
    await writer.deleteRole(live.id);
  },

  describe({ action, fields }) {
    if (action === "delete") return { undo: "approximate" };
    return touches(fields, "configuration")
      ? { notes: ["Everybody who holds the role gains or loses what it allows at once."] }
      : {};
  },
};

/** Shown inside the configuration, and never taken (zendesk.md §2.6). */
const READ_ONLY = new Set([
  "assign_tickets_to_any_group",
  "chat_access",
  "group_access",
  "light_agent",
  "moderate_forums",
  "organization_notes_editing",
]);

function toLive(found: CustomRole): Live<CustomRoleSpec> {
  return {
    id: found.id,
    spec: {
      name: found.name,
      description: found.description,
      configuration: Object.fromEntries(Object.entries(found.configuration).filter(([name]) => !READ_ONLY.has(name))),
    },
    computed: { teamMembers: found.memberCount },
    ...(found.created === undefined ? {} : { createdAt: found.created }),
    ...(found.roleType === 0 ? {} : { readOnly: "a system role of Zendesk, which nobody can edit" }),
  };
}

function toApi(spec: CustomRoleSpec): Readonly<Record<string, unknown>> {
  return {
    ...(spec.name === undefined ? {} : { name: spec.name }),
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.configuration === undefined ? {} : { configuration: spec.configuration }),
  };
}

/** Only what changed: flags appear and vanish with Zendesk's releases and plans (zendesk.md §2.6). */
function changesOf(spec: CustomRoleSpec, fields: readonly FieldChange[]): Readonly<Record<string, unknown>> {
  const configuration = attributesAt(fields, "configuration");
  return {
    ...(touches(fields, "name") ? { name: spec.name ?? "" } : {}),
    ...(touches(fields, "description") ? { description: spec.description ?? "" } : {}),
    ...(Object.keys(configuration).length === 0 ? {} : { configuration }),
  };
}

function onlyFlags(values: Readonly<Record<string, Value>>): Readonly<Record<string, string | boolean>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === "string" || typeof value === "boolean" ? [[name, value]] : [],
    ),
  );
}
