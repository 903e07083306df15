import type { Finding } from "../../../engine/kind.ts";
import type { Organization } from "../client/organizations.ts";

/** External ids are unique whatever their case: who holds it already is said before anything is sent. */
export function takenExternalId(
  all: readonly Organization[],
  externalId: string | undefined,
  ownId: string | undefined,
): readonly Finding[] {
  const holder = all.find(
    (one) =>
      one.id !== ownId && one.externalId?.toLowerCase() === externalId?.toLowerCase() && externalId !== undefined,
  );
  if (holder === undefined) return [];
  return [
    {
      code: "zendesk-external-id-taken",
      message: `externalId: the organization "${holder.name}" (${holder.id}) has it already.`,
      hint: `Is it the same one under another name? Then bind it with \`accord import ADDRESS ${holder.id}\`.`,
      path: ["externalId"],
    },
  ];
}
