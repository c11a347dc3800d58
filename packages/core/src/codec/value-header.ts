/**
 * The first byte of an ordered value, ascending form. It tells the type; a descending value is bit-inverted as a whole,
 * header included, so headers of 80 and above are descending. Numbers are those of HBase's OrderedBytes.
 */
export const VALUE_HEADER = {
  null: 0x05,
  int8: 0x29,
  int16: 0x2a,
  int32: 0x2b,
  int64: 0x2c,
  float32: 0x30,
  float64: 0x31,
  json: 0x32,
  text: 0x34,
  false: 0x35,
  true: 0x36,
} as const;
