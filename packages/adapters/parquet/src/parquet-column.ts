/** What a column holds: in memory a boolean, a number (int32, float, double), a bigint (int64) or a text. */
export type ParquetType = 'boolean' | 'int32' | 'int64' | 'float' | 'double' | 'string';

export type ParquetValue = null | boolean | number | bigint | string;

export interface ParquetColumn {
  readonly name: string;
  readonly type: ParquetType;
  readonly nullable: boolean;
}
