/** The smallest provider: one kind that has no remote. Its live value is what state holds, so it cannot list or get. */
import { randomUUID } from "node:crypto";
import type { Kind } from "../../engine/kind.ts";
import type { Spec } from "../../engine/model.ts";
import { defineProvider } from "../../engine/provider.ts";

/** There is no client: nothing is reached. */
type Nothing = Readonly<Record<string, never>>;

type NullSpec = Spec & { readonly triggers?: Readonly<Record<string, string>> };

const NOTHING: Nothing = {};

const resource: Kind<Nothing, Nothing, NullSpec> = {
  name: "resource",
  proof: { by: "response" },
  // Nothing out there could be recognised by one.
  key: () => undefined,
  create: async (_writer, spec) => ({ id: randomUUID(), spec }),
  // Forgetting it in state is all there is to deleting it.
  delete: async () => {},
};

// Named after what it is: `null` is a word of the language.
export const nullProvider = defineProvider<Nothing, Nothing>({
  name: "null",
  concurrency: 64,
  kinds: [resource],
  connect: () => ({ reader: () => NOTHING, writer: () => NOTHING, calls: () => ({}) }),
  tenant: async () => ({ id: "null", host: "null" }),
  async *doctor() {
    yield { name: "host", status: "ok", detail: "none: the null provider reaches no system" };
  },
});
