/**
 * What the plugin does, for `TF_LOG=debug terraform plan`: a JSON object a line on stderr, as go-hclog writes them, which
 * Terraform shows as records of its own. Without such a variable nothing is written.
 */

import { PROVIDER, SOURCE } from "../config/terraform/names.ts";
import type { Outside } from "../outside.ts";
import type { Answer } from "./answers.ts";
import type { Calls, ProviderService, Request, Streams } from "./service.ts";

type Level = "trace" | "debug" | "info" | "warn" | "error";
const LEVELS: readonly string[] = ["trace", "debug", "info", "warn", "error"];

export interface Log {
  write(level: Level, message: string, fields?: Readonly<Record<string, string | number>>): void;
}

/** Terraform reads a line of at most 64 KiB as a record. */
const LONGEST = 32_768;

export interface LogOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly mask: (text: string) => string;
  readonly write: (line: string) => void;
}

/** Undefined where nobody asked for one. */
export function openLog({ env, now, mask, write }: LogOptions): Log | undefined {
  const asked = env[`TF_LOG_PROVIDER_${PROVIDER.toUpperCase()}`] || env.TF_LOG_PROVIDER || env.TF_LOG || "";
  // JSON is a form of what Terraform prints, with everything in it.
  const wanted = asked.toLowerCase() === "json" ? "trace" : asked.toLowerCase();
  const least = LEVELS.indexOf(wanted);
  if (least === -1) return undefined;
  return {
    write(level, message, fields = {}) {
      if (LEVELS.indexOf(level) < least) return;
      const record = {
        "@level": level,
        "@message": message.slice(0, LONGEST),
        "@module": PROVIDER,
        "@timestamp": timestamp(now()),
        ...fields,
      };
      write(`${mask(JSON.stringify(record))}\n`);
    },
  };
}

/** Six decimals, exactly: with fewer the whole record is taken for text. */
function timestamp(now: number): string {
  return new Date(now).toISOString().replace("Z", "000Z");
}

/** The same service, with a record of each call: how long it took, and what was wrong. */
export function logged(
  { calls, streams }: ProviderService,
  log: Log,
  { clock }: Pick<Outside, "clock">,
): ProviderService {
  const ended = (
    name: string,
    { type_name = "" }: Partial<Request>,
    began: number,
    answers: readonly Answer[],
  ): void => {
    const fields = {
      tf_rpc: name,
      tf_provider_addr: SOURCE,
      ...(type_name === "" ? {} : { tf_resource_type: type_name }),
    };
    for (const { severity, summary } of answers.flatMap(diagnosticsIn)) {
      log.write(severity === "WARNING" ? "warn" : "error", summary, fields);
    }
    log.write("debug", name, { ...fields, tf_req_duration_ms: Math.round(clock.monotonic() - began) });
  };
  const once = ([name, work]: [string, Calls[string]]): [string, Calls[string]] => [
    name,
    async (request) => {
      const began = clock.monotonic();
      const answer = await work(request);
      ended(name, request, began, [answer]);
      return answer;
    },
  ];
  const many = ([name, work]: [string, Streams[string]]): [string, Streams[string]] => [
    name,
    async function* (request) {
      const began = clock.monotonic();
      const wrong: Answer[] = [];
      for await (const answer of work(request)) {
        if ("diagnostic" in answer) wrong.push(answer);
        yield answer;
      }
      ended(name, request, began, wrong);
    },
  ];
  return {
    calls: Object.fromEntries(Object.entries(calls).map(once)),
    streams: Object.fromEntries(Object.entries(streams).map(many)),
  };
}

interface Told {
  readonly severity: string;
  readonly summary: string;
}

function diagnosticsIn({ diagnostics, diagnostic }: Answer): readonly Told[] {
  const list: unknown = diagnostics ?? diagnostic ?? [];
  return Array.isArray(list) ? list.filter(isTold) : [];
}

function isTold(value: unknown): value is Told {
  return typeof value === "object" && value !== null && "severity" in value && "summary" in value;
}
