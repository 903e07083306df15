/** A first password: all four classes, nothing of the name (entra.md §4.3). */
import { randomInt } from "node:crypto";

const CLASSES = ["abcdefghijkmnopqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!#%*+-=?@_"];
const LENGTH = 24;

/** `names`: login and display name; no piece of them of three letters or more is in the password. */
export function generatePassword(names: readonly string[]): string {
  const pieces = names
    .flatMap((name) => name.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter((piece) => piece.length >= 3);
  for (;;) {
    const all = CLASSES.join("");
    const letters = [...CLASSES.map(pick), ...Array.from({ length: LENGTH - CLASSES.length }, () => pick(all))];
    const password = shuffled(letters).join("");
    if (!pieces.some((piece) => password.toLowerCase().includes(piece))) return password;
  }
}

function pick(letters: string): string {
  return letters.charAt(randomInt(letters.length));
}

function shuffled(letters: readonly string[]): readonly string[] {
  const mixed = [...letters];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    const [one = "", two = ""] = [mixed[last], mixed[other]];
    mixed[last] = two;
    mixed[other] = one;
  }
  return mixed;
}
