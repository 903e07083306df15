import type { OneShot } from "../../../engine/provider.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { done, targetOf, USER } from "./target.ts";

export const enableUser: OneShot<EntraReader, EntraWriter> = {
  name: "enable-user",
  description: "Lets somebody sign in again.",
  parameters: USER,
  async preview(reader, { user = "" }) {
    const { login, enabled } = await targetOf(reader, "enable-user", user, "cloud only");
    return [enabled === true ? `${login} is enabled already.` : `Enables ${login}: they can sign in again.`];
  },
  async run(writer, { user = "" }) {
    const { id, login } = await targetOf(writer, "enable-user", user, "cloud only");
    await writer.updateUser(id, { accountEnabled: true });
    return done(`${login} is enabled.`, { user: id });
  },
};

export const disableUser: OneShot<EntraReader, EntraWriter> = {
  name: "disable-user",
  description: "Shuts somebody out: no new sign-in, and no old session.",
  parameters: USER,
  async preview(reader, { user = "" }) {
    const { login, enabled } = await targetOf(reader, "disable-user", user, "cloud only");
    return [
      enabled === false ? `${login} is disabled already.` : `Disables ${login}: they cannot sign in.`,
      "Ends their sessions; access tokens that are out live for up to an hour. Groups, roles and licences stay.",
    ];
  },
  async run(writer, { user = "" }) {
    const { id, login } = await targetOf(writer, "disable-user", user, "cloud only");
    await writer.updateUser(id, { accountEnabled: false });
    await writer.revokeSessions(id);
    return done(`${login} is disabled, and their sessions end.`, { user: id });
  },
};

export const revokeSessions: OneShot<EntraReader, EntraWriter> = {
  name: "revoke-sessions",
  description: "Signs somebody out everywhere.",
  parameters: USER,
  async preview(reader, { user = "" }) {
    const { login } = await targetOf(reader, "revoke-sessions", user, "synced too");
    return [
      `Ends every session of ${login}; access tokens that are out live for up to an hour. They can sign in again.`,
    ];
  },
  async run(writer, { user = "" }) {
    const { id, login } = await targetOf(writer, "revoke-sessions", user, "synced too");
    await writer.revokeSessions(id);
    return done(`The sessions of ${login} end.`, { user: id });
  },
};
