/**
 * Exchange Online behind InvokeCommand (entra.md §14): the few cmdlets that lists take. What it changes Entra shows minutes
 * later; it says what went wrong by the class of an exception inside a message.
 */
import { exchangeOf, json, type TenantWorld } from "../../shared/emulator.ts";
import { type Fields, isFields, optionalText, textsOf, within } from "../../shared/narrow.ts";
import { EXCHANGE_ADMINISTRATOR } from "../roles.ts";
import { rolesOf } from "./privileged.ts";
import { ACTORS } from "./seed.ts";
import { type ListRow, nextId, type Tenant } from "./tenant.ts";
import { EXCHANGE, verifiedClaims } from "./token-endpoint.ts";

/** Milliseconds until Entra shows what Exchange did. */
const SYNC = 120_000;
const PAGE = 1_000;

class Refused extends Error {
  readonly status: number;

  constructor(exception: string, message: string, status = 400) {
    super(`Ex6F9304|Microsoft.Exchange.Configuration.Tasks.${exception}|${message}`);
    this.status = status;
  }
}

export async function invokeCommand(
  tenant: Tenant,
  world: TenantWorld,
  request: Request,
  path: string,
): Promise<Response> {
  try {
    const given = decodeURIComponent(path.split("/")[3] ?? "").toLowerCase();
    if (![tenant.id, ...tenant.domains.map(({ name }) => name)].includes(given)) {
      throw new Refused("TenantNotFoundException", "The tenant is not known.", 404);
    }
    requireAdministrator(tenant, world, request);
    const { body } = await exchangeOf(request, {});
    const input = isFields(body) ? within(body, "CmdletInput") : {};
    const cmdlet = COMMANDS[optionalText(input, "CmdletName") ?? ""];
    if (cmdlet === undefined) throw new Refused("CommandNotFoundException", "The cmdlet is not recognized.");
    const rows = cmdlet({ tenant, now: world.now() }, within(input, "Parameters"));
    const url = new URL(request.url);
    const start = Number(url.searchParams.get("$skiptoken") ?? "0");
    const next = new URL(`https://outlook.office365.com${url.pathname}`);
    next.searchParams.set("$skiptoken", String(start + PAGE));
    return json(200, {
      "@odata.context": `${url.origin}/adminapi/beta/${tenant.id}/$metadata#Collection(Exchange.GenericHashTable)`,
      "@adminapi.warnings": [],
      ...(rows.length > start + PAGE ? { "@odata.nextLink": next.href } : {}),
      value: rows.slice(start, start + PAGE),
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return json(error.status, { error: { code: String(error.status), message: error.message } });
  }
}

/** The permission alone is not enough: Exchange asks for the role as well. */
function requireAdministrator(tenant: Tenant, world: TenantWorld, request: Request): void {
  const [, token = ""] = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  if (Object.values(ACTORS).includes(token)) return;
  const claims = verifiedClaims(tenant, token);
  const isCurrent = typeof claims?.exp === "number" && claims.exp * 1_000 > world.wall();
  if (claims === undefined || !isCurrent || claims.aud !== EXCHANGE) {
    throw new Refused("UnauthorizedException", "The token is not for Exchange, or no longer.", 401);
  }
  const holds = rolesOf(tenant, String(claims.oid)).has(EXCHANGE_ADMINISTRATOR);
  if (!holds || !textsOf(claims.roles).includes("Exchange.ManageAsApp")) {
    throw new Refused("CmdletAccessDeniedException", "The application is not allowed to run the cmdlet.", 403);
  }
}

interface Place {
  readonly tenant: Tenant;
  readonly now: number;
}

const COMMANDS: Readonly<Record<string, (place: Place, parameters: Fields) => readonly Fields[]>> = {
  "Get-AcceptedDomain": ({ tenant }) => tenant.domains.map(({ name }) => ({ Name: name, DomainName: name })),
  "Get-DistributionGroup": ({ tenant }, { Identity }) =>
    (Identity === undefined ? [...tenant.lists.values()] : [listNamed(tenant, Identity)]).map(listView),
  "Get-DistributionGroupMember": ({ tenant }, { Identity }) =>
    listNamed(tenant, Identity).members.map((id) => recipientView(tenant, id)),
  "Get-Recipient": ({ tenant }, { Identity }) => [recipientView(tenant, recipientNamed(tenant, Identity))],
  "New-DistributionGroup": create,
  "Set-DistributionGroup": change,
  "Add-DistributionGroupMember": (place, { Identity, Member }) => {
    const list = writable(place.tenant, Identity);
    const id = recipientNamed(place.tenant, Member);
    if (list.members.includes(id)) {
      throw new Refused(
        "MemberAlreadyExistsException",
        `The recipient is already a member of the group "${list.name}".`,
      );
    }
    put(place, { ...list, members: [...list.members, id] });
    return [];
  },
  "Remove-DistributionGroupMember": (place, { Identity, Member }) => {
    const list = writable(place.tenant, Identity);
    const id = recipientNamed(place.tenant, Member);
    if (!list.members.includes(id)) {
      throw new Refused("MemberNotFoundException", `The recipient isn't a member of the group "${list.name}".`);
    }
    put(place, { ...list, members: list.members.filter((one) => one !== id) });
    return [];
  },
  "Remove-DistributionGroup": ({ tenant, now }, { Identity }) => {
    const list = writable(tenant, Identity);
    tenant.lists.delete(list.id);
    tenant.groups.remove(list.objectId, now + SYNC);
    return [];
  },
};

function create(place: Place, parameters: Fields): readonly Fields[] {
  const { tenant, now } = place;
  const address = optionalText(parameters, "PrimarySmtpAddress") ?? "";
  for (const { address: taken } of tenant.lists.values()) {
    if (taken.toLowerCase() === address.toLowerCase()) {
      throw new Refused("ProxyAddressExistsException", `The proxy address "smtp:${address}" is already being used.`);
    }
  }
  const list: ListRow = {
    id: nextId(tenant),
    objectId: nextId(tenant),
    name: optionalText(parameters, "DisplayName") ?? optionalText(parameters, "Name") ?? "",
    alias: optionalText(parameters, "Alias") ?? "",
    address,
    security: parameters.Type === "Security",
    hidden: false,
    synced: false,
    owners: textsOf(parameters.ManagedBy).map((one) => recipientNamed(tenant, one)),
    members: textsOf(parameters.Members).map((one) => recipientNamed(tenant, one)),
    createdAt: now,
  };
  put(place, list);
  return [listView(list)];
}

function change(place: Place, parameters: Fields): readonly Fields[] {
  const { tenant } = place;
  const list = writable(tenant, parameters.Identity);
  const hidden = parameters.HiddenFromAddressListsEnabled;
  const managers = isFields(parameters.ManagedBy) ? parameters.ManagedBy : {};
  const gone = new Set(textsOf(managers.Remove).map((one) => recipientNamed(tenant, one)));
  const come = textsOf(managers.Add).map((one) => recipientNamed(tenant, one));
  put(place, {
    ...list,
    name: optionalText(parameters, "DisplayName") ?? list.name,
    hidden: typeof hidden === "boolean" ? hidden : list.hidden,
    owners: [...new Set([...list.owners, ...come])].filter((id) => !gone.has(id)),
  });
  return [];
}

/** Into Exchange now, into Entra later. */
function put({ tenant, now }: Place, list: ListRow): void {
  const before = tenant.lists.get(list.id);
  tenant.lists.set(list.id, list);
  const at = now + SYNC;
  tenant.groups.put(
    list.objectId,
    {
      id: list.objectId,
      displayName: list.name,
      mail: list.address,
      mailNickname: list.alias,
      mailEnabled: true,
      securityEnabled: list.security,
      groupTypes: [],
      createdDateTime: new Date(list.createdAt).toISOString(),
    },
    at,
  );
  for (const to of list.members) tenant.links.set({ at, from: list.objectId, relation: "members", to, present: true });
  for (const to of before?.members ?? []) {
    if (!list.members.includes(to))
      tenant.links.set({ at, from: list.objectId, relation: "members", to, present: false });
  }
}

function listNamed(tenant: Tenant, identity: unknown): ListRow {
  const wanted = String(identity).toLowerCase();
  for (const list of tenant.lists.values()) {
    if ([list.id, list.objectId, list.address.toLowerCase()].includes(wanted)) return list;
  }
  throw new Refused(
    "ManagementObjectNotFoundException",
    `The operation couldn't be performed because object '${wanted}' couldn't be found.`,
    404,
  );
}

function writable(tenant: Tenant, identity: unknown): ListRow {
  const list = listNamed(tenant, identity);
  if (!list.synced) return list;
  throw new Refused(
    "InvalidOperationInDehydratedContextException",
    "The object is being synchronized from your on-premises organization.",
  );
}

/** By id, login or mail address. */
function recipientNamed(tenant: Tenant, identity: unknown): string {
  const wanted = String(identity).toLowerCase();
  for (const [id, { properties }] of tenant.users.all()) {
    const names = [properties.userPrincipalName, properties.mail].map((name) => String(name).toLowerCase());
    if (id === wanted || names.includes(wanted)) return id;
  }
  if (tenant.groups.now(wanted) !== undefined) return wanted;
  throw new Refused("ManagementObjectNotFoundException", `Couldn't find object "${wanted}".`, 404);
}

function recipientView(tenant: Tenant, id: string): Fields {
  const user = tenant.users.now(id)?.properties;
  return {
    DisplayName: user?.displayName ?? tenant.groups.now(id)?.displayName ?? "",
    ExternalDirectoryObjectId: id,
    RecipientTypeDetails: user === undefined ? "MailUniversalDistributionGroup" : "UserMailbox",
  };
}

function listView(list: ListRow): Fields {
  return {
    Guid: list.id,
    ExternalDirectoryObjectId: list.objectId,
    DisplayName: list.name,
    Alias: list.alias,
    PrimarySmtpAddress: list.address,
    RecipientTypeDetails: list.security ? "MailUniversalSecurityGroup" : "MailUniversalDistributionGroup",
    HiddenFromAddressListsEnabled: list.hidden,
    IsDirSynced: list.synced,
    ManagedBy: list.owners,
    WhenCreatedUTC: new Date(list.createdAt).toISOString(),
  };
}
