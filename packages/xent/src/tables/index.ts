export type {
  ArrayValues,
  Column,
  Need,
  NumberValues,
  Table,
  TableSource,
  TextValues,
  Values,
} from "./table.ts";
