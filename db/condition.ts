/** One condition of a search as SQL, over `live_message AS l` and `message AS m`. */
export type SqlValue = string | number;

export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** Whether it needs the columns of `message AS m`. */
  readonly needsMessage: boolean;
}
