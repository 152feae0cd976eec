/**
 * Features that are decided and recorded without being enforced, by name. A deny, or a question to a
 * person, is let through if all its codes are the policies' own and every feature that owns the tool is
 * in shadow: codes do not say which feature gave them, so a tool that is shared with an enforced feature
 * stays enforced. `key:`, `scope:` and `engine:` codes always are.
 */
export interface Shadow {
  readonly [feature: string]: {
    /** RFC 3339; from then on the feature is enforced. */
    readonly until: string;
  };
}
