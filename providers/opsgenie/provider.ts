/** Opsgenie: who is on call, read and never written, while its API lasts. */
import { defineProvider } from "../../engine/provider.ts";
import { CONCURRENCY } from "./client/connection.ts";
import { connectOpsgenie, fold } from "./client.ts";
import { doctor } from "./doctor.ts";
import { endOfApi } from "./end-of-api.ts";
import { schedule } from "./resources/schedule.ts";
import { team } from "./resources/team.ts";

export const opsgenie = defineProvider({
  name: "opsgenie",
  concurrency: CONCURRENCY,
  kinds: [schedule, team],
  connect: connectOpsgenie,

  /** The account has no id in the API; its name is all that tells it from another. */
  async tenant(reader) {
    return { id: (await reader.account()).name, host: reader.host };
  },

  preflight: async (reader) => [endOfApi(reader.now())],

  doctor,

  async people(reader, names) {
    const found = await reader.usersByEmail(names);
    return names.map((name) => {
      const match = found.get(fold(name));
      return { name, candidates: match === undefined ? [] : [{ id: match.id, login: fold(match.username) }] };
    });
  },
});
