/**
 * ⇄ The second fence around a program, for where the operating system gives no network namespace: Node's own ways to a
 * socket are closed. A program that goes around them by Node's internals is not held by it.
 */
import dgram from "node:dgram";
import dns from "node:dns";
import net from "node:net";

export function closeNetwork(): void {
  close(net.Socket.prototype, ["connect"]);
  close(net.Server.prototype, ["listen"]);
  close(dgram.Socket.prototype, ["bind", "connect", "send"]);
  for (const resolver of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    close(
      resolver,
      Object.getOwnPropertyNames(resolver).filter((name) => /^(?:lookup|resolve|reverse)/.test(name)),
    );
  }
}

function close(of: object, names: readonly string[]): void {
  for (const name of names) Object.defineProperty(of, name, { value: refuse, writable: false, configurable: false });
}

function refuse(): never {
  throw new Error("A stack's program has no network. What it needs belongs into the stack.");
}
