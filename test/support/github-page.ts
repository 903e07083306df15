/**
 * A comment as GitHub shows it: GitHub-flavoured Markdown in GitHub's own style sheet. What GitHub would make of words
 * besides (mentions, issues, commits) is not drawn; tests ask that there is nothing of the kind.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Marked } from "marked";

const require = createRequire(import.meta.url);
const STYLE = readFileSync(require.resolve("github-markdown-css/github-markdown-light.css"), "utf8");

/** Where a comment stands on github.com: below its author's line, in a box; edge to edge on a phone. */
const PAGE_STYLE = `
  body { margin: 0; background: #fff; font-family: -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
  .comment { max-width: 1012px; margin: 0 auto; box-sizing: border-box; }
  .author { padding: 8px 16px; background: #f6f8fa; border-bottom: 1px solid #d1d9e0; font-size: 14px; color: #59636e; }
  .markdown-body { padding: 16px; font-size: 14px; }
  .add { color: #116329; background: #dafbe1; } .remove { color: #82071e; background: #ffebe9; }
  .change { color: #953800; background: #ffd8b5; }`;

export function githubPage(markdown: string): string {
  const marked = new Marked({ gfm: true, renderer: { code: ({ text, lang }) => fence(text, lang) } });
  const body = marked.parse(markdown, { async: false });
  return `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>${STYLE}${PAGE_STYLE}</style></head><body><div class="comment"><div class="author"><b>accord</b> commented</div>
<article class="markdown-body">${body}</article></div></body></html>`;
}

const COLOURS: Readonly<Record<string, string>> = { "+": "add", "-": "remove", "!": "change" };

/** A fence of \`diff\` has its lines coloured by their first character. */
function fence(text: string, language: string | undefined): string {
  const lines = text.split("\n").map((line) => {
    const colour = language === "diff" ? COLOURS[line[0] ?? ""] : undefined;
    return colour === undefined ? escaped(line) : `<span class="${colour}">${escaped(line)}</span>`;
  });
  return `<pre><code>${lines.join("\n")}</code></pre>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
