/** Identities: they come from directories and cannot be created (c1.md §11). */
import { answered, anything, choice, id, list, message, text, time, type Value } from "../message.ts";
import { expanded, ObjectPermissions } from "./reference.ts";

const sources = list(answered);
const status = choice("UNKNOWN", "ENABLED", "DISABLED", "DELETED");

export const User = message({
  createdAt: time,
  delegatedUserId: id,
  deletedAt: time,
  department: text,
  departmentSources: sources,
  directoryIds: list(id),
  directoryStatus: status,
  directoryStatusSources: sources,
  displayName: text,
  email: text,
  emailSources: sources,
  emails: list(text),
  employeeIdSources: sources,
  employeeIds: list(text),
  employmentStatus: text,
  employmentStatusSources: sources,
  employmentType: text,
  employmentTypeSources: sources,
  id,
  jobTitle: text,
  jobTitleSources: sources,
  managerIds: list(id),
  managerSources: sources,
  origin: choice("USER_ORIGIN_UNSPECIFIED", "USER_ORIGIN_DIRECTORY", "USER_ORIGIN_LOCAL", "USER_ORIGIN_SYSTEM"),
  profile: anything,
  roleIds: list(id),
  status,
  type: choice("USER_TYPE_UNSPECIFIED", "USER_TYPE_SYSTEM", "USER_TYPE_HUMAN", "USER_TYPE_SERVICE", "USER_TYPE_AGENT"),
  updatedAt: time,
  username: text,
  usernameSources: sources,
  usernames: list(text),
});
export type User = Value<typeof User>;

export const UserView = message({
  delegatedUserPath: text,
  directoriesPath: text,
  managersPath: text,
  objectPermissions: ObjectPermissions,
  rolesPath: text,
  user: User,
  userId: id,
});

export const UserAnswer = message({ expanded, userView: UserView });
