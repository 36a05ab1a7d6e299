/** The text in at most `width` columns, cut in the middle so that both ends of a long name stay readable. */
export function truncate(text: string, width: number): string {
  const letters = [...text]
  if (letters.length <= width) return text
  if (width <= 1) return '…'.slice(0, width)
  const tail = Math.floor((width - 1) / 2)
  return `${letters.slice(0, width - 1 - tail).join('')}…${letters.slice(letters.length - tail).join('')}`
}
