/**
 * A Response to read as text or JSON, without the stream that every other one puts around its body: emulators answer by
 * the hundred thousand, and where nothing leaves the process that stream costs ten times as much as the rest of an
 * answer. Whoever asks for anything else (`body`, `arrayBuffer()`, …) gets an ordinary one's. `init` names the content
 * type. Like any other, it can be read once.
 */
export class TextResponse extends Response {
  readonly #content: string;
  #read = false;
  #ordinary: Response | undefined;

  constructor(content: string, init: ResponseInit) {
    super(null, init);
    this.#content = content;
  }

  // The types of Node call these members properties, which methods of a class may not replace.
  static {
    Object.defineProperties(TextResponse.prototype, {
      text: member((response) => response.#text()),
      json: member(async (response): Promise<unknown> => JSON.parse(await response.#text())),
      clone: member((response) =>
        response.#untouched ? new TextResponse(response.#content, response) : response.#whole().clone(),
      ),
      arrayBuffer: member(async (response) => response.#whole().arrayBuffer()),
      bytes: member(async (response) => new Uint8Array(await response.#whole().arrayBuffer())),
      blob: member(async (response) => response.#whole().blob()),
      formData: member(async (response) => response.#whole().formData()),
      body: { get: asked((response) => response.#whole().body) },
      bodyUsed: { get: asked((response) => response.#read || response.#ordinary?.bodyUsed === true) },
    });
  }

  get #untouched(): boolean {
    return !this.#read && this.#ordinary === undefined;
  }

  async #text(): Promise<string> {
    if (!this.#untouched) return this.#whole().text();
    this.#read = true;
    return this.#content;
  }

  #whole(): Response {
    if (this.#read) throw new TypeError("Body is unusable: Body has already been read");
    this.#ordinary ??= new Response(this.#content, { headers: this.headers });
    return this.#ordinary;
  }
}

function asked<T>(answer: (response: TextResponse) => T): (this: TextResponse) => T {
  return function (this: TextResponse) {
    return answer(this);
  };
}

function member<T>(answer: (response: TextResponse) => T): { readonly value: () => T } {
  return { value: asked(answer) };
}
