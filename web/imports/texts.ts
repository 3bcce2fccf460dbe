import { en } from './en';
import { zh } from './zh';

export const importTexts = { zh, en };
export type ImportKey = keyof typeof zh;
