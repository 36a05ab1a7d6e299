/**
 * Whether the locale's encoding is UTF-8 (POSIX: LC_ALL before LC_CTYPE before LANG). With no locale at all, as in many
 * containers, yes: today's terminals are UTF-8.
 */
export function isUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '')
  return locale === undefined || /utf-?8/i.test(locale)
}
