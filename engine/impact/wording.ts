/** Ids in the words of a kind's edges → what people call them: kinds know ids only. Pure. */

export type InWords = (text: string, instance: string) => string;

/** `names`: `<instance> <id>` → name. */
export function wordedBy(names: ReadonlyMap<string, string>): InWords {
  return (text, instance) => text.replaceAll(/[^\s/]{6,}/g, (id) => names.get(`${instance} ${id}`) ?? id);
}
