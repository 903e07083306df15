/** Which licence a feature needs, by the service plans that a directory's licences contain (`assignedPlans`). */

export type Licence = "P1" | "P2" | "Governance";

/** Service plan ids; each includes what stands before it. */
const PLANS: Readonly<Record<Licence, readonly string[]>> = {
  P1: ["41781fb2-bc0d-497c-bd55-b455cfd4d9a5"],
  P2: ["eec0eb4f-6444-4f95-aba0-50c24d67f998"],
  Governance: ["e866a266-3cff-43a3-acca-0c90a7e00c8b"],
};

const INCLUDED_IN: Readonly<Record<Licence, readonly Licence[]>> = {
  P1: ["P1", "P2"],
  P2: ["P2"],
  Governance: ["Governance"],
};

export function hasLicence(plans: ReadonlySet<string>, licence: Licence): boolean {
  return INCLUDED_IN[licence].some((one) => PLANS[one].some((plan) => plans.has(plan)));
}

export function licenceName(licence: Licence): string {
  return licence === "Governance" ? "Microsoft Entra ID Governance" : `Microsoft Entra ID ${licence}`;
}
