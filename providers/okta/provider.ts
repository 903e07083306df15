import { defineProvider } from "../../engine/provider.ts";
import { oktaSettings } from "./auth/settings.ts";
import { CONCURRENCY, createTransport } from "./client/transport.ts";
import { createReader, createWriter } from "./client.ts";
import { peopleNamed } from "./people.ts";
import { group } from "./resources/group.ts";

export const okta = defineProvider({
  name: "okta",
  concurrency: CONCURRENCY,
  kinds: [group],
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
  async *doctor() {
    yield* [];
  },
  people: peopleNamed,
});
