/**
 * Exchange Online's InvokeCommand: what Graph cannot do with distribution lists (entra.md §14). Microsoft neither documents
 * nor supports it, so all that is known of it is in this file, and it is off unless the instance says `exchange: true`.
 */
import type { Recorder } from "../../../engine/kind.ts";
import type { Outside } from "../../../engine/outside.ts";
import { type Problem, ProblemError } from "../../../engine/problem.ts";
import { type Answer, createHttp, path } from "../../shared/http.ts";
import { type Fields, isFields, optionalText, within } from "../../shared/narrow.ts";
import { createLimiter } from "../../shared/rate-limit.ts";
import type { EntraSettings } from "../auth/settings.ts";
import { createTokenSource } from "../auth/token.ts";
import { fieldsOf, listOf } from "./narrow.ts";

export interface Cmdlet {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Default: by its verb. */
  readonly key?: string;
}

export interface Exchange {
  /** Rows of every page. `domain`: the directory's initial one, by which Exchange finds the tenant's servers. */
  invoke(cmdlet: Cmdlet, domain: string, recorder?: Recorder): Promise<readonly Fields[]>;
  calls(): Readonly<Record<string, number>>;
}

const BUCKET = "Exchange";
const SYSTEM_MAILBOX = "UPN:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}";

export function createExchange(settings: EntraSettings, outside: Outside): Exchange {
  const { cloud } = settings;
  const source = createTokenSource(settings, outside, cloud.exchange);
  const http = createHttp({
    base: settings.moved ?? new URL(cloud.exchange),
    outside,
    // Its limits are not published: two at once, and 429 as it says.
    limiter: createLimiter(outside, { fallback: { limit: 60, window: 60_000 }, concurrency: 2 }),
    async authorize(request) {
      const { value } = await source.get();
      request.headers.set("authorization", `Bearer ${value}`);
      return request;
    },
    renew: () => source.forget(),
    problem: exchangeProblem,
    requestIdHeader: "request-id",
  });
  return {
    async invoke({ name, parameters, key }, domain, recorder) {
      const writes = !name.startsWith("Get-");
      const rows: Fields[] = [];
      const start = path`/adminapi/beta/${settings.tenant}/InvokeCommand`;
      for (let next: string | undefined = start; next !== undefined; ) {
        const answer: Answer = await http.send(
          {
            method: "POST",
            path: next,
            bucket: BUCKET,
            body: { CmdletInput: { CmdletName: name, Parameters: parameters } },
            headers: {
              "x-cmdletname": name,
              "x-anchormailbox": `${SYSTEM_MAILBOX}@${domain}`,
              "x-responseformat": "json",
              prefer: "odata.maxpagesize=1000",
            },
            writes,
            repeatable: !writes,
            ...(key === undefined ? {} : { key: `${name} ${key}` }),
          },
          writes ? recorder : undefined,
        );
        if (answer.body === undefined) return rows;
        const body = fieldsOf(answer.body, name);
        rows.push(...listOf(body.value ?? [], name, (row) => fieldsOf(row, name)));
        next = pageIn(optionalText(body, "@odata.nextLink"), start);
      }
      return rows;
    },
    calls: () => http.calls(),
  };
}

/** The same command of the same tenant, whatever host it names. */
function pageIn(link: string | undefined, start: string): string | undefined {
  if (link === undefined || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  return url.pathname === start ? url.pathname + url.search : undefined;
}

/** Exchange says what happened by the class of an exception, somewhere in its message. */
const CLASSES: readonly (readonly [RegExp, Pick<Problem, "code" | "hint">])[] = [
  [/\bMemberAlreadyExistsException\b/, { code: "exchange-member-there" }],
  [/\bMemberNotFoundException\b/, { code: "exchange-member-not-there" }],
  [
    /\bManagementObjectNotFoundException\b/,
    { code: "not-found", hint: "Exchange does not know it, or not yet: Entra and Exchange take minutes." },
  ],
  [
    /\bManagementObjectAmbiguousException\b/,
    { code: "exchange-ambiguous", hint: "Several recipients go by that name." },
  ],
  [
    /\b(?:ProxyAddressExistsException|ADObjectAlreadyExistsException|NameNotUniqueException|DuplicateProxyAddressException)\b/,
    {
      code: "exists",
      hint: "Another recipient has the name or the address: bind it with `accord import ADDRESS ID`, or choose another.",
    },
  ],
  [
    /\b(?:CmdletAccessDeniedException|AccessDenied)/,
    { code: "exchange-forbidden", hint: "Assign the directory role Exchange Administrator to the application." },
  ],
];

function exchangeProblem(answer: Pick<Answer, "status" | "body" | "requestId">): Problem {
  const said = (isFields(answer.body) ? optionalText(within(answer.body, "error"), "message") : undefined) ?? "";
  const [, known] = CLASSES.find(([pattern]) => pattern.test(said)) ?? [];
  const plain = said.split("|").at(-1)?.replace(/\s+/g, " ").trim().replace(/\.$/, "");
  const problem = {
    message: `Exchange refused: ${plain === undefined || plain === "" ? `status ${answer.status}` : plain}.`,
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
  };
  if (known !== undefined) return { ...problem, ...known };
  if (answer.status === 401 || answer.status === 403) {
    return {
      ...problem,
      code: "exchange-forbidden",
      hint: "The application needs Exchange.ManageAsApp (Office 365 Exchange Online), with consent, and the directory role Exchange Administrator.",
    };
  }
  if (answer.status === 429)
    return { ...problem, code: "rate-limited", hint: "Exchange is busy with others; try later." };
  return { ...problem, code: "exchange-refused", hint: "Exchange's words above say what it did not take." };
}

export function notEnabled(): ProblemError {
  return new ProblemError({
    code: "entra-exchange-off",
    message:
      "Distribution lists and mail-enabled security groups are changed through Exchange, which this instance does not use.",
    hint: "Set `exchange: true` for the instance in accord.yaml. It rests on an interface of Exchange Online that Microsoft does not document.",
  });
}
