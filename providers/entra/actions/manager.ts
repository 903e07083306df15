import { ProblemError } from "../../../engine/problem.ts";
import type { OneShot } from "../../../engine/provider.ts";
import { type User, WHO } from "../client/users.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { done, type Parameters, targetOf, USER, userNamed } from "./target.ts";

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const setManager: OneShot<EntraReader, EntraWriter> = {
  name: "set-manager",
  description: "Sets or takes away somebody's manager.",
  parameters: {
    ...USER,
    manager: { description: "Login, object id or employee id of the manager; empty for none.", required: true },
  },
  async preview(reader, parameters) {
    const { user, manager } = await asked(reader, parameters);
    const before = user.manager?.login ?? (user.manager ? user.manager.id : undefined);
    if (manager === undefined) {
      return [
        before === undefined
          ? `${user.login} has no manager.`
          : `${user.login} has no manager any more; it was ${before}.`,
      ];
    }
    return [
      `${manager.login} becomes the manager of ${user.login}${before === undefined ? "" : ` instead of ${before}`}.`,
    ];
  },
  async run(writer, parameters) {
    const { user, manager } = await asked(writer, parameters);
    if (manager === undefined) {
      await writer.removeManager(user.id);
      return done(`${user.login} has no manager.`, { user: user.id });
    }
    await writer.setManager(user.id, manager.id);
    return done(`${manager.login} is the manager of ${user.login}.`, { user: user.id, manager: manager.id });
  },
};

async function asked(
  reader: EntraReader,
  { user: name = "", manager: identifier = "" }: Parameters,
): Promise<{ readonly user: User; readonly manager: User | undefined }> {
  const user = await targetOf(reader, "set-manager", name, "cloud only", ["manager"]);
  const manager = identifier === "" ? undefined : await managerNamed(reader, identifier);
  if (manager?.id !== user.id) return { user, manager };
  throw new ProblemError({
    code: "entra-own-manager",
    message: "manager: nobody is their own manager.",
    hint: "Name somebody else.",
  });
}

/** An id, a login, else an employee id, which is not unique by itself (entra.md §15.1). */
async function managerNamed(reader: EntraReader, identifier: string): Promise<User> {
  if (GUID.test(identifier) || identifier.includes("@")) return userNamed(reader, identifier);
  const found = await reader.usersWith("employeeId", [identifier], [...WHO, "employeeId"]);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new ProblemError({
    code: found.length === 0 ? "lookup-nothing" : "lookup-ambiguous",
    message: `${found.length === 0 ? "Nobody has" : `${found.length} people have`} the employee id "${identifier}"${found.length === 0 ? "" : `: ${found.map(({ login }) => login).join(", ")}`}.`,
    hint: "Give the manager's login.",
  });
}
