import { en } from './en';
import { zh } from './zh';

export const formTexts = { zh, en };
export type FormKey = keyof typeof zh;
