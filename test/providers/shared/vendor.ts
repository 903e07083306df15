/** A vendor on loopback that answers as a test says, in order, and remembers what it was asked. */
import { createServer } from "node:http";
import { addressOf, answer, requestOf } from "../../../engine/sandbox/node-request.ts";

/** `drop` ends the connection without an answer, `silence` never answers. */
export type Said = Response | "drop" | "silence";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface Vendor {
  readonly base: URL;
  readonly asked: readonly Asked[];
  /** The answers to come; after them everything is `200 {}`. */
  will(...answers: readonly Said[]): void;
  close(): Promise<void>;
}

export async function vendor(): Promise<Vendor> {
  const asked: Asked[] = [];
  let coming: Said[] = [];
  const server = createServer((incoming, outgoing) => {
    const handle = async (): Promise<void> => {
      const url = addressOf(incoming);
      if (url === undefined) throw new Error("asked under a name that is not its own");
      const request = await requestOf(incoming, url);
      const { method, headers } = request;
      asked.push({ method, headers, path: url.pathname + url.search, body: await request.text() });
      const said = coming.shift() ?? Response.json({});
      if (said === "drop") outgoing.destroy();
      else if (said !== "silence") await answer(outgoing, said);
    };
    handle().catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens nowhere");
  return {
    base: new URL(`http://127.0.0.1:${address.port}`),
    asked,
    will(...answers) {
      coming = [...answers];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
