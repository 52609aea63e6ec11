import type { Column } from "./table.ts";

export const isList = ({ type }: Column): boolean => /\[\d*\]$/.test(type);

export const isInteger = ({ type }: Column): boolean => /^U?(BIG|HUGE|SMALL|TINY)?INT(EGER)?$/.test(type);

export const isFloating = ({ type }: Column): boolean => /^(FLOAT|DOUBLE|DECIMAL.*)$/.test(type);

export const isNumeric = (column: Column): boolean => isInteger(column) || isFloating(column);

export const isSingle = ({ type }: Column): boolean => /^FLOAT(\[\d*\])?$/.test(type);
