/** Ids in the words of a kind's edges → what people call them: kinds know ids only. Pure. */

export type InWords = (text: string, instance: string) => string;

/** `names`: `<instance> <id>` → name. What is held in another system may have a name there. */
export function wordedBy(names: ReadonlyMap<string, string>): InWords {
  let anywhere: ReadonlyMap<string, string> | undefined;
  const nameOf = (id: string, instance: string): string | undefined => {
    const own = names.get(`${instance} ${id}`);
    if (own !== undefined) return own;
    anywhere ??= new Map([...names].map(([key, name]) => [key.slice(key.indexOf(" ") + 1), name]));
    return anywhere.get(id);
  };
  return (text, instance) =>
    text.replaceAll(
      /\S{6,}/g,
      // An id may be of two parts.
      (word) => nameOf(word, instance) ?? word.replaceAll(/[^/]{6,}/g, (id) => nameOf(id, instance) ?? id),
    );
}
