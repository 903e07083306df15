import { path } from "../../shared/http.ts";
import { isFields, optionalText, within } from "../../shared/narrow.ts";
import { fieldsOf, listOf, textOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";

export interface Organization {
  readonly id: string;
  /** The address that the organization itself uses. */
  readonly address: string | undefined;
}

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly userId: string | undefined;
  readonly created: string | undefined;
  readonly expiresAt: string | undefined;
  /** Is it taken from certain network zones only? */
  readonly zones: boolean;
}

/** A public key of a client. */
export interface AppKey {
  readonly keyId: string;
  readonly created: string | undefined;
}

export interface LogEntry {
  readonly published: string;
  readonly eventType: string;
  readonly actor: string;
  readonly targets: readonly string[];
  readonly actorId: string | undefined;
  /** As answers carry it in X-Okta-Request-Id (okta.md §3). */
  readonly transaction: string | undefined;
}

/** One small read for `doctor`: what came back, and what the headers say of its bucket. */
export interface Probe {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export interface OrgReads {
  organization(): Promise<Organization>;
  apiTokens(): Promise<readonly ApiToken[]>;
  /** Newest first, at most `pages` of 1000. */
  logs(filter: string, since: number, pages: number): Promise<readonly LogEntry[]>;
  /** Statuses 401, 403 and 404 are answers here. */
  probe(address: string): Promise<Probe>;
  /** The keys of our own app; undefined where it cannot be read. */
  appKeys(clientId: string): Promise<readonly AppKey[] | undefined>;
}

export function orgReads(transport: Transport): OrgReads {
  const probe = (address: string): Promise<Probe> =>
    transport.send({ method: "GET", path: address, accept: [400, 401, 403, 404] });
  return {
    async organization() {
      const { body } = await transport.send({ method: "GET", path: "/.well-known/okta-organization" });
      const org = fieldsOf(body, "the organization");
      return {
        id: textOf(org, "id", "the organization"),
        address: optionalText(within(org, "_links", "organization"), "href"),
      };
    },
    async apiTokens() {
      const { body } = await transport.send({ method: "GET", path: "/api/v1/api-tokens" });
      return listOf(body, "the API tokens", (row) => {
        const token = fieldsOf(row, "an API token");
        return {
          id: textOf(token, "id", "an API token"),
          name: textOf(token, "name", "an API token"),
          userId: optionalText(token, "userId"),
          created: optionalText(token, "created"),
          expiresAt: optionalText(token, "expiresAt"),
          zones: (optionalText(within(token, "network"), "connection") ?? "ANYWHERE") !== "ANYWHERE",
        };
      });
    },
    async logs(filter, since, pages) {
      const query = new URLSearchParams({
        since: new Date(since).toISOString(),
        filter,
        limit: "1000",
        sortOrder: "DESCENDING",
      });
      const entries: LogEntry[] = [];
      let read = 0;
      for await (const page of transport.pages(`/api/v1/logs?${query}`)) {
        const rows = listOf(page.body, "the System Log", logEntryOf);
        entries.push(...rows);
        read += 1;
        // The log may offer a next page for ever (okta.md §6).
        if (rows.length === 0 || read >= pages) break;
      }
      return entries;
    },
    probe,
    async appKeys(clientId) {
      const answer = await probe(path`/api/v1/apps/${clientId}`);
      if (answer.status !== 200) return undefined;
      const { keys } = within(fieldsOf(answer.body, "an app"), "settings", "oauthClient", "jwks");
      return (Array.isArray(keys) ? keys : []).filter(isFields).map((key) => ({
        keyId: optionalText(key, "kid") ?? "",
        created: optionalText(key, "created"),
      }));
    },
  };
}

function logEntryOf(body: unknown): LogEntry {
  const entry = fieldsOf(body, "a log entry");
  const actor = within(entry, "actor");
  const name = optionalText(actor, "displayName");
  const login = optionalText(actor, "alternateId");
  return {
    published: textOf(entry, "published", "a log entry"),
    eventType: textOf(entry, "eventType", "a log entry"),
    actor: name === undefined || name === login ? (login ?? "unknown") : `${name} (${login ?? "unknown"})`,
    targets: Array.isArray(entry.target)
      ? entry.target.flatMap((target: unknown) => optionalText(fieldsOf(target, "a log target"), "id") ?? [])
      : [],
    actorId: optionalText(actor, "id"),
    transaction: optionalText(within(entry, "transaction"), "id"),
  };
}
