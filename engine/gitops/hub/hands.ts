/** Who had a hand in a pull request's commits. */
import { fieldsOf, loginOf, rowsOf, textOf } from "./read.ts";

export interface Hands {
  readonly logins: readonly string[];
  /** False where somebody's e-mail belongs to no account that GitHub knows, or not every commit was listed. */
  readonly complete: boolean;
}

/** GitHub's own account, which commits what is merged in its pages. */
const WEB_FLOW = "web-flow";

/** Of the commits as they are listed, which ends at 250: `total` is how many there are. */
export function handsOf(commits: unknown, total: number): Hands {
  const what = "the commits of a pull request";
  const rows = rowsOf(commits, what);
  const logins = new Set<string>();
  const emails = new Map<string, string>();
  const nameless = new Set<string>();
  for (const row of rows) {
    const commit = fieldsOf(row.commit, what);
    for (const role of ["author", "committer"]) {
      const login = loginOf(row, role);
      const email = textOf(fieldsOf(commit[role], what), "email", what).toLowerCase();
      if (login === "") nameless.add(email);
      else if (login !== WEB_FLOW) {
        logins.add(login);
        emails.set(email, login);
      }
    }
  }
  for (const row of rows) {
    for (const email of coAuthors(textOf(fieldsOf(row.commit, what), "message", what))) {
      const login = emails.get(email) ?? noReplyLogin(email);
      if (login === undefined) nameless.add(email);
      else logins.add(login);
    }
  }
  return { logins: [...logins].sort(), complete: nameless.size === 0 && rows.length >= total };
}

/** `Co-authored-by: Ada <ada@acme.example>`: GitHub shows them as authors, and this list does not hold them. */
function coAuthors(message: string): readonly string[] {
  return [...message.matchAll(/^co-authored-by:[^<\n]*<([^>\n]+)>\s*$/gim)].flatMap(
    ([, email]) => email?.toLowerCase() ?? [],
  );
}

/** `12345+ada@users.noreply.github.com` names the account. */
function noReplyLogin(email: string): string | undefined {
  return /^(?:\d+\+)?([a-z\d-]+)@users\.noreply\.github\.com$/i.exec(email)?.[1];
}
