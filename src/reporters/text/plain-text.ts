/**
 * Text safe to print: control characters (escape sequences among them) are made visible, so that a stage's name or
 * message cannot move the cursor or recolour the terminal. Line breaks and tabs stay.
 */
export function plainText(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, (character) =>
    character === '\r' ? '' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
