/** ⇄ A loopback port for something that answers requests. */
import { createServer } from "node:http";
import { addressOf, answer, requestOf } from "../engine/sandbox/node-request.ts";

type Handler = (request: Request) => Promise<Response>;

export interface Door {
  readonly port: number;
  /** Until then it answers 503. */
  handle(handler: Handler): void;
  close(): Promise<void>;
}

export async function serveRequests(): Promise<Door> {
  let handler: Handler = async () => new Response(null, { status: 503 });
  const server = createServer((incoming, outgoing) => {
    const url = addressOf(incoming);
    const answered = url === undefined ? undefined : requestOf(incoming, url).then(handler);
    void (answered ?? Promise.resolve(new Response(null, { status: 421 })))
      .catch((error: unknown) => new Response(String(error), { status: 500 }))
      .then((response) => answer(outgoing, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    handle(next) {
      handler = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
