import type { Recorder } from "../../../engine/kind.ts";
import { path } from "../../shared/http.ts";
import { fieldsOf, listOf, textOf, typeOf } from "./narrow.ts";
import { isMethodCollection, methodRemoval } from "./removals.ts";
import type { Transport } from "./transport.ts";

/** One way in which somebody proves who they are. */
export interface AuthenticationMethod {
  readonly id: string;
  /** `phone`, `fido2`, `password`, … */
  readonly kind: string;
  /** A password cannot be deleted, and for some kinds Graph v1.0 has no call (entra.md §15.1). */
  readonly removable: boolean;
}

export interface MethodReads {
  /** Read now. */
  methodsOf(userId: string): Promise<readonly AuthenticationMethod[]>;
}

export interface MethodWrites {
  /** Refused with 400 for the default one while others remain. */
  deleteMethod(userId: string, method: AuthenticationMethod): Promise<void>;
}

export function methodReads(transport: Transport): MethodReads {
  return {
    async methodsOf(userId) {
      const rows: AuthenticationMethod[] = [];
      for await (const page of transport.pages(path`/users/${userId}/authentication/methods`))
        rows.push(...listOf(page.rows, "the sign-in methods", methodOf));
      return rows;
    },
  };
}

export function methodWrites(transport: Transport, recorder: Recorder): MethodWrites {
  return {
    async deleteMethod(userId, { id, kind }) {
      const at = methodRemoval(userId, kind, id);
      await transport.send({ method: "DELETE", path: at, accept: [404], key: `${userId} - ${kind} ${id}` }, recorder);
    },
  };
}

function methodOf(body: unknown): AuthenticationMethod {
  const row = fieldsOf(body, "a sign-in method");
  const kind = (typeOf(row) ?? "unknown").replace(/AuthenticationMethod$/, "");
  return { id: textOf(row, "id", "a sign-in method"), kind, removable: isMethodCollection(kind) };
}
