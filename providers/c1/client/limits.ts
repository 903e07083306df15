/** C1 publishes no limits; a 429 says when to come back. No guess at their size, then. */
export const UNPUBLISHED = { limit: 1_000_000, window: 60_000 };
