/** One rule that every key store keeps. */
export interface KeyStoreCase {
  readonly name: string;
}

/** Every rule of the port. */
export const keyStoreCases: readonly KeyStoreCase[] = [];
