/**
 * Pull requests in any order: pushed, rebased, approved, dismissed, merged, applied early, late and twice, while others work
 * in the tenant by hand. After each step an oracle that knows only the specification asks whether what was applied was
 * approved, whether planning wrote anywhere, whether there is one comment, and whether the lease is free.
 *
 * `ACCORD_SEQUENCES=2000` draws as many; `ACCORD_SEED` draws the same ones again.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as model from "../support/pull-request-model.ts";
import { type Done, type Happened, type QuickCompany, type QuickForge, quickCompany } from "../support/quick-forge.ts";

const SEQUENCES = Number(process.env.ACCORD_SEQUENCES ?? 25);
const SEED = process.env.ACCORD_SEED;
const MINUTE = 60_000;
const QUARTER = 92 * 24 * 60 * MINUTE;

/** Cleo and Dora are security, Eve only reads. */
const ROLES = { ada: "write", ben: "write", cleo: "write", dora: "write", eve: "read" } as const;
const LOGINS = ["ada", "ben", "cleo", "dora", "eve"] as const;
const WRITERS = ["ada", "ben", "cleo"] as const;
const MEMBERS = ["ada", "grace", "linus", "edsger"] as const;
const RULES: model.Rules = { reviews: 1, security: "logins", apply: "merge", guarded: true };

type Files = Readonly<Record<string, string | null>>;

type Op =
  | { readonly does: "open"; readonly by: string; readonly edit: Edit }
  | { readonly does: "push"; readonly at: number; readonly by: string; readonly edit: Edit }
  | { readonly does: "rebase"; readonly at: number; readonly by: string }
  | { readonly does: "approve" | "refuse"; readonly at: number; readonly by: string }
  | { readonly does: "dismiss"; readonly at: number; readonly by: string }
  | { readonly does: "leave" | "demote"; readonly by: string }
  | { readonly does: "drift"; readonly group: model.Group; readonly person: string }
  | { readonly does: "comment"; readonly at: number; readonly gone: boolean }
  | { readonly does: "expire" }
  | { readonly does: "merge"; readonly at: number; readonly method: "merge" | "squash" | "rebase" }
  /** Shown, approved by somebody of security, and merged: so much in a row comes by chance too seldom. */
  | { readonly does: "through"; readonly at: number; readonly by: "cleo" | "dora"; readonly applied: boolean }
  | { readonly does: "direct"; readonly by: string; readonly edit: Edit }
  | { readonly does: "say"; readonly at: number; readonly by: string }
  | { readonly does: "close"; readonly at: number }
  | { readonly does: "plan"; readonly at: number }
  | { readonly does: "apply" }
  | { readonly does: "late"; readonly at: number; readonly step: "plan" | "apply" };

interface Edit {
  readonly prod?: readonly string[];
  readonly dev?: readonly string[];
  readonly rules?: model.Rules;
}

const people = fc.subarray([...MEMBERS]);
const rules: fc.Arbitrary<model.Rules> = fc.record({
  reviews: fc.constantFrom(0, 1, 1, 2),
  security: fc.constantFrom("logins", "team"),
  apply: fc.constantFrom("merge", "merge", "comment"),
  guarded: fc.boolean(),
});
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: fc.record({ prod: people }), weight: 3 },
  { arbitrary: fc.record({ dev: people }), weight: 3 },
  { arbitrary: fc.record({ prod: people, dev: people }), weight: 2 },
  { arbitrary: fc.record({ prod: people, rules }), weight: 1 },
);
const at = fc.nat(2);
const login = fc.constantFrom(...LOGINS);
const writer = fc.constantFrom(...WRITERS);
const op: fc.Arbitrary<Op> = fc.oneof(
  weighted(1, fc.record({ does: fc.constant("open"), by: writer, edit })),
  weighted(3, fc.record({ does: fc.constant("push"), at, by: writer, edit })),
  weighted(2, fc.record({ does: fc.constant("rebase"), at, by: writer })),
  weighted(6, fc.record({ does: fc.constant("approve"), at, by: login })),
  weighted(1, fc.record({ does: fc.constant("refuse"), at, by: login })),
  weighted(1, fc.record({ does: fc.constant("dismiss"), at, by: login })),
  weighted(1, fc.record({ does: fc.constantFrom("leave", "demote"), by: login })),
  weighted(
    2,
    fc.record({
      does: fc.constant("drift"),
      group: fc.constantFrom(...model.GROUPS),
      person: fc.constantFrom(...MEMBERS),
    }),
  ),
  weighted(1, fc.record({ does: fc.constant("comment"), at, gone: fc.boolean() })),
  weighted(1, fc.record({ does: fc.constant("expire") })),
  weighted(5, fc.record({ does: fc.constant("merge"), at, method: fc.constantFrom("merge", "squash", "rebase") })),
  weighted(
    4,
    fc.record({ does: fc.constant("through"), at, by: fc.constantFrom("cleo", "dora"), applied: fc.boolean() }),
  ),
  weighted(1, fc.record({ does: fc.constant("direct"), by: writer, edit })),
  weighted(2, fc.record({ does: fc.constant("say"), at, by: login })),
  weighted(1, fc.record({ does: fc.constant("close"), at })),
  weighted(7, fc.record({ does: fc.constant("plan"), at })),
  weighted(6, fc.record({ does: fc.constant("apply") })),
  weighted(3, fc.record({ does: fc.constant("late"), at: fc.nat(7), step: fc.constantFrom("plan", "apply") })),
);

const opens = fc.array(fc.record({ does: fc.constant("open"), by: writer, edit }), { minLength: 1, maxLength: 2 });
const ops = fc.array(op, { minLength: 5, maxLength: 15 });

function weighted<T extends Op>(weight: number, arbitrary: fc.Arbitrary<T>) {
  return { weight, arbitrary };
}

/** Whether the sequences came to anything: an oracle that never sees an apply holds nothing. */
const tally = { applied: 0, refused: 0, shown: 0 };
let company: QuickCompany;
beforeAll(async () => {
  company = await quickCompany(model.settingsOf(RULES), {
    "prod.yaml": model.document("prod", ["ada"]),
    "dev.yaml": model.document("dev", ["grace"]),
    "policies/prod.yaml": model.POLICY,
  });
}, 60_000);
afterAll(() => company.remove());

test(
  "whatever is done in whatever order, what is applied was approved",
  async () => {
    const property = fc.asyncProperty(rules, opens, ops, async (first, opens, ops) => {
      const play = await Play.begin(await company.begin(), first);
      for (const one of opens) await play.step(one);
      for (const one of ops) await play.step(one);
    });
    await fc.assert(property, { numRuns: SEQUENCES, ...(SEED === undefined ? {} : { seed: Number(SEED) }) });
    // Of a few sequences, none may have come as far as to be applied.
    if (SEQUENCES >= 100) expect(Math.min(...Object.values(tally)), JSON.stringify(tally)).toBeGreaterThan(0);
  },
  30_000 + SEQUENCES * 3_000,
);

interface Event extends Happened {
  /** The change that it is about. */
  readonly change?: model.Change;
  readonly push?: { readonly before: string; readonly after: string };
}

/** One sequence: what was done on GitHub, and what its oracle knows of it. */
class Play {
  readonly #acme: QuickForge;
  readonly #changes: model.Change[] = [];
  readonly #events: Event[] = [];
  readonly #left = new Set<string>();
  readonly #demoted = new Set<string>();
  #expired = 0;

  private constructor(acme: QuickForge) {
    this.#acme = acme;
  }

  static async begin(acme: QuickForge, rules: model.Rules): Promise<Play> {
    const play = new Play(acme);
    for (const one of LOGINS) acme.hub.person({ login: one, role: ROLES[one] });
    play.#team();
    // Where a repository begins, nobody needed to approve it.
    await acme.push("main", await play.#tip(), await play.#written({ rules }), "ada");
    return play;
  }

  #team(): void {
    this.#acme.hub.team(
      "acme/security",
      ["cleo", "dora"].filter((one) => !this.#left.has(one)),
    );
  }

  async #tip(): Promise<string> {
    const tip = await this.#acme.git.repository.ref("refs/heads/main");
    if (tip === undefined) throw new Error("there is no main");
    return tip;
  }

  async #written({ prod, dev, rules }: Edit): Promise<Files> {
    const settings = (await this.#acme.git.files(await this.#tip()))["accord.yaml"] ?? "";
    return {
      ...(prod === undefined ? {} : { "prod.yaml": model.document("prod", prod) }),
      ...(dev === undefined ? {} : { "dev.yaml": model.document("dev", dev) }),
      ...(rules === undefined
        ? {}
        : {
            "accord.yaml": settings.replace(/^ci: .*$/m, model.settingsOf(rules)),
            "policies/prod.yaml": rules.guarded ? model.POLICY : null,
          }),
    };
  }

  #at(index: number): model.Change | undefined {
    return this.#changes.length === 0 ? undefined : this.#changes[index % this.#changes.length];
  }

  async step(op: Op): Promise<void> {
    const { hub, clock } = this.#acme;
    clock.pass(MINUTE);
    const change = "at" in op && op.does !== "late" ? this.#at(op.at) : undefined;
    if ("at" in op && op.does !== "late" && change === undefined) return;
    switch (op.does) {
      case "open":
        return this.#open(op.by, op.edit);
      case "drift":
        return this.#drift(op.group, op.person);
      case "expire":
        clock.pass(QUARTER);
        this.#expired = clock.now();
        return;
      case "leave":
        toggle(this.#left, op.by);
        return this.#team();
      case "demote":
        toggle(this.#demoted, op.by);
        hub.person({ login: op.by, role: this.#mayWrite(op.by) ? "write" : "read" });
        return;
      case "direct":
        return this.#direct(op.by, op.edit);
      case "apply": {
        const event = this.#events.findLast(({ push, name }) => push !== undefined || name === "issue_comment");
        return event === undefined ? undefined : this.#run("apply", event);
      }
      case "late": {
        const event = this.#events.at(-1 - op.at);
        return event === undefined ? undefined : this.#run(op.step, event);
      }
    }
    if (change === undefined) return;
    switch (op.does) {
      case "push": {
        if (!change.open || !this.#mayWrite(op.by)) return;
        await this.#acme.push(change.branch, await this.#head(change), await this.#written(op.edit), op.by);
        return this.#told(change);
      }
      case "rebase":
        return this.#rebase(change, op.by);
      case "approve":
      case "refuse":
        return this.#review(change, op.by, op.does === "approve");
      case "dismiss": {
        const word = change.words.get(op.by);
        if (word === undefined) return;
        await hub
          .as("dora")
          .dismiss(change.number, word.review)
          .then(() => change.words.delete(op.by), refused);
        return;
      }
      case "comment":
        return this.#tamper(change, op.gone);
      case "merge":
        return this.#merge(change, op.method);
      case "through":
        await this.step({ does: "plan", at: op.at });
        await this.step({ does: "approve", at: op.at, by: op.by });
        await this.step({ does: "merge", at: op.at, method: "merge" });
        return op.applied ? this.step({ does: "apply" }) : undefined;
      case "say":
        await hub.as(op.by).comment(change.number, "/accord apply");
        this.#events.push({
          name: "issue_comment",
          payload: await hub.payload({ event: "issue_comment", number: change.number }),
          change,
        });
        return;
      case "close":
        if (!change.open) return;
        await hub
          .as("dora")
          .close(change.number)
          .then(() => {
            change.open = false;
          }, refused);
        return this.#told(change);
      case "plan":
        await this.#told(change);
        return this.#run("plan", this.#events.at(-1));
    }
  }

  #mayWrite(login: string): boolean {
    return login !== "eve" && !this.#demoted.has(login);
  }

  #head(change: model.Change): Promise<string> {
    return this.#acme.git.repository.ref(`refs/heads/${change.branch}`).then((sha) => sha ?? "");
  }

  async #told(change: model.Change): Promise<void> {
    const { number } = change;
    const payload = await this.#acme.hub.payload({ event: "pull_request_target", number });
    this.#events.push({ name: "pull_request_target", payload, change });
  }

  async #open(by: string, edit: Edit): Promise<void> {
    if (this.#changes.length === 3 || !this.#mayWrite(by)) return;
    const branch = `change-${this.#changes.length + 1}`;
    await this.#acme.push(branch, await this.#tip(), await this.#written(edit), by);
    const number = await this.#acme.hub.as(by).open({ branch });
    const blank = { shown: [], words: new Map(), open: true, merged: false, claims: false };
    const change: model.Change = { number, branch, author: by, ...blank };
    this.#changes.push(change);
    await this.#told(change);
  }

  async #rebase(change: model.Change, by: string): Promise<void> {
    if (!change.open || !this.#mayWrite(by)) return;
    const { git } = this.#acme;
    const [head, tip] = [await this.#head(change), await this.#tip()];
    const files = await git.files(head);
    const own = await git.repository.changed(tip, head);
    if (own.length === 0) return;
    await this.#acme.push(change.branch, tip, Object.fromEntries(own.map((path) => [path, files[path] ?? null])), by);
    await this.#told(change);
  }

  async #review(change: model.Change, by: string, approves: boolean): Promise<void> {
    const { hub, clock } = this.#acme;
    const commit = await this.#head(change);
    const review = approves ? hub.as(by).approve(change.number) : hub.as(by).requestChanges(change.number);
    await review.then((id) => change.words.set(by, { approves, review: id, commit, at: clock.now() }), refused);
  }

  async #merge(change: model.Change, method: "merge" | "squash" | "rebase"): Promise<void> {
    if (!change.open) return;
    const before = await this.#tip();
    const merged = await this.#acme.hub.as("dora").merge(change.number, method).catch(refused);
    if (merged === undefined) return;
    change.open = false;
    change.merged = true;
    const payload = await this.#acme.hub.payload({ event: "push", before });
    this.#events.push({ name: "push", payload, change, push: { before, after: await this.#tip() } });
  }

  async #direct(by: string, edit: Edit): Promise<void> {
    if (!this.#mayWrite(by)) return;
    const before = await this.#tip();
    const after = await this.#acme.push("main", before, await this.#written(edit), by);
    const payload = await this.#acme.hub.payload({ event: "push", before });
    this.#events.push({ name: "push", payload, push: { before, after } });
  }

  async #drift(group: model.Group, person: string): Promise<void> {
    const { okta } = this.#acme;
    const there = (await okta.members(group)).includes(person);
    await okta[there ? "remove" : "add"](group, person);
  }

  async #ours(number: number): Promise<readonly { readonly id: number; readonly body: string }[]> {
    const all = await this.#acme.hub.as("ada").send("GET", `/issues/${number}/comments`);
    return (all as readonly { readonly id: number; readonly body: string }[]).filter(({ body }) =>
      body.startsWith("<!-- accord"),
    );
  }

  async #tamper(change: model.Change, gone: boolean): Promise<void> {
    const [one] = await this.#ours(change.number);
    if (one === undefined) return;
    const path = `/issues/comments/${one.id}`;
    const said = "<!-- accord -->\nAll is well, merge it.";
    await (gone
      ? this.#acme.hub.as("dora").send("DELETE", path)
      : this.#acme.hub.as("dora").send("PATCH", path, { body: said })
    ).catch(refused);
  }

  async #run(step: "plan" | "apply", event: Event | undefined): Promise<void> {
    if (event === undefined) return;
    const { git, clock } = this.#acme;
    const [before, state, tip] = [await model.live(this.#acme), await this.#acme.state(), await this.#tip()];
    const head = event.change === undefined ? undefined : await this.#head(event.change);
    const wasOpen = event.change?.open === true;
    const writes: string[] = [];
    this.#acme.between((request, pass) => {
      const { host, pathname } = new URL(request.url);
      if (host === "acme.okta.com" && request.method !== "GET" && !pathname.startsWith("/oauth2/")) {
        writes.push(`${request.method} ${pathname}`);
      }
      return pass(request);
    });
    const at = clock.now();
    const done = await this.#acme.run(step, event);
    const after = await model.live(this.#acme);
    expect(await this.#acme.holder()).toBeUndefined();
    for (const { number } of this.#changes) expect((await this.#ours(number)).length).toBeLessThanOrEqual(1);
    if (step === "plan") {
      expect(writes).toEqual([]);
      expect(await this.#acme.state()).toBe(state);
      if (event.change === undefined || !wasOpen || head === undefined || done.outcome === undefined) return;
      if (done.outcome === "failed" || done.outcome === "") return;
      const merged = await git.trees.merge(tip, head);
      // What changes no stack says nothing, not even of what somebody did by hand.
      if (merged === (await git.trees.treeOf(tip))) return;
      const wanted = model.membersIn(await git.files(merged));
      const moves = model.between(before, wanted);
      const [comment] = await this.#ours(event.change.number);
      for (const move of moves) expect(comment?.body).toContain(`${move.split(" ")[1]}@acme.example`);
      tally.shown += 1;
      event.change.shown.push({ commit: head, at, moves });
      return;
    }
    await this.#judge(event, done, { before, after, tip, head });
  }

  async #judge(
    event: Event,
    done: Done,
    seen: {
      readonly before: model.Members;
      readonly after: model.Members;
      readonly tip: string;
      readonly head: string | undefined;
    },
  ): Promise<void> {
    const { git } = this.#acme;
    const { change, push } = event;
    const moves = model.between(seen.before, seen.after);
    if (change === undefined || event.name === "pull_request_target") return expect([...moves]).toEqual([]);
    const base = push?.before ?? seen.tip;
    const rules = model.rulesIn(await git.files(base));
    const isComment = push === undefined;
    if (isComment && (rules.apply !== "comment" || !change.open)) return expect([...moves]).toEqual([]);
    const conflict = isComment && (await git.repository.mergeTree(seen.tip, seen.head ?? "")) === "conflict";
    if (conflict) return expect([...moves]).toEqual([]);
    const result = isComment ? await git.trees.merge(seen.tip, seen.head ?? "") : push.after;
    const wanted = model.membersIn(await git.files(result));
    const same = (await git.trees.changed(await git.trees.treeOf(base), result)).length === 0;
    const needed = same ? new Set<model.Move>() : model.between(seen.before, wanted);
    const hands = new Set<string>();
    for (const { author } of await this.#commitsOf(change)) hands.add(author.name);
    const standing: model.Standing = {
      ...{ rules, hands, mayWrite: (login) => this.#mayWrite(login) },
      isSecurity: (login) =>
        ["cleo", "dora"].includes(login) && (rules.security === "logins" || !this.#left.has(login)),
    };
    const context = JSON.stringify(
      {
        rules,
        wanted,
        before: seen.before,
        done,
        words: [...change.words],
        shown: change.shown.map((one) => ({ ...one, moves: [...one.moves] })),
      },
      null,
      1,
    );
    tally[moves.size > 0 ? "applied" : "refused"] += needed.size > 0 ? 1 : 0;
    // All of it, or nothing.
    if (moves.size > 0) expect([...moves].sort(), context).toEqual([...needed].sort());
    const may = model.isApproved(change, needed, standing);
    if (moves.size > 0) expect(may, `applied, and nobody approved it: ${context}`).toBe(true);
    // What main does not say any more is not brought back by a job that comes late.
    const declared = model.membersIn(await git.files(isComment ? result : seen.tip));
    const still = model.between(seen.before, declared);
    for (const move of moves) expect(still.has(move), `${move} is not what main says by now: ${context}`).toBe(true);
    // Limits deny on their own account, whoever has approved.
    const denied = done.endings?.some(({ kind }) => kind === "denied") === true;
    if (denied) expect([...moves], context).toEqual([]);
    const superseded = [...needed].some((move) => !still.has(move));
    const held = this.#changes.some((other) => other !== change && other.open && other.claims);
    if (may && !denied && !superseded && !held && !isComment && this.#expired === 0) {
      expect([...moves].sort(), `approved, and not applied: ${context}`).toEqual([...needed].sort());
    }
    if (isComment && done.endings?.some(({ kind }) => kind === "applied") === true) change.claims = true;
  }

  async #commitsOf(change: model.Change) {
    const path = `/pulls/${change.number}/commits`;
    const all = await this.#acme.hub.as("ada").send("GET", path);
    const shas = (all as readonly { readonly sha: string }[]).map(({ sha }) => sha);
    const commits = await Promise.all(shas.map((sha) => this.#acme.git.repository.commit(sha)));
    return commits.flatMap((one) => (one === undefined ? [] : [one]));
  }
}

function toggle(set: Set<string>, one: string): void {
  if (!set.delete(one)) set.add(one);
}

/** What GitHub does not let somebody do did not happen; anything else is a fault of the test. */
function refused(error: unknown): undefined {
  if (error instanceof Error && /: (403|405|422) /.test(error.message)) return undefined;
  throw error;
}
