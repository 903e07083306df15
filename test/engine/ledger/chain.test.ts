import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { append, START, verify, verifyFrom } from "../../../engine/ledger/chain.ts";
import type { EventBody, LedgerEvent } from "../../../engine/ledger/event.ts";
import type { LedgerPosition } from "../../../engine/state/state.ts";
import { samples } from "./samples.ts";

/** A ledger of these events, and the position that state keeps. */
function ledgerOf(bodies: readonly EventBody[]): { readonly lines: readonly string[]; readonly end: LedgerPosition } {
  const lines: string[] = [];
  let end = START;
  for (const body of bodies) {
    const link = append(end, body, "2026-03-03T12:00:00.000Z");
    lines.push(link.line);
    end = link.position;
  }
  return { lines, end };
}

/** What a reader gets of them: the events that were found sound. */
function eventsOf(lines: readonly string[]): readonly LedgerEvent[] {
  const events: LedgerEvent[] = [];
  verifyFrom(START, lines, START, (event) => events.push(event));
  return events;
}

const { lines, end } = ledgerOf(samples);

describe("a chain", () => {
  it("is one canonical line an event, each sealed with the hash of the one before", () => {
    expect(lines[0]).toMatchInlineSnapshot(
      `"{"actor":"ada@acme.example","approvals":["bob@acme.example"],"at":"2026-03-03T12:00:00.000Z","command":"accord apply","hash":"ddce7123c0f95c58639fa384c43b7b9d518d52c9c3ac3c80b4b2691744c802bb","plan":"9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f","prev":"0000000000000000000000000000000000000000000000000000000000000000","run":"r-1","seq":1,"tool":"0.1.0","type":"run-started","verdicts":[{"address":"okta/group/ops","message":"One owner only.","name":"two-owners","outcome":"warn"}]}"`,
    );
    const [first, second] = eventsOf(lines);
    expect(second?.prev).toBe(first?.hash);
  });

  it("is intact as written", () => {
    expect(verify(lines, end)).toEqual({ intact: true, position: end, beyond: 0 });
    expect(verify([], START)).toEqual({ intact: true, position: START, beyond: 0 });
  });

  it("may go on after what state remembers", () => {
    const earlier = ledgerOf(samples.slice(0, 4));
    expect(verify(lines, earlier.end)).toMatchObject({ intact: true, beyond: samples.length - 4 });
  });
});

describe("tampering", () => {
  const without = (index: number) => lines.filter((_, at) => at !== index);

  it("shows where only the order of the members changed, the hash's own place included", () => {
    const moved = lines.map((line) => line.replace(/^\{(.*)("hash":"[0-9a-f]{64}",)/, "{$2$1"));
    expect(moved[0]).toMatch(/^\{"hash"/);
    expect(verify(moved, end)).toMatchObject({ intact: false, line: 1, why: "edited" });
  });

  it("is named for what it is", () => {
    const [a = "", b = "", c = "", ...rest] = lines;
    const why = (tampered: readonly string[]) => {
      const verdict = verify(tampered, end);
      return verdict.intact ? "intact" : `${verdict.why}: ${verdict.message}`;
    };
    expect({
      edited: why([a, b.replace("okta/group/ops", "okta/group/dev"), c, ...rest]),
      reordered: why([a, c, b, ...rest]),
      cutAtTheEnd: why(lines.slice(0, -1)),
      cutAtTheFront: why(lines.slice(1)),
      takenOut: why(without(2)),
      duplicate: why([a, b, b, c, ...rest]),
      inserted: why([a, ledgerOf([...samples].reverse()).lines[1] ?? "", b, c, ...rest]),
      garbage: why([a, "{", b, c, ...rest]),
      replaced: why(ledgerOf([...samples].reverse()).lines),
      emptied: why([]),
    }).toMatchInlineSnapshot(`
      {
        "cutAtTheEnd": "cut-end: Line 10 is missing: state remembers more events than there are.",
        "cutAtTheFront": "cut-front: Line 1 should be the first event, but those before it were cut off.",
        "duplicate": "duplicate: Line 3 is there a second time.",
        "edited": "edited: Line 2 was edited: its hash does not fit its content.",
        "emptied": "cut-end: Line 1 is missing: state remembers more events than there are.",
        "garbage": "unreadable: Line 2 is no event.",
        "inserted": "inserted: Line 2 does not belong there: it was sealed behind another line than the one above it.",
        "reordered": "reordered: Line 2 stands in the wrong order.",
        "replaced": "rewritten: Line 10 is not the event that state remembers: the ledger was rewritten up to there.",
        "takenOut": "missing: Line 3 does not follow the line above: events between them were taken out.",
      }
    `);
  });

  const index = fc.nat({ max: lines.length - 1 });

  it("by any edit of any line is found at that line", () => {
    fc.assert(
      fc.property(
        index,
        fc.nat(),
        fc.string({ minLength: 0, maxLength: 3 }),
        fc.nat({ max: 3 }),
        (at, place, text, cut) => {
          const line = lines[at] ?? "";
          const from = place % line.length;
          const edited = line.slice(0, from) + text + line.slice(from + cut);
          fc.pre(edited !== line);
          expect(verify(lines.with(at, edited), end)).toMatchObject({ intact: false, line: at + 1 });
        },
      ),
      { numRuns: 500 },
    );
  });

  it("that leaves the same values is found too: a second key, another order, a space", () => {
    const line = lines[1] ?? "";
    const { type, ...rest } = JSON.parse(line);
    const same = [`${line} `, JSON.stringify({ type, ...rest }), line.replace("{", '{"action":"delete",')];
    for (const edited of same) {
      expect(JSON.parse(edited)).toEqual(JSON.parse(line));
      expect(verify(lines.with(1, edited), end)).toMatchObject({ intact: false, line: 2, why: "edited" });
    }
  });

  it("by an edit that is sealed again is found no later than the next line", () => {
    fc.assert(
      fc.property(index, (at) => {
        const forged = ledgerOf(
          samples.with(at, { type: "forget", actor: "eve", address: "okta/group/x", id: "00g9" }),
        );
        const mixed = lines.with(at, forged.lines[at] ?? "");
        expect(verify(mixed, end)).toMatchObject({ intact: false, line: Math.min(at + 2, lines.length) });
      }),
    );
  });

  it("by swapping two lines is found at the first of them", () => {
    fc.assert(
      fc.property(index, index, (one, other) => {
        fc.pre(one !== other);
        const swapped = lines.with(one, lines[other] ?? "").with(other, lines[one] ?? "");
        expect(verify(swapped, end)).toMatchObject({ intact: false, line: Math.min(one, other) + 1 });
      }),
    );
  });

  it("by taking out any line is found where it was", () => {
    for (const at of lines.keys()) {
      expect(verify(without(at), end)).toMatchObject({ intact: false, line: at + 1 });
    }
  });

  it("by repeating any line anywhere is found where the copy stands", () => {
    fc.assert(
      fc.property(index, fc.nat({ max: lines.length }), (one, at) => {
        fc.pre(at !== one);
        const repeated = lines.toSpliced(at, 0, lines[one] ?? "");
        // A copy right below its line cannot be told from the line itself; any other stands at its own place.
        expect(verify(repeated, end)).toMatchObject({ intact: false, line: at + 1 });
      }),
    );
  });

  it("by writing all of it anew is found at the last event that state remembers", () => {
    const anew = ledgerOf([...samples].reverse()).lines;
    expect(verify(anew, end)).toMatchObject({ intact: false, line: lines.length, why: "rewritten" });
  });
});
