/** How a command speaks: data on stdout, everything else on stderr; colour and progress only where a person looks. */
import { advance, barLine, NO_PROGRESS, type ProgressEvent, progressLine } from "../report/progress.ts";
import type { World } from "./world.ts";

export interface Voice {
  /** Data: the result the command was asked for. */
  data(text: string): void;
  /** For people, beside the result: silent with --quiet. */
  say(text: string): void;
  /** Problems: never silent. */
  complain(text: string): void;
  /** A step of long work: a bar on a terminal, a plain line where something is worth one elsewhere. */
  progress(event: ProgressEvent): void;
  /** Takes the bar away. */
  settle(): void;
  readonly color: boolean;
  readonly errorColor: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Masked request lines under --verbose. */
  readonly trace?: (line: string) => void;
}

export interface VoiceOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  readonly mask: (text: string) => string;
}

export function voiceOf(world: World, options: VoiceOptions): Voice {
  const { stdout, stderr } = world;
  const colored = (terminal: boolean): boolean => options.color && terminal && (world.env.NO_COLOR ?? "") === "";
  let open = false;
  let progress = NO_PROGRESS;
  const settle = (): void => {
    if (open) stderr.write("\r\u001b[K");
    open = false;
  };
  const line = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);
  return {
    json: options.json,
    quiet: options.quiet,
    color: colored(stdout.isTerminal),
    errorColor: colored(stderr.isTerminal),
    data(text) {
      settle();
      stdout.write(line(options.mask(text)));
    },
    say(text) {
      settle();
      if (!options.quiet) stderr.write(line(options.mask(text)));
    },
    complain(text) {
      settle();
      stderr.write(line(options.mask(text)));
    },
    progress(event) {
      progress = advance(progress, event);
      if (options.quiet) return;
      if (stderr.isTerminal) {
        const columns = Math.max(20, (stderr.columns === undefined || stderr.columns === 0 ? 80 : stderr.columns) - 1);
        stderr.write(`\r\u001b[K${options.mask(barLine(progress, { color: colored(true), columns }))}`);
        open = true;
        return;
      }
      const text = progressLine(event, progress);
      if (text !== undefined) stderr.write(line(options.mask(text)));
    },
    settle,
    ...(options.verbose ? { trace: (text: string) => stderr.write(line(options.mask(text))) } : {}),
  };
}
