/** Where an organization lives: what people type as its domain, made one URL for `aud`, `htu` and every call. */
import { ProblemError } from "../../../engine/problem.ts";
import { parseBaseUrl } from "../../shared/base-url.ts";

export interface OrgHost {
  /** Origin of every call. */
  readonly base: URL;
  /** A sentence for `doctor` where the setting had to be corrected. */
  readonly warning?: string;
}

/** Accepts `acme`, `acme.okta.com`, `https://acme.okta.com/` and custom domains (okta.md §1.5). */
export function orgHost(domain: string, baseUrl: string | undefined): OrgHost {
  const named = domainOf(domain);
  if (baseUrl === undefined) return { ...named, base: new URL(`https://${named.host}`) };
  return { ...named, base: baseOf(baseUrl) };
}

function domainOf(domain: string): { readonly host: string; readonly warning?: string } {
  const bare = domain
    .trim()
    .replace(/^https?:\/\//i, "")
    .replace(/\/$/, "")
    .toLowerCase();
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?$/.test(bare)) {
    throw new ProblemError({
      code: "okta-domain",
      message: `"${domain}" is not an Okta domain.`,
      hint: "Write the organization's host name without a path, such as acme.okta.com.",
    });
  }
  const full = bare.includes(".") || bare.startsWith("localhost") ? bare : `${bare}.okta.com`;
  const [label = "", ...rest] = full.split(".");
  if (!label.endsWith("-admin")) return { host: full };
  const host = [label.slice(0, -"-admin".length), ...rest].join(".");
  return { host, warning: `${full} is the address of the admin console; the organization's is ${host}.` };
}

/** Links and proofs are made of the origin, so nothing may follow it. */
function baseOf(baseUrl: string): URL {
  const url = parseBaseUrl(baseUrl);
  if (url.pathname === "/") return url;
  throw new ProblemError({
    code: "bad-base-url",
    message: "baseUrl must be an origin, without a path.",
    hint: `Write ${url.origin}.`,
  });
}
