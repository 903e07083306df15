/**
 * Distribution lists and mail-enabled security groups, which Graph only reads (entra.md §14). People only: contacts and
 * groups in a list are counted and left alone.
 */
import type { Kind, Want } from "../../../engine/kind.ts";
import type { Edge, Gone, Live, Spec } from "../../../engine/model.ts";
import { attemptAll, onEach, throwAny } from "../../shared/attempts.ts";
import { elementsAt, touches } from "../../shared/changes.ts";
import { textsOf } from "../../shared/narrow.ts";
import { personIds } from "../../shared/people.ts";
import { textAt } from "../../shared/spec.ts";
import type { DistributionList, Recipient } from "../client/distribution-lists.ts";
import { notEnabled } from "../client/exchange.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { loginsOf } from "./logins.ts";

export type DistributionListSpec = Spec & {
  readonly displayName?: string;
  readonly primarySmtpAddress?: string;
  readonly alias?: string;
  readonly type?: "distribution" | "security";
  readonly hidden?: boolean;
  readonly members?: readonly string[];
  readonly owners?: readonly string[];
};

/** Exchange shows at once what it did; Entra minutes later. */
export const distributionList: Kind<EntraReader, EntraWriter, DistributionListSpec> = {
  name: "distribution-list",
  proof: { by: "read" },
  key: (spec) => textAt(spec, "primarySmtpAddress")?.toLowerCase(),

  async *list(reader, want) {
    if (!reader.usesExchange) {
      // Nothing of Exchange's can be adopted; what a document wants, or state holds, must not be guessed at.
      if (want.objects.length > 0) throw notEnabled();
      return;
    }
    for (const { found, fields } of wanted(await reader.distributionLists(), want)) {
      yield await withPeople(reader, found, fields);
    }
  },

  async *get(reader, asked) {
    for (const { id, fields } of asked) {
      const found = await reader.distributionList(id);
      const answer: Live<DistributionListSpec> | Gone =
        found === undefined ? { gone: true, id } : await withPeople(reader, found, new Set(fields));
      yield answer;
    }
  },

  async create(writer, spec, context) {
    const id = personIds(context.people);
    const { displayName = "", primarySmtpAddress = "", hidden, members = [], owners = [] } = spec;
    const made = await writer.createList({
      name: displayName,
      address: primarySmtpAddress,
      alias: spec.alias ?? primarySmtpAddress.split("@")[0] ?? "",
      security: spec.type === "security",
      owners: owners.map(id),
      members: members.map(id),
    });
    await context.made(made.id);
    if (hidden === true) await writer.updateList(made.id, { HiddenFromAddressListsEnabled: true });
    return { ...toSpec(made), spec: { ...toSpec(made).spec, ...spec }, people: context.people };
  },

  async update(writer, live, spec, fields, context) {
    const id = personIds(context.people, live.people);
    const ids = (values: readonly unknown[]): readonly string[] => textsOf(values).map(id);
    const changed = {
      ...(touches(fields, "displayName") ? { DisplayName: spec.displayName } : {}),
      ...(touches(fields, "hidden") ? { HiddenFromAddressListsEnabled: spec.hidden === true } : {}),
    };
    const owners = elementsAt(fields, "owners");
    const members = elementsAt(fields, "members");
    await attemptAll([
      async () => {
        if (Object.keys(changed).length > 0) await writer.updateList(live.id, changed);
      },
      async () => {
        if (owners.added.length + owners.removed.length === 0) return;
        await writer.changeListOwners(live.id, ids(owners.added), ids(owners.removed));
      },
      async () =>
        throwAny([
          ...(await onEach(textsOf(members.added), named, (login) => writer.addListMember(live.id, id(login)))),
          ...(await onEach(textsOf(members.removed), named, (login) => writer.removeListMember(live.id, id(login)))),
        ]),
    ]);
    return { ...live, spec: { ...live.spec, ...spec }, people: { ...live.people, ...context.people } };
  },

  async delete(writer, live) {
    await writer.deleteList(live.id);
  },

  *edges({ spec, people }): Iterable<Edge> {
    const name = spec.displayName ?? spec.primarySmtpAddress ?? "the list";
    for (const [role, logins] of [
      ["member", spec.members ?? []],
      ["owner", spec.owners ?? []],
    ] as const) {
      for (const person of logins) {
        const personId = people?.[person];
        yield { person, entitlement: `${role} of ${name}`, ...(personId === undefined ? {} : { personId }) };
      }
    }
  },

  describe({ action }) {
    if (action === "delete")
      return { notes: ["Exchange deletes it for good: there is no way back."], undo: "approximate" };
    return action === "create" ? { notes: ["Entra shows it some minutes after Exchange."] } : {};
  },
};

function named(login: string): string {
  return `member ${login}`;
}

function wanted(
  lists: readonly DistributionList[],
  want: Want,
): readonly { readonly found: DistributionList; readonly fields: ReadonlySet<string> }[] {
  const byId = new Map(want.objects.flatMap((one) => (one.id === undefined ? [] : [[one.id, one] as const])));
  const byKey = new Map(
    want.objects.flatMap((one) => (one.id !== undefined || one.key === undefined ? [] : [[one.key, one] as const])),
  );
  return lists.flatMap((found) => {
    if (want.everything === true) return [{ found, fields: new Set(["members", "owners"]) }];
    const object = byId.get(found.id) ?? byKey.get(found.address.toLowerCase());
    return object === undefined ? [] : [{ found, fields: new Set(object.fields) }];
  });
}

/** Members cost a call each list, owners one each owner: only where a document asks. */
async function withPeople(
  reader: EntraReader,
  found: DistributionList,
  fields: ReadonlySet<string>,
): Promise<Live<DistributionListSpec>> {
  const members = fields.has("members") ? await reader.listMembers(found.id) : undefined;
  const owners = fields.has("owners")
    ? (await Promise.all(found.managedBy.map((one) => reader.recipient(one)))).flatMap((one) => one ?? [])
    : undefined;
  const people = [...(members ?? []), ...(owners ?? [])].flatMap((one) => (one.isPerson ? (one.objectId ?? []) : []));
  const logins = await loginsOf(reader, people);
  const loginsIn = (some: readonly Recipient[]): readonly string[] =>
    some.flatMap(({ objectId }) => logins.get(objectId ?? "") ?? []);
  const live = toSpec(found);
  return {
    ...live,
    spec: {
      ...live.spec,
      ...(members === undefined ? {} : { members: loginsIn(members) }),
      ...(owners === undefined ? {} : { owners: loginsIn(owners) }),
    },
    computed: { ...live.computed, otherMembers: (members ?? []).length - loginsIn(members ?? []).length },
    people: Object.fromEntries([...logins].map(([id, login]) => [login, id])),
  };
}

function toSpec(found: DistributionList): Live<DistributionListSpec> {
  return {
    id: found.id,
    spec: {
      displayName: found.name,
      primarySmtpAddress: found.address,
      alias: found.alias,
      type: found.security ? "security" : "distribution",
      hidden: found.hidden,
    },
    computed: { objectId: found.objectId ?? "", otherMembers: 0 },
    ...(found.created === undefined ? {} : { createdAt: found.created }),
    ...(found.synced
      ? { synced: true, readOnly: "synced from on-premises Active Directory, where it is changed" }
      : {}),
  };
}
