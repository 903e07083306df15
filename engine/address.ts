import type { Address } from "./model.ts";

export interface AddressParts {
  readonly instance: string;
  readonly kind: string;
  readonly name: string;
}

const PART = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/;
const INSTANCE = /^[a-z][a-z0-9-]*$/;

/** A name that may stand in an address: letters, digits and `. _ @ + -`, starting with a letter or digit. */
export function isName(text: string): boolean {
  return PART.test(text) && text.length <= 200;
}

export function isInstanceName(text: string): boolean {
  return INSTANCE.test(text) && text.length <= 60;
}

export function formatAddress(parts: AddressParts): Address {
  return `${parts.instance}/${parts.kind}/${parts.name}`;
}

/** The parts of an address, or undefined where the text is none. */
export function parseAddress(text: string): (AddressParts & { readonly address: Address }) | undefined {
  const [instance, kind, name, more] = text.split("/");
  if (instance === undefined || kind === undefined || name === undefined || more !== undefined) return undefined;
  if (!isInstanceName(instance) || !isInstanceName(kind) || !isName(name)) return undefined;
  return { instance, kind, name, address: formatAddress({ instance, kind, name }) };
}

/** Code-unit order: the same on every machine and locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
