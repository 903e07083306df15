import type { Recorder } from "../../../engine/kind.ts";
import { createMemo, once } from "../../shared/memo.ts";
import { type Fields, optionalText, textsOf } from "../../shared/narrow.ts";
import { hasCode } from "./errors.ts";
import { type Cmdlet, notEnabled } from "./exchange.ts";
import { flag, textOf } from "./narrow.ts";
import type { Organization } from "./organization.ts";
import type { Transport } from "./transport.ts";

/** A distribution list, or a mail-enabled security group. */
export interface DistributionList {
  /** Exchange's own id. */
  readonly id: string;
  /** Entra's, once it has arrived there. */
  readonly objectId: string | undefined;
  readonly name: string;
  readonly alias: string;
  readonly address: string;
  readonly security: boolean;
  readonly hidden: boolean;
  readonly synced: boolean;
  /** As Exchange names recipients: anything that Get-Recipient takes. */
  readonly managedBy: readonly string[];
  readonly created: string | undefined;
}

/** Somebody or something that can be in a list. */
export interface Recipient {
  readonly name: string;
  /** Id in Entra; undefined for contacts of Exchange's own. */
  readonly objectId: string | undefined;
  readonly isPerson: boolean;
}

export interface DistributionListReads {
  readonly usesExchange: boolean;
  /** All of them, in one go; read once. */
  distributionLists(): Promise<readonly DistributionList[]>;
  /** Undefined where Exchange does not know it. */
  distributionList(id: string): Promise<DistributionList | undefined>;
  /** Read now. */
  listMembers(id: string): Promise<readonly Recipient[]>;
  /** Undefined where Exchange does not know it. */
  recipient(identity: string): Promise<Recipient | undefined>;
  /** For the health check: throws what Exchange says. */
  acceptedDomains(): Promise<number>;
}

export interface ListBody {
  readonly name: string;
  readonly address: string;
  readonly alias: string;
  readonly security: boolean;
  readonly owners: readonly string[];
  readonly members: readonly string[];
}

export interface DistributionListWrites {
  createList(body: ListBody): Promise<DistributionList>;
  updateList(id: string, parameters: Readonly<Record<string, unknown>>): Promise<void>;
  /** One who is there already counts as added, one who is not as removed. */
  addListMember(id: string, memberId: string): Promise<void>;
  removeListMember(id: string, memberId: string): Promise<void>;
  changeListOwners(id: string, add: readonly string[], remove: readonly string[]): Promise<void>;
  deleteList(id: string): Promise<void>;
}

const EVERYTHING = { ResultSize: "Unlimited" };
/** Without it only whom the group names as its manager may change it. */
const AS_ADMINISTRATOR = { BypassSecurityGroupManagerCheck: true };

type Invoke = (cmdlet: Cmdlet, recorder?: Recorder) => Promise<readonly Fields[]>;

function invoker(transport: Transport, organization: () => Promise<Organization>): Invoke {
  return async (cmdlet, recorder) => {
    const { exchange } = transport;
    if (exchange === undefined) throw notEnabled();
    const { domains } = await organization();
    const domain = domains.find(({ isInitial }) => isInitial)?.name ?? domains[0]?.name ?? "";
    return exchange.invoke(cmdlet, domain, recorder);
  };
}

export function distributionListReads(
  transport: Transport,
  organization: () => Promise<Organization>,
): DistributionListReads {
  const invoke = invoker(transport, organization);
  const recipients = createMemo<Recipient | undefined>();
  return {
    usesExchange: transport.exchange !== undefined,
    distributionLists: once(async () =>
      (await invoke({ name: "Get-DistributionGroup", parameters: EVERYTHING })).map(listIn),
    ),
    distributionList: (id) =>
      unlessMissing(async () => {
        const [row] = await invoke({ name: "Get-DistributionGroup", parameters: { Identity: id } });
        return row === undefined ? undefined : listIn(row);
      }),
    async listMembers(id) {
      const parameters = { Identity: id, ...EVERYTHING };
      return (await invoke({ name: "Get-DistributionGroupMember", parameters })).map(recipientIn);
    },
    recipient: (identity) =>
      recipients(identity, () =>
        unlessMissing(async () => {
          const [row] = await invoke({ name: "Get-Recipient", parameters: { Identity: identity } });
          return row === undefined ? undefined : recipientIn(row);
        }),
      ),
    acceptedDomains: async () => (await invoke({ name: "Get-AcceptedDomain", parameters: {} })).length,
  };
}

export function distributionListWrites(
  transport: Transport,
  organization: () => Promise<Organization>,
  recorder: Recorder,
): DistributionListWrites {
  const invoke = invoker(transport, organization);
  const write = async (name: string, parameters: Readonly<Record<string, unknown>>, key: string): Promise<Fields[]> => [
    ...(await invoke({ name, parameters, key }, recorder)),
  ];
  const unless = async (code: string, work: Promise<unknown>): Promise<void> => {
    await work.catch((error: unknown) => {
      if (!hasCode(error, code)) throw error;
    });
  };
  return {
    async createList({ name, address, alias, security, owners, members }) {
      const parameters = {
        Name: name,
        DisplayName: name,
        Alias: alias,
        PrimarySmtpAddress: address,
        Type: security ? "Security" : "Distribution",
        ...(owners.length === 0 ? {} : { ManagedBy: owners }),
        ...(members.length === 0 ? {} : { Members: members }),
      };
      const [row] = await write("New-DistributionGroup", parameters, address);
      return listIn(row ?? {});
    },
    async updateList(id, parameters) {
      await write("Set-DistributionGroup", { Identity: id, ...parameters, ...AS_ADMINISTRATOR }, id);
    },
    addListMember(id, memberId) {
      const parameters = { Identity: id, Member: memberId, ...AS_ADMINISTRATOR };
      return unless("exchange-member-there", write("Add-DistributionGroupMember", parameters, `${id} + ${memberId}`));
    },
    removeListMember(id, memberId) {
      const parameters = { Identity: id, Member: memberId, ...AS_ADMINISTRATOR, Confirm: false };
      return unless(
        "exchange-member-not-there",
        write("Remove-DistributionGroupMember", parameters, `${id} - ${memberId}`),
      );
    },
    async changeListOwners(id, add, remove) {
      const ManagedBy = {
        "@odata.type": "#Exchange.GenericHashTable",
        ...(add.length === 0 ? {} : { Add: add }),
        ...(remove.length === 0 ? {} : { Remove: remove }),
      };
      await write("Set-DistributionGroup", { Identity: id, ManagedBy, ...AS_ADMINISTRATOR }, id);
    },
    async deleteList(id) {
      await unless(
        "not-found",
        write("Remove-DistributionGroup", { Identity: id, ...AS_ADMINISTRATOR, Confirm: false }, id),
      );
    },
  };
}

async function unlessMissing<T>(look: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (hasCode(error, "not-found")) return undefined;
    throw error;
  }
}

function listIn(row: Fields): DistributionList {
  return {
    id: textOf(row, "Guid", "a distribution list"),
    objectId: optionalText(row, "ExternalDirectoryObjectId") || undefined,
    name: textOf(row, "DisplayName", "a distribution list"),
    alias: optionalText(row, "Alias") ?? "",
    address: textOf(row, "PrimarySmtpAddress", "a distribution list"),
    security: row.RecipientTypeDetails === "MailUniversalSecurityGroup",
    hidden: flag(row, "HiddenFromAddressListsEnabled"),
    synced: flag(row, "IsDirSynced"),
    managedBy: textsOf(row.ManagedBy),
    created: optionalText(row, "WhenCreatedUTC"),
  };
}

function recipientIn(row: Fields): Recipient {
  const type = optionalText(row, "RecipientTypeDetails") ?? "";
  return {
    name: optionalText(row, "DisplayName") ?? "",
    objectId: optionalText(row, "ExternalDirectoryObjectId") || undefined,
    isPerson: !/Group|Contact|Folder|List/i.test(type),
  };
}
