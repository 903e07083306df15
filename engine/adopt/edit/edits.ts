/** Replacements in a text, by offsets of the text as it was. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Whole lines: a line before them that nobody has ended is ended by this break, and theirs is left out in turn. */
  readonly lines?: string;
}

/** Undefined where two of them are about the same characters. */
export function edited(text: string, edits: readonly Edit[]): string | undefined {
  let written = "";
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) return undefined;
    written += text.slice(at, edit.start);
    const open = edit.lines !== undefined && edit.text !== "" && written !== "" && !/[\r\n]$/.test(written);
    written += open ? `${edit.lines}${edit.text.slice(0, -(edit.lines?.length ?? 0))}` : edit.text;
    at = edit.end;
  }
  return written + text.slice(at);
}
