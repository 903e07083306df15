/** Everybody has to register anew: all sign-in methods but the password go, the default one last (entra.md §15.1). */
import { type Problem, ProblemError, problemsOf } from "../../../engine/problem.ts";
import type { OneShot } from "../../../engine/provider.ts";
import { statusOf } from "../client/errors.ts";
import type { AuthenticationMethod } from "../client/methods.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { targetOf, USER } from "./target.ts";

export const revokeMfa: OneShot<EntraReader, EntraWriter> = {
  name: "revoke-mfa",
  description: "Deletes every sign-in method of somebody but the password, so that they register anew.",
  parameters: USER,
  async preview(reader, { user = "" }) {
    const { id, login } = await targetOf(reader, "revoke-mfa", user, "synced too");
    const methods = await reader.methodsOf(id);
    const [going, staying] = [
      methods.filter(({ removable }) => removable),
      methods.filter(({ removable }) => !removable),
    ];
    return [
      going.length === 0
        ? `${login} has no sign-in method to delete.`
        : `Deletes ${going.length} sign-in method${going.length === 1 ? "" : "s"} of ${login}: ${kinds(going)}. They cannot be brought back, only registered anew.`,
      ...(staying.length === 0 ? [] : [`Stays: ${kinds(staying)}.`]),
    ];
  },
  async run(writer, { user = "" }) {
    const { id, login } = await targetOf(writer, "revoke-mfa", user, "synced too");
    const methods = await writer.methodsOf(id);
    const going = methods.filter(({ removable }) => removable);
    const skipped = methods.length - going.length;
    // Which one is the default Graph does not say: it refuses it while others remain.
    const refused = await deleteAll(writer, id, going);
    const failed = await deleteAll(
      writer,
      id,
      refused.map(({ method }) => method),
    );
    const deleted = going.length - failed.length;
    if (failed.length > 0) {
      throw new ProblemError(
        failed.map(({ method, problem }) => ({
          ...problem,
          message: `${method.kind}: ${problem.message} Of ${login}'s methods ${deleted} are deleted, ${failed.length} are not.`,
        })),
      );
    }
    return {
      summary: [
        `${deleted} sign-in methods of ${login} are deleted, ${skipped} skipped${skipped === 0 ? "" : " (password, or no way to delete it)"}.`,
      ],
      facts: {
        user: id,
        success: true,
        deleted_count: deleted,
        failed_count: 0,
        skipped_count: skipped,
        results: methods.map(({ kind, removable }) => ({ kind, result: removable ? "deleted" : "skipped" })),
      },
    };
  },
};

interface Refused {
  readonly method: AuthenticationMethod;
  readonly problem: Problem;
}

async function deleteAll(
  writer: EntraWriter,
  userId: string,
  methods: readonly AuthenticationMethod[],
): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  for (const method of methods) {
    try {
      await writer.deleteMethod(userId, method);
    } catch (error) {
      if (statusOf(error) !== 400) throw error;
      refused.push(...problemsOf(error).map((problem) => ({ method, problem })));
    }
  }
  return refused;
}

function kinds(methods: readonly AuthenticationMethod[]): string {
  return methods.map(({ kind }) => kind).join(", ");
}
