/** The one partition of an embedded log. */
export const PARTITION = 0;
