import { defineProvider } from "../../engine/provider.ts";
import { actions } from "./actions.ts";
import { audit } from "./audit.ts";
import { entraSettings } from "./auth/settings.ts";
import { CONCURRENCY } from "./client/limits.ts";
import { createTransport } from "./client/transport.ts";
import { createReader, createWriter } from "./client.ts";
import { doctor } from "./doctor.ts";
import { peopleNamed } from "./people.ts";
import { preflight } from "./preflight.ts";
import { accessPackage } from "./resources/access-package.ts";
import { appRoleAssignment } from "./resources/app-role-assignment.ts";
import { directoryRole } from "./resources/directory-role.ts";
import { distributionList } from "./resources/distribution-list.ts";
import { enterpriseApp } from "./resources/enterprise-app.ts";
import { group } from "./resources/group.ts";
import { user } from "./resources/user.ts";
import { standing } from "./standing.ts";

export const entra = defineProvider({
  name: "entra",
  concurrency: CONCURRENCY,
  kinds: [group, user, enterpriseApp, appRoleAssignment, directoryRole, accessPackage, distributionList],
  actions,
  connect(settings, outside) {
    const transport = createTransport(entraSettings(settings), outside);
    return {
      reader: () => createReader(transport),
      writer: (recorder) => createWriter(transport, recorder),
      born(ids) {
        for (const id of ids) transport.recent.made(id);
      },
      calls: () => transport.calls(),
    };
  },
  /** The token's own word: a credential that may not read the organization is told what it lacks by the preflight. */
  async tenant(reader) {
    const { tenantId } = await reader.token();
    return { id: tenantId ?? (await reader.organization()).id, host: reader.settings.base.host };
  },
  people: peopleNamed,
  leaver: ({ seen }, login) => (seen.userByLogin(login)?.enabled === false ? "disabled" : undefined),
  preflight,
  doctor,
  standing,
  audit,
});
