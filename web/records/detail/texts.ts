import { en } from './en';
import { zh } from './zh';

export const detailTexts = { zh, en };
export type DetailKey = keyof typeof zh;
