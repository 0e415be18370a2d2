/** Passwords that who guesses tries first. Pure. */

/** What people write to be done with it. */
const WIDELY_KNOWN: ReadonlySet<string> = new Set(
  'admin admin123 administrator changeme cmpp cmpp-lb cmpplb default guest haproxy letmein monitor operator passw0rd password password1 prometheus public qwerty root secret stats test toor user welcome 000000 111111 123123 12345 123456 1234567 12345678 123456789 1234567890 888888 666666'.split(
    ' ',
  ),
);

/** Whether it is widely known, or the user's own name. */
export function isDefaultPassword(user: string, password: string): boolean {
  const text = password.toLowerCase();
  return text === user.toLowerCase() || WIDELY_KNOWN.has(text);
}
