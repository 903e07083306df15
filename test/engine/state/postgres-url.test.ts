import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../engine/problem.ts";
import { postgresAddress } from "../../../engine/state/postgres-url.ts";

const HOST = "postgres://db.example/accord";

describe("the URL of a database", () => {
  it("is read as libpq reads it", () => {
    expect(
      postgresAddress("postgresql://ada:p%2Fw%23@db.example:6543/acc%20ord?application_name=ci&connect_timeout=5"),
    ).toEqual({
      ...{ place: "postgres://db.example:6543/acc ord", host: "db.example", port: 6543 },
      ...{ user: "ada", password: "p/w#", database: "acc ord", applicationName: "ci", connectTimeout: 5 },
      ...{ tls: { mode: "prefer" }, channelBinding: false },
    });
    expect(postgresAddress("postgres://")).toMatchObject({ place: "postgres://localhost", port: 5432 });
    expect(postgresAddress("postgres://[::1]:1/a")).toMatchObject({ host: "::1", port: 1 });
    expect(postgresAddress("postgres://ada:a@b@db.example/accord")).toMatchObject({
      password: "a@b",
      host: "db.example",
    });
  });

  it.each([
    "postgres://ada@%2Frun%2Fpostgresql/accord",
    "postgres:///accord?host=/run/postgresql&user=ada&sslmode=verify-full",
  ])("may lead to a socket of this machine, which needs no TLS: %s", (url) => {
    expect(postgresAddress(url)).toMatchObject({ host: "/run/postgresql", user: "ada", tls: { mode: "disable" } });
  });

  it.each([
    ["sslmode=disable", { mode: "disable" }],
    ["sslmode=allow", { mode: "prefer" }],
    ["sslmode=require", { mode: "require" }],
    ["sslmode=require&sslrootcert=ca.pem", { mode: "verify-ca", rootCertificate: "ca.pem" }],
    ["sslmode=verify-ca&sslcert=c.pem&sslkey=k.pem", { mode: "verify-ca", certificate: "c.pem", key: "k.pem" }],
    ["sslmode=require&sslrootcert=system", { mode: "verify-full" }],
    ["sslmode=require&channel_binding=require", { mode: "verify-full" }],
  ])("says how far the server is trusted: %s", (query, tls) => {
    expect(postgresAddress(`${HOST}?${query}`).tls).toEqual(tls);
  });

  it.each([
    ["mysql://db.example/accord", "it has not the form of one"],
    ["db.example/accord", "it has not the form of one"],
    ["postgres://one.example,two.example/accord", "it names several hosts"],
    [`${HOST}?sslmode=verify_full`, "its parameter sslmode has a value that is not known here"],
    [`${HOST}?sslmod=require`, "its parameter sslmod is not known here"],
    [`${HOST}?connect_timeout=soon`, "a number in it is none, or too large"],
    ["postgres://ada:100%@db.example/accord", "a % in it begins no escape"],
  ])("that cannot be used is refused: %s", (url, why) => {
    expect(() => postgresAddress(url)).toThrowError(`The URL of the database cannot be used: ${why}.`);
  });

  it.each(["/", "#", "?", "?a=", "%", "/@", ":"])("never shows a password that holds an unescaped %s", (character) => {
    for (const before of ["", "12", "word"]) {
      const url = `postgres://ada:${before}${character}s3cret@db.example/accord`;
      let text = "";
      try {
        text = postgresAddress(url).place;
      } catch (error) {
        text = JSON.stringify(problemsOf(error));
      }
      expect(text).not.toContain("s3cret");
    }
  });
});
