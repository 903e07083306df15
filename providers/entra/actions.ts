/** What makes no sense to declare: `accord run entra set-manager user=ada@acme.example manager=grace@acme.example`. */
import { disableUser, enableUser, revokeSessions } from "./actions/account.ts";
import { checkUpn } from "./actions/check-upn.ts";
import { createGroup } from "./actions/create-group.ts";
import { setManager } from "./actions/manager.ts";
import { updateProfile, updateUser } from "./actions/profile.ts";
import { revokeMfa } from "./actions/revoke-mfa.ts";

export const actions = [
  setManager,
  checkUpn,
  updateProfile,
  updateUser,
  enableUser,
  disableUser,
  createGroup,
  revokeSessions,
  revokeMfa,
];
