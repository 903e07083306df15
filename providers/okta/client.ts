/**
 * Okta's API as typed calls: one method per endpoint, no decisions. A reader keeps the collections it has read, so
 * that a plan reads each page once; a writer is a reader of its own with the calls that change something.
 */
import type { Recorder } from "../../engine/kind.ts";
import type { Cache, Clock } from "../../engine/outside.ts";
import type { OktaSettings } from "./auth/settings.ts";
import type { Token } from "./auth/token.ts";
import { type AppReads, type AppWrites, appReads, appWrites } from "./client/apps.ts";
import { type GroupReads, type GroupWrites, groupReads, groupWrites } from "./client/groups.ts";
import { type IamReads, type IamWrites, iamReads, iamWrites } from "./client/iam.ts";
import { type OrgReads, orgReads } from "./client/org.ts";
import { type RoleReads, type RoleWrites, roleReads, roleWrites } from "./client/roles.ts";
import { type RuleReads, type RuleWrites, ruleReads, ruleWrites } from "./client/rules.ts";
import { createSeen, type Seen } from "./client/seen.ts";
import type { Transport } from "./client/transport.ts";
import { type UserReads, type UserWrites, userReads, userWrites } from "./client/users.ts";

export interface OktaReader extends OrgReads, UserReads, GroupReads, RuleReads, AppReads, RoleReads, IamReads {
  readonly settings: OktaSettings;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly cache: Cache | undefined;
  readonly seen: Seen;
  /** The access token with the scopes it was granted; undefined for an API token. */
  token(): Promise<Token | undefined>;
}

export interface OktaWriter extends OktaReader, UserWrites, GroupWrites, RuleWrites, AppWrites, RoleWrites, IamWrites {}

export function createReader(transport: Transport): OktaReader {
  const seen = createSeen();
  return {
    settings: transport.settings,
    clock: transport.clock,
    signal: transport.outside.signal,
    cache: transport.outside.cache,
    seen,
    token: () => transport.token(),
    ...orgReads(transport),
    ...userReads(transport, seen),
    ...groupReads(transport, seen),
    ...ruleReads(transport),
    ...appReads(transport),
    ...roleReads(transport),
    ...iamReads(transport),
  };
}

export function createWriter(transport: Transport, recorder: Recorder): OktaWriter {
  return {
    ...createReader(transport),
    ...userWrites(transport, recorder),
    ...groupWrites(transport, recorder),
    ...ruleWrites(transport, recorder),
    ...appWrites(transport, recorder),
    ...roleWrites(transport, recorder),
    ...iamWrites(transport, recorder),
  };
}
