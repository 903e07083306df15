import { defineProvider } from "../../engine/provider.ts";
import { audit } from "./audit.ts";
import { oktaSettings } from "./auth/settings.ts";
import { CONCURRENCY, createTransport } from "./client/transport.ts";
import { createReader, createWriter } from "./client.ts";
import { doctor } from "./doctor.ts";
import { peopleNamed } from "./people.ts";
import { preflight } from "./preflight.ts";
import { adminRole } from "./resources/admin-role.ts";
import { app } from "./resources/app.ts";
import { appAssignment } from "./resources/app-assignment.ts";
import { customRole } from "./resources/custom-role.ts";
import { group } from "./resources/group.ts";
import { groupRule } from "./resources/group-rule.ts";
import { user } from "./resources/user.ts";
import { standing } from "./standing.ts";

export const okta = defineProvider({
  name: "okta",
  concurrency: CONCURRENCY,
  kinds: [group, groupRule, app, appAssignment, user, adminRole, customRole],
  connect(settings, outside) {
    const transport = createTransport(oktaSettings(settings), outside);
    return {
      reader: () => createReader(transport),
      writer: (recorder) => createWriter(transport, recorder),
      calls: () => transport.calls(),
    };
  },
  async tenant(reader) {
    const { id } = await reader.organization();
    return { id, host: reader.settings.base.host };
  },
  people: peopleNamed,
  leaver: ({ seen }, login) => (seen.userByLogin(login)?.status === "SUSPENDED" ? "suspended" : undefined),
  preflight,
  doctor,
  standing,
  audit,
});
