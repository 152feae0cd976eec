/** The most keys in a chain: a root, and five below it (contract: depth <= 5). */
export const maxChainLength = 6;
