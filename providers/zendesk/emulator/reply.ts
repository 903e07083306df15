import { writeExact } from "../../shared/exact-json.ts";
import { TextResponse } from "../../shared/text-response.ts";

/** JSON in which ids of any size are numbers. */
export function reply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new TextResponse(writeExact(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });
}

export function nothing(): Response {
  return new Response(null, { status: 204 });
}
