export {
  flagOf,
  isRecord,
  type JsonRecord,
  numberOf,
  numericOf,
  rawTextOf,
  recordOf,
  recordsIn,
  recordsOf,
  textOf,
  textsOf,
  toRecord,
} from './read.ts';
