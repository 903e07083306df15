import { ProblemError } from "../../engine/problem.ts";
import { defineProvider } from "../../engine/provider.ts";
import { audit } from "./audit.ts";
import { zendeskSettings } from "./auth/settings.ts";
import { CONCURRENCY } from "./client/limits.ts";
import { createTransport } from "./client/transport.ts";
import { connectedTo, createReader, createWriter } from "./client.ts";
import { doctor } from "./doctor.ts";
import { peopleNamed } from "./people.ts";
import { anonymous, preflight } from "./preflight.ts";
import { agent } from "./resources/agent.ts";
import { customRole } from "./resources/custom-role.ts";
import { group } from "./resources/group.ts";
import { organization } from "./resources/organization.ts";
import { standing } from "./standing.ts";

export const zendesk = defineProvider({
  name: "zendesk",
  concurrency: CONCURRENCY,
  kinds: [group, organization, agent, customRole],
  connect(settings, outside) {
    const connected = connectedTo(createTransport(zendeskSettings(settings), outside));
    return {
      reader: () => createReader(connected),
      writer: (recorder) => createWriter(connected, recorder),
      calls: () => connected.transport.calls(),
    };
  },

  /** No endpoint names the account; the address of any user carries its own subdomain, wherever the call was sent. */
  async tenant(reader) {
    const me = await reader.me();
    if (me === undefined) throw new ProblemError(anonymous(reader));
    const { host } = reader.settings.base;
    return { id: me.url === undefined ? host : new URL(me.url).hostname, host };
  },
  people: peopleNamed,
  leaver: ({ seen }, login) => (seen.byEmail(login)?.suspended === true ? "suspended" : undefined),
  preflight,
  doctor,
  standing,
  audit,
});
