/** Syllables that make up words of no language: a model can only know what they stand for by heart. */
const heads = [
  'zor',
  'bel',
  'kra',
  'dun',
  'fen',
  'gol',
  'hav',
  'jun',
  'lir',
  'mop',
  'nev',
  'pol',
  'quo',
  'rus',
  'tem',
  'vas',
  'wex',
  'yal',
  'cru',
  'sti',
]
const tails = {
  who: ['vik', 'dra', 'min', 'tus', 'gor', 'lek', 'pha', 'nix', 'bo', 'zet', 'shu', 'rol', 'jin', 'cam', 'wen'],
  where: [
    'moor',
    'ville',
    'stad',
    'holm',
    'grad',
    'port',
    'wick',
    'dale',
    'bury',
    'ford',
    'mont',
    'haven',
    'crest',
    'field',
    'burg',
  ],
} as const

/** The first `count` invented words for somebody (`who`) or for somewhere (`where`); at most {@link mostWords}, all different. */
export function inventedWords(sort: keyof typeof tails, count: number): string[] {
  const all = tails[sort].flatMap((_, shift) =>
    heads.map((head, i) => head + (tails[sort][(i + shift) % tails[sort].length] as string)),
  )
  return all.slice(0, count)
}

export const mostWords = heads.length * tails.who.length
