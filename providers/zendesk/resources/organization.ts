import type { Kind } from "../../../engine/kind.ts";
import type { Edge, FieldChange, Live, Spec, Value } from "../../../engine/model.ts";
import { attemptAll } from "../../shared/attempts.ts";
import { attributesAt, elementsAt, merged, touches } from "../../shared/changes.ts";
import { textsOf } from "../../shared/narrow.ts";
import { refId, textAt } from "../../shared/spec.ts";
import { sentId } from "../client/narrow.ts";
import type { Organization } from "../client/organizations.ts";
import type { ZendeskReader, ZendeskWriter } from "../client.ts";
import { markIn, markText } from "./marker.ts";
import { type Members, organizationPlace } from "./members.ts";
import { takenExternalId } from "./organization-review.ts";
import { runningJobs } from "./running-jobs.ts";
import { firstMembers, movedMembers, readsOf, withFirstMembers } from "./with-members.ts";

export type OrganizationSpec = Spec & {
  readonly name?: string;
  readonly externalId?: string;
  readonly domainNames?: readonly string[];
  readonly details?: string;
  readonly notes?: string;
  readonly tags?: readonly string[];
  readonly group?: { readonly id: string };
  readonly sharedTickets?: boolean;
  readonly sharedComments?: boolean;
  readonly fields?: Readonly<Record<string, Value>>;
  readonly members?: readonly string[];
};

export const organization: Kind<ZendeskReader, ZendeskWriter, OrganizationSpec> = {
  name: "organization",
  proof: { by: "poll", every: 5_000, within: 60_000 },
  consistency: 10_000,
  // Names are unique whatever their case, but creates that race make duplicates: one at a time (zendesk.md §2.4).
  lane: "organizations",
  key: (spec) => textAt(spec, "name")?.toLowerCase(),

  ...readsOf<Organization, OrganizationSpec>({
    all: (reader) => reader.organizations(),
    one: (reader, id) => reader.organization(id),
    keyOf: ({ name }) => name.toLowerCase(),
    memberships: (reader) => reader.organizationMemberships,
    toLive,
  }),

  async review(reader, spec, live) {
    return [
      ...(await runningJobs(reader, spec.members !== undefined)),
      ...takenExternalId(spec.externalId === undefined ? [] : await reader.organizations(), spec.externalId, live?.id),
    ];
  },

  async create(writer, spec, context) {
    const marker = spec.externalId === undefined ? { external_id: markText(context.marker) } : {};
    const made = await writer.createOrganization({ ...toApi(spec), ...marker });
    await context.made(made.id);
    await attemptAll(firstMembers(organizationPlace(writer, made.id), spec, context));
    return withFirstMembers(toLive(made, undefined), spec, context);
  },

  async update(writer, live, spec, fields, context) {
    await attemptAll([
      () => updateOwn(writer, live.id, spec, fields),
      ...movedMembers(organizationPlace(writer, live.id), live, fields, context),
    ]);
    const named = Object.entries(spec).filter(([name]) => touches(fields, name));
    const attributes = merged(live.spec.fields ?? {}, attributesAt(fields, "fields"));
    return {
      ...live,
      spec: { ...live.spec, ...Object.fromEntries(named), fields: attributes },
      people: { ...live.people, ...context.people },
    };
  },

  async delete(writer, live) {
    await writer.deleteOrganization(live.id);
  },

  *edges({ spec, people }): Iterable<Edge> {
    const shared = spec.sharedTickets === true ? ", whose tickets all its members see" : "";
    for (const person of spec.members ?? []) {
      const known = people?.[person];
      yield {
        person,
        entitlement: `member of organization ${spec.name ?? ""}${shared}`,
        ...(known === undefined ? {} : { personId: known }),
      };
    }
  },

  describe({ action, after, fields }) {
    if (action === "delete") {
      return {
        notes: ["Zendesk cannot restore it."],
        undo: "approximate",
        // Whoever is in it counts as removed with it already.
        uncertain: { effect: "Zendesk does not say whether its users stay, without an organization", people: 0 },
      };
    }
    const notes: string[] = [];
    const leaving = textsOf(elementsAt(fields, "members").removed);
    if (leaving.length > 0) {
      notes.push(
        `Zendesk takes the organization off the working tickets of ${leaving.join(", ")}, and an undo does not put it back.`,
      );
    }
    const domains = action === "create" ? (after?.domainNames ?? []) : textsOf(elementsAt(fields, "domainNames").added);
    if (domains.length > 0) {
      notes.push(`Whoever verifies an address at ${domains.join(", ")} from now on joins by themselves.`);
    }
    return { notes, ...(leaving.length > 0 ? { undo: "approximate" as const } : {}) };
  },
};

/** Lists replace what is there, so they are made from a fresh read; one PUT for all of it (zendesk.md §2.4). */
async function updateOwn(
  writer: ZendeskWriter,
  id: string,
  spec: OrganizationSpec,
  fields: readonly FieldChange[],
): Promise<void> {
  const own = Object.fromEntries(
    Object.keys(FIELDS)
      .filter((name) => touches(fields, name))
      .map((name) => [name, spec[name] ?? ""]),
  );
  const attributes = attributesAt(fields, "fields");
  const lists = (["domainNames", "tags"] as const).filter((name) => touches(fields, name));
  const fresh = lists.length === 0 ? undefined : await writer.organization(id);
  const changes = {
    ...toApi(own),
    ...Object.fromEntries(lists.map((name) => [FIELDS[name], withElements(fresh?.[name] ?? [], name, fields)])),
    ...(Object.keys(attributes).length === 0 ? {} : { organization_fields: attributes }),
  };
  if (Object.keys(changes).length > 0) await writer.updateOrganization(id, changes);
}

function withElements(now: readonly string[], name: string, fields: readonly FieldChange[]): readonly string[] {
  const { added, removed } = elementsAt(fields, name);
  const moved = new Set([...textsOf(removed), ...textsOf(added)].map((one) => one.toLowerCase()));
  return [...now.filter((one) => !moved.has(one.toLowerCase())), ...textsOf(added)];
}

/** Spec field → Zendesk's name. */
const FIELDS = {
  name: "name",
  externalId: "external_id",
  domainNames: "domain_names",
  details: "details",
  notes: "notes",
  tags: "tags",
  group: "group_id",
  sharedTickets: "shared_tickets",
  sharedComments: "shared_comments",
} as const;

function toApi(spec: OrganizationSpec): Readonly<Record<string, unknown>> {
  const group = refId(spec.group);
  const named = Object.entries(FIELDS).flatMap(([name, theirs]) =>
    name === "group" || spec[name] === undefined ? [] : [[theirs, spec[name]] as const],
  );
  return {
    ...Object.fromEntries(named),
    ...(group === undefined ? {} : { group_id: sentId(group) }),
    ...(spec.fields === undefined ? {} : { organization_fields: spec.fields }),
  };
}

function toLive(found: Organization, members: Members | undefined): Live<OrganizationSpec> {
  const marker = markIn(found.externalId);
  return {
    id: found.id,
    spec: {
      name: found.name,
      ...(found.externalId === undefined || marker !== undefined ? {} : { externalId: found.externalId }),
      domainNames: found.domainNames,
      details: found.details,
      notes: found.notes,
      tags: found.tags,
      ...(found.groupId === undefined ? {} : { group: { id: found.groupId } }),
      sharedTickets: found.sharedTickets,
      sharedComments: found.sharedComments,
      fields: found.fields,
      ...(members === undefined ? {} : { members: members.logins }),
    },
    ...(members === undefined ? {} : { people: members.people }),
    ...(marker === undefined ? {} : { marker }),
    ...(found.created === undefined ? {} : { createdAt: found.created }),
  };
}
