/** What a provider brings to its conformance run: a tenant, and for each kind how valid specs look. */
import type { Spec, Value } from "../../engine/model.ts";
import type { Provider } from "../../engine/provider.ts";
import type { CreateEmulator, Emulator } from "../../providers/shared/emulator.ts";
import type { Tolerance } from "../contract/openapi.ts";

export interface Subject {
  readonly provider: Provider;
  /** Absent for a provider that reaches no system. */
  readonly system?: System;
  /** At least one for every kind of the provider; what stands behind a space tells several apart. */
  readonly kinds: Readonly<Record<string, Sample>>;
  readonly skips?: Skips;
}

/** Exact name of a test → why it does not hold. A name that no test has is an error. */
export type Skips = Readonly<Record<string, string>>;

/** The emulated tenant, and the vendor's manners. */
export interface System {
  readonly create: CreateEmulator;
  /** Systems that the tenant itself reaches, by their public host names. */
  readonly neighbours?: readonly CreateEmulator[];
  settings(emulator: Emulator): Spec;
  /** What somebody sends who makes things by hand. */
  administrator(emulator: Emulator): Promise<Readonly<Record<string, string>>>;
  /** `METHOD /path` of what reads although its method is not GET. */
  readonly reads: readonly RegExp[];
  /** The same where only the request itself tells (a batch of reads). */
  isRead?(request: Request): boolean;
  /** The vendor's refusal of a call too many, asking for `wait` milliseconds. */
  tooMany(now: number, wait: number): Response;
  /** Settings of a credential that is accepted and sees nothing. */
  blind?(emulator: Emulator): Spec;
  /** The official description, in the folder that ACCORD_SPECS names. */
  readonly description?: { readonly file: string; readonly tolerances: readonly Tolerance[] };
}

/** A tenant, as the samples use it. */
export interface Tenant {
  readonly emulator: Emulator;
  /** Calls the API as an administrator; throws for everything but 2xx. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** The same answer every time: for what several specs refer to. */
  once<T>(key: string, make: () => Promise<T>): Promise<T>;
}

export interface Sample {
  /** The n-th distinct spec, with every field that goes together, references resolved; makes what they refer to. */
  spec(n: number, tenant: Tenant): Spec | Promise<Spec>;
  /** For a kind that is only bound: makes the object by hand. */
  make?(spec: Spec, tenant: Tenant): Promise<void>;
  /** For a kind that can be disabled only after something happened (its owner signed in). */
  beforeDisable?(id: string, tenant: Tenant): Promise<void>;
  /** Field → another valid value. What stands behind a space tells two edits of a field apart. */
  readonly edits: Readonly<Record<string, Edit>>;
  /** The vendor has a place for our mark on it, so it carries one. */
  readonly marked?: boolean;
  /** A lookup that finds exactly the object of the spec; for a kind that can be looked up. */
  lookup?(spec: Spec, tenant: Tenant): Spec | Promise<Spec>;
  /** Free text that must be part of something valid: a text → the field's value with that text in it. */
  readonly texts?: Readonly<Record<string, (text: string) => string>>;
  /** Beside the required fields, named in every document (one of several alternatives). */
  readonly always?: readonly string[];
  readonly bulk?: {
    /** Most calls that a list of 250 may take, tokens aside; default 6. */
    readonly calls?: number;
    /** Fields that are asked for; default what is required. */
    readonly fields?: readonly string[];
    readonly spec?: (n: number, tenant: Tenant) => Spec | Promise<Spec>;
  };
  readonly skips?: Skips;
}

/** `admin-role (of a user)` is a sample of `admin-role`, `members (emptied)` an edit of `members`. */
export function kindOf(name: string): string {
  return name.split(" ")[0] ?? name;
}

export interface Edit {
  /** Laid over the sample's spec before. */
  readonly from?: Spec | ((spec: Spec, tenant: Tenant) => Promise<Spec>);
  readonly to: Value | ((spec: Spec, tenant: Tenant) => Promise<Value>);
  /** Fields that move with it by nature: what belongs to one of several forms only. */
  readonly moves?: readonly string[];
}
