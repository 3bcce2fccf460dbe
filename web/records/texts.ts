import { en } from './en';
import { zh } from './zh';

export const recordTexts = { zh, en };
export type RecordKey = keyof typeof zh;
