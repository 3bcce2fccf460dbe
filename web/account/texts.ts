import { en } from './en';
import { zh } from './zh';

export const accountTexts = { zh, en };
export type AccountKey = keyof typeof zh;
