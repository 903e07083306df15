/** What must be so before an answer of Okta counts as a fact: a client without a role is answered `200 []` (okta.md §0). */
import { type Problem, problemsOf } from "../../engine/problem.ts";
import { deadCredential } from "./client/errors.ts";
import type { OktaReader } from "./client.ts";
import { missingReadScopes } from "./rights.ts";

export async function preflight(reader: OktaReader, kinds: readonly string[]): Promise<readonly Problem[]> {
  try {
    const scopes = await missingScopes(reader, kinds);
    // Without a scope nothing is shown either: the answer would only blame the roles as well.
    return scopes.length > 0 ? scopes : await blindness(reader);
  } catch (error) {
    return problemsOf(error);
  }
}

async function missingScopes(reader: OktaReader, kinds: readonly string[]): Promise<readonly Problem[]> {
  const token = await reader.token();
  if (token === undefined) return [];
  return missingReadScopes(kinds, token.scopes).map((scope) => {
    const listed = reader.settings.scopes.includes(scope) ? "" : ", and list it under `scopes` in accord.yaml";
    return {
      code: "okta-scope-missing",
      message: `The scope ${scope} is not granted to the client.`,
      hint: `A super administrator grants it on the app's Okta API Scopes tab${listed}.`,
      fatal: true,
    };
  });
}

/** Every organization has somebody, so nobody at all means that the credential sees nobody. */
async function blindness(reader: OktaReader): Promise<readonly Problem[]> {
  const { status, body } = await reader.probe("/api/v1/users?limit=1");
  if (status === 200 && Array.isArray(body) && body.length > 0) return [];
  if (status === 401) {
    const { host } = reader.settings.base;
    return [{ message: `${host} refuses the credential.`, ...deadCredential(host) }];
  }
  const refused = status !== 200;
  return [
    {
      code: refused ? "okta-users-refused" : "okta-no-role",
      message: refused
        ? "The credential may not read users: its scope okta.users.read or its admin role is missing."
        : "The credential sees no user at all: it has scopes, but no admin role, or a custom role on an empty resource set.",
      hint: "Give the app the roles Group, Organization and Application Administrator on its Admin Roles tab, or a custom role with okta.users.read.",
      fatal: true,
    },
  ];
}
