/** What must be so before an answer of Okta counts as a fact: a client without a role is answered `200 []` (okta.md §0). */
import { type Problem, problemsOf } from "../../engine/problem.ts";
import { deadCredential } from "./client/errors.ts";
import type { OktaReader } from "./client.ts";
import { missingReadScope, missingReadScopes } from "./rights.ts";

export async function preflight(reader: OktaReader, kinds: readonly string[]): Promise<readonly Problem[]> {
  try {
    const granted = (await reader.token())?.scopes;
    const scopes = granted === undefined ? [] : missingScopes(reader, kinds, granted);
    // Without a scope nothing is shown either: the answer would only blame the roles as well.
    return scopes.length > 0 ? scopes : await blindness(reader, granted);
  } catch (error) {
    return problemsOf(error);
  }
}

function missingScopes(reader: OktaReader, kinds: readonly string[], granted: readonly string[]): readonly Problem[] {
  return missingReadScopes(kinds, granted).map((scope) => {
    const listed = reader.settings.scopes.includes(scope) ? "" : ", and list it under `scopes` in accord.yaml";
    return {
      code: "okta-scope-missing",
      message: `The scope ${scope} is not granted to the client.`,
      hint: `A super administrator grants it on the app's Okta API Scopes tab${listed}.`,
      fatal: true,
    };
  });
}

/** What no organization is without: nobody at all means that the credential sees nobody. */
const NEVER_EMPTY = [
  { what: "user", area: "users" },
  { what: "group", area: "groups" },
] as const;

/** Asked of what the token's scopes reach; a token for applications alone reaches nothing that is never empty. */
async function blindness(reader: OktaReader, granted: readonly string[] | undefined): Promise<readonly Problem[]> {
  const asked = NEVER_EMPTY.find(({ area }) => granted === undefined || missingReadScope(area, granted) === undefined);
  if (asked === undefined) return [];
  const { what, area } = asked;
  const { status, body } = await reader.probe(`/api/v1/${area}?limit=1`);
  if (status === 200 && Array.isArray(body) && body.length > 0) return [];
  if (status === 401) {
    const { host } = reader.settings.base;
    return [{ message: `${host} refuses the credential.`, ...deadCredential(host) }];
  }
  const refused = status !== 200;
  return [
    {
      code: refused ? `okta-${area}-refused` : "okta-no-role",
      message: refused
        ? `The credential may not read ${area}: its scope okta.${area}.read or its admin role is missing.`
        : `The credential sees no ${what} at all: it has scopes, but no admin role, or a custom role on an empty resource set.`,
      hint: `Give the app the roles Group, Organization and Application Administrator on its Admin Roles tab, or a custom role with okta.${area}.read.`,
      fatal: true,
    },
  ];
}
