/** Long sentences on narrow terminals. */

/** The text in lines of at most `columns`, broken at spaces, each after `indent`; one line where there is no width. */
export function folded(text: string, indent: string, columns: number | undefined): readonly string[] {
  if (columns === undefined) return [`${indent}${text}`];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `${indent}${one}`);
}
