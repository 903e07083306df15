/** `accord-access/patterns`. */
// biome-ignore-all lint/performance/noBarrelFile: an entry point of the package
export { Birthright, type BirthrightOptions } from "./birthright.ts";
export { OnCallAccess, type OnCallAccessOptions } from "./on-call-access.ts";
export { AccordProvider, type AccordProviderOptions } from "./provider.ts";
