/**
 * How many of the newest changes our stores remember for `changesSince`, whether settled or not; who
 * asks for older ones is told that everything may have changed.
 */
export const keptChanges = 10_000;
