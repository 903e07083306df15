/** Bodies of requests that came as far as an emulator, read once for all who look at them on the way. */
const texts = new WeakMap<Request, Promise<string>>();

/** The body of a request that stays in this process. It leaves none for others to read, but for those who ask here. */
export function textOf(request: Request): Promise<string> {
  const known = texts.get(request);
  if (known !== undefined) return known;
  const text = request.body === null ? Promise.resolve("") : request.text();
  texts.set(request, text);
  return text;
}
