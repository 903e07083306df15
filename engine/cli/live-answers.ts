/** ⇄ Who holds an object, and what somebody holds, as it is now. */
import { parseAddress } from "../address.ts";
import type { Someone } from "../impact/persons.ts";
import type { Address } from "../model.ts";
import type { LiveHoldings } from "../plan/holdings.ts";
import { ProblemError } from "../problem.ts";
import type { AccessView, WhoView } from "../report/holdings.ts";
import { listed, nearest } from "../words.ts";
import { lookAtHoldings } from "./holdings.ts";
import type { Invocation } from "./invocation.ts";
import { openState } from "./open-state.ts";
import { openWorkspace } from "./workspace.ts";

export async function whoNow(invocation: Invocation, text: string): Promise<WhoView> {
  const workspace = await openWorkspace(invocation);
  const { context } = await openState(workspace);
  const known = [...workspace.resources, ...context.state.resources].map(({ address }) => address);
  const address = knownAddress(text, known);
  const looked = await lookAtHoldings(context, { about: address });
  const at = new Date(workspace.outside.clock.now()).toISOString();
  const here = looked.objects.find((one) => one.address === address);
  if (here === undefined && !looked.absent.has(address)) {
    throw new ProblemError({
      code: "not-read",
      message: `${address} could not be read. ${looked.gaps.join(" ")}`,
      hint: "`accord doctor` says what is wrong with the connection.",
      address,
    });
  }
  const holdings = looked.holdings.who(address);
  const silent = here !== undefined && workspace.catalog.factsOf(here.kind).edges === undefined;
  return {
    ...{ address, holdings, at, coverage: looked.coverage, gaps: looked.gaps },
    ...(here === undefined ? { nobody: "It is declared, and not there." } : {}),
    ...(silent && holdings.length === 0 ? { nobody: "Nothing that this stack knows of gives it to anybody." } : {}),
  };
}

export async function accessNow(invocation: Invocation, name: string): Promise<AccessView> {
  const workspace = await openWorkspace(invocation);
  const { context } = await openState(workspace);
  const looked = await lookAtHoldings(context);
  const { someone, logins, gaps } = await identified(name, looked);
  const at = new Date(workspace.outside.clock.now()).toISOString();
  const holdings = looked.holdings.of(someone);
  if (logins.length === 0 && holdings.length === 0) throw nobody(name, looked.holdings.people());
  return {
    ...{ person: logins[0] ?? holdings[0]?.person ?? name, holdings, at },
    ...{ coverage: looked.coverage, gaps: [...looked.gaps, ...gaps] },
  };
}

/** An address of the stack, or the nearest one. */
export function knownAddress(text: string, known: readonly Address[]): Address {
  const address = parseAddress(text)?.address;
  if (address !== undefined && known.includes(address)) return address;
  throw new ProblemError({
    code: "unknown-address",
    message: `${text} is neither declared nor owned here.`,
    hint: nearest(text, known) || "`accord state list` and `accord graph` show the addresses.",
  });
}

export function nobody(name: string, people: readonly string[]): ProblemError {
  return new ProblemError({
    code: "unknown-person",
    message: `Nobody is called "${name}" in the systems of this stack.`,
    hint: `${nearest(name, people)} People are named by login or exact primary e-mail.`.trim(),
  });
}

/** Who is meant, in each instance that was read: a login, or an exact e-mail; one that is two people's is refused. */
async function identified(name: string, { instances }: LiveHoldings) {
  const ids: Someone["ids"][number][] = [];
  const logins: string[] = [];
  const gaps: string[] = [];
  await Promise.all(
    [...instances.values()].map(async (instance) => {
      if (!instance.provider.namesPeople) return;
      try {
        const matches = await instance.view.people([name]);
        const candidates = matches.flatMap((match) => match.candidates);
        if (candidates.length > 1) throw ambiguous(name, instance.name, candidates);
        for (const { id, login } of candidates) {
          ids.push({ instance: instance.name, id });
          logins.push(login);
        }
      } catch (error) {
        if (!(error instanceof ProblemError) || error.problems.some(({ code }) => code === AMBIGUOUS)) throw error;
        gaps.push(`Who "${name}" is in ${instance.name} could not be asked: ${error.problems[0]?.message}`);
      }
    }),
  );
  logins.sort();
  return { someone: { names: [name, ...logins], ids }, logins, gaps };
}

const AMBIGUOUS = "ambiguous-person";

function ambiguous(
  name: string,
  instance: string,
  candidates: readonly { readonly id: string; readonly login: string }[],
) {
  return new ProblemError({
    code: AMBIGUOUS,
    message: `"${name}" is ${candidates.length} people in ${instance}: ${listed(candidates.map(({ login, id }) => `${login} (${id})`))}.`,
    hint: "Name one of them by login.",
  });
}
