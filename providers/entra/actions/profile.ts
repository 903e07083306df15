import type { Value } from "../../../engine/model.ts";
import { ProblemError } from "../../../engine/problem.ts";
import type { OneShot } from "../../../engine/provider.ts";
import { isObject } from "../../../engine/value.ts";
import { isFields, jsonValue } from "../../shared/narrow.ts";
import type { User } from "../client/users.ts";
import type { EntraReader, EntraWriter } from "../client.ts";
import { TEXTS } from "../resources/user-spec.ts";
import { done, type Parameters, targetOf, USER } from "./target.ts";

type Body = Readonly<Record<string, Value>>;

const EXTENSIONS = Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`);
const FIELDS = ["mail", "displayName", "jobTitle", "employeeId", "department", "companyName", "country"];
/** Beside texts, what update-user may write; passwords, managers and licences have ways of their own. */
const OTHERS = [
  "accountEnabled",
  "businessPhones",
  "otherMails",
  "employeeOrgData",
  "employeeHireDate",
  "onPremisesExtensionAttributes",
];
const WRITABLE: readonly string[] = [...TEXTS, ...OTHERS];

export const updateProfile: OneShot<EntraReader, EntraWriter> = {
  name: "update-profile",
  description: "Changes the profile that is given; an empty value clears.",
  parameters: {
    ...USER,
    ...Object.fromEntries(FIELDS.map((name) => [name, { description: `${name} from now on.` }])),
    ...Object.fromEntries(EXTENSIONS.map((name) => [name, { description: `${name} from now on.` }])),
  },
  preview: async (reader, parameters) => shown(reader, "update-profile", parameters, profileIn(parameters)),
  run: async (writer, parameters) => changed(writer, "update-profile", parameters, profileIn(parameters)),
};

export const updateUser: OneShot<EntraReader, EntraWriter> = {
  name: "update-user",
  description: "Changes any writable property of somebody, given as JSON; null clears.",
  parameters: {
    ...USER,
    profile: { description: 'Properties as Graph names them, such as {"city":"Oslo"}.', required: true },
  },
  preview: async (reader, parameters) => shown(reader, "update-user", parameters, userIn(parameters)),
  run: async (writer, parameters) => changed(writer, "update-user", parameters, userIn(parameters)),
};

function profileIn(parameters: Parameters): Body {
  const given = (names: readonly string[]): Body =>
    Object.fromEntries(
      names.flatMap((name) => (parameters[name] === undefined ? [] : [[name, parameters[name] || null]])),
    );
  const extensions = given(EXTENSIONS);
  return checked({
    ...given(FIELDS),
    ...(Object.keys(extensions).length === 0 ? {} : { onPremisesExtensionAttributes: extensions }),
  });
}

function userIn({ profile = "" }: Parameters): Body {
  let value: unknown;
  try {
    value = JSON.parse(profile);
  } catch {
    value = undefined;
  }
  if (!isFields(value)) {
    throw new ProblemError({
      code: "usage",
      message: "profile: it is no JSON object.",
      hint: `Write it like profile='{"city":"Oslo","state":null}'.`,
    });
  }
  return checked(
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, one === "" ? null : jsonValue(one)])),
  );
}

function checked(body: Body): Body {
  const strange = Object.keys(body).filter((name) => !WRITABLE.includes(name));
  if (strange.length > 0) {
    throw new ProblemError({
      code: "entra-not-writable",
      message: `${strange.join(", ")}: nothing that this action writes.`,
      hint: `It writes ${WRITABLE.join(", ")}. Passwords go to a sink, with a document of kind user.`,
    });
  }
  if (Object.keys(body).length === 0) {
    throw new ProblemError({
      code: "usage",
      message: "There is nothing to change.",
      hint: "Give a property, such as department=SRE.",
    });
  }
  for (const name of ["displayName", "userPrincipalName"]) {
    if (body[name] !== null) continue;
    throw new ProblemError({
      code: "entra-not-writable",
      message: `${name}: it cannot be empty.`,
      hint: "Give another value.",
    });
  }
  return body;
}

async function shown(
  reader: EntraReader,
  action: string,
  { user = "" }: Parameters,
  body: Body,
): Promise<readonly string[]> {
  const found = await targetOf(reader, action, user, "cloud only", Object.keys(body));
  const lines = linesOf(found, body);
  return lines.length === 0 ? [`${found.login} is like that already.`] : [`Changes ${found.login}:`, ...lines];
}

function linesOf({ properties }: User, body: Body): readonly string[] {
  return Object.entries(body).flatMap(([name, value]) => {
    const before = properties[name];
    if (isObject(value)) {
      const inner = isObject(before) ? before : {};
      return Object.entries(value).flatMap(([key, one]) => lineOf(`${name}.${key}`, inner[key], one));
    }
    return lineOf(name, before, value);
  });
}

function lineOf(name: string, before: Value | undefined, after: Value): readonly string[] {
  const [one, other] = [before ?? null, after].map((value) => (value === null ? "nothing" : JSON.stringify(value)));
  return one === other ? [] : [`  ${name}: ${one} → ${other}`];
}

async function changed(writer: EntraWriter, action: string, { user = "" }: Parameters, body: Body) {
  const { id, login } = await targetOf(writer, action, user, "cloud only");
  await writer.updateUser(id, body);
  if (body.accountEnabled === false) await writer.revokeSessions(id);
  return done(`${login}: ${Object.keys(body).join(", ")} changed.`, { user: id, changed: Object.keys(body).join(",") });
}
