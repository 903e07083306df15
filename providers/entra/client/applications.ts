import { once } from "../../shared/memo.ts";
import { isFields, optionalText } from "../../shared/narrow.ts";
import { fieldsOf } from "./narrow.ts";
import type { Transport } from "./transport.ts";
import { quoted } from "./users.ts";

/** A secret or certificate of an application, by its dates. */
export interface Expiring {
  readonly kind: "secret" | "certificate";
  readonly name: string;
  /** ISO time. */
  readonly endsAt: string | undefined;
}

export interface ApplicationReads {
  /** Credentials of our own application; undefined where it may not be read, or lives in another tenant. */
  ownCredentials(): Promise<readonly Expiring[] | undefined>;
}

export function applicationReads(transport: Transport): ApplicationReads {
  return {
    ownCredentials: once(async () => {
      const appId = encodeURIComponent(quoted(transport.settings.clientId));
      const path = `/applications(appId=${appId})?$select=id,appId,passwordCredentials,keyCredentials`;
      const answer = await transport.send({ method: "GET", path, accept: [403, 404] });
      if (answer.status !== 200) return undefined;
      const app = fieldsOf(answer.body, "our application");
      return [
        ...rowsOf(app.passwordCredentials).map((row) => expiring("secret", row)),
        ...rowsOf(app.keyCredentials).map((row) => expiring("certificate", row)),
      ];
    }),
  };
}

function rowsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function expiring(kind: Expiring["kind"], row: Readonly<Record<string, unknown>>): Expiring {
  const name = optionalText(row, "displayName") ?? optionalText(row, "keyId") ?? kind;
  return { kind, name, endsAt: optionalText(row, "endDateTime") };
}
