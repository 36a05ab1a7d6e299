/** Enters every stage key. Raise it when the engine's arithmetic changes so that equal stages give other bits. */
export const engineVersion = 3
