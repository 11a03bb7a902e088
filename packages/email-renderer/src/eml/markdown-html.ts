import MarkdownIt from "markdown-it";

// A shorter line was ended on purpose ("Thanks,"), a longer one by the wrapping of a paragraph.
const SHORT_LINE = 45;
const UNDERSCORE = 0x5f;

let shared: InstanceType<typeof MarkdownIt> | null = null;

/*
 * Little of Markdown is on: paragraphs, lists, quotes, code, *emphasis*, links to https. What is off would make something else of a value
 * than the text part shows: HTML, entities, escapes, images, headings out of lines above `--`, and _underscores_, which
 * would turn __init__ into a bold init.
 */
function markdown(): InstanceType<typeof MarkdownIt> {
  if (shared !== null) return shared;
  const md = new MarkdownIt("zero", { html: false, linkify: true, breaks: false, typographer: false });
  md.enable([
    "list",
    "blockquote",
    "fence",
    "backticks",
    "newline",
    "emphasis",
    "link",
    "autolink",
    "linkify",
  ]);
  // Only what is written with its scheme is a link: "Unstructured.io" is a name.
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  md.validateLink = (url) => /^https:\/\/[^\s/@]+(?:[/?#]|$)/i.test(url);
  md.inline.ruler.before("emphasis", "literal_underscore", (state, silent) => {
    let end = state.pos;
    while (end < state.posMax && state.src.charCodeAt(end) === UNDERSCORE) end += 1;
    if (end === state.pos) return false;
    if (!silent) state.pending += state.src.slice(state.pos, end);
    state.pos = end;
    return true;
  });
  md.renderer.rules["softbreak"] = (tokens, index) => {
    let length = 0;
    for (let at = index - 1; at >= 0; at -= 1) {
      const token = tokens[at];
      if (token === undefined || token.type === "softbreak" || token.type === "hardbreak") break;
      length += token.content.length;
    }
    return length < SHORT_LINE ? "<br>\n" : "\n";
  };
  return (shared = md);
}

/**
 * The body's HTML: a fragment that says what the text says. Whatever is no Markdown is text, tags included. A line
 * break after a short line stays one; paragraphs that an editor wrapped flow. The lines after a line `--` are the footer, each on
 * its own.
 */
export function markdownHtml(body: string): string {
  const [, text = body, footer = ""] = /^([\s\S]*?)(?:^|\n)--[^\S\n]*\n([\s\S]*)$/.exec(body) ?? [];
  const html = markdown().render(text);
  if (footer === "") return html;
  const lines = footer.trim().split("\n");
  return `${html}<p>--<br>\n${lines.map((line) => markdown().utils.escapeHtml(line)).join("<br>\n")}</p>\n`;
}
