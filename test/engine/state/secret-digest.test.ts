import { describe, expect, it } from "vitest";
import { secretDigester } from "../../../engine/state/secret-digest.ts";

const key = "a key from the environment";
const place = { address: "c1/connector/okta", pointer: "/config/apiToken" } as const;

describe("the digest of a secret", () => {
  it("is the same for the same secret in the same place", () => {
    const digest = secretDigester(key, "lineage-1")(place, "s3cret");
    expect(secretDigester(key, "lineage-1")(place, "s3cret")).toBe(digest);
    expect(digest).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
  });

  it("differs with the secret, the key, the lineage, the address and the field", () => {
    const digests = [
      secretDigester(key, "lineage-1")(place, "s3cret"),
      secretDigester(key, "lineage-1")(place, "s3cret2"),
      secretDigester(`${key}!`, "lineage-1")(place, "s3cret"),
      secretDigester(key, "lineage-2")(place, "s3cret"),
      secretDigester(key, "lineage-1")({ ...place, address: "c1/connector/other" }, "s3cret"),
      secretDigester(key, "lineage-1")({ ...place, pointer: "/config/other" }, "s3cret"),
      secretDigester(key, "lineage-1")({ address: place.address, pointer: "/config" }, "/apiTokens3cret"),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it("is not made with a key that could be guessed", () => {
    expect(() => secretDigester("short", "lineage-1")).toThrowError("ACCORD_STATE_KEY has fewer than 16 characters.");
  });
});
